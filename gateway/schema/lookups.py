"""Looking up one thing: by its identifier here, or by Partner Center's own."""

from collections.abc import Awaitable
from typing import Annotated

import strawberry

from gateway.carts.keys import CartKey
from gateway.catalog.catalog import CustomerKey, ItemKey, ProductKey, SkuKey
from gateway.context import Info
from gateway.errors import InvalidInput
from gateway.loaders import OrderKey
from gateway.partner_center.models import carts, catalog, customers, orders
from gateway.partner_center.paths import catalog_item, guid, order_id, product_id, sku_id
from gateway.schema.input_records import given
from gateway.schema.inputs import CartReferenceInput, CustomerReferenceInput, OrderReferenceInput
from gateway.schema.market import MarketToLookIn
from gateway.schema.node import Kind, parts_of
from gateway.schema.refetch import Record, object_by_id

_MOST_NODES = 100


def cart(
    info: Info,
    by: Annotated[
        CartReferenceInput,
        strawberry.argument(description="Which cart: by its `id`, or by Partner Center's own identifiers."),
    ],
) -> Awaitable[carts.Cart | None] | None:
    if by.partner_center:
        key = CartKey(
            guid(by.partner_center.customer_tenant_id, name="customerTenantId"),
            guid(by.partner_center.cart_id, name="cartId"),
        )
        return info.context.loaders.carts.load(key)
    parts = parts_of(Kind.CART, by.id or "")
    return info.context.loaders.carts.load(CartKey(*parts)) if parts else None


def customer(
    info: Info,
    by: Annotated[
        CustomerReferenceInput,
        strawberry.argument(description="Which customer: by its `id`, or by tenant identifier."),
    ],
) -> Awaitable[customers.Customer | None] | None:
    tenant_id = given(by.tenant_id)
    if tenant_id is not None:
        return info.context.loaders.customers.load(CustomerKey(guid(tenant_id, name="tenantId")))
    parts = parts_of(Kind.CUSTOMER, by.id or "")
    return info.context.loaders.customers.load(CustomerKey(*parts)) if parts else None


def order(
    info: Info,
    by: Annotated[
        OrderReferenceInput,
        strawberry.argument(description="Which order: by its `id`, or by Partner Center's own identifiers."),
    ],
) -> Awaitable[orders.Order | None] | None:
    if by.partner_center:
        key = OrderKey(
            guid(by.partner_center.customer_tenant_id, name="customerTenantId"),
            order_id(by.partner_center.order_id),
        )
        return info.context.loaders.orders.load(key)
    parts = parts_of(Kind.ORDER, by.id or "")
    return info.context.loaders.orders.load(OrderKey(*parts)) if parts else None


def product(
    info: Info,
    partner_center_id: Annotated[
        str,
        strawberry.argument(description="Partner Center's identifier of the product, for example `CFQ7TTC0LH0Z`."),
    ],
    country: MarketToLookIn = strawberry.UNSET,
) -> Awaitable[catalog.Product | None]:
    key = ProductKey(country or info.context.default_country, product_id(partner_center_id))
    return info.context.loaders.products.load(key)


def sku(
    info: Info,
    product_id_: Annotated[
        str,
        strawberry.argument(
            name="productId", description="Partner Center's identifier of the product the SKU belongs to."
        ),
    ],
    partner_center_id: Annotated[
        str,
        strawberry.argument(
            description=(
                "Partner Center's identifier of the SKU, for example `0001`. "
                "It means something only together with the product."
            )
        ),
    ],
    country: MarketToLookIn = strawberry.UNSET,
) -> Awaitable[catalog.Sku | None]:
    key = SkuKey(country or info.context.default_country, product_id(product_id_), sku_id(partner_center_id))
    return info.context.loaders.skus.load(key)


def availability(
    info: Info,
    catalog_item_id: Annotated[
        str, strawberry.argument(description="`productId:skuId:availabilityId`, as used on cart lines.")
    ],
    country: MarketToLookIn = strawberry.UNSET,
) -> Awaitable[catalog.Availability | None]:
    item = catalog_item(catalog_item_id)
    market = country or info.context.default_country
    return info.context.loaders.availabilities.load(ItemKey(market, item.product_id, item.sku_id, item.availability_id))


def node(
    info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Opaque identifier of the object.")]
) -> Awaitable[Record | None] | None:
    return object_by_id(info, id)


def nodes(
    info: Info,
    ids: Annotated[list[strawberry.ID], strawberry.argument(description="Opaque identifiers of the objects.")],
) -> list[Awaitable[Record | None] | None]:
    if len(ids) > _MOST_NODES:
        raise InvalidInput(f"{len(ids)} identifiers; at most {_MOST_NODES} objects can be fetched at once.")
    return [object_by_id(info, each) for each in ids]
