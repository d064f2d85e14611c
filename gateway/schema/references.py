"""References stand in for objects of which a request selects only facts that the identifier already holds.

They save the call that would read such an object.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

from gateway.catalog.keys import CustomerKey
from gateway.compiler.info import selected_names
from gateway.context import Info
from gateway.errors import NotFound
from gateway.loaders.batching import Later
from gateway.operations.field_cost import COST, FieldCost
from gateway.partner_center.models import customers

if TYPE_CHECKING:
    from gateway.schema.customer import Customer
    from gateway.schema.subscription import CustomerSubscription

LazyCustomer: TypeAlias = Annotated["Customer", strawberry.lazy("gateway.schema.customer")]
LazySubscription: TypeAlias = Annotated["CustomerSubscription", strawberry.lazy("gateway.schema.subscription")]


_KNOWN_BY_ID = frozenset({
    "id", "tenantId", "orders", "subscriptions", "termEndDates", "agreement", "qualifications", "indirectResellers",
})  # fmt: skip
"""Fields of a customer that need nothing but its identifier."""
OWNER_COST = {COST: FieldCost(reads_customer=True, free_fields=_KNOWN_BY_ID)}
"""The cost of the customer that a cart, an order or a subscription belongs to."""


@dataclass(frozen=True, slots=True)
class CustomerReference:
    id: str


@dataclass(frozen=True, slots=True)
class ProductReference:
    id: str


@dataclass(frozen=True, slots=True)
class SkuReference:
    product_id: str
    id: str


@dataclass(frozen=True, slots=True)
class AvailabilityReference:
    product_id: str
    sku_id: str
    id: str

    @property
    def catalog_item_id(self) -> str:
        return f"{self.product_id}:{self.sku_id}:{self.id}"


@dataclass(frozen=True, slots=True)
class OrderReference:
    customer_id: str
    id: str


@dataclass(frozen=True, slots=True)
class SubscriptionReference:
    customer_id: str
    id: str


Owner = Later[customers.Customer] | CustomerReference


def owner(info: Info, customer_id: str) -> Owner:
    """The customer that a cart, an order or a subscription belongs to."""
    if asks_only(info, *_KNOWN_BY_ID):
        return CustomerReference(customer_id)
    return info.context.loaders.customers.then(CustomerKey(customer_id), _existing)


def _existing(customer: customers.Customer | None) -> customers.Customer:
    """Raises NotFound when Partner Center does not show the customer: it exists, since the cart, order or subscription is its own."""
    if customer is None:
        raise NotFound("Partner Center does not show this customer to the caller.", http_status=404)
    return customer


def asks_only(info: Info, *names: str) -> bool:
    """True when nothing but these fields (and `__typename`) is selected below the field being resolved.

    Fields under `@skip` and `@include` count as selected: an extra call is better than a missing value.
    """
    return selected_names(info) <= frozenset(names)
