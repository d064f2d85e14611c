"""The product, SKU and availability behind the catalog item identifier of a line, for carts and orders alike.

All three come from one look-up by market and item, because an availability read by id embeds the other two.
"""

from collections.abc import Awaitable, Mapping
from typing import Annotated

import strawberry

from gateway.catalog.keys import CustomerKey, ItemKey, ProductKey, SkuKey
from gateway.context import Info
from gateway.errors import InvalidInput
from gateway.operations.field_cost import COST, FieldCost
from gateway.partner_center.models.catalog import Availability, Product, Sku
from gateway.partner_center.paths import CatalogItemId, catalog_item
from gateway.schema.catalog import embedded_sku
from gateway.schema.references import AvailabilityReference, ProductReference, SkuReference, asks_only
from gateway.schema.scalars import CountryCode

CustomersMarket = Annotated[
    CountryCode | None, strawberry.argument(description="Market to look in; the customer's market when left out.")
]
ProductOfItem = Awaitable[Product | None] | ProductReference | None
SkuOfItem = Awaitable[Sku | None] | SkuReference | None
AvailabilityOfItem = Awaitable[Availability | None] | AvailabilityReference | None


def item_cost(*free_fields: str) -> Mapping[str, object]:
    """The metadata of a field behind a line's catalog item: one look-up for all of them, in the customer's market where
    no country is given. *free_fields* are known from the line.
    """
    cost = FieldCost(lookup="item", reads_customer=True, market_argument="country", free_fields=frozenset(free_fields))
    return {COST: cost}


def product_of_item(
    info: Info, *, customer_id: str, item_text: str | None, country: CountryCode | None
) -> ProductOfItem:
    item = _item(item_text)
    if item is None:
        return None
    if asks_only(info, "partnerCenterId"):
        return ProductReference(item.product_id)
    return _product(info, item, customer_id, country)


def sku_of_item(info: Info, *, customer_id: str, item_text: str | None, country: CountryCode | None) -> SkuOfItem:
    item = _item(item_text)
    if item is None:
        return None
    if asks_only(info, "partnerCenterId", "productId"):
        return SkuReference(item.product_id, item.sku_id)
    return _sku(info, item, customer_id, country)


def availability_of_item(
    info: Info, *, customer_id: str, item_text: str | None, country: CountryCode | None
) -> AvailabilityOfItem:
    item = _item(item_text)
    if item is None:
        return None
    if asks_only(info, "partnerCenterId", "productId", "skuId", "catalogItemId"):
        return AvailabilityReference(item.product_id, item.sku_id, item.availability_id)
    return _availability(info, item, customer_id, country)


def _item(text: str | None) -> CatalogItemId | None:
    """None for offers of the older catalog and any other text that is not a catalog item identifier."""
    try:
        return catalog_item(text) if text else None
    except InvalidInput:
        return None


async def _availability(
    info: Info, item: CatalogItemId, customer_id: str, country: CountryCode | None
) -> Availability | None:
    market = await _market(info, customer_id, country)
    key = ItemKey(market, item.product_id, item.sku_id, item.availability_id)
    return await info.context.loaders.availabilities.load(key)


async def _product(info: Info, item: CatalogItemId, customer_id: str, country: CountryCode | None) -> Product | None:
    availability = await _availability(info, item, customer_id, country)
    if availability is None:
        return None
    if availability.product is not None:
        return availability.product
    return await info.context.loaders.products.load(ProductKey(availability.country, item.product_id))


async def _sku(info: Info, item: CatalogItemId, customer_id: str, country: CountryCode | None) -> Sku | None:
    availability = await _availability(info, item, customer_id, country)
    if availability is None:
        return None
    sku = embedded_sku(availability, info)
    if sku is not None:
        return sku
    return await info.context.loaders.skus.load(SkuKey(availability.country, item.product_id, item.sku_id))


async def _market(info: Info, customer_id: str, country: CountryCode | None) -> str:
    """The argument, else the customer's market (one cached call), else the gateway's default."""
    if country:
        return country
    customer = await info.context.loaders.customers.load(CustomerKey(customer_id))
    return (customer.country if customer else None) or info.context.default_country
