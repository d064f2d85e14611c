"""Items, promotions and problems for tests, with defaults for what a test does not state."""

from collections.abc import Iterable, Sequence

from gateway.carts.document import Document
from gateway.errors import NotFound, Unavailable
from gateway.partner_center.models.carts import Cart, CartLineItem
from gateway.partner_center.models.catalog import AttestationProperties, Availability, Sku
from gateway.problems.cart_problem import CartProblem
from gateway.problems.line_items import SoldItem
from tests.carts.shop import a_cart

BROKEN = Unavailable("Partner Center answered 500.")


def lines_of(*documents: Document) -> list[CartLineItem]:
    """Base lines as they are read from a cart."""
    return list(a_cart(documents).line_items)


def a_sold_item(
    *,
    segment: str | None = "commercial",
    purchasable: bool | None = True,
    enforced: bool | None = None,
    prerequisites: Sequence[str] = (),
    has_sku: bool = True,
) -> SoldItem:
    """*enforced*: whether the SKU's attestation is; None without one."""
    attestation = None if enforced is None else AttestationProperties(enforce_attestation=enforced)
    sku = Sku(
        id="0001",
        product_id="CFQ7TTC0LH1A",
        purchase_prerequisites=tuple(prerequisites),
        attestation_properties=attestation,
    )
    availability = Availability(
        id="CFQ7TTC0K971",
        product_id="CFQ7TTC0LH1A",
        sku_id="0001",
        catalog_item_id=None,
        segment=segment,
        is_purchasable=purchasable,
    )
    return SoldItem(availability, sku if has_sku else None)


def missing(code: str | None) -> NotFound:
    return NotFound("Partner Center has no such thing.", http_status=404, partner_center_code=code)


def in_short(problems: Iterable[CartProblem]) -> list[str]:
    """Each problem as its code and severity, and the number of its line, if any."""
    return [
        " ".join([each.code.value, each.severity.value, *([each.line.partner_center_id] if each.line else [])])
        for each in problems
    ]


def a_cart_of(*documents: Document, **members: object) -> Cart:
    return a_cart(documents, **members)
