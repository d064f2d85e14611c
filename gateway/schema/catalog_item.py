"""The product, SKU and availability behind the catalog item identifier of a line, for carts and orders alike.

All three come from one look-up by market and item, because an availability read by id embeds the other two.
"""

from collections.abc import Mapping
from functools import lru_cache, partial
from typing import Annotated

import strawberry

from gateway.batching import Later, then
from gateway.catalog.keys import CustomerKey, ItemKey
from gateway.context import Info
from gateway.errors import InvalidInput
from gateway.loaders import FoundItem, Loaders
from gateway.operations.field_cost import COST, FieldCost
from gateway.partner_center.models.catalog import Availability, Product, Sku
from gateway.partner_center.models.customers import Customer
from gateway.partner_center.paths import CatalogItemId, catalog_item
from gateway.schema.catalog import prime_product, product_of_availability, sku_of_availability
from gateway.schema.references import AvailabilityReference, ProductReference, SkuReference, asks_only
from gateway.schema.scalars import CountryCode

CustomersMarket = Annotated[
    CountryCode | None, strawberry.argument(description="Market to look in; the customer's market when left out.")
]
ProductOfItem = Later[Product | None] | ProductReference
SkuOfItem = Later[Sku | None] | SkuReference
AvailabilityOfItem = Later[Availability | None] | AvailabilityReference


def item_cost(*free_fields: str) -> Mapping[str, object]:
    """The metadata of a field behind a line's catalog item: one look-up for all of them, in the customer's market where
    no country is given. *free_fields* are known from the line.
    """
    cost = FieldCost(lookup="item", reads_customer=True, market_argument="country", free_fields=frozenset(free_fields))
    return {COST: cost}


def product_of_item(
    info: Info, *, customer_id: str, item_text: str | None, country: CountryCode | None
) -> ProductOfItem:
    found = info.context.loaders.found_items.get((customer_id, item_text, country))
    if found is not None and found.product is not None:
        return found.product
    item = _item(item_text)
    if item is None:
        return None
    if asks_only(info, "partnerCenterId"):
        return ProductReference(item.product_id)
    return then(_availability(info, item, customer_id, country), partial(_product, info))


def sku_of_item(info: Info, *, customer_id: str, item_text: str | None, country: CountryCode | None) -> SkuOfItem:
    found = info.context.loaders.found_items.get((customer_id, item_text, country))
    if found is not None and found.sku is not None:
        return found.sku
    item = _item(item_text)
    if item is None:
        return None
    if asks_only(info, "partnerCenterId", "productId"):
        return SkuReference(item.product_id, item.sku_id)
    return then(_availability(info, item, customer_id, country), partial(_sku, info))


def availability_of_item(
    info: Info, *, customer_id: str, item_text: str | None, country: CountryCode | None
) -> AvailabilityOfItem:
    found = info.context.loaders.found_items.get((customer_id, item_text, country))
    if found is not None:
        return found
    item = _item(item_text)
    if item is None:
        return None
    if asks_only(info, "partnerCenterId", "productId", "skuId", "catalogItemId"):
        return AvailabilityReference(item.product_id, item.sku_id, item.availability_id)
    return _availability(info, item, customer_id, country)


@lru_cache(maxsize=4096)
def _item(text: str | None) -> CatalogItemId | None:
    """None for offers of the older catalog and any other text that is not a catalog item identifier."""
    try:
        return catalog_item(text) if text else None
    except InvalidInput:
        return None


def _availability(
    info: Info, item: CatalogItemId, customer_id: str, country: CountryCode | None
) -> Later[Availability | None]:
    """In the market of the argument, else of the customer, else in the gateway's default one. Once it is known, it is
    among the found items.
    """
    step = partial(_in_market, info, item, customer_id, country)
    return step(None) if country else info.context.loaders.customers.then(CustomerKey(customer_id), step)


def _in_market(
    info: Info, item: CatalogItemId, customer_id: str, country: CountryCode | None, customer: Customer | None
) -> Later[Availability | None]:
    loaders = info.context.loaders
    market = country or (customer.country if customer else None) or info.context.default_country
    key = ItemKey(market, item.product_id, item.sku_id, item.availability_id)
    return loaders.availabilities.then(key, partial(_found, loaders, (customer_id, str(item), country)))


def _found(loaders: Loaders, key: FoundItem, availability: Availability | None) -> Availability | None:
    if availability is not None:
        loaders.found_items[key] = availability
        prime_product(loaders, availability)
    return availability


def _product(info: Info, availability: Availability | None) -> Later[Product | None]:
    return product_of_availability(availability, info) if availability else None


def _sku(info: Info, availability: Availability | None) -> Later[Sku | None]:
    return sku_of_availability(availability, info) if availability else None
