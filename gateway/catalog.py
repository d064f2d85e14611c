"""Products, SKUs, availabilities and a customer's market by key: fewest calls, one flight per key, kept for a while.

What may be shared between requests goes through here, and every key holds the caller: two tenants never share an
answer, a flight included. A hit never replaces the permission check, because each caller only meets its own answers.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar, cast

from gateway.errors import NotFound
from gateway.partner_center.auth import Caller
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.catalog import Availability, Product, Sku
from gateway.partner_center.models.customers import Customer
from gateway.partner_center.models.values import TargetSegment

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ProductKey:
    country: str
    product_id: str


@dataclass(frozen=True, slots=True)
class SkuKey:
    country: str
    product_id: str
    sku_id: str


@dataclass(frozen=True, slots=True)
class ItemKey:
    """A catalog item: one availability in one market."""

    country: str
    product_id: str
    sku_id: str
    availability_id: str


@dataclass(frozen=True, slots=True)
class CustomerKey:
    customer_id: str


@dataclass(frozen=True, slots=True)
class AvailabilitiesKey:
    """All availabilities of one SKU in one market, for one kind of customer or for all."""

    country: str
    product_id: str
    sku_id: str
    target_segment: TargetSegment | None


@dataclass(frozen=True, slots=True)
class SkusKey:
    """All SKUs of one product in one market, for one kind of customer or for all."""

    country: str
    product_id: str
    target_segment: TargetSegment | None


@dataclass(frozen=True, slots=True)
class ProductsKey:
    """All products of one catalog view in one market, for one kind of customer or for all."""

    country: str
    target_view: str
    target_segment: TargetSegment | None


Key = ProductKey | SkuKey | ItemKey | CustomerKey | AvailabilitiesKey | SkusKey | ProductsKey


class AnswerCache:
    """Answers kept by caller and key for *ttl_s* seconds, the least recently used forgotten first, and those under way.

    One for the process. A failure is not kept: the next asker tries again.
    """

    def __init__(self, *, ttl_s: float, clock: Callable[[], float], at_most: int = 20_000) -> None:
        self._ttl_s = ttl_s
        self._clock = clock
        self._at_most = at_most
        self._kept: OrderedDict[tuple[str, Key], tuple[float, object]] = OrderedDict()
        self._flights: dict[tuple[str, Key], asyncio.Task[object]] = {}

    async def get(self, caller: Caller, key: Key, fetch: Callable[[], Awaitable[T]]) -> T:
        place = (caller.key, key)
        kept = self._kept.get(place)
        if kept is not None and self._clock() < kept[0]:
            self._kept.move_to_end(place)
            return cast("T", kept[1])  # a key's type decides its answer's
        flight = self._flights.get(place)
        if flight is None:
            flight = self._flights[place] = asyncio.ensure_future(self._fetch(place, fetch))
            flight.add_done_callback(lambda landed: self._landed(place, landed))
        # Waited for rather than awaited: a caller that goes away must not take the answer from the others.
        await asyncio.wait([flight])
        return cast("T", flight.result())

    async def _fetch(self, place: tuple[str, Key], fetch: Callable[[], Awaitable[object]]) -> object:
        answer = await fetch()
        if self._ttl_s > 0:
            self._kept[place] = (self._clock() + self._ttl_s, answer)
            self._kept.move_to_end(place)
            if len(self._kept) > self._at_most:
                self._kept.popitem(last=False)
        return answer

    def _landed(self, place: tuple[str, Key], flight: asyncio.Task[object]) -> None:
        self._flights.pop(place, None)
        if not flight.cancelled():
            flight.exception()  # marks it as seen even when every asker has gone


class Catalog:
    """Look-ups for one caller. Absence is None; every other failure is raised."""

    def __init__(self, partner_center: PartnerCenter, cache: AnswerCache, caller: Caller) -> None:
        self._partner_center = partner_center
        self._cache = cache
        self._caller = caller

    async def availability(self, key: ItemKey) -> Availability | None:
        """By id, because it shows every term while the list may not; it embeds product and SKU."""
        return await self._found(
            key,
            lambda: self._partner_center.get_availability(
                key.product_id, key.sku_id, key.availability_id, country=key.country
            ),
        )

    async def product(self, key: ProductKey) -> Product | None:
        return await self._found(key, lambda: self._partner_center.get_product(key.product_id, country=key.country))

    async def products(self, key: ProductsKey) -> tuple[Product, ...]:
        """A view that does not exist is refused (400036), so there is always a list, if an empty one."""

        async def fetch() -> tuple[Product, ...]:
            listed = await self._partner_center.list_products(
                country=key.country, target_view=key.target_view, target_segment=key.target_segment
            )
            return listed.items

        return await self._found(key, fetch) or ()

    async def sku(self, key: SkuKey) -> Sku | None:
        return await self._found(
            key, lambda: self._partner_center.get_sku(key.product_id, key.sku_id, country=key.country)
        )

    async def skus(self, key: SkusKey) -> tuple[Sku, ...] | None:
        async def fetch() -> tuple[Sku, ...]:
            listed = await self._partner_center.list_skus(
                key.product_id, country=key.country, target_segment=key.target_segment
            )
            return listed.items

        return await self._found(key, fetch)

    async def availabilities(self, key: AvailabilitiesKey) -> tuple[Availability, ...] | None:
        async def fetch() -> tuple[Availability, ...]:
            listed = await self._partner_center.list_availabilities(
                key.product_id, key.sku_id, country=key.country, target_segment=key.target_segment
            )
            return listed.items

        return await self._found(key, fetch)

    async def customer(self, key: CustomerKey) -> Customer | None:
        """The customer, whose billing address names its market."""
        return await self._found(key, lambda: self._partner_center.get_customer(key.customer_id))

    async def _found(self, key: Key, fetch: Callable[[], Awaitable[T]]) -> T | None:
        try:
            return await self._cache.get(self._caller, key, fetch)
        except NotFound:
            return None
