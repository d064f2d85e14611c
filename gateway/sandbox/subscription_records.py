"""Subscriptions as they are kept: what a customer owns, from the seed and from orders."""

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from gateway.sandbox import terms, wire
from gateway.sandbox.seed import Customer
from gateway.sandbox.world import World

_KIND = "subscription"
SEEDED_AGE = timedelta(days=30)


class SubscriptionRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """*created* is a timestamp of the wire; *parent_id* is the base subscription of an add-on."""

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

    @property
    def sku_key(self) -> str:
        """`product:sku` in lower case; the offer id for the old catalog."""
        return self.catalog_item_id.lower().rpartition(":")[0] or self.catalog_item_id.lower()

    @property
    def last_day(self) -> date:
        """The last day of the present term; an early end before its start ends nothing."""
        early = wire.instant(self.ends_early or "")
        created = wire.instant(self.created)
        start = date.min if created is None else created.date()
        if early is not None and early.date() >= start:
            return early.date()
        return terms.last_day(start, self.term_duration)


def keep(world: World, record: SubscriptionRecord) -> None:
    world.store.write(_KIND, f"{record.customer_id}/{record.id.lower()}", record)


def owned(world: World, customer: Customer) -> list[SubscriptionRecord]:
    return world.store.listed(_KIND, SubscriptionRecord, under=f"{customer.id}/")


def alive(world: World, customer: Customer) -> list[SubscriptionRecord]:
    return owned(world, customer)


def find(world: World, customer: Customer, subscription_id: str) -> SubscriptionRecord | None:
    return world.store.read(_KIND, f"{customer.id}/{subscription_id.lower()}", SubscriptionRecord)


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
