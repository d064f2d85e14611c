"""Subscriptions as stored: what a customer owns, from the seed and from orders."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

import msgspec

from gateway.sandbox import terms, wire
from gateway.sandbox.world.assortment import is_old_catalog
from gateway.sandbox.world.seed import Customer, Owned
from gateway.sandbox.world.world import World

_KIND = "subscription"


class SeatLot(msgspec.Struct, frozen=True):
    """Seats added by one change; *added* is a timestamp as in answers."""

    quantity: int
    added: str


class PurchaseCommitment(wire.Resource, frozen=True, kw_only=True):
    amount: Decimal
    currency: str
    grain: str


class SavingsPlan(msgspec.Struct, frozen=True):
    """The part that only Azure savings plans have: the context of the cart line, and the commitment."""

    context: dict[str, str]
    commitment: PurchaseCommitment


class SubscriptionRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """*created* and *term_start* (of the current term; None: as *created*) are timestamps as in answers.

    *parent_id* is the base subscription of an add-on; *status* is active, suspended, deleted or expired, in the seed any;
    *later_seats* are the part of *quantity* that was added in the current term; *next_term* are the instructions for the
    next one, as in answers; *version* counts changes. From the moment *changes_at* on it is *changed*.
    """

    id: str
    customer_id: str
    catalog_item_id: str
    quantity: int
    friendly_name: str
    term_duration: str
    billing_cycle: str
    order_id: str
    created: str
    parent_id: str | None = None
    promotion_id: str | None = None
    ends_early: str | None = None
    status: str = "active"
    auto_renews: bool = True
    term_start: str | None = None
    later_seats: tuple[SeatLot, ...] = ()
    plan: SavingsPlan | None = None
    next_term: dict[str, object] | None = None
    suspension_reasons: tuple[str, ...] = ()
    entitlement_id: str | None = None
    version: int = 1
    changed: "SubscriptionRecord | None" = None
    changes_at: str | None = None

    @property
    def sku_key(self) -> str:
        """`product:sku` in lower case; the offer id in the old catalog."""
        return self.catalog_item_id.lower().rpartition(":")[0] or self.catalog_item_id.lower()

    @property
    def term(self) -> str:
        """The duration of a term; empty if the subscription never ends.

        Offers of the old catalog show none: a licence ends after a year, a trial after a month (dates printed on "Get
        all of a customer's subscriptions"; that this holds for all of them is Inferred).
        """
        if self.term_duration or not is_old_catalog(self.catalog_item_id):
            return self.term_duration
        return "P1M" if self.billing_cycle == "none" else "P1Y"

    @property
    def term_started_at(self) -> datetime:
        moment = wire.parse_timestamp(self.term_start or self.created)
        if moment is None:
            raise ValueError(self.created)
        return moment

    @property
    def last_day(self) -> date:
        """The last day of the current term; in the year 9999 if there is none.

        Ignores an early end before the term starts.
        """
        start, early_end = self.term_started_at.date(), wire.parse_timestamp(self.ends_early or "")
        if not terms.months_of(self.term):
            return date.max
        if early_end is not None and early_end.date() >= start:
            return early_end.date()
        return terms.last_day(start, self.term)

    def last_day_of_period(self, today: date) -> date | None:
        """The last day of the current billing period; None if the billing does not recur."""
        period = terms.PERIODS.get(self.billing_cycle)
        if period is None or not terms.months_of(self.term):
            return None
        start = terms.current_start(self.term_started_at.date(), period, today)
        return min(terms.last_day(start, period), self.last_day)

    def at(self, now: datetime) -> "SubscriptionRecord":
        """The subscription at time *now*: after its term it has been renewed for a full term, or has expired."""
        changes_at = wire.parse_timestamp(self.changes_at or "")
        if self.changed is not None and changes_at is not None and now >= changes_at:
            return self.changed.at(now)
        if self.status == "deleted" or now.date() <= self.last_day:
            return self
        if not self.auto_renews:
            return msgspec.structs.replace(self, status="expired")
        start = terms.current_start(self.last_day + timedelta(days=1), self.term, now.date())
        return msgspec.structs.replace(self, term_start=f"{start}T00:00:00Z", ends_early=None, later_seats=())


def save(world: World, record: SubscriptionRecord) -> None:
    world.store.write(_KIND, f"{record.customer_id}/{record.id.lower()}", record)


def owned(world: World, customer: Customer) -> list[SubscriptionRecord]:
    """All subscriptions the customer ever had, in their current state."""
    now = world.now()
    return [each.at(now) for each in world.store.read_all(_KIND, SubscriptionRecord, prefix=f"{customer.id}/")]


def active_or_suspended(world: World, customer: Customer) -> list[SubscriptionRecord]:
    """The subscriptions whose seats count as the customer's."""
    return [each for each in owned(world, customer) if each.status in ("active", "suspended")]


def find(world: World, customer: Customer, subscription_id: str) -> SubscriptionRecord | None:
    """The subscription in its current state, or None."""
    found = world.store.read(_KIND, f"{customer.id}/{subscription_id.lower()}", SubscriptionRecord)
    return None if found is None else found.at(world.now())


def seats_of(records: Sequence[SubscriptionRecord], sku_keys: Sequence[str]) -> int:
    """The number of seats of any of these `product:sku`."""
    keys = {key.lower() for key in sku_keys}
    return sum(record.quantity for record in records if record.sku_key in keys)


def restore_seeded(world: World) -> None:
    """Creates the missing subscriptions of the seed."""
    for customer in world.seed.customers:
        for each in customer.subscriptions:
            if find(world, customer, each.id) is None:
                save(world, _seeded(world, customer, each))


def _seeded(world: World, customer: Customer, owned: Owned) -> SubscriptionRecord:
    return SubscriptionRecord(
        id=owned.id,
        customer_id=customer.id,
        catalog_item_id=owned.catalog_item_id,
        quantity=owned.quantity,
        friendly_name=owned.friendly_name,
        term_duration=owned.term_duration,
        billing_cycle=owned.billing_cycle,
        order_id=owned.order_id,
        promotion_id=owned.promotion_id,
        created=_hours_ago(world, owned.age_hours),
        status=owned.status,
        auto_renews=owned.auto_renews,
        later_seats=tuple(SeatLot(lot.quantity, _hours_ago(world, lot.age_hours)) for lot in owned.later_seats),
        next_term=owned.next_term,
        suspension_reasons=owned.suspension_reasons,
        entitlement_id=owned.entitlement_id,
    )


def _hours_ago(world: World, hours: int) -> str:
    return wire.format_timestamp(world.now() - timedelta(hours=hours))
