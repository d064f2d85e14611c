"""The lists of the query type: the partner's customers, and the products of a catalog view."""

from typing import Annotated

import strawberry

from gateway.catalog.keys import ProductKey, ProductsKey
from gateway.catalog.paging import Chunk, Listing, whole
from gateway.context import Info
from gateway.errors import InvalidInput
from gateway.loaders import CustomersKey
from gateway.partner_center.models import customers as models
from gateway.schema.catalog import MarketToLookIn, Product, TargetSegment, segment
from gateway.schema.customer import Customer
from gateway.schema.paging import After, Before, Connection, First, Last, PageArguments, PageInfo, connection, page_cost

_LONGEST = 256


CUSTOMER_PAGE = page_cost(weight=1, argument_weights={"after": 1, "last": 9, "before": 9})
"""Partner Center lists customers a hundred at a time, from the front. One chunk holds every first page; a page that
begins within a chunk may end in the next; the end of the list is assumed to be ten chunks away.
"""


@strawberry.type(description="A customer and its position in the list.")
class CustomerEdge:
    cursor: str = strawberry.field(description="Position in the list, for `after` and `before`.")
    node: Customer = strawberry.field(description="The customer.")


@strawberry.type(description="A page of customers.")
class CustomerConnection:
    edges: list[CustomerEdge] = strawberry.field(description="The customers on this page with their cursors.")
    page_info: PageInfo = strawberry.field(description="Position of the page in the list.")
    total_count: int = strawberry.field(description="Number of customers on all pages.")


@strawberry.type(description="A product and its position in the list.")
class ProductEdge:
    cursor: str = strawberry.field(description="Position in the list, for `after` and `before`.")
    node: Product = strawberry.field(description="The product.")


@strawberry.type(description="A page of products.")
class ProductConnection:
    edges: list[ProductEdge] = strawberry.field(description="The products on this page with their cursors.")
    page_info: PageInfo = strawberry.field(description="Position of the page in the list.")
    total_count: int = strawberry.field(description="Number of products on all pages.")


async def customers(
    info: Info,
    *,
    company_name_starts_with: Annotated[
        str | None, strawberry.argument(description="Only customers whose company name begins with this text.")
    ] = strawberry.UNSET,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
) -> Connection:
    name_start = _checked_length(company_name_starts_with or "", "companyNameStartsWith") or None
    name = f"customers/{name_start or ''}"
    window = PageArguments(first, after, last, before).window(name)

    async def open_chunk(token: str) -> Chunk[models.Customer]:
        return await info.context.loaders.customers_by_chunk.load(CustomersKey(name_start, token))

    listing = Listing(open_chunk, key=lambda customer: customer.id.lower())
    return connection(await listing.page(window), name=name)


async def products(
    info: Info,
    *,
    target_view: Annotated[
        str,
        strawberry.argument(
            description="Catalog view to read, as Partner Center names it, for example `OnlineServices`, `Software`, `Azure` or `AzureReservations`."
        ),
    ],
    target_segment: Annotated[
        TargetSegment | None, strawberry.argument(description="Only products meant for this kind of customer.")
    ] = strawberry.UNSET,
    country: MarketToLookIn = strawberry.UNSET,
    title_contains: Annotated[
        str | None,
        strawberry.argument(
            description="Only products whose title contains this text, ignoring case. Applied by the gateway."
        ),
    ] = strawberry.UNSET,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
) -> Connection:
    if not _checked_length(target_view, "targetView").strip():
        raise InvalidInput("targetView is empty; name a catalog view, such as OnlineServices.")
    market, title_part = country or info.context.default_country, (title_contains or "").casefold()
    key = ProductsKey(market, target_view.strip(), segment(target_segment))
    name = f"products/{market}/{key.target_view.lower()}/{key.target_segment}/{title_part}"
    window = PageArguments(first, after, last, before).window(name)
    found = await info.context.loaders.products_in_view.load(key) or ()
    for product in found:
        info.context.loaders.products.prime(ProductKey(market, product.id), product)
    matching = [product for product in found if title_part in (product.title or "").casefold()]
    listing = Listing(whole(matching), key=lambda product: product.id)
    return connection(await listing.page(window), name=name)


def _checked_length(text: str, argument: str) -> str:
    """The text, which becomes part of a URL. Raises InvalidInput when it is too long for that."""
    if len(text) > _LONGEST:
        raise InvalidInput(f"{argument} has {len(text)} characters; at most {_LONGEST} are accepted.")
    return text
