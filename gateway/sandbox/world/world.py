"""The state that handlers and rules work on: catalog, customers, storage, clock and ids."""

from dataclasses import dataclass
from datetime import datetime

from gateway.sandbox import errors, wire
from gateway.sandbox.world.assortment import Assortment
from gateway.sandbox.world.clock import Clock
from gateway.sandbox.world.ids import Ids
from gateway.sandbox.world.seed import Customer, Promotion, Seed
from gateway.sandbox.world.store import Store

_CUSTOMER, _PROMOTION = "customer", "promotion"


@dataclass(frozen=True)
class World:
    """The state of one sandbox. Only the store changes; clock and ids write to it."""

    seed: Seed
    assortment: Assortment
    store: Store
    clock: Clock
    ids: Ids
    customers: dict[str, Customer]

    def now(self) -> datetime:
        return self.clock()

    def customer(self, customer_id: str) -> Customer:
        """Raises Refusal 400/900118 if the id is not a GUID, 404/60003 if there is no such customer."""
        if not wire.is_guid(customer_id):
            raise errors.malformed_customer_id()
        customer = self.customers.get(customer_id.lower())
        if customer is None:
            raise errors.customer_not_found(customer_id)
        return self._current(customer)

    def all_customers(self) -> list[Customer]:
        """All customers, in the order of the seed."""
        return [self._current(each) for each in self.customers.values()]

    def save_customer(self, changed: Customer) -> None:
        """Replaces the seed's customer with the same id until the next reset."""
        self.store.write(_CUSTOMER, changed.id, changed)

    def save_promotion(self, changed: Promotion) -> None:
        """Replaces the seed's promotion with the same id until the next reset."""
        self.store.write(_PROMOTION, changed.id, changed)

    def _current(self, customer: Customer) -> Customer:
        return self.store.read(_CUSTOMER, customer.id, Customer) or customer

    def currency_code(self, customer: Customer) -> str:
        return self.assortment.currency_code(customer.country)


def build_world(seed: Seed, *, store: Store, clock: Clock, ids: Ids) -> World:
    def changed_promotions() -> dict[str, Promotion]:
        return {each.id.lower(): each for each in store.read_all(_PROMOTION, Promotion)}

    return World(
        seed=seed,
        assortment=Assortment(seed, changed_promotions=changed_promotions),
        store=store,
        clock=clock,
        ids=ids,
        customers={customer.id.lower(): customer for customer in seed.customers},
    )
