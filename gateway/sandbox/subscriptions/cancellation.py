"""Until when a subscription can be cancelled, and seats returned ("New commerce cancellation policy")."""

from datetime import datetime, timedelta

from gateway.sandbox import terms, wire
from gateway.sandbox.world.assortment import Item
from gateway.sandbox.world.subscription_records import SeatLot, SubscriptionRecord

LICENCES = timedelta(days=7)
MARKETPLACE_MONTHLY, MARKETPLACE_YEARLY = timedelta(hours=24), timedelta(days=14)


def cancellation_window(item: Item | None, record: SubscriptionRecord) -> timedelta | None:
    """How long after the start of a term a subscription can be cancelled; None if it never can.

    Seven days for licences of new commerce; in the marketplace 24 hours for monthly terms, 14 days for yearly ones.
    Azure plans, savings plans and the old catalog are not cancelled through the subscription.
    """
    if item is None or item.is_savings_plan or not record.term:
        return None
    if item.is_new_commerce:
        return LICENCES
    return MARKETPLACE_MONTHLY if terms.months_of(record.term) == 1 else MARKETPLACE_YEARLY


def refundable_lots(item: Item | None, record: SubscriptionRecord, now: datetime) -> list[tuple[SeatLot, datetime]]:
    """The lots of seats that can still be returned, each with its deadline, oldest first. Trials have none.

    The window starts when the seats are bought, renewed or added ("Change the quantity of a subscription").
    """
    window = cancellation_window(item, record)
    if window is None or item is None or item.sku.is_trial:
        return []
    later = sum(lot.quantity for lot in record.later_seats)
    first = SeatLot(record.quantity - later, wire.format_timestamp(record.term_started_at))
    lots = [(lot, until) for lot in (first, *record.later_seats) if (until := _deadline(lot, window)) is not None]
    return [(lot, until) for lot, until in lots if lot.quantity > 0 and until >= now]


def _deadline(lot: SeatLot, window: timedelta) -> datetime | None:
    added = wire.parse_timestamp(lot.added)
    return None if added is None else added + window
