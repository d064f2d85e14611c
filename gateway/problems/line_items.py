"""The checks LINE_ITEMS and CATALOG: the state of the cart, the errors on its lines, and whether its items are still sold."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.carts.summary import is_expired
from gateway.errors import GatewayError, NotFound
from gateway.partner_center.models.carts import Cart, CartLineItem
from gateway.partner_center.models.catalog import Availability, Sku
from gateway.partner_center.models.problems import ProblemCode, problem_code
from gateway.partner_center.models.values import CartStatus
from gateway.problems.cart_problem import CartProblem, Check, Severity, lines_not_checked


@dataclass(frozen=True, slots=True)
class SoldItem:
    """A catalog item as it is sold now. `sku` is None where the catalog lacks it."""

    availability: Availability
    sku: Sku | None


Items = Mapping[str, SoldItem | GatewayError]
"""By the catalog item id of lines: what is sold, or why that could not be read. NotFound says that it is not sold.

Offers of the older catalog are left out.
"""


def line_item_problems(cart: Cart, lines: Iterable[CartLineItem], *, now: datetime) -> list[CartProblem]:
    """The state of the cart and the errors on *lines*, those that are not ordered yet.

    Where it finds nothing, a checkout can be attempted.
    """
    if cart.status is CartStatus.ORDERED:
        return [_blocker(ProblemCode.CART_ORDERED, "The cart is already ordered: it can only be read.")]
    problems: list[CartProblem] = []
    if is_expired(cart, now):
        problems.append(_blocker(ProblemCode.CART_EXPIRED, "The cart's expiry time has passed: create a new one."))
    if not cart.line_items:
        problems.append(_blocker(ProblemCode.UNKNOWN, "The cart has no lines, so there is nothing to order."))
    return problems + [_line_error(line) for line in lines if line.error is not None]


def catalog_problems(lines: Sequence[CartLineItem], items: Items) -> list[CartProblem]:
    """What keeps the items of the new catalog from being sold as the lines have them.

    Terms and billing cycles are left to the line's own error: Partner Center sets it as soon as the cart is written.
    """
    problems = [_item_problem(line, item) for line, item in paired(lines, items)]
    found = [problem for problem in problems if problem is not None]
    return found + items_not_checked(Check.CATALOG, lines, items)


def paired(lines: Iterable[CartLineItem], items: Items) -> list[tuple[CartLineItem, SoldItem | GatewayError]]:
    """The lines whose item belongs to the new catalog, with the item."""
    found = [(line, items.get(line.catalog_item_id or "")) for line in lines]
    return [(line, item) for line, item in found if item is not None]


def items_not_checked(check: Check, lines: Iterable[CartLineItem], items: Items) -> list[CartProblem]:
    """The lines about which a check that rests on the catalog says nothing, because their item could not be read.

    An item that is not sold was read.
    """
    found = paired(lines, items)
    failed = [(line, item) for line, item in found if isinstance(item, GatewayError) and not isinstance(item, NotFound)]
    return lines_not_checked(check, failed, looked_at=len(found))


def _item_problem(line: CartLineItem, item: SoldItem | GatewayError) -> CartProblem | None:
    if isinstance(item, NotFound):
        return _gone(line, item)
    if isinstance(item, GatewayError):
        return None
    if item.availability.is_purchasable is False:
        message = f"{line.catalog_item_id} is in the catalog, but not for sale."
        return _blocker(ProblemCode.NOT_FOR_SALE, message, line)
    if _enforces_attestation(item.sku) and line.attestation_accepted is not True:
        message = "The SKU's terms have to be agreed to: set attestationAccepted on the line."
        return _blocker(ProblemCode.TERMS_NOT_ACCEPTED, message, line)
    return None


def _gone(line: CartLineItem, absence: NotFound) -> CartProblem:
    """A missing availability has been reissued under another id; without its SKU or product nothing is sold.

    Source: "Error codes", 404 with 400019 against 400013 and 400018.
    """
    if problem_code(absence.partner_center_code) is ProblemCode.AVAILABILITY_REPLACED:
        message = (
            f"The SKU no longer has the availability {line.catalog_item_id}: choose another of its availabilities."
        )
        return _blocker(ProblemCode.AVAILABILITY_REPLACED, message, line)
    message = f"The catalog of the customer's market does not have {line.catalog_item_id}."
    return _blocker(ProblemCode.NOT_FOR_SALE, message, line)


def _enforces_attestation(sku: Sku | None) -> bool:
    attestation = sku.attestation_properties if sku else None
    return attestation is not None and attestation.enforce_attestation


def _line_error(line: CartLineItem) -> CartProblem:
    error = line.error
    words = (error.message if error else None) or "Partner Center does not say what it is."
    return _blocker(ProblemCode.LINE_ITEM_ERROR, f"The line carries an error: {words}", line)


def _blocker(code: ProblemCode, message: str, line: CartLineItem | None = None) -> CartProblem:
    return CartProblem(code=code, severity=Severity.BLOCKER, message=message, line=line)
