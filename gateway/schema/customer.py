"""Customers of the partner: an object type over the record."""

import strawberry

from gateway.agreements import standing
from gateway.catalog.keys import CustomerKey
from gateway.catalog.paging import Listing, whole
from gateway.context import Info
from gateway.loaders.batching import Later
from gateway.operations.field_cost import COST, ONE_CALL, FieldCost
from gateway.partner_center.models import customers, partners
from gateway.partner_center.models.qualifications import CustomerQualification as QualificationRecord
from gateway.schema.agreements import CustomerAgreement, agreement_of_customer
from gateway.schema.node import Kind, Node, node_id
from gateway.schema.order import OrderConnection
from gateway.schema.owned_subscriptions import subscriptions_of_customer
from gateway.schema.paging import After, Before, Connection, First, Last, PageArguments, connection, page_cost
from gateway.schema.partners import GATHERS_VERDICTS, Partner, resellers_of_customer
from gateway.schema.qualifications import CustomerQualification, qualifications_of_customer
from gateway.schema.references import CustomerReference
from gateway.schema.scalars import CountryCode
from gateway.schema.subscription import CustomerSubscriptionConnection
from gateway.schema.term_end_dates import CUSTOMER_TERM_END_DATES, DatesLater, TermEndDate, term_end_dates_of_customer


def customer_node_id(customer: strawberry.Parent[customers.Customer]) -> strawberry.ID:
    return node_id(Kind.CUSTOMER, customer.id.lower())


def company_name(customer: strawberry.Parent[customers.Customer]) -> str | None:
    return customer.company_profile.company_name if customer.company_profile else None


def domain(customer: strawberry.Parent[customers.Customer]) -> str | None:
    return customer.company_profile.domain if customer.company_profile else None


def country(customer: strawberry.Parent[customers.Customer], info: Info) -> Later[str | None]:
    """A list omits the billing address, so a customer from a list is read again."""
    if not customer.is_listed:
        return customer.country
    key = CustomerKey(customer.id.lower())
    return info.context.loaders.customers.then(key, lambda customer: customer.country if customer else None)


async def orders_of_customer(
    customer: strawberry.Parent[customers.Customer],
    info: Info,
    *,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
) -> Connection | None:
    """In Partner Center's order. It lists all orders of a customer at once."""
    key = CustomerKey(customer.id.lower())
    name = f"orders/{key.customer_id}"
    window = PageArguments(first, after, last, before).window(name)
    found = await info.context.loaders.orders_of_customer.load(key)
    if found is None:
        return None
    listing = Listing(whole(found), key=lambda order: order.id)
    return connection(await listing.page(window), name=name)


@strawberry.type(description="A customer of the partner.")
class Customer(Node):
    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        return isinstance(value, (customers.Customer, CustomerReference))

    node_id: strawberry.ID = strawberry.field(
        resolver=customer_node_id, name="id", description="Opaque identifier of the customer."
    )
    id: str = strawberry.field(
        name="tenantId",
        description=(
            "The customer's Microsoft Entra tenant identifier (a GUID), "
            "which Partner Center uses as the customer identifier."
        ),
    )
    company_name: str | None = strawberry.field(resolver=company_name, description="Name of the company.")
    domain: str | None = strawberry.field(
        resolver=domain, description="The company's domain, for example `contoso.onmicrosoft.com`."
    )
    country: Later[str | None] = strawberry.field(
        graphql_type=CountryCode | None,
        resolver=country,
        description="The customer's market, from the billing address; null when Partner Center does not show it.",
        metadata={COST: FieldCost(reads_customer=True)},
    )
    orders: Connection | None = strawberry.field(
        graphql_type=OrderConnection | None,
        resolver=orders_of_customer,
        description="The customer's orders, page by page. A new one may be missing for up to 15 minutes.",
        metadata=page_cost(weight=1),
    )
    term_end_dates: DatesLater = strawberry.field(
        graphql_type=list[TermEndDate] | None,
        resolver=term_end_dates_of_customer,
        description="The dates on which the first term of a new license-based subscription may end: the end of a calendar month, or together with a subscription that the customer has.",
        metadata=CUSTOMER_TERM_END_DATES,
    )
    subscriptions: Connection | None = strawberry.field(
        graphql_type=CustomerSubscriptionConnection | None,
        resolver=subscriptions_of_customer,
        description="What the customer owns, page by page.",
        metadata=page_cost(weight=1),
    )
    agreement: standing.CustomerAgreement | None = strawberry.field(
        graphql_type=CustomerAgreement | None,
        resolver=agreement_of_customer,
        description="Where the customer stands with an agreement; null where Partner Center tracks none, as outside the global cloud. Needs a token with a user.",
        metadata={COST: FieldCost(weight=2)},
    )
    qualifications: Later[tuple[QualificationRecord, ...] | None] = strawberry.field(
        graphql_type=list[CustomerQualification] | None,
        resolver=qualifications_of_customer,
        description="Kinds of special customers that this one is, or has asked to be; empty for an ordinary business.",
        metadata=ONE_CALL,
    )
    indirect_resellers: Later[tuple[partners.Partner, ...] | None] = strawberry.field(
        graphql_type=list[Partner] | None,
        resolver=resellers_of_customer,
        description="The indirect resellers that serve the customer; needs a token with a user.",
        metadata={COST: FieldCost(weight=1, assumed_size=5, gathers=GATHERS_VERDICTS)},
    )
