"""The products of a market's catalog, page by page: searched, filtered and sorted by the gateway.

Partner Center sends each view whole and sorts nothing, so every page is cut from lists that the catalog cache holds.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from itertools import chain
from typing import Annotated, NamedTuple, Self

import strawberry

from gateway.catalog.keys import ProductKey, ProductsKey
from gateway.catalog.paging import Listing, whole
from gateway.catalog.searching import Search
from gateway.context import Info
from gateway.errors import InvalidInput
from gateway.partner_center.models import catalog as models
from gateway.partner_center.models.values import CatalogView as View
from gateway.partner_center.models.values import TargetSegment as Segment
from gateway.schema.catalog import MarketToLookIn, Product, TargetSegment, segment
from gateway.schema.paging import After, Before, Connection, First, Last, PageArguments, PageInfo, connection, page_cost
from gateway.schema.searches import search_for
from gateway.schema.values import given

_MOST_VIEWS = 5
PRODUCT_PAGE = page_cost(weight=1, weight_argument="views")


@strawberry.enum(description="Parts of Partner Center's catalog.")
class CatalogView(Enum):
    ONLINE_SERVICES = strawberry.enum_value(
        View.ONLINE_SERVICES, description="Licenses for Microsoft's online services."
    )
    AZURE = strawberry.enum_value(View.AZURE, description="Azure by use.")
    MICROSOFT_AZURE = strawberry.enum_value(View.MICROSOFT_AZURE, description="Azure and its reservations.")
    AZURE_RESERVATIONS = strawberry.enum_value(View.AZURE_RESERVATIONS, description="All Azure reservations.")
    AZURE_RESERVATIONS_VM = strawberry.enum_value(
        View.AZURE_RESERVATIONS_VM, description="Reservations of virtual machines."
    )
    AZURE_RESERVATIONS_SQL = strawberry.enum_value(
        View.AZURE_RESERVATIONS_SQL, description="Reservations of SQL databases."
    )
    AZURE_RESERVATIONS_COSMOS_DB = strawberry.enum_value(
        View.AZURE_RESERVATIONS_COSMOS_DB, description="Reservations of Cosmos DB."
    )
    SOFTWARE = strawberry.enum_value(View.SOFTWARE, description="Perpetual software, and software by subscription.")
    SOFTWARE_PERPETUAL = strawberry.enum_value(View.SOFTWARE_PERPETUAL, description="Perpetual software.")
    SOFTWARE_SUBSCRIPTIONS = strawberry.enum_value(View.SOFTWARE_SUBSCRIPTIONS, description="Software by subscription.")
    SOFTWARE_SUSE_LINUX = strawberry.enum_value(View.SOFTWARE_SUSE_LINUX, description="SUSE Linux.")
    MARKETPLACE_SAAS = strawberry.enum_value(
        View.MARKETPLACE_SAAS, description="Products of other publishers on Microsoft's marketplace."
    )
    SPECIALIZED_OFFERS = strawberry.enum_value(
        View.SPECIALIZED_OFFERS, description="Offers for single customers or partners."
    )


@strawberry.enum(description="Orders that products can come in.")
class ProductSortKey(Enum):
    CATALOG = strawberry.enum_value("CATALOG", description="As Partner Center lists them, one view after the other.")
    TITLE = strawberry.enum_value("TITLE", description="By title.")
    RELEVANCE = strawberry.enum_value(
        "RELEVANCE",
        description="Those first whose title answers the `query` best; without a `query` as `CATALOG`.",
    )


@strawberry.input(description="What products to find. All conditions that are given have to hold.")
class ProductFilterInput:
    category_id: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="Identifier of the category or subcategory, as in `ProductCategory.partnerCenterId`.",
    )
    publisher_name: str | None = strawberry.field(
        default=strawberry.UNSET, description="Name of the publisher, ignoring case."
    )
    is_microsoft_product: bool | None = strawberry.field(
        default=strawberry.UNSET, description="True for Microsoft's own products, false for those of others."
    )


@strawberry.type(description="A product and its position in the list.")
class ProductEdge:
    cursor: str = strawberry.field(description="Position in the list, for `after` and `before`.")
    node: Product = strawberry.field(description="The product.")


@strawberry.type(description="A page of products.")
class ProductConnection:
    edges: list[ProductEdge] = strawberry.field(description="The products on this page with their cursors.")
    nodes: list[Product] = strawberry.field(description="The products on this page, without the cursors.")
    page_info: PageInfo = strawberry.field(description="Position of the page in the list.")
    total_count: int = strawberry.field(description="Number of products on all pages.")


async def products(
    info: Info,
    *,
    views: Annotated[
        list[CatalogView],
        strawberry.argument(
            description="Catalog views to read, 1 to 5. A product that several of them show comes once."
        ),
    ] = [CatalogView.ONLINE_SERVICES],  # noqa: B006 - Strawberry prints it as the argument's default
    target_segment: Annotated[
        TargetSegment | None, strawberry.argument(description="Only products meant for this kind of customer.")
    ] = strawberry.UNSET,
    country: MarketToLookIn = strawberry.UNSET,
    query: Annotated[
        str | None,
        strawberry.argument(
            description="Words to look for, in any order and case. A product is found when each of them begins a word of its title, description or publisher, or is its identifier. Applied by the gateway."
        ),
    ] = strawberry.UNSET,
    filter: Annotated[
        ProductFilterInput | None,
        strawberry.argument(description="Only products like this. Applied by the gateway."),
    ] = strawberry.UNSET,
    sort_key: Annotated[
        ProductSortKey, strawberry.argument(description="Order of the products.")
    ] = ProductSortKey.CATALOG,
    reverse: Annotated[bool, strawberry.argument(description="The other way round.")] = False,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
) -> Connection:
    search = search_for(query)
    keys = _keys(views, country or info.context.default_country, segment(target_segment))
    conditions = _Conditions.of(given(filter))
    name = repr(("products", keys, search.query, conditions, sort_key.name, reverse))
    window = PageArguments(first, after, last, before).window(name)
    found = [product for product in await _products_of(info, keys) if conditions.hold(product, search)]
    listing = Listing(whole(_sorted(found, sort_key, search, reverse=reverse)), key=lambda product: product.id)
    return connection(await listing.page(window), name=name)


def _keys(views: Sequence[CatalogView], country: str, target_segment: Segment | None) -> list[ProductsKey]:
    """Raises InvalidInput when a view is missing or comes twice, or there are too many."""
    if not 1 <= len(views) <= _MOST_VIEWS:
        raise InvalidInput(f"{len(views)} views; name 1 to {_MOST_VIEWS} of them.")
    if len(set(views)) < len(views):
        raise InvalidInput("A view is named twice; name each once.")
    return [ProductsKey(country, View(view.value), target_segment) for view in views]


async def _products_of(info: Info, keys: Sequence[ProductsKey]) -> Iterable[models.Product]:
    """The products of all views, each once, in the order of the views."""
    loaders = info.context.loaders
    lists = await asyncio.gather(*map(loaders.products_in_view.load, keys))
    found: dict[str, models.Product] = {}
    for product in chain.from_iterable(filter(None, lists)):
        if product.id not in found:
            found[product.id] = product
            loaders.products.prime(ProductKey(keys[0].country, product.id), product)
    return found.values()


class _Conditions(NamedTuple):
    """The conditions of a filter, texts without casing; None for those that are not given."""

    category_id: str | None = None
    publisher_name: str | None = None
    is_microsoft_product: bool | None = None

    @classmethod
    def of(cls, filter: ProductFilterInput | None) -> Self:
        if filter is None:
            return cls()
        category_id, publisher_name = given(filter.category_id), given(filter.publisher_name)
        return cls(
            category_id and category_id.casefold(),
            publisher_name and publisher_name.casefold(),
            given(filter.is_microsoft_product),
        )

    def hold(self, product: models.Product, search: Search) -> bool:
        return (
            self.is_microsoft_product in {None, product.is_microsoft_product}
            and self.publisher_name in {None, (product.publisher_name or "").casefold()}
            and (self.category_id is None or self.category_id in _categories(product.product_type))
            and search.finds(product.title, product.description, product.publisher_name, identifier=product.id)
        )


def _categories(category: models.ItemType | None) -> Iterator[str]:
    """The identifiers of a category and its subcategories, without casing."""
    while category is not None:
        yield (category.id or "").casefold()
        category = category.sub_type


def _sorted(
    products: list[models.Product], sort_key: ProductSortKey, search: Search, *, reverse: bool
) -> Sequence[models.Product]:
    if sort_key is ProductSortKey.TITLE:
        products.sort(key=lambda product: ((product.title or "").casefold(), product.id))
    elif sort_key is ProductSortKey.RELEVANCE:
        products.sort(key=lambda product: search.rank(product.title))
    return products[::-1] if reverse else products
