"""Refusals as the service words them: one class, and one constructor for each kind that the sandbox knows.

Codes are those of the pages "Partner Center REST error codes"; statuses that no page gives are marked Inferred.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal


class Refusal(Exception):
    """The service says no: an HTTP status, and the body every Partner Center call uses for it."""

    def __init__(
        self,
        status: int,
        code: int,
        description: str,
        *,
        data: Sequence[str] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(description)
        self.status = status
        self.code = code
        self.description = description
        self.data = tuple(data)
        self.headers = dict(headers or {})

    @property
    def body(self) -> dict[str, object]:
        """The error body; `code` is a number in every printed sample, whatever the tables say."""
        return {"code": self.code, "description": self.description, "data": list(self.data), "source": "PartnerFD"}


# -- the request itself ------------------------------------------------------------------------------------------


def unreadable(why: str) -> Refusal:
    """The body is not JSON, or not of the documented shape."""
    return Refusal(400, 800002, f"The request input is invalid. {why}", data=[why])


def invalid_property(name: str, why: str) -> Refusal:
    """A query parameter is missing or makes no sense."""
    return Refusal(400, 3000, f"The value of the property '{name}' is invalid: {why}", data=[name])


def not_found(what: str) -> Refusal:
    """Nothing lives at that address (general code 1000)."""
    return Refusal(404, 1000, f"{what} was not found.")


def method_not_allowed(method: str, *, allowed: Sequence[str]) -> Refusal:
    """The path exists, for other methods. Status 405 with this code is Inferred."""
    return Refusal(405, 900141, f"The operation {method} is not supported here.", headers={"Allow": ", ".join(allowed)})


# -- sign-in and rights ------------------------------------------------------------------------------------------


def no_token(*, realm: str) -> Refusal:
    return Refusal(401, 800001, "The request carries no partner token.", headers=_challenge(realm))


def bad_token(*, realm: str) -> Refusal:
    """Unknown, malformed or expired: the service does not tell which."""
    return Refusal(401, 400, "Access denied: the token is invalid or has expired.", headers=_challenge(realm))


def token_audience(*, realm: str) -> Refusal:
    """A token for another resource. The code is documented for the directory graph, no longer taken since August 2025.

    That every other audience gets it too is Inferred.
    """
    return Refusal(401, 900420, "Tokens with this audience are no longer accepted.", headers=_challenge(realm))


def app_only_token() -> Refusal:
    return Refusal(403, 900329, "Application-only tokens are not allowed here. Please call with an App+User token.")


def _challenge(realm: str) -> dict[str, str]:
    return {"WWW-Authenticate": f"OAuth realm=urn:cpsvc:cpid:{realm}"}


# -- customers ---------------------------------------------------------------------------------------------------


def malformed_customer_id() -> Refusal:
    return Refusal(400, 900118, "The customer id is invalid: it must be a GUID.")


def customer_not_found(customer_id: str) -> Refusal:
    return Refusal(404, 60003, f"Tenant {customer_id} was not found.")


def etag_out_of_date() -> Refusal:
    """Somebody changed the resource after it was read. That no etag at all gets the same is Inferred."""
    return Refusal(400, 2055, "The etag is missing or out of date: read the resource again.")


def agreement_missing() -> Refusal:
    return Refusal(403, 13605, "The customer has not confirmed the Microsoft Customer Agreement.")


# -- carts -------------------------------------------------------------------------------------------------------


def cart_not_found(cart_id: str) -> Refusal:
    """No such cart, or it has expired. That an expired cart answers the same is Inferred."""
    return Refusal(404, 800008, f"The cart {cart_id} was not found.")


def cart_already_submitted(cart_id: str) -> Refusal:
    return Refusal(400, 800065, f"The cart {cart_id} has already been submitted.")


def cart_has_errors(line_ids: Sequence[int]) -> Refusal:
    lines = ", ".join(str(number) for number in line_ids)
    return Refusal(400, 800009, f"The cart cannot be submitted: errors on the line items {lines}.")


def catalog_item_missing(line: int) -> Refusal:
    return Refusal(400, 900142, f"Line item {line}: catalogItemId is missing.")


def quantity_out_of_limits(line: int) -> Refusal:
    return Refusal(400, 900275, f"Line item {line}: the quantity is missing or outside the limits of the offer.")


def unknown_enumeration(line: int, member: str, value: str, accepted: Sequence[str]) -> Refusal:
    why = f"Line item {line}: '{value}' is not a value of {member}. Accepted: {', '.join(accepted)}."
    return Refusal(400, 900126, why)


def partner_attestation_missing() -> Refusal:
    why = "PartnerOnRecordAttestationAccepted must be true when a line item names a transaction reseller."
    return Refusal(400, 900206, why)


def addon_not_related(addon: str, parent: str) -> Refusal:
    return Refusal(400, 800029, f"The add-on {addon} is not related to {parent}.")


def parent_subscription_invalid(subscription_id: str) -> Refusal:
    return Refusal(400, 800021, f"The subscription {subscription_id} is not a subscription of this customer.")


def credit_too_low(limit: Decimal, total: Decimal, currency: str) -> Refusal:
    return Refusal(400, 800025, f"The credit line of {limit} {currency} is too low for {total} {currency}.")


# -- catalog -----------------------------------------------------------------------------------------------------


def product_not_found(product_id: str, country: str) -> Refusal:
    return Refusal(404, 400013, f"Product {product_id} was not found in the catalog of {country}.")


def sku_not_found(product_id: str, sku_id: str) -> Refusal:
    return Refusal(404, 400018, f"SKU {sku_id} of product {product_id} was not found.")


def availability_not_found(catalog_item_id: str) -> Refusal:
    return Refusal(404, 400019, f"The availability {catalog_item_id} was not found.")


def segment_not_allowed(segment: str) -> Refusal:
    return Refusal(403, 400030, f"The target segment '{segment}' is not allowed.")


def view_not_allowed(view: str) -> Refusal:
    return Refusal(403, 400036, f"The target view '{view}' is not allowed.")


def modern_offer(offer_id: str) -> Refusal:
    return Refusal(400, 2100, f"{offer_id} is a product of the new catalog: ask the products API for it.")


# -- orders and subscriptions ------------------------------------------------------------------------------------


def order_not_found(order_id: str) -> Refusal:
    return Refusal(404, 20000, f"Order {order_id} was not found.")


def subscription_not_found(subscription_id: str) -> Refusal:
    return Refusal(404, 20003, f"Subscription {subscription_id} was not found.")


def order_cannot_be_cancelled(order_id: str, why: str) -> Refusal:
    return Refusal(400, 800061, f"Order {order_id} cannot be cancelled: {why}")


def cancellation_window_passed(order_id: str, *, days: int) -> Refusal:
    return Refusal(400, 900117, f"Order {order_id} cannot be cancelled: {days} days have passed.")
