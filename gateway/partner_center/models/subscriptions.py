"""Subscriptions ("Subscription resources")."""

from functools import cached_property
from typing import ClassVar, Protocol

from gateway.partner_center.models.catalog import ItemType
from gateway.partner_center.models.moments import Moment
from gateway.partner_center.models.record import UNREAD, Record, RecordWithContext, Unread, Word
from gateway.partner_center.models.respelling import respelled, spellings
from gateway.partner_center.models.values import BillingCycle, OpenEnum, folded

_FAR_FUTURE = 9999
"""The year that stands for no end ("Subscription resources", commitmentEndDate)."""


class SubscriptionStatus(OpenEnum):
    """State of a subscription ("Subscription resources"): lower case in samples, Pascal case in the table."""

    NONE = "none"
    ACTIVE = "active"
    PENDING = "pending"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    DISABLED = "disabled"
    DELETED = "deleted"
    UNKNOWN = "unknown"


class RefundableQuantityDetail(Record, frozen=True, kw_only=True):
    quantity: int | None
    allowed_until_date_time: Moment | None = None


class RefundableQuantity(Record, frozen=True, kw_only=True):
    """The seats that can still be given back, and until when ("Change the quantity of a subscription")."""

    total_quantity: int | None
    details: tuple[RefundableQuantityDetail, ...] = ()


class SubscriptionRefundOption(Record, frozen=True, kw_only=True):
    """A refund, `Full` or `Partial`, and until when it is given; null or absent for no end.

    The time is called `expiresAt` in samples and clients, `expiresAfter` in the documentation's table.
    """

    type: str | None = None
    expires_at: Moment | None = None
    expires_after: Moment | None = None

    @property
    def until(self) -> Moment | None:
        return self.expires_at or self.expires_after


class NextTermProduct(Record, frozen=True, kw_only=True):
    """What a subscription renews to. The cycle may come in Pascal case, as in "Create scheduled changes"."""

    product_id: Word | None = None
    sku_id: Word | None = None
    availability_id: Word | None = None
    billing_cycle: BillingCycle | None = None
    term_duration: Word | None = None
    promotion_id: Word | None = None


class NextTermInstructions(RecordWithContext, frozen=True, kw_only=True):
    """What is to happen at renewal ("Create scheduled changes")."""

    product: NextTermProduct | None = None
    quantity: int | None = None
    custom_term_end_date: Moment | None = None

    customer_id: ClassVar[str] = ""

    @property
    def catalog_item_id(self) -> str | None:
        """None when it does not name the availability."""
        ids = (self.product.product_id, self.product.sku_id, self.product.availability_id) if self.product else (None,)
        return ":".join(each for each in ids if each) if all(ids) else None

    @property
    def billing_cycle(self) -> BillingCycle | None:
        return self.product.billing_cycle if self.product else None

    @property
    def term_duration(self) -> str | None:
        return self.product.term_duration if self.product else None

    @property
    def promotion_id(self) -> str | None:
        return self.product.promotion_id if self.product else None


class SubscriptionAttributes(Record, frozen=True, kw_only=True):
    """The etag exists on old offers and on marketplace subscriptions only, there perhaps as an empty text."""

    etag: Word | None = None


class DocumentReader(Protocol):
    """Gives a subscription's own JSON, parsed."""

    def __call__(self) -> dict[str, object]: ...


class Subscription(RecordWithContext, frozen=True, kw_only=True):
    """A subscription ("Subscription resources").

    `refundable_quantity` is documented for a read by id, not for lists.
    """

    id: Word
    offer_id: Word | None = None
    offer_name: str | None = None
    friendly_name: str | None = None
    product_type: ItemType | None = None
    quantity: int | None = None
    unit_type: str | None = None
    entitlement_id: Word | None = None
    parent_subscription_id: Word | None = None
    status: SubscriptionStatus = SubscriptionStatus.UNKNOWN
    billing_cycle: BillingCycle | None = None
    billing_type: str | None = None
    term_duration: Word | None = None
    creation_date: Moment | None = None
    effective_start_date: Moment | None = None
    commitment_end_date: Moment | None = None
    commitment_end_date_time: Moment | None = None
    billing_cycle_end_date: Moment | None = None
    billing_cycle_end_date_time: Moment | None = None
    cancellation_allowed_until_date: Moment | None = None
    auto_renew_enabled: bool | None = None
    is_trial: bool | None = None
    suspension_reasons: tuple[str, ...] = ()
    refund_options: tuple[SubscriptionRefundOption, ...] = ()
    refundable_quantity: RefundableQuantity | None = None
    scheduled_next_term_instructions: NextTermInstructions | None = None
    promotion_id: Word | None = None
    partner_id: Word | None = None
    order_id: Word | None = None
    links: Unread = UNREAD
    attributes: SubscriptionAttributes | None = None

    customer_id: ClassVar[str] = ""
    read_document: ClassVar[DocumentReader] = dict

    @cached_property
    def document(self) -> dict[str, object]:
        """The subscription as plain data, read once: with one member replaced, it is what a PATCH sends.

        Shared by all who use it: never change it, nor anything in it. Its members have their documented spelling;
        anything within them stays as it came.
        """
        return respelled(self.read_document(), _MEMBERS)

    @property
    def is_azure(self) -> bool:
        """Whether it is Azure by use, of the old kind or a plan, which can be registered for reservations (inferred)."""
        of_old_kind = self.entitlement_id is not None or (self.offer_id or "").upper().startswith("MS-AZR-")
        kind = (self.product_type.id or "") if self.product_type else ""
        return of_old_kind or folded(self.billing_type or "") == "usage" or (kind == "Azure" and not self.term_duration)

    @property
    def etag(self) -> str | None:
        """What `If-Match` takes; None where the body has none, as for all new commerce subscriptions."""
        return self.attributes.etag if self.attributes else None

    @property
    def commitment_ends_at(self) -> Moment | None:
        """The last moment of the present term; None when it never ends or Partner Center does not say."""
        return _end(self.commitment_end_date_time, self.commitment_end_date)

    @property
    def billing_period_ends_at(self) -> Moment | None:
        """The last moment of the present billing period; None when Partner Center does not say."""
        return _end(self.billing_cycle_end_date_time, self.billing_cycle_end_date)

    @property
    def cancellable_until(self) -> Moment | None:
        """The last moment to cancel; None when Partner Center does not say.

        Older answers have only the ends of refunds; the latest of them stands in (inferred).
        """
        ends = [option.until for option in self.refund_options if option.until]
        return self.cancellation_allowed_until_date or max(ends, default=None)


_MEMBERS = spellings(Subscription)


def _end(exact: Moment | None, inclusive_day: Moment | None) -> Moment | None:
    """The exact moment, else the end of the day; None for the year that means no end."""
    end = exact or (inclusive_day and inclusive_day.replace(hour=23, minute=59, second=59, microsecond=0))
    return None if end is None or end.year >= _FAR_FUTURE else end
