"""What can be taken back of a subscription at a given time: seats, and all of it."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from gateway.partner_center.models.moments import Moment
from gateway.partner_center.models.subscriptions import (
    RefundableQuantity,
    Subscription,
    SubscriptionRefundOption,
    SubscriptionStatus,
)

_ENDED = frozenset({SubscriptionStatus.DELETED, SubscriptionStatus.EXPIRED})


class SeatReduction(NamedTuple):
    """Seats that can be taken away until a time."""

    quantity: int
    expires_at: Moment


def refunds(subscription: Subscription) -> list[SubscriptionRefundOption]:
    """In the order in which they lapse; those without an end last."""
    return sorted(subscription.refund_options, key=lambda option: (option.until is None, option.until))


def seat_reductions(subscription: Subscription, now: datetime) -> list[SeatReduction]:
    """The seats that can still be taken away, those that lapse first in front."""
    refundable = subscription.refundable_quantity
    found = _readable(refundable) if refundable else ()
    return sorted((each for each in found if each.expires_at >= now), key=lambda each: each.expires_at)


def removable_seats(subscription: Subscription, now: datetime) -> int | None:
    """The number of seats that can be taken away now; None when Partner Center does not say.

    Its total counts where it does not say until when each seat can be taken away.
    """
    refundable = subscription.refundable_quantity
    if refundable is None:
        return None
    if not refundable.details or len(list(_readable(refundable))) < len(refundable.details):
        return refundable.total_quantity
    return sum(each.quantity for each in seat_reductions(subscription, now))


def is_cancellable(subscription: Subscription, now: datetime) -> bool:
    """Whether a cancellation can be attempted: the time for it is known and not over."""
    until = subscription.cancellable_until
    return until is not None and now <= until and subscription.status not in _ENDED


def _readable(refundable: RefundableQuantity) -> Iterator[SeatReduction]:
    for each in refundable.details:
        if each.quantity is not None and each.allowed_until_date_time is not None:
            yield SeatReduction(each.quantity, each.allowed_until_date_time)
