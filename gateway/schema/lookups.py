"""Look-ups of single objects: by their opaque identifier or by Partner Center's own identifiers."""

from collections.abc import Awaitable
from typing import Annotated, Literal

import strawberry

from gateway.carts.keys import CartKey
from gateway.carts.summary import every_line
from gateway.catalog.keys import CustomerKey, ItemKey, ProductKey, PromotionKey, SkuKey
from gateway.context import Info
from gateway.errors import InvalidInput
from gateway.loaders.batching import Later
from gateway.loaders.keys import OrderKey, SubscriptionKey
from gateway.loaders.loaders import Loaders
from gateway.partner_center.models import carts, catalog, customers, orders, promotions, subscriptions
from gateway.partner_center.paths import guid, order_id
from gateway.schema.cart import CartReferenceInput, cart_key
from gateway.schema.catalog_references import (
    AvailabilityReferenceInput,
    MarketOfReference,
    ProductReferenceInput,
    PromotionReferenceInput,
    SkuReferenceInput,
    item_key,
    product_key,
    promotion_key,
    sku_key,
)
from gateway.schema.customer_reference import CustomerReferenceInput, customer_id
from gateway.schema.line_item import line_key
from gateway.schema.node import Kind, parts_of, read_node_id
from gateway.schema.order import OrderReferenceInput
from gateway.schema.subscription import SubscriptionReferenceInput

_MOST_NODES = 100
_CatalogKind = Literal[Kind.PRODUCT, Kind.SKU, Kind.AVAILABILITY, Kind.PROMOTION]

Record = (
    carts.Cart
    | carts.CartLineItem
    | customers.Customer
    | orders.Order
    | catalog.Product
    | catalog.Sku
    | catalog.Availability
    | promotions.Promotion
    | subscriptions.Subscription
)
"""Any object that has an opaque identifier."""


def cart(
    info: Info,
    by: Annotated[
        CartReferenceInput,
        strawberry.argument(description="Which cart: by its `id`, or by Partner Center's own identifiers."),
    ],
) -> Later[carts.Cart | None]:
    if by.partner_center:
        tenant_id = guid(by.partner_center.customer_tenant_id, name="customerTenantId")
        key: CartKey | None = CartKey(tenant_id, guid(by.partner_center.cart_id, name="cartId"))
    else:
        key = cart_key(by.id or "")
    return _cart(info, key) if key else None


def customer(
    info: Info,
    by: Annotated[
        CustomerReferenceInput,
        strawberry.argument(description="Which customer: by its `id`, or by tenant identifier."),
    ],
) -> Later[customers.Customer | None]:
    tenant_id = customer_id(by)
    return info.context.loaders.customers.get(CustomerKey(tenant_id)) if tenant_id else None


def order(
    info: Info,
    by: Annotated[
        OrderReferenceInput,
        strawberry.argument(description="Which order: by its `id`, or by Partner Center's own identifiers."),
    ],
) -> Later[orders.Order | None]:
    if by.partner_center:
        tenant_id = guid(by.partner_center.customer_tenant_id, name="customerTenantId")
        return _order(info, OrderKey(tenant_id, order_id(by.partner_center.order_id)))
    parts = parts_of(Kind.ORDER, by.id or "")
    return _order(info, OrderKey(*parts)) if parts else None


def subscription(
    info: Info,
    by: Annotated[
        SubscriptionReferenceInput,
        strawberry.argument(description="Which subscription: by its `id`, or by Partner Center's own identifiers."),
    ],
) -> Later[subscriptions.Subscription | None]:
    if by.partner_center:
        tenant_id = guid(by.partner_center.customer_tenant_id, name="customerTenantId")
        subscription_id = guid(by.partner_center.subscription_id, name="subscriptionId")
        return _subscription(info, SubscriptionKey(tenant_id, subscription_id))
    parts = parts_of(Kind.SUBSCRIPTION, by.id or "")
    return _subscription(info, SubscriptionKey(*parts)) if parts else None


def product(
    info: Info,
    by: Annotated[
        ProductReferenceInput,
        strawberry.argument(description="Which product: by its `id`, or by Partner Center's identifier."),
    ],
    country: MarketOfReference = strawberry.UNSET,
) -> Later[catalog.Product | None]:
    key = product_key(info, by, country)
    return info.context.loaders.products.get(key) if key else None


