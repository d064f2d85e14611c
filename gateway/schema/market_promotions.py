"""The promotions of a market, page by page: filtered and searched by the gateway, because Partner Center sends them whole."""

from typing import Annotated

import strawberry

from gateway.catalog.keys import PromotionsKey
from gateway.catalog.paging import Listing, whole
from gateway.context import Info
from gateway.errors import InvalidInput
from gateway.partner_center import paths
from gateway.schema.catalog import MarketToLookIn
from gateway.schema.paging import After, Before, Connection, First, Last, PageArguments, PageInfo, connection
from gateway.schema.promotions import Promotion, is_for
from gateway.schema.searches import search_for
from gateway.schema.values import given


@strawberry.type(description="A promotion and its position in the list.")
class PromotionEdge:
    cursor: str = strawberry.field(description="Position in the list, for `after` and `before`.")
    node: Promotion = strawberry.field(description="The promotion.")


@strawberry.type(description="A page of promotions.")
class PromotionConnection:
    edges: list[PromotionEdge] = strawberry.field(description="The promotions on this page with their cursors.")
    nodes: list[Promotion] = strawberry.field(description="The promotions on this page, without the cursors.")
    page_info: PageInfo = strawberry.field(description="Position of the page in the list.")
    total_count: int = strawberry.field(description="Number of promotions on all pages.")


async def promotions(
    info: Info,
    *,
    country: MarketToLookIn = strawberry.UNSET,
    product_id: Annotated[
        str | None,
        strawberry.argument(
            description="Only promotions for this product, by Partner Center's identifier. Applied by the gateway."
        ),
    ] = strawberry.UNSET,
    sku_id: Annotated[
        str | None,
        strawberry.argument(description="Only promotions for this SKU; goes with `productId`. Applied by the gateway."),
    ] = strawberry.UNSET,
    query: Annotated[
        str | None,
        strawberry.argument(
            description="Words to look for, in any order and case. A promotion is found when each of them begins a word of its name or description, or is its identifier. Applied by the gateway."
        ),
    ] = strawberry.UNSET,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
) -> Connection | None:
    search, (product, sku) = search_for(query), _sku_meant(given(product_id), given(sku_id))
    key = PromotionsKey(country or info.context.default_country)
    name = repr(("promotions", key, product and product.casefold(), sku and sku.casefold(), search.query))
    window = PageArguments(first, after, last, before).window(name)
    found = await info.context.loaders.promotions_of_market.load(key)
    if found is None:
        return None
    matching = [
        each
        for each in found
        if (product is None or is_for(each, product, sku))
        and search.finds(each.name, each.description, identifier=each.id)
    ]
    listing = Listing(whole(matching), key=lambda promotion: promotion.id)
    return connection(await listing.page(window), name=name)


def _sku_meant(product_id: str | None, sku_id: str | None) -> tuple[str | None, str | None]:
    """The product and its SKU, as far as they are given. Raises InvalidInput for what cannot be one."""
    if sku_id is not None and product_id is None:
        raise InvalidInput("skuId goes with productId, because it means nothing alone; send both, or leave skuId out.")
    product = None if product_id is None else paths.product_id(product_id)
    return product, None if sku_id is None else paths.sku_id(sku_id)
