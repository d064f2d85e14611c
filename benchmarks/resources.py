"""What the stub of Partner Center answers with: carts, customers and catalog entries in the shapes of its JSON.

Carts need not be created: the number in a cart's id says what it holds.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID, uuid4, uuid5

Document = dict[str, Any]

_NUMBERS = 2**56
"""Of carts of one shape."""
_CUSTOMERS = 8
_CREATED, _EXPIRES = "2026-01-01T00:00:00Z", "2100-01-01T00:00:00Z"
_PRICING = {"listPrice": 30.4, "discountedPrice": 30.4, "proratedPrice": 30.4, "price": 30.4, "extendedPrice": 364.8}
_USUAL: Document = {"currencyCode": "USD", "billingCycle": "monthly", "termDuration": "P1Y", "provisioningContext": {}}
_OLDER_CATALOG = UUID(int=1)


class Shape(NamedTuple):
    """`items` are the catalog items that all carts of the shape have in common; 0 gives each line an item of its own."""

    lines: int
    items: int
    is_plain: bool = False
    """Whether lines have neither names nor add-ons, and all the same price."""


SHAPES: Mapping[str, Shape] = {
    "bought": Shape(3, 0, is_plain=True),
    "page": Shape(20, 8),
    "long": Shape(100, 40),
    "cold": Shape(20, 0),
}
_KINDS = tuple(SHAPES)
LISTED = ([f"CFQ7TTC0L{number:03d}" for number in range(40)], ["0001"], ["CFQ7TTC0K000"])
"""The ids of the products, of the SKUs of each, and of the availabilities of each SKU."""


def cart_id(kind: str, number: int) -> str:
    return str(UUID(int=_KINDS.index(kind) * _NUMBERS + number))


def customer_id(number: int) -> str:
    """The customer to ask for a cart of that number."""
    return str(UUID(int=1 + number % _CUSTOMERS))


@lru_cache(maxsize=1024)
def unmade_cart(cart: str) -> Document | None:
    """The cart with an id of `cart_id`; None for any other id."""
    kind, number = divmod(UUID(cart).int, _NUMBERS)
    if kind >= len(_KINDS):
        return None
    shape = SHAPES[_KINDS[kind]]
    items = [_item(number, shape, line) for line in range(shape.lines)]
    if shape.is_plain:
        return cart_with(cart, [{"catalogItemId": item, "quantity": 5} for item in items])
    return cart_with(cart, [_line(number, line, item) for line, item in enumerate(items)])


def _item(number: int, shape: Shape, line: int) -> str:
    if shape.items:
        return f"CFQ7TTC0L{line % shape.items:03d}:0001:CFQ7TTC0K{line % shape.items:03d}"
    return f"CFQ7T{number:08X}{line}:0001:CFQ7A{number:08X}{line}"


def _line(number: int, line: int, item: str) -> Document:
    quantity, price = 5 + (line * 7 + number) % 90, Decimal(125 + line * 5) / 10
    return {
        "catalogItemId": item,
        "friendlyName": f"Seats of department {line}",
        "quantity": quantity,
        "pricing": {**_PRICING, "price": float(price), "extendedPrice": float(price * quantity)},
        "addonItems": [_addon(line, addon, quantity) for addon in range((0, 2, 1, 2)[line % 4])],
    }


def _addon(line: int, addon: int, quantity: int) -> Document:
    offer = str(uuid5(_OLDER_CATALOG, f"{line} {addon}")).upper()
    return {**_USUAL, "id": 1000 + 2 * line + addon, "catalogItemId": offer, "quantity": quantity, "orderGroup": "0"}


def cart_with(cart: str, lines: Sequence[Mapping[str, object]]) -> Document:
    return {
        "id": cart,
        "creationTimestamp": _CREATED,
        "lastModifiedTimestamp": _CREATED,
        "expirationTimestamp": _EXPIRES,
        "lastModifiedUser": "a9f0bbe6-b381-483b-a861-3e1960436c94",
        "status": "Active",
        "lineItems": priced(lines),
        "attributes": {"objectType": "Cart"},
    }


def priced(lines: Sequence[Mapping[str, object]]) -> list[Document]:
    """Each line becomes an order of its own."""
    return [{"pricing": _PRICING, **_USUAL, **line, "id": n, "orderGroup": str(n)} for n, line in enumerate(lines)]


def order(line: Document) -> Document:
    bought = {"lineItemNumber": 0, "offerId": line["catalogItemId"], "quantity": line["quantity"], "pricing": _PRICING}
    return {
        "id": uuid4().hex[:12],
        "billingCycle": "monthly",
        "currencyCode": "USD",
        "lineItems": [{**bought, "termDuration": "P1Y", "friendlyName": "Seats", "transactionType": "New"}],
        "creationDate": _CREATED,
        "status": "pending",
        "totalPrice": 364.8,
        "attributes": {"objectType": "Order"},
    }


def customer(tenant: str) -> Document:
    profile = {"tenantId": tenant, "domain": "contoso.example", "companyName": "Contoso"}
    address = {"country": "US", "city": "Redmond", "addressLine1": "One Way"}
    return {
        "id": tenant,
        "companyProfile": {**profile, "address": address},
        "billingProfile": {"companyName": "Contoso", "defaultAddress": address},
        "relationshipToPartner": "reseller",
    }


@lru_cache(maxsize=1024)
def sold(ids: tuple[str, ...]) -> Document:
    """A product, SKU or availability, with about as much text as the documentation prints."""
    text = {"title": f"Seats for an office of {ids[0]}", "description": "What the item is, in some words. " * 6}
    product = {"id": ids[0], **text, "productType": {"id": "OnlineServicesNCE", "displayName": "Online services"}}
    if len(ids) == 1:
        return product
    sku = {"id": ids[1], "productId": ids[0], **text, "minimumQuantity": 1, "maximumQuantity": 300, "isTrial": False}
    if len(ids) == 2:
        return {**sku, "supportedBillingCycles": ["annual", "monthly"]}
    terms = [
        {"id": f"term{n}", "duration": "P1Y", "billingCycle": cycle} for n, cycle in enumerate(("Annual", "Monthly"))
    ]
    named = {"id": ids[2], "productId": ids[0], "skuId": ids[1], "catalogItemId": ":".join(ids), "country": "US"}
    return {**named, "segment": "commercial", "terms": terms, "product": product, "sku": sku}
