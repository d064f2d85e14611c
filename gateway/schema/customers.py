"""The partner's customers, page by page."""

from typing import Annotated

import strawberry

from gateway.catalog.paging import Chunk, Listing
from gateway.context import Info
from gateway.errors import InvalidInput
from gateway.loaders.keys import CustomersKey
from gateway.partner_center.models import customers as models
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
    nodes: list[Customer] = strawberry.field(description="The customers on this page, without the cursors.")
    page_info: PageInfo = strawberry.field(description="Position of the page in the list.")
    total_count: int = strawberry.field(description="Number of customers on all pages.")


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
    name_start = _checked_start(company_name_starts_with or "") or None
    name = f"customers/{name_start or ''}"
    window = PageArguments(first, after, last, before).window(name)

    async def open_chunk(token: str) -> Chunk[models.Customer]:
        return await info.context.loaders.customers_by_chunk.load(CustomersKey(name_start, token))

    listing = Listing(open_chunk, key=lambda customer: customer.id.lower())
    return connection(await listing.page(window), name=name)


def _checked_start(text: str) -> str:
    """The text, which becomes part of a URL. Raises InvalidInput when it is too long for that."""
    if len(text) > _LONGEST:
        raise InvalidInput(f"companyNameStartsWith has {len(text)} characters; at most {_LONGEST} are accepted.")
    return text
