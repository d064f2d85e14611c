"""The errors of a line item: the codes of CartErrorCode ("Cart resources"), and the refusal of a purchase for each."""

from collections.abc import Iterable, Sequence

from gateway.sandbox.carts.records import CartError, CartLine
from gateway.sandbox.errors import Refusal


def _error(code: int, description: str, information: dict[str, int] | None = None) -> CartError:
    return CartError(
        error_code=code,
        error_description=description,
        additional_information=information,
        attributes={"objectType": "CartError"},
    )


def currency(item: str, sent: str, accepted: str) -> CartError:
    return _error(10000, f"The currency {sent} is not supported for the CatalogItemId - {item}. Accepted: {accepted}.")


def catalog_item(item: str, why: str) -> CartError:
    return _error(10001, f"The CatalogItemId - {item} is not valid: {why}")


def quota(item: str, left: int) -> CartError:
    return _error(10002, f"The quota for the CatalogItemId - {item} is used up: {left} more may be bought.")


def stock(item: str, left: int) -> CartError:
    return _error(10003, f"The inventory for the CatalogItemId - {item} is not available: {left} left.")


def participants(item: str, why: str) -> CartError:
    return _error(10004, f"The participants are not supported for the CatalogItemId - {item}: {why}")


def subscription(item: str, sent: str) -> CartError:
    return _error(10007, f"The subscription {sent} is not valid for the CatalogItemId - {item}.")


def not_enabled_for_reservations(item: str, sent: str) -> CartError:
    return _error(10008, f"The subscription {sent} is not enabled for reservations, CatalogItemId - {item}.")


def account_limit(item: str, limit: str) -> CartError:
    return _error(10009, f"The sandbox limit of {limit} has been exceeded by the CatalogItemId - {item}.")


def invalid_input(item: str, why: str) -> CartError:
    return _error(10010, f"The input for the CatalogItemId - {item} is not valid: {why}")


def not_registered(item: str, sent: str) -> CartError:
    return _error(10011, f"The subscription {sent} is not registered, CatalogItemId - {item}.")


def attestation(item: str, kind: str) -> CartError:
    return _error(10012, f"The attestation {kind} is not accepted for the CatalogItemId - {item}.")


def billing_plan(item: str, sent: str, accepted: Sequence[str]) -> CartError:
    plans = ", ".join(accepted)
    return _error(10013, f"The billing plan {sent} is not supported for the CatalogItemId - {item}. Accepted: {plans}.")


def promotion(item: str, sent: str, why: str) -> CartError:
    return _error(10014, f"The promotion {sent} is not valid for the CatalogItemId - {item}: {why}")


def too_many_seats(item: str, *, requested: int, left: int) -> CartError:
    why = (
        f"The requested number of {requested} seats exceeds the remaining limit of {left} seats allowed per subscription "
        f"for the CatalogItemId - {item}"
    )
    return _error(10015, why, {"availableQuantity": left, "purchasedQuantity": requested})


def custom_term_end_product(item: str) -> CartError:
    why = "only licences of new commerce with a term have one, except trials."
    return _error(10016, f"A custom term end date is not supported for the CatalogItemId - {item}: {why}")


def custom_term_end_date(item: str, sent: str, accepted: Sequence[str]) -> CartError:
    dates = ", ".join(accepted)
    return _error(
        10017, f"The custom term end date {sent} is not valid for the CatalogItemId - {item}. Accepted: {dates}."
    )


def too_few_base_seats(item: str, *, requested: int, base: int) -> CartError:
    return _error(
        10018, f"The base offer has {base} seats, fewer than the {requested} of the add-on CatalogItemId - {item}."
    )


def too_few_addon_seats(item: str, *, requested: int, minimum: int) -> CartError:
    return _error(
        10019, f"The add-on CatalogItemId - {item} needs at least {minimum} seats; {requested} were requested."
    )


def successor(item: str, catalog_item_id: str) -> CartError:
    product, sku, availability = (*catalog_item_id.split(":"), "", "")[:3]
    why = (
        f"The offer {item} is no longer sold. Buy its new commerce successor instead: "
        f"ProductId {product}, SkuId {sku}, AvailabilityId {availability}."
    )
    return _error(500600, why)


def no_base_product(item: str, bases: Sequence[str]) -> CartError:
    """Not in the enumeration; worded as on the page "New commerce add-ons"."""
    why = f"The addon is not purchasable without a compatible base product: {item} needs one of {', '.join(bases)}"
    return _error(400041, why)


# The codes of orders in place of CartErrorCode. The page "Error codes" lists both without relating them; these pairs
# have the same wording.

TERM_END_DATES = (10016, 10017)
_REFUSALS = {
    10000: (400, 900169),
    10001: (400, 800004),
    10002: (400, 800017),
    10003: (400, 800010),
    10004: (400, 800016),
    10007: (400, 800021),
    10008: (400, 800013),
    10009: (400, 800018),
    10010: (400, 800002),
    10011: (400, 800030),
    10012: (400, 900203),
    10013: (400, 800002),
    10014: (400, 27007),
    10015: (403, 800088),
    10016: (400, 900242),
    10017: (400, 900242),
    10018: (400, 900275),
    10019: (400, 900275),
    400041: (400, 400041),
    500600: (403, 2091),
}


def refusal_of(lines: Iterable[CartLine]) -> Refusal | None:
    """The refusal of a purchase of *lines* for their first error, add-ons included; None without an error."""
    errors = (each.error for line in lines for each in line.with_addons)
    return next((refusal_for(error) for error in errors if error is not None), None)


def refusal_for(error: CartError) -> Refusal:
    status, code = _REFUSALS.get(error.error_code, (400, 800009))
    return Refusal(status, code, error.error_description)
