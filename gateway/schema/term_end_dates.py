"""The dates on which a first term may end: an object type over the record, and the resolvers of fields that list them."""

from datetime import datetime
from enum import Enum
from typing import Annotated

import strawberry

from gateway.catalog.keys import CustomerKey
from gateway.context import Info
from gateway.errors import InvalidInput
from gateway.loaders.batching import Later
from gateway.loaders.keys import TermEndDatesKey
from gateway.operations.field_cost import COST, FieldCost
from gateway.partner_center.models import term_end_dates as models
from gateway.partner_center.models.carts import CartLineItem
from gateway.partner_center.models.customers import Customer
from gateway.partner_center.models.subscriptions import Subscription
from gateway.partner_center.models.term_end_dates import TermEndDateKind as Kind
from gateway.schema.node import Kind as NodeKind
from gateway.schema.node import parts_of
from gateway.schema.references import LazySubscription, SubscriptionReference, asks_only
from gateway.schema.scalars import Duration
from gateway.schema.values import given

TERM_DURATIONS = ("P1M", "P1Y", "P3Y")
TERM_END_DATES = "term end dates of a customer"
"""The batch of fields that read these dates for cart lines."""
OWNED = "subscriptions of a customer"
"""The batch of fields that read what a customer owns."""
CUSTOMER_TERM_END_DATES = {COST: FieldCost(weight=1, assumed_size=5, gathers=frozenset({OWNED}))}
LINE_TERM_END_DATES = {
    COST: FieldCost(weight=len(TERM_DURATIONS), batch=TERM_END_DATES, assumed_size=5, gathers=frozenset({OWNED}))
}
"""One call for each length of a term."""

DatesLater = Later[tuple[models.TermEndDate, ...] | None]


@strawberry.enum(description="What the end of a first term can be aligned with.")
class TermEndDateKind(Enum):
    CALENDAR_MONTH = strawberry.enum_value(Kind.CALENDAR_MONTH, description="The end of a calendar month.")
    SUBSCRIPTION = strawberry.enum_value(
        Kind.SUBSCRIPTION, description="The end of subscriptions that the customer has."
    )
    UNKNOWN = strawberry.enum_value(
        Kind.UNKNOWN, description="Something that this version of the gateway does not know."
    )


def subscriptions_of_date(
    date: strawberry.Parent[models.TermEndDate], info: Info
) -> Later[list[Subscription] | list[SubscriptionReference] | None]:
    ids = {each.lower() for each in date.coterm_subscription_ids}
    if not ids:
        return []
    if asks_only(info, "id", "partnerCenterId"):
        return [SubscriptionReference(date.customer_id, each) for each in date.coterm_subscription_ids]

    def of_date(owned: tuple[Subscription, ...] | None) -> list[Subscription] | None:
        return None if owned is None else [each for each in owned if each.id.lower() in ids]

    return info.context.loaders.subscriptions_of_customer.then(CustomerKey(date.customer_id), of_date)


@strawberry.type(description="A date on which a first term may end.")
class TermEndDate:
    date: datetime = strawberry.field(description="The date; the term includes this day, in UTC.")
    kind: TermEndDateKind = strawberry.field(description="What the date goes with.")
    subscriptions: Later[list[Subscription] | list[SubscriptionReference] | None] = strawberry.field(
        graphql_type=list[LazySubscription] | None,
        resolver=subscriptions_of_date,
        description="The subscriptions that end on that date; empty for the end of a month. One call for all dates of the customer.",
        metadata={
            COST: FieldCost(weight=1, batch=OWNED, assumed_size=2, free_fields=frozenset({"id", "partnerCenterId"}))
        },
    )


def term_end_dates_of_customer(
    customer: strawberry.Parent[Customer],
    info: Info,
    term_duration: Annotated[
        Duration, strawberry.argument(description="Length of the regular term: `P1M`, `P1Y` or `P3Y`.")
    ],
    starts_at: Annotated[
        datetime | None, strawberry.argument(description="When the term is to start; now when left out.")
    ] = strawberry.UNSET,
    subscription_id: Annotated[
        strawberry.ID | None,
        strawberry.argument(description="Only dates that go with this subscription of the customer."),
    ] = strawberry.UNSET,
) -> DatesLater:
    if term_duration not in TERM_DURATIONS:
        raise InvalidInput(f"termDuration is {term_duration}; a term has one of {', '.join(TERM_DURATIONS)}.")
    owner = customer.id.lower()
    key = TermEndDatesKey(owner, term_duration, given(starts_at), _owned_by(owner, given(subscription_id)))
    return info.context.loaders.term_end_dates.get(key)


def _owned_by(customer_id: str, subscription_id: strawberry.ID | None) -> str | None:
    """Partner Center's identifier of the subscription. Raises InvalidInput when it is not one of the customer."""
    if subscription_id is None:
        return None
    parts = parts_of(NodeKind.SUBSCRIPTION, subscription_id)
    if parts is None or parts[0] != customer_id:
        raise InvalidInput("subscriptionId names none of the customer's subscriptions; send `CustomerSubscription.id`.")
    return parts[1]


def term_end_dates_of_line(line: strawberry.Parent[CartLineItem], info: Info) -> DatesLater:
    return term_end_dates(info, customer_id=line.customer_id, term_duration=line.term_duration)


def term_end_dates(info: Info, *, customer_id: str, term_duration: str | None) -> DatesLater:
    """For a term of this length that starts now; None for a length that no dates are given for."""
    duration = (term_duration or "").upper()
    if duration not in TERM_DURATIONS:
        return None
    return info.context.loaders.term_end_dates.get(TermEndDatesKey(customer_id, duration))
