"""The product, SKU and availability behind the catalog item identifier of a line, for carts and orders alike.

All three come from one look-up by market and item, because an availability read by id embeds the other two.
"""

import asyncio
from collections.abc import Mapping
from functools import lru_cache, partial
from typing import Annotated

import strawberry

from gateway.catalog.keys import CustomerKey, ItemKey
from gateway.context import Info
from gateway.errors import InvalidInput, NotFound
from gateway.loaders.batching import Later, itself, then
from gateway.loaders.keys import AskedItem
from gateway.loaders.loaders import Loaders
from gateway.operations.field_cost import COST, FieldCost
from gateway.partner_center.models.catalog import Availability, Product, Sku
from gateway.partner_center.models.customers import Customer
from gateway.partner_center.paths import CatalogItemId, catalog_item
from gateway.schema.catalog import prime_product, product_of_availability, sku_of_availability
from gateway.schema.promotions import MARKET_PROMOTIONS
from gateway.schema.references import AvailabilityReference, ProductReference, SkuReference, asks_only
from gateway.schema.scalars import CountryCode

CustomersMarket = Annotated[
    CountryCode | None, strawberry.argument(description="Market to look in; the customer's market when left out.")
]
ProductOfItem = Later[Product | None] | ProductReference
SkuOfItem = Later[Sku | None] | SkuReference
AvailabilityOfItem = Later[Availability | None] | AvailabilityReference


def item_cost(*free_fields: str, market_argument: str | None = "country") -> Mapping[str, object]:
    """The metadata of a field behind a line's catalog item: one look-up for all of them, in the customer's market where
    no country is given. *free_fields* are known from the line.
    """
    cost = FieldCost(
        lookup="item",
        gathers=frozenset({MARKET_PROMOTIONS}),
        reads_customer=True,
        market_argument=market_argument,
        free_fields=frozenset(free_fields),
    )
    return {COST: cost}


def product_of_item(
    info: Info, *, customer_id: str, item_text: str | None, country: CountryCode | None
) -> ProductOfItem:
    asked = (customer_id, item_text, country)
    found = info.context.loaders.items.get(asked)
    if isinstance(found, Availability) and found.product is not None:
        return found.product
    item = _item(item_text)
    if item is None:
        return None
    if asks_only(info, "partnerCenterId"):
        return ProductReference(item.product_id)
    return then(_availability(info, item, asked), partial(_product, info))


def sku_of_item(info: Info, *, customer_id: str, item_text: str | None, country: CountryCode | None) -> SkuOfItem:
    asked = (customer_id, item_text, country)
    found = info.context.loaders.items.get(asked)
    if isinstance(found, Availability) and found.sku is not None:
        return found.sku
    item = _item(item_text)
    if item is None:
        return None
    if asks_only(info, "partnerCenterId", "productId"):
        return SkuReference(item.product_id, item.sku_id)
    return then(_availability(info, item, asked), partial(_sku, info))


def availability_of_item(
    info: Info, *, customer_id: str, item_text: str | None, country: CountryCode | None
) -> AvailabilityOfItem:
    asked = (customer_id, item_text, country)
    found = info.context.loaders.items.get(asked)
    if isinstance(found, Availability):
        return found
    item = _item(item_text)
    if item is None:
        return None
    if asks_only(info, "partnerCenterId", "productId", "skuId", "catalogItemId"):
        return AvailabilityReference(item.product_id, item.sku_id, item.availability_id)
    return then(_availability(info, item, asked), itself)


def availability_behind(info: Info, *, customer_id: str, item_text: str | None) -> Later[Availability | None]:
    """The availability behind a line in the customer's market, for fields of other types than an availability."""
    item = _item(item_text)
    return None if item is None else then(_availability(info, item, (customer_id, item_text, None)), itself)


def availability_or_absence(
    info: Info, *, customer_id: str, item_text: str | None
) -> Later[Availability | NotFound | None]:
    """The availability behind a line in the customer's market, or how Partner Center refused it as not found.

    None for what is not an item of the new catalog.
    """
    item, asked = _item(item_text), (customer_id, item_text, None)
    if item is None:
        return None
    return then(_availability(info, item, asked), partial(_or_absence, info.context.loaders, asked))


def _or_absence(loaders: Loaders, asked: AskedItem, found: Availability | None) -> Availability | NotFound:
    if found is not None:
        return found
    return loaders.missing_items.get(asked) or NotFound("The catalog does not have this item.", http_status=404)


@lru_cache(maxsize=4096)
def _item(text: str | None) -> CatalogItemId | None:
    """None for offers of the older catalog and any other text that is not a catalog item identifier."""
    try:
        return catalog_item(text) if text else None
    except InvalidInput:
        return None


def _availability(info: Info, item: CatalogItemId, asked: AskedItem) -> Later[Availability | None]:
    """In the market of the argument, else of the customer, else in the gateway's default one.

    All fields that ask for an item wait for the same future, which none of them may cancel.
    """
    items = info.context.loaders.items
    if asked in items:
        return items[asked]
    customer_id, _, country = asked
    step = partial(_in_market, info, item, asked)
    found = step(None) if country else info.context.loaders.customers.then(CustomerKey(customer_id), step)
    if isinstance(found, asyncio.Future):
        items[asked] = found
        found.add_done_callback(partial(_forget, items, asked))
    return found


def _in_market(
    info: Info, item: CatalogItemId, asked: AskedItem, customer: Customer | None
) -> Later[Availability | None]:
    loaders = info.context.loaders
    market = asked[2] or (customer.country if customer else None) or info.context.default_country
    key = ItemKey(market, item.product_id, item.sku_id, item.availability_id)
    return loaders.availabilities.then(key, partial(_noted, loaders, asked, key))


def _noted(loaders: Loaders, asked: AskedItem, key: ItemKey, availability: Availability | None) -> Availability | None:
    if availability is not None:
        loaders.items[asked] = availability
        prime_product(loaders, availability)
    elif (absence := loaders.absence(key)) is not None:
        loaders.missing_items[asked] = absence
    return availability


def _forget(items: dict[AskedItem, Later[Availability | None]], asked: AskedItem, found: object) -> None:
    """A field that comes after a failure asks again."""
    if items.get(asked) is found:
        del items[asked]


def _product(info: Info, availability: Availability | None) -> Later[Product | None]:
    return product_of_availability(availability, info) if availability else None


def _sku(info: Info, availability: Availability | None) -> Later[Sku | None]:
    return sku_of_availability(availability, info) if availability else None
