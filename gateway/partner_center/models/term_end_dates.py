"""The dates on which a first term may end ("Custom term end dates")."""

from typing import ClassVar

from msgspec import field

from gateway.partner_center.models.moments import Moment
from gateway.partner_center.models.record import RecordWithContext
from gateway.partner_center.models.values import OpenEnum


class TermEndDateKind(OpenEnum):
    """What the end of a term is aligned with."""

    CALENDAR_MONTH = "calendarMonthAligned"
    SUBSCRIPTION = "subscriptionAligned"
    UNKNOWN = "unknown"


class TermEndDate(RecordWithContext, frozen=True, kw_only=True):
    """A date comes without a zone and is in UTC ("Align subscription end dates"). Only subscriptions have ids."""

    date: Moment = field(name="allowedCustomTermEndDate")
    kind: TermEndDateKind = field(default=TermEndDateKind.UNKNOWN, name="allowedCustomTermEndDateType")
    coterm_subscription_ids: tuple[str, ...] = ()

    customer_id: ClassVar[str] = ""
