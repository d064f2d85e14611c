"""The customer that a cart or an order belongs to."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

from gateway.catalog.catalog import CustomerKey
from gateway.context import Info
from gateway.errors import NotFound
from gateway.partner_center.models import customers
from gateway.schema.selection import asks_only

if TYPE_CHECKING:
    from gateway.schema.customer import Customer


@dataclass(frozen=True, slots=True)
class CustomerReference:
    """A customer of which a request asks no more than its identifier already says; it costs no call."""

    id: str


LazyCustomer: TypeAlias = Annotated["Customer", strawberry.lazy("gateway.schema.customer")]
Owner = Awaitable[customers.Customer] | CustomerReference


def owner(info: Info, customer_id: str) -> Owner:
    if asks_only(info, "id", "tenantId", "cart", "orders"):
        return CustomerReference(customer_id)
    return _read(info, customer_id)


async def _read(info: Info, customer_id: str) -> customers.Customer:
    """The customer exists, since the cart or order is its own: that it is not shown is an error, not absence."""
    customer = await info.context.loaders.customers.load(CustomerKey(customer_id))
    if customer is None:
        raise NotFound("Partner Center does not show this customer to the caller.", http_status=404)
    return customer
