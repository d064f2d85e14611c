"""The dates on which a first term may end: an object type over the record, and the resolvers of fields that list them."""

from datetime import datetime
from enum import Enum
from typing import Annotated

import strawberry

from gateway.batching import Later
from gateway.context import Info
from gateway.errors import InvalidInput
from gateway.loaders import TermEndDatesKey
from gateway.operations.field_cost import COST, FieldCost
from gateway.partner_center.models import term_end_dates as models
from gateway.partner_center.models.carts import CartLineItem
from gateway.partner_center.models.customers import Customer
from gateway.partner_center.models.term_end_dates import TermEndDateKind as Kind
from gateway.schema.scalars import Duration
from gateway.schema.values import given

TERM_DURATIONS = ("P1M", "P1Y", "P3Y")
TERM_END_DATES = "term end dates of a customer"
"""The batch of fields that read these dates for cart lines."""
LINE_TERM_END_DATES = {COST: FieldCost(weight=len(TERM_DURATIONS), batch=TERM_END_DATES)}
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


@strawberry.type(description="A date on which a first term may end.")
class TermEndDate:
    date: datetime = strawberry.field(description="The date; the term includes this day, in UTC.")
    kind: TermEndDateKind = strawberry.field(description="What the date goes with.")


def term_end_dates_of_customer(
    customer: strawberry.Parent[Customer],
    info: Info,
    term_duration: Annotated[
        Duration, strawberry.argument(description="Length of the regular term: `P1M`, `P1Y` or `P3Y`.")
    ],
    starts_at: Annotated[
        datetime | None, strawberry.argument(description="When the term is to start; now when left out.")
    ] = strawberry.UNSET,
) -> DatesLater:
    if term_duration not in TERM_DURATIONS:
        raise InvalidInput(f"termDuration is {term_duration}; a term has one of {', '.join(TERM_DURATIONS)}.")
    key = TermEndDatesKey(customer.id.lower(), term_duration, given(starts_at))
    return info.context.loaders.term_end_dates.get(key)


def term_end_dates_of_line(line: strawberry.Parent[CartLineItem], info: Info) -> DatesLater:
    return term_end_dates(info, customer_id=line.customer_id, term_duration=line.term_duration)


def term_end_dates(info: Info, *, customer_id: str, term_duration: str | None) -> DatesLater:
    """For a term of this length that starts now; None for a length that no dates are given for."""
    duration = (term_duration or "").upper()
    if duration not in TERM_DURATIONS:
        return None
    return info.context.loaders.term_end_dates.get(TermEndDatesKey(customer_id, duration))
