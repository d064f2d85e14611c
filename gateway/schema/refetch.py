"""Any object again, by its opaque identifier."""

from collections.abc import Awaitable

from gateway.carts.keys import CartKey
from gateway.carts.summary import every_line
from gateway.catalog.catalog import CustomerKey, ItemKey, ProductKey, SkuKey
from gateway.context import Info
from gateway.loaders import OrderKey
from gateway.partner_center.models import carts, catalog, customers, orders
from gateway.schema.line_item import line_key
from gateway.schema.node import Kind, read_node_id

Record = (
    carts.Cart
    | carts.CartLineItem
    | customers.Customer
    | orders.Order
    | catalog.Product
    | catalog.Sku
    | catalog.Availability
)


def object_by_id(info: Info, text: str) -> Awaitable[Record | None] | None:
    """The record an identifier points at; None when it is broken or foreign, or the object is gone."""
    found = read_node_id(text)
    if found is None:
        return None
    loaders, parts = info.context.loaders, found.parts
    match found.kind:
        case Kind.CART:
            return loaders.carts.load(CartKey(*parts))
        case Kind.LINE_ITEM:
            return _line(info, CartKey(parts[0], parts[1]), line_key(*parts[2:]))
        case Kind.CUSTOMER:
            return loaders.customers.load(CustomerKey(*parts))
        case Kind.ORDER:
            return loaders.orders.load(OrderKey(*parts))
        case Kind.PRODUCT:
            return loaders.products.load(ProductKey(*parts))
        case Kind.SKU:
            return loaders.skus.load(SkuKey(*parts))
        case Kind.AVAILABILITY:
            return loaders.availabilities.load(ItemKey(*parts))


async def _line(info: Info, key: CartKey, line: carts.LineKey) -> carts.CartLineItem | None:
    cart = await info.context.loaders.carts.load(key)
    return next((each for each in every_line(cart) if each.key == line), None) if cart else None
