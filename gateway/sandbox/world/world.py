"""Everything a rule may reach: what is sold, who buys, what is remembered, and what time it is."""

from dataclasses import dataclass
from datetime import datetime

from gateway.sandbox import errors, wire
from gateway.sandbox.world.assortment import Assortment
from gateway.sandbox.world.clock import Clock
from gateway.sandbox.world.ids import Ids
from gateway.sandbox.world.seed import Customer, Seed
from gateway.sandbox.world.store import Store

_CUSTOMER = "customer"


@dataclass(frozen=True)
class World:
    """One sandbox. Values, except for the store, into which clock and ids write too."""

    seed: Seed
    assortment: Assortment
    store: Store
    clock: Clock
    ids: Ids
    customers: dict[str, Customer]

    def now(self) -> datetime:
        return self.clock()

    def customer(self, customer_id: str) -> Customer:
        """Raises Refusal 400/900118 for what is no GUID and 404/60003 for an unknown customer."""
        if not wire.is_guid(customer_id):
            raise errors.malformed_customer_id()
        customer = self.customers.get(customer_id.lower())
        if customer is None:
            raise errors.customer_not_found(customer_id)
        return self._as_changed(customer)

    def every_customer(self) -> list[Customer]:
        """In the order of the seed."""
        return [self._as_changed(each) for each in self.customers.values()]

    def keep_customer(self, changed: Customer) -> None:
        """*changed* takes the place of the seed's customer with that id, until the next reset."""
        self.store.write(_CUSTOMER, changed.id, changed)

    def _as_changed(self, customer: Customer) -> Customer:
        return self.store.read(_CUSTOMER, customer.id, Customer) or customer

    def currency_code(self, customer: Customer) -> str:
        return self.assortment.currency_code(customer.country)


def build_world(seed: Seed, *, store: Store, clock: Clock, ids: Ids) -> World:
    return World(
        seed=seed,
        assortment=Assortment(seed),
        store=store,
        clock=clock,
        ids=ids,
        customers={customer.id.lower(): customer for customer in seed.customers},
    )
