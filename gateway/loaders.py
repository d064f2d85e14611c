"""Request-wide batching by key, over catalog, customers, carts and orders.

Partner Center cannot read several things in one call. So a batch looks up each distinct key once, a bounded number of
them at a time; absence is None, and a failure belongs to its own key.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar, cast

from aiodataloader import DataLoader

from gateway.carts.keys import CartKey
from gateway.catalog.catalog import Catalog
from gateway.catalog.keys import AvailabilitiesKey, CustomerKey, ItemKey, ProductKey, ProductsKey, SkuKey, SkusKey
from gateway.catalog.paging import Chunk
from gateway.errors import Malformed, NotFound
from gateway.partner_center.carts import CartsClient
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.customers import CustomersClient
from gateway.partner_center.models.carts import Cart
from gateway.partner_center.models.catalog import Availability, Product, Sku
from gateway.partner_center.models.collection import leads_back
from gateway.partner_center.models.customers import Customer
from gateway.partner_center.models.orders import IdentifiedOrder, Order
from gateway.partner_center.orders import OrdersClient
from gateway.telemetry import events

K = TypeVar("K")
V = TypeVar("V")

Batch = Callable[[list[K]], Coroutine[object, object, list[V]]]
"""Looks up many keys, and answers in their order."""

_LOOK_UPS_AT_ONCE = 50
"""Concurrent look-ups of one loader in one request. GATEWAY_UPSTREAM_CONCURRENCY bounds those of the process."""
_CUSTOMERS_PER_CALL = 100
"""The largest page of the graph. Partner Center continues by token, so every call must ask for the same number."""


@dataclass(frozen=True, slots=True)
class OrderKey:
    customer_id: str
    order_id: str


@dataclass(frozen=True, slots=True)
class CustomersKey:
    """A chunk of a list of customers, opened by its continuation token.

    The list holds all customers, or only those whose company name starts with the given text.
    """

    company_name_starts_with: str | None
    token: str


class Loader(DataLoader[K, V]):
    """Gives each field a future of its own.

    When a failure nulls a parent, GraphQL cancels the fields beside the one that failed, and those must not take the
    answer from fields elsewhere in the request.
    """

    def load(self, key: K) -> asyncio.Future[V]:
        return asyncio.shield(super().load(key))


class Batches:
    """One request's batches. aiodataloader runs each in a task of its own, which outlives the fields that wait for it."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[object]] = set()
        self._are_stopped = False

    def stoppable(self, batch: Batch[K, V]) -> Batch[K, V]:
        """The same batch function, cancelled by `stop`."""

        async def run(keys: list[K]) -> list[V]:
            task = asyncio.current_task()
            if self._are_stopped or task is None:
                raise asyncio.CancelledError
            events.batch_loaded(type(keys[0]).__name__, len(keys))
            self._running.add(task)
            try:
                return await batch(keys)
            finally:
                self._running.discard(task)

        return run

    def stop(self) -> None:
        """Cancel the running batches and let no other begin. Keys without an answer never get one."""
        self._are_stopped = True
        for task in self._running:
            task.cancel()


class Loaders:
    """One request's loaders, each made within the running loop when it is first used."""

    def __init__(self, partner_center: PartnerCenter, catalog: Catalog, *, at_most: int = _LOOK_UPS_AT_ONCE) -> None:
        """*at_most* bounds how many look-ups of one batch are in flight."""
        self.batches = Batches()
        self._partner_center = partner_center
        self._catalog = catalog
        self._at_most = at_most

    @cached_property
    def carts(self) -> DataLoader[CartKey, Cart | None]:
        return self._loader(or_none(self._cart))

    @cached_property
    def customers(self) -> DataLoader[CustomerKey, Customer | None]:
        return self._loader(self._catalog.customer)

    @cached_property
    def customers_by_chunk(self) -> DataLoader[CustomersKey, Chunk[Customer]]:
        return self._loader(self._chunk_of_customers)

    @cached_property
    def orders(self) -> DataLoader[OrderKey, Order | None]:
        return self._loader(or_none(self._order))

    @cached_property
    def orders_of_customer(self) -> DataLoader[CustomerKey, tuple[IdentifiedOrder, ...] | None]:
        return self._loader(or_none(self._orders_of_customer))

    @cached_property
    def products(self) -> DataLoader[ProductKey, Product | None]:
        return self._loader(self._catalog.product)

    @cached_property
    def products_in_view(self) -> DataLoader[ProductsKey, tuple[Product, ...]]:
        return self._loader(self._catalog.products)

    @cached_property
    def skus(self) -> DataLoader[SkuKey, Sku | None]:
        return self._loader(self._catalog.sku)

    @cached_property
    def skus_of_product(self) -> DataLoader[SkusKey, tuple[Sku, ...] | None]:
        return self._loader(self._catalog.skus)

    @cached_property
    def availabilities(self) -> DataLoader[ItemKey, Availability | None]:
        return self._loader(self._catalog.availability)

    @cached_property
    def availabilities_of_sku(self) -> DataLoader[AvailabilitiesKey, tuple[Availability, ...] | None]:
        return self._loader(self._catalog.availabilities)

    def _loader(self, fetch: Callable[[K], Awaitable[V]]) -> DataLoader[K, V]:
        return Loader(self.batches.stoppable(each(fetch, at_most=self._at_most)))

    async def _cart(self, key: CartKey) -> Cart:
        return await CartsClient(self._partner_center).get(key.customer_id, key.cart_id)

    async def _order(self, key: OrderKey) -> Order:
        return await OrdersClient(self._partner_center).get(key.customer_id, key.order_id)

    async def _orders_of_customer(self, key: CustomerKey) -> tuple[IdentifiedOrder, ...]:
        return (await OrdersClient(self._partner_center).list(key.customer_id)).items

    async def _chunk_of_customers(self, key: CustomersKey) -> Chunk[Customer]:
        page = await CustomersClient(self._partner_center).list(
            size=_CUSTOMERS_PER_CALL,
            company_name_starts_with=key.company_name_starts_with,
            continuation_token=key.token or None,
        )
        if leads_back(key.token, page.following):
            raise Malformed("Partner Center's list of customers leads back to a page that was already read.")
        return Chunk(
            page.items,
            page.following,
            page.total_count,
            unread=page.unread,
            is_full=len(page.items) + page.unread >= _CUSTOMERS_PER_CALL,
            is_cut=page.is_cut,
        )


def each(fetch: Callable[[K], Awaitable[V]], *, at_most: int) -> Batch[K, V]:
    """A batch function that fetches key by key, at most *at_most* at a time."""

    async def batch(keys: list[K]) -> list[V]:
        slots = asyncio.Semaphore(at_most)

        async def bounded(key: K) -> V:
            async with slots:
                return await fetch(key)

        answers = await asyncio.gather(*(bounded(key) for key in keys), return_exceptions=True)
        # aiodataloader raises an exception in place of an answer for that key alone, which its types do not say.
        return cast("list[V]", answers)

    return batch


def or_none(fetch: Callable[[K], Awaitable[V]]) -> Callable[[K], Awaitable[V | None]]:
    """The same look-up, with None for what is not found."""

    async def fetch_or_none(key: K) -> V | None:
        try:
            return await fetch(key)
        except NotFound:
            return None

    return fetch_or_none
