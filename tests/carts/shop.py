"""Carts for tests: documents as Partner Center sends them, with defaults for what a test does not state."""

from collections.abc import Sequence
from decimal import Decimal

from gateway.carts.document import Document
from gateway.carts.edits import LineReference
from gateway.carts.keys import CartKey
from gateway.partner_center.models.carts import Cart, LineKey
from gateway.partner_center.models.writing import NewCartLineItem
from gateway.partner_center.plain_json import encode
from gateway.partner_center.reading import records as reading
from tests.shop_ids import CONTOSO, DEMO_CART

KEY = CartKey(CONTOSO, DEMO_CART)
OLD_OFFER = "1F1F74DA-6303-49B4-ACAB-7ECBCE335980"
OLD_ADDON = "2EB4992C-AFC6-4110-B811-353D8C5A91D6"


def item(letter: str) -> str:
    """A catalog item id of the new catalog that ends its product id in *letter*."""
    return f"CFQ7TTC0LH1{letter}:0001:CFQ7TTC0K971"


def a_line(number: int, sold: str, **members: object) -> Document:
    """A line with a price that ends in zero and an unknown member."""
    return {
        "id": number,
        "catalogItemId": sold,
        "quantity": 1,
        "currencyCode": "USD",
        "pricing": {"price": Decimal("30.40"), "extendedPrice": Decimal("364.80")},
        "memberOfTomorrow": {"of": [sold]},
        **members,
    }


def a_base_line(number: int, *addons: Document) -> Document:
    """A line of the old catalog with add-ons under it."""
    return a_line(number, OLD_OFFER, addonItems=list(addons))


def a_body(lines: int | Sequence[Document] = 1, **members: object) -> bytes:
    """The body of an active cart. *lines* is its lines, or a number of lines that sell the items A, B, ...

    Members given as None are left out.
    """
    numbered = [a_line(n, item("ABCDEFGH"[n])) for n in range(lines)] if isinstance(lines, int) else list(lines)
    cart: Document = {
        "id": DEMO_CART,
        "creationTimestamp": "2026-03-01T12:00:00.55149Z",
        "lastModifiedTimestamp": "2026-03-01T12:00:00.5515713Z",
        "expirationTimestamp": "2026-03-08T12:00:06.2480482Z",
        "lastModifiedUser": "a9f0bbe6-b381-483b-a861-3e1960436c94",
        "status": "Active",
        "lineItems": numbered,
        "exchangeRateOfTomorrow": Decimal("1.10"),
        "links": {"self": {"uri": f"/customers/{CONTOSO}/carts/{DEMO_CART}", "method": "GET", "headers": []}},
        "attributes": {"objectType": "Cart"},
    }
    return encode({name: member for name, member in {**cart, **members}.items() if member is not None})


def a_cart(lines: int | Sequence[Document] = 1, **members: object) -> Cart:
    """The record of such a cart, read as an answer is."""
    return reading.cart(a_body(lines, **members), customer_id=CONTOSO)


def new_line(sold: str, *addons: str) -> NewCartLineItem:
    """A line to add, with *addons* under it."""
    if not addons:
        return NewCartLineItem(catalog_item_id=sold, quantity=7)
    return NewCartLineItem(catalog_item_id=sold, quantity=7, addon_items=tuple(new_line(addon) for addon in addons))


def line_named(sold: str, *path: str, ordinal: int = 0, count: int = 1) -> LineReference:
    """A caller's reference to a line by its item and ordinal; *path* is its place in the input."""
    return LineReference(sent=f"line of {sold}", path=path, key=LineKey(sold.lower(), ordinal, count))
