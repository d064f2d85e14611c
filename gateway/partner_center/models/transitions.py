"""What a subscription can be upgraded to ("Transition resources")."""

from typing import ClassVar

from gateway.partner_center.models.record import UNREAD, Record, RecordWithContext, Unread, Word
from gateway.partner_center.models.values import OpenEnum


class TransitionType(OpenEnum):
    """Whether the licenses of users are transferred with the subscription."""

    TRANSITION_ONLY = "transition_only"
    TRANSITION_WITH_LICENSE_TRANSFER = "transition_with_license_transfer"
    UNKNOWN = "unknown"


class TransitionError(Record, frozen=True, kw_only=True):
    """A reason. Its code is a number that means something only within its list."""

    code: int | str | None = None
    description: str | None = None

    @property
    def words(self) -> str:
        return self.description or f"Error {self.code} of Partner Center."


class TransitionVerdict(Record, frozen=True, kw_only=True):
    """Whether one way of transition is possible."""

    is_eligible: bool | None
    transition_type: TransitionType = TransitionType.UNKNOWN
    errors: tuple[TransitionError, ...] = ()


class SubscriptionVerdict(RecordWithContext, frozen=True, kw_only=True):
    """Whether the upgrade may flow into a subscription that the customer has."""

    subscription_id: Word
    is_eligible: bool | None = None
    errors: tuple[TransitionError, ...] = ()

    customer_id: ClassVar[str] = ""


class TransitionEligibility(RecordWithContext, frozen=True, kw_only=True):
    """One target. `subscription_eligibilities` may be missing, and is empty for trials and at renewal."""

    catalog_item_id: Word
    title: str | None = None
    description: str | None = None
    quantity: int | None = None
    eligibilities: tuple[TransitionVerdict, ...] = ()
    subscription_eligibilities: tuple[SubscriptionVerdict, ...] = ()
    attributes: Unread = UNREAD

    customer_id: ClassVar[str] = ""
