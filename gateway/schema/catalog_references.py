"""How a query names one entry of a market's catalog: by an identifier of this API, or by Partner Center's own."""

from typing import Annotated

import strawberry

from gateway.catalog.keys import ItemKey, ProductKey, PromotionKey, SkuKey
from gateway.context import Info
from gateway.errors import InvalidInput
from gateway.partner_center.paths import catalog_item, product_id, product_sku, promotion_id
from gateway.schema.node import Kind, parts_of
from gateway.schema.scalars import CountryCode
from gateway.schema.values import given

MarketOfReference = Annotated[
    CountryCode | None,
    strawberry.argument(
        description="Market to look in; the gateway's default market when left out. Not together with `id`, which names its market."
    ),
]


@strawberry.input(one_of=True, description="The product meant. Give exactly one of the fields.")
class ProductReferenceInput:
    id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="`Product.id`, as issued by this API."
    )
    partner_center_id: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="Partner Center's identifier of the product, for example `CFQ7TTC0LH0Z`.",
    )


@strawberry.input(one_of=True, description="The SKU meant. Give exactly one of the fields.")
class SkuReferenceInput:
    id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="`Sku.id`, as issued by this API."
    )
    partner_center_id: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="Partner Center's identifiers of product and SKU, as `productId:skuId`, for example `CFQ7TTC0LH0Z:0001`.",
    )


@strawberry.input(one_of=True, description="The availability meant. Give exactly one of the fields.")
class AvailabilityReferenceInput:
    id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="`Availability.id`, as issued by this API."
    )
    catalog_item_id: str | None = strawberry.field(
        default=strawberry.UNSET, description="`productId:skuId:availabilityId`, as used on cart lines."
    )


@strawberry.input(one_of=True, description="The promotion meant. Give exactly one of the fields.")
class PromotionReferenceInput:
    id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="`Promotion.id`, as issued by this API."
    )
    partner_center_id: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="Partner Center's identifier of the promotion: `CartLineItem.promotionId`.",
    )


def product_key(info: Info, by: ProductReferenceInput, country: CountryCode | None) -> ProductKey | None:
    """The product meant; None when an identifier of this API is broken or of something else.

    Raises InvalidInput, as the functions below do, when Partner Center's identifier cannot be one, and when `id` and
    `country` come together.
    """
    name = given(by.partner_center_id)
    if name is not None:
        return ProductKey(market(info, country), product_id(name))
    parts = parts_with_market(Kind.PRODUCT, by.id, country)
    return ProductKey(*parts) if parts else None


def sku_key(info: Info, by: SkuReferenceInput, country: CountryCode | None) -> SkuKey | None:
    name = given(by.partner_center_id)
    if name is not None:
        return SkuKey(market(info, country), *product_sku(name))
    parts = parts_with_market(Kind.SKU, by.id, country)
    return SkuKey(*parts) if parts else None


def item_key(info: Info, by: AvailabilityReferenceInput, country: CountryCode | None) -> ItemKey | None:
    name = given(by.catalog_item_id)
    if name is not None:
        item = catalog_item(name)
        return ItemKey(market(info, country), item.product_id, item.sku_id, item.availability_id)
    parts = parts_with_market(Kind.AVAILABILITY, by.id, country)
    return ItemKey(*parts) if parts else None


def promotion_key(info: Info, by: PromotionReferenceInput, country: CountryCode | None) -> PromotionKey | None:
    name = given(by.partner_center_id)
    if name is not None:
        return PromotionKey(market(info, country), promotion_id(name))
    parts = parts_with_market(Kind.PROMOTION, by.id, country)
    return PromotionKey(*parts) if parts else None


def market(info: Info, country: CountryCode | None) -> str:
    """The market to look in: that of the argument, else the gateway's default one."""
    return country or info.context.default_country


def parts_with_market(kind: Kind, node_id: str | None, country: CountryCode | None) -> tuple[str, ...] | None:
    """The parts of an identifier that names its market; None when it is broken or of another kind.

    Raises InvalidInput when a country is given beside it.
    """
    if given(country) is not None:
        raise InvalidInput("An id names its market already: leave out country, or send Partner Center's identifier.")
    return parts_of(kind, node_id or "")