def sku(
    info: Info,
    by: Annotated[
        SkuReferenceInput,
        strawberry.argument(
            description="Which SKU: by its `id`, or by Partner Center's identifiers of product and SKU."
        ),
    ],
    country: MarketOfReference = strawberry.UNSET,
) -> Later[catalog.Sku | None]:
    key = sku_key(info, by, country)
    return info.context.loaders.skus.get(key) if key else None


def availability(
    info: Info,
    by: Annotated[
        AvailabilityReferenceInput,
        strawberry.argument(description="Which availability: by its `id`, or by its catalog item identifier."),
    ],
    country: MarketOfReference = strawberry.UNSET,
) -> Later[catalog.Availability | None]:
    key = item_key(info, by, country)
    return info.context.loaders.availabilities.get(key) if key else None


def promotion(
    info: Info,
    by: Annotated[
        PromotionReferenceInput,
        strawberry.argument(description="Which promotion: by its `id`, or by Partner Center's identifier."),
    ],
    country: MarketOfReference = strawberry.UNSET,
) -> Later[promotions.Promotion | None]:
    key = promotion_key(info, by, country)
    return info.context.loaders.promotions.get(key) if key else None


def node(
    info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Opaque identifier of the object.")]
) -> Awaitable[Record | None] | Record | None:
    return _object(info, id)


def nodes(
    info: Info,
    ids: Annotated[list[strawberry.ID], strawberry.argument(description="Opaque identifiers of the objects.")],
) -> list[Awaitable[Record | None] | Record | None]:
    if len(ids) > _MOST_NODES:
        raise InvalidInput(f"{len(ids)} identifiers; at most {_MOST_NODES} objects can be fetched at once.")
    return [_object(info, each) for each in ids]


def _object(info: Info, text: str) -> Awaitable[Record | None] | Record | None:
    """The object that an identifier names; None when the identifier is broken or the object is gone."""
    found = read_node_id(text)
    if found is None:
        return None
    parts = found.parts
    match found.kind:
        case Kind.CART:
            return _cart(info, CartKey(*parts))
        case Kind.LINE_ITEM:
            return _line(info, CartKey(parts[0], parts[1]), line_key(*parts[2:]))
        case Kind.CUSTOMER:
            return info.context.loaders.customers.get(CustomerKey(*parts))
        case Kind.ORDER:
            return _order(info, OrderKey(*parts))
        case Kind.SUBSCRIPTION:
            return _subscription(info, SubscriptionKey(*parts))
        case kind:
            return _catalog_entry(info.context.loaders, kind, parts)


def _catalog_entry(
    loaders: Loaders, kind: _CatalogKind, parts: tuple[str, ...]
) -> Awaitable[Record | None] | Record | None:
    match kind:
        case Kind.PRODUCT:
            return loaders.products.get(ProductKey(*parts))
        case Kind.SKU:
            return loaders.skus.get(SkuKey(*parts))
        case Kind.AVAILABILITY:
            return loaders.availabilities.get(ItemKey(*parts))
        case Kind.PROMOTION:
            return loaders.promotions.get(PromotionKey(*parts))


def _cart(info: Info, key: CartKey) -> Later[carts.Cart | None]:
    cart = info.context.loaders.carts.get(key)
    info.context.read_ahead(info.path.key, key.customer_id, for_type="Cart")
    return cart


def _order(info: Info, key: OrderKey) -> Later[orders.Order | None]:
    order = info.context.loaders.orders.get(key)
    info.context.read_ahead(info.path.key, key.customer_id, for_type="Order")
    return order


def _subscription(info: Info, key: SubscriptionKey) -> Later[subscriptions.Subscription | None]:
    subscription = info.context.loaders.subscriptions.get(key)
    info.context.read_ahead(info.path.key, key.customer_id, for_type="CustomerSubscription")
    return subscription


def _line(info: Info, key: CartKey, line: carts.LineKey) -> Later[carts.CartLineItem | None]:
    def of_cart(cart: carts.Cart | None) -> carts.CartLineItem | None:
        return next((each for each in every_line(cart) if each.key == line), None) if cart else None

    line_of_cart = info.context.loaders.carts.then(key, of_cart)
    info.context.read_ahead(info.path.key, key.customer_id, for_type="CartLineItem")
    return line_of_cart
