"""Customers of the partner: an object type over the record."""

from collections.abc import Awaitable
from typing import Annotated

import strawberry

from gateway.carts.service import CartKey
from gateway.context import Info
from gateway.partner_center.models import carts, customers
from gateway.partner_center.paths import guid
from gateway.schema.cart import Cart
from gateway.schema.fields import resolved
from gateway.schema.node import Kind, Node, node_id
from gateway.schema.owner import CustomerReference
from gateway.schema.scalars import CountryCode


def customer_node_id(customer: strawberry.Parent[customers.Customer]) -> strawberry.ID:
    return node_id(Kind.CUSTOMER, customer.id.lower())


def company_name(customer: strawberry.Parent[customers.Customer]) -> str | None:
    return customer.company_profile.company_name if customer.company_profile else None


def domain(customer: strawberry.Parent[customers.Customer]) -> str | None:
    return customer.company_profile.domain if customer.company_profile else None


def cart_of_customer(
    customer: strawberry.Parent[customers.Customer],
    info: Info,
    partner_center_id: Annotated[str, strawberry.argument(description="Partner Center's identifier of the cart.")],
) -> Awaitable[carts.Cart | None]:
    key = CartKey(customer.id.lower(), guid(partner_center_id, name="partnerCenterId of the cart"))
    return info.context.loaders.carts.load(key)


@strawberry.type(description="A customer of the partner.")
class Customer(Node):
    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        return isinstance(value, (customers.Customer, CustomerReference))

    node_id: strawberry.ID = resolved(customer_node_id, name="id", description="Opaque identifier of the customer.")
    id: str = strawberry.field(
        name="tenantId",
        description=(
            "The customer's Microsoft Entra tenant identifier (a GUID), "
            "which Partner Center uses as the customer identifier."
        ),
    )
    company_name: str | None = resolved(company_name, description="Name of the company.")
    domain: str | None = resolved(domain, description="The company's domain, for example `contoso.onmicrosoft.com`.")
    country: CountryCode | None = strawberry.field(
        description="The customer's market, from the billing address; null when Partner Center does not show it."
    )
    cart: Cart | None = resolved(
        cart_of_customer,
        description="One of the customer's carts; null when there is no such cart. Partner Center cannot list carts.",
    )
