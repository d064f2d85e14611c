"""Answers to records that know where they belong: which customer, cart and line they are of."""

from collections.abc import Callable, Iterable
from typing import TypeVar, cast

from msgspec.structs import force_setattr

from gateway.partner_center.decode import Reader
from gateway.partner_center.documents import document
from gateway.partner_center.models.carts import Cart, CartCheckoutResult, CartLineItem, line_keys, with_addons
from gateway.partner_center.models.catalog import Availability, Product, Sku
from gateway.partner_center.models.customers import Customer
from gateway.partner_center.models.orders import Order
from gateway.partner_center.models.values import Collection, folded

CatalogAnswer = Product | Sku | Availability | Collection[Product] | Collection[Sku] | Collection[Availability]
Sold = TypeVar("Sold", bound=CatalogAnswer)

product = Reader(Product)
products = Reader(Collection[Product])
sku = Reader(Sku)
skus = Reader(Collection[Sku])
availability = Reader(Availability)
availabilities = Reader(Collection[Availability])
customer = Reader(Customer)

_cart = Reader(Cart)
_customers = Reader(Collection[Customer])
_checkout_result = Reader(CartCheckoutResult)
_order = Reader(Order)
_orders = Reader(Collection[Order])


def cart(body: bytes, *, customer_id: str) -> Cart:
    """The cart in an answer, with the answer's own bytes. Raises Malformed."""
    read = _cart(body)
    force_setattr(read, "customer_id", customer_id)
    force_setattr(read, "body", body)
    _place(read.line_items, customer_id=customer_id, cart_id=read.id, parent=None)
    _give_keys(read.line_items)
    return read


def checkout_result(body: bytes, *, customer_id: str) -> CartCheckoutResult:
    """What a checkout answered, with the answer's own bytes. Raises Malformed."""
    read = _checkout_result(body)
    force_setattr(read, "body", body)
    for order in read.orders:
        _belongs(order, customer_id)
    return read


def order(body: bytes, *, customer_id: str) -> Order:
    """The order in an answer. Raises Malformed."""
    read = _order(body)
    _belongs(read, customer_id)
    return read


def orders(body: bytes, *, customer_id: str) -> Collection[Order]:
    """The orders in a list answer. Raises Malformed."""
    read = _orders(body)
    for order in read.items:
        _belongs(order, customer_id)
    return read


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


def of_country(read: Callable[[bytes], Sold], country: str) -> Callable[[bytes], Sold]:
    """The same reader for an answer of one country's catalog, whose entries know the country then."""

    def placed(body: bytes) -> Sold:
        answer = read(body)
        _sold_in(answer, country.upper())
        return answer

    return placed


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


def _place(lines: Iterable[CartLineItem], *, customer_id: str, cart_id: str, parent: CartLineItem | None) -> None:
    for line in lines:
        force_setattr(line, "customer_id", customer_id)
        force_setattr(line, "cart_id", cart_id)
        force_setattr(line, "parent", parent)
        if line.pricing is not None:
            force_setattr(line.pricing, "currency_code", line.currency_code)
        _place(line.addon_items, customer_id=customer_id, cart_id=cart_id, parent=line)


def _give_keys(lines: Iterable[CartLineItem]) -> None:
    every_line = list(with_addons(lines))
    for line, key in zip(every_line, line_keys(line.catalog_item_id for line in every_line), strict=True):
        force_setattr(line, "ordinal", key.ordinal)
        force_setattr(line, "count", key.count)


def _belongs(order: Order, customer_id: str) -> None:
    force_setattr(order, "customer_id", customer_id)
    for line in order.line_items:
        force_setattr(line, "customer_id", customer_id)
        if line.pricing is not None:
            force_setattr(line.pricing, "currency_code", order.currency_code)
