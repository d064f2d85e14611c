"""Answers to records that know where they belong: which customer, cart and line they are of.

What the request itself names, the answer need not repeat: its ids stand in for those that cannot be read there.
"""

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from typing import TypeVar, cast

from msgspec.structs import force_setattr

from gateway.errors import Malformed
from gateway.partner_center.models.carts import (
    Cart,
    CartCheckoutResult,
    CartLineItem,
    line_keys,
    numbers,
)
from gateway.partner_center.models.catalog import Availability, Product, Sku
from gateway.partner_center.models.customers import Customer
from gateway.partner_center.models.orders import IdentifiedOrder, Order
from gateway.partner_center.models.values import Collection, folded
from gateway.partner_center.plain_json import document, encode
from gateway.partner_center.reading.decode import Reader
from gateway.partner_center.reading.tolerance import NOTHING, Known

CatalogAnswer = Product | Sku | Availability | Collection[Product] | Collection[Sku] | Collection[Availability]
Sold = TypeVar("Sold", bound=CatalogAnswer)

_DEEPEST_ADDON = 16
_UNKNOWN_ID = "?"
"""Begins what stands for an order's id: no id of Partner Center's has it, so it leads nowhere."""

products = Reader(Collection[Product])

_product = Reader(Product)
_sku = Reader(Sku)
_skus = Reader(Collection[Sku])
_availability = Reader(Availability)
_availabilities = Reader(Collection[Availability])
_cart = Reader(Cart)
_customer = Reader(Customer)
_customers = Reader(Collection[Customer])
_checkout_result = Reader(CartCheckoutResult)
_order = Reader(IdentifiedOrder)
_orders = Reader(Collection[IdentifiedOrder])


def cart(body: bytes, *, customer_id: str, cart_id: str | None = None) -> Cart:
    """The cart in an answer, with the answer's own bytes. A new cart's own id is in its answer only. Raises Malformed."""
    read = _cart(body, NOTHING if cart_id is None else {"id": cart_id})
    if read.id is cart_id:  # the very text given, so the answer has none; whoever reads these bytes again shall find it
        body = encode({**document(body), "id": cart_id})
    force_setattr(read, "customer_id", customer_id)
    force_setattr(read, "body", body)
    _place(read)
    return read


def checkout_result(body: bytes, *, customer_id: str) -> CartCheckoutResult:
    """What a checkout answered, with the answer's own bytes. Raises Malformed."""
    read = _checkout_result(body)
    force_setattr(read, "body", body)
    for place, order in enumerate(read.orders):
        _belongs(order, customer_id)
        if order.id is None:
            force_setattr(order, "mark", f"{_UNKNOWN_ID}{sha256(body).hexdigest()[:16]}.{place}")
    return read


def order(body: bytes, *, customer_id: str, order_id: str) -> Order:
    """The order in an answer. Raises Malformed."""
    read = _order(body, {"id": order_id})
    _belongs(read, customer_id)
    return read


def orders(body: bytes, *, customer_id: str) -> Collection[IdentifiedOrder]:
    """The orders in a list answer. Raises Malformed."""
    read = _orders(body)
    for order in read.items:
        _belongs(order, customer_id)
    return read


def customer(body: bytes, *, customer_id: str) -> Customer:
    """The customer in an answer. Raises Malformed."""
    return _customer(body, {"id": customer_id})


def customers(body: bytes) -> Collection[Customer]:
    """A page of the partner's customers, who know that they come from a list. Raises Malformed."""
    read = _customers(body)
    if read.total_count > len(read.items):
        force_setattr(read, "unread", _length(body) - len(read.items))
    for listed in read.items:
        force_setattr(listed, "is_listed", True)
    return read


def _length(body: bytes) -> int:
    """How many items a list answer has, those included that cannot be read."""
    items = next((value for name, value in document(body).items() if folded(name) == "items"), None)
    return len(cast("list[object]", items)) if isinstance(items, list) else 0


def product(body: bytes, *, product_id: str) -> Product:
    """The product in an answer. Raises Malformed."""
    return _product(body, {"id": product_id})


def sku(body: bytes, *, product_id: str, sku_id: str) -> Sku:
    """The SKU in an answer. Raises Malformed."""
    return _sku(body, {"id": sku_id, "product_id": product_id})


def skus(body: bytes, *, product_id: str) -> Collection[Sku]:
    """The SKUs of a product in a list answer. Raises Malformed."""
    return _skus(body, {"items": {"product_id": product_id}})


def availability(body: bytes, *, product_id: str, sku_id: str, availability_id: str) -> Availability:
    """The availability in an answer, with the product and SKU embedded in it. Raises Malformed."""
    return _availability(body, {"id": availability_id, **_around_an_availability(product_id, sku_id)})


def availabilities(body: bytes, *, product_id: str, sku_id: str) -> Collection[Availability]:
    """The availabilities of a SKU in a list answer. Raises Malformed."""
    return _availabilities(body, {"items": _around_an_availability(product_id, sku_id)})


def of_country(read: Callable[[bytes], Sold], country: str) -> Callable[[bytes], Sold]:
    """The same reader for an answer of one country's catalog, whose entries know the country then."""

    def placed(body: bytes) -> Sold:
        answer = read(body)
        _sold_in(answer, country.upper())
        return answer

    return placed


def _around_an_availability(product_id: str, sku_id: str) -> dict[str, str | Known]:
    return {
        "product_id": product_id,
        "sku_id": sku_id,
        "product": {"id": product_id},
        "sku": {"id": sku_id, "product_id": product_id},
    }


def _sold_in(answer: CatalogAnswer, country: str) -> None:
    if isinstance(answer, Collection):
        for item in answer.items:
            _sold_in(item, country)
        return
    force_setattr(answer, "country", country)
    if isinstance(answer, Availability):
        for embedded in (answer.product, answer.sku):
            if embedded is not None:
                force_setattr(embedded, "country", country)


def _place(cart: Cart) -> None:
    """Gives each line and add-on its place, its key and, where the answer does not, its number."""
    lines = list(_lines(cart.line_items, parent=None, depth=0))
    numbered = numbers([line.number for line, _ in lines])
    keys = line_keys(line.catalog_item_id for line, _ in lines)
    for (line, parent), number, key in zip(lines, numbered, keys, strict=True):
        force_setattr(line, "customer_id", cart.customer_id)
        force_setattr(line, "cart_id", cart.id)
        force_setattr(line, "parent", parent)
        force_setattr(line, "ordinal", key.ordinal)
        force_setattr(line, "count", key.count)
        if line.number is None:
            force_setattr(line, "number", number)
        if line.pricing is not None:
            force_setattr(line.pricing, "currency_code", line.currency_code)


def _lines(
    lines: Sequence[CartLineItem], *, parent: CartLineItem | None, depth: int
) -> Iterator[tuple[CartLineItem, CartLineItem | None]]:
    """Every line and add-on with the line it sits under. Documented add-ons have none of their own."""
    if depth > _DEEPEST_ADDON:
        raise Malformed("Partner Center's answer has add-ons under add-ons without end.")
    for line in lines:
        yield line, parent
        yield from _lines(line.addon_items, parent=line, depth=depth + 1)


def _belongs(order: Order, customer_id: str) -> None:
    force_setattr(order, "customer_id", customer_id)
    for line in order.line_items:
        force_setattr(line, "customer_id", customer_id)
        if line.pricing is not None:
            force_setattr(line.pricing, "currency_code", order.currency_code)
