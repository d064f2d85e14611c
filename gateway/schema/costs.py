"""What the fields of this schema cost in calls to Partner Center, at most as a rule: the table that requests are held to.

Where only the answer tells how many there are, the table assumes a usual shop: carts of 20 lines, orders of 5. An
availability embeds its product and its SKU ("Get an availability by ID"), so these cost nothing more.
"""

from collections.abc import Callable
from typing import cast

from gateway.operations.field_cost import Arguments, Figure, Figures

_USUAL_PAGE, _MOST = 20, 100
_LINES_OF_A_CART = 20
_LINES_OF_AN_ORDER = 5
_ORDERS_OF_A_CART = 4
_SKUS_OF_A_PRODUCT = 5
_AVAILABILITIES_OF_A_SKU = 3
_CHUNKS_OF_CUSTOMERS = 10
"""Partner Center gives its customers a hundred at a time and from the front, so their end is as far as there are many."""


def _page(arguments: Arguments) -> int:
    """How many items a page has at most: a wrong number is refused by the field itself."""
    for name in ("first", "last"):
        size = arguments.get(name)
        if isinstance(size, int):
            return min(max(size, 1), _MOST)
    return _USUAL_PAGE


def _chunks(arguments: Arguments) -> int:
    """From the front one chunk holds every page; one that begins within a chunk may end in the next."""
    if arguments.get("last") is not None or arguments.get("before") is not None:
        return _CHUNKS_OF_CUSTOMERS
    return 1 if arguments.get("after") is None else 2


def _length(name: str) -> Callable[[Arguments], int]:
    def length(arguments: Arguments) -> int:
        given = arguments.get(name)
        # A list of one may come without its brackets.
        return min(len(cast("list[object]", given)), _MOST) if isinstance(given, list) else 1

    return length


def _of_line(*free: str) -> Figure:
    """What is behind a line: one look-up for all of it, in the customer's market where none is named."""
    return Figure(look_up="item", reads_customer=True, unless_given="country", free=frozenset(free))


_ONE = Figure(calls=1)
_LINES = Figure(items=_LINES_OF_A_CART)
_OWNER = Figure(reads_customer=True, free=frozenset({"id", "tenantId", "cart", "orders"}))
_READ_AND_WRITE = Figure(calls=2)
_KEYED = Figure(calls=2, reads_customer=True)
"""With an idempotency key, the customer may be read to prove who asks."""

COSTS: Figures = {
    "Query.availability": _ONE,
    "Query.cart": _ONE,
    "Query.customer": Figure(reads_customer=True),
    "Query.customers": Figure(calls=_chunks, items=_page),
    "Query.node": _ONE,
    "Query.nodes": Figure(calls=_length("ids"), items=_length("ids")),
    "Query.order": _ONE,
    "Query.product": _ONE,
    "Query.products": Figure(calls=1, items=_page),
    "Query.sku": _ONE,
    "Customer.cart": _ONE,
    "Customer.country": Figure(reads_customer=True),
    "Customer.orders": Figure(calls=1, items=_page),
    "Cart.customer": _OWNER,
    "Cart.lineItems": _LINES,
    "Cart.lineItemsWithErrors": _LINES,
    "CartLineItem.addonItems": Figure(items=1),
    "CartLineItem.availability": _of_line("partnerCenterId", "productId", "skuId", "catalogItemId"),
    "CartLineItem.product": _of_line("partnerCenterId"),
    "CartLineItem.sku": _of_line("partnerCenterId", "productId"),
    "Order.customer": _OWNER,
    "Order.lineItems": Figure(items=_LINES_OF_AN_ORDER),
    "OrderError.lineItems": Figure(items=_LINES_OF_AN_ORDER),
    "OrderLineItem.product": _of_line("partnerCenterId"),
    "OrderLineItem.sku": _of_line("partnerCenterId", "productId"),
    "Product.skus": Figure(calls=1, items=_SKUS_OF_A_PRODUCT),
    "Sku.availabilities": Figure(calls=1, items=_AVAILABILITIES_OF_A_SKU),
    "Sku.product": Figure(calls=1, free=frozenset({"partnerCenterId"})),
    "Availability.product": Figure(calls=0),
    "Availability.sku": Figure(calls=0),
    "CartCheckoutResult.orders": Figure(items=_ORDERS_OF_A_CART),
    "CartCheckoutResult.orderErrors": Figure(items=_ORDERS_OF_A_CART),
    "AddCartAddonItemsPayload.addedAddonItems": _LINES,
    "AddCartLineItemsPayload.addedLineItems": _LINES,
    "UpdateCartLineItemsPayload.updatedLineItems": _LINES,
    "Mutation.addCartAddonItems": _KEYED,
    "Mutation.addCartLineItems": _KEYED,
    "Mutation.checkoutCart": Figure(calls=3, reads_customer=True, spends_money=True),
    "Mutation.createCart": Figure(calls=1, reads_customer=True),
    "Mutation.removeCartLineItems": _READ_AND_WRITE,
    "Mutation.replaceCartLineItems": _READ_AND_WRITE,
    "Mutation.updateCartLineItems": _READ_AND_WRITE,
}
