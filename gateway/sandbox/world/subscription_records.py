"""Subscriptions as they are kept: what a customer owns, from the seed and from orders."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

import msgspec

from gateway.sandbox import terms, wire
from gateway.sandbox.world.assortment import is_old_catalog
from gateway.sandbox.world.seed import Customer
from gateway.sandbox.world.world import World

_KIND = "subscription"
SEEDED_AGE = timedelta(days=30)


class SeatLot(msgspec.Struct, frozen=True):
    """Seats that were added together; *added* is a timestamp of the wire."""

    quantity: int
    added: str


class PurchaseCommitment(wire.Resource, frozen=True, kw_only=True):
    amount: Decimal
    currency: str
    grain: str


class SavingsPlan(msgspec.Struct, frozen=True):
    """What only the subscription of an Azure savings plan has: context as on the cart line, and the commitment."""

    context: dict[str, str]
    commitment: PurchaseCommitment


class SubscriptionRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """*created* and *term_start* (of the present term, None = created) are timestamps of the wire.

    *parent_id* is the base subscription of an add-on; *status* is active, suspended, deleted or expired;
    *later_seats* are those of *quantity* that were added in the present term; *version* counts the changes.
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
    version: int = 1

    @property
    def sku_key(self) -> str:
        """`product:sku` in lower case; the offer id for the old catalog."""
        return self.catalog_item_id.lower().rpartition(":")[0] or self.catalog_item_id.lower()

    @property
    def term(self) -> str:
        """The duration of a term, empty for what never ends.

        Offers of the old catalog have none on the wire; a licence ends after a year, a trial after a month (the dates
        printed on "Get all of a customer's subscriptions"; that it holds for all of them is Inferred).
        """
        if self.term_duration or not is_old_catalog(self.catalog_item_id):
            return self.term_duration
        return "P1M" if self.billing_cycle == "none" else "P1Y"

    @property
    def term_started_at(self) -> datetime:
        moment = wire.instant(self.term_start or self.created)
        if moment is None:
            raise ValueError(self.created)
        return moment

    @property
    def last_day(self) -> date:
        """The last day of the present term, in the year 9999 when there is none; no early end is before its start."""
        start, early = self.term_started_at.date(), wire.instant(self.ends_early or "")
        if not terms.months_of(self.term):
            return date.max
        if early is not None and early.date() >= start:
            return early.date()
        return terms.last_day(start, self.term)

    def at(self, now: datetime) -> "SubscriptionRecord":
        """The subscription at that time: an ended term is followed by another of full length, or by expiry."""
        if self.status == "deleted" or now.date() <= self.last_day:
            return self
        if not self.auto_renews:
            return msgspec.structs.replace(self, status="expired")
        start = terms.present_start(self.last_day + timedelta(days=1), self.term, now.date())
        return msgspec.structs.replace(self, term_start=f"{start}T00:00:00Z", ends_early=None, later_seats=())


def keep(world: World, record: SubscriptionRecord) -> None:
    world.store.write(_KIND, f"{record.customer_id}/{record.id.lower()}", record)


def owned(world: World, customer: Customer) -> list[SubscriptionRecord]:
    """All that the customer ever had, as they are now."""
    now = world.now()
    return [each.at(now) for each in world.store.listed(_KIND, SubscriptionRecord, under=f"{customer.id}/")]


def alive(world: World, customer: Customer) -> list[SubscriptionRecord]:
    """Those whose seats the customer has: active and suspended ones."""
    return [each for each in owned(world, customer) if each.status in ("active", "suspended")]


def find(world: World, customer: Customer, subscription_id: str) -> SubscriptionRecord | None:
    """The subscription as it is now."""
    found = world.store.read(_KIND, f"{customer.id}/{subscription_id.lower()}", SubscriptionRecord)
    return None if found is None else found.at(world.now())


def seats_of(records: Sequence[SubscriptionRecord], sku_keys: Sequence[str]) -> int:
    """Seats owned of any of these `product:sku`."""
    wanted = {key.lower() for key in sku_keys}
    return sum(record.quantity for record in records if record.sku_key in wanted)


def keep_seeded(world: World) -> None:
    """What every customer of the seed owns from the start, bought 30 days ago; what is kept already stays."""
    started = world.now() - SEEDED_AGE
    for customer in world.seed.customers:
        for each in customer.subscriptions:
            if find(world, customer, each.id) is not None:
                continue
            record = SubscriptionRecord(
                id=each.id,
                customer_id=customer.id,
                catalog_item_id=each.catalog_item_id,
                quantity=each.quantity,
                friendly_name=each.friendly_name,
                term_duration=each.term_duration,
                billing_cycle=each.billing_cycle,
                order_id=each.order_id,
                created=wire.stamp(started),
            )
            keep(world, record)
