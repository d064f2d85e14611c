"""Products, SKUs, availabilities and a customer's market by key: cached for a while, and one look-up under way per key.

What may be shared between requests goes through here, and every key holds the caller: two tenants never share an
answer, nor a look-up under way. A hit never replaces the permission check, because each caller only meets its own
answers.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar, cast

import msgspec

from gateway.errors import GatewayError, NotFound, TimedOut
from gateway.partner_center.callers import Caller
from gateway.partner_center.catalog import CatalogClient
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.customers import CustomersClient
from gateway.partner_center.models.catalog import Availability, Product, Sku
from gateway.partner_center.models.customers import Customer
from gateway.partner_center.models.values import TargetSegment
from gateway.store.fair_cache import FairCache

T = TypeVar("T")

_MAX_BYTES = 64 * 2**20
ANSWER_OVERHEAD = 1_400
"""Bytes of an answer's key and bookkeeping at most, as measured with Python 3.11."""
_BYTES_PER_CHARACTER = 4
"""Bytes in memory for one of the answer's JSON: 2 to 3.2 for documented answers, 4 for text beyond the basic plane."""


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


@dataclass(slots=True)
class _Flight:
    """A look-up under way, and how many wait for it."""

    task: asyncio.Task[object]
    askers: int = 0


async def _free() -> None:
    """Look-ups that nobody counts."""


class AnswerCache:
    """Answers by caller and key, and the look-ups under way (single flight). One for the process.

    Bounded in bytes, which callers share fairly. A failure is not cached. Nothing of one asker falls on another: a
    look-up has a deadline of its own, and each asker waits until its own deadline and gets a failure of its own. An
    asker that is cancelled ends a look-up that nobody else waits for.
    """

    def __init__(
        self, *, ttl_s: float, clock: Callable[[], float], look_up_s: float = 30, max_bytes: int = _MAX_BYTES
    ) -> None:
        """An answer lives for *ttl_s* seconds, 0 = not at all; a look-up may take *look_up_s* seconds."""
        self._ttl_s = ttl_s
        self._look_up_s = look_up_s
        self._answers: FairCache[tuple[str, Key], object] = FairCache(clock=clock, max_bytes=max_bytes)
        self._flights: dict[tuple[str, Key], _Flight] = {}

    async def get(
        self,
        caller: Caller,
        key: Key,
        fetch: Callable[[float], Awaitable[T]],
        *,
        deadline: float | None = None,
        count_call: Callable[[], Awaitable[None]] = _free,
    ) -> T:
        """The answer, waited for until *deadline*. Raises TimedOut then, and what *count_call* or *fetch* raises.

        *fetch* looks the answer up by the deadline that it is given. Deadlines are in the running loop's time. *count_call* is
        awaited by an asker before it begins a look-up, and not by those that join it.
        """
        place = (caller.key, key)
        if self._answers.get(place) is None and place not in self._flights:
            _time_left(deadline)
            await count_call()
        answer = self._answers.get(place)
        if answer is None:
            time_left = _time_left(deadline)
            flight = self._flights.get(place) or self._begin(place, caller.identity, fetch)
            answer = await self._join(place, flight, time_left)
        return cast("T", answer)  # a key's type decides its answer's

    def _begin(self, place: tuple[str, Key], owner: str, fetch: Callable[[float], Awaitable[object]]) -> _Flight:
        async def look_up() -> object:
            answer = await fetch(asyncio.get_running_loop().time() + self._look_up_s)
            if self._ttl_s > 0:
                self._answers.put(place, answer, owner=owner, size=_size(answer), ttl_s=self._ttl_s)
            return answer

        flight = self._flights[place] = _Flight(asyncio.create_task(look_up()))
        flight.task.add_done_callback(lambda _: self._ended(place, flight))
        return flight

    async def _join(self, place: tuple[str, Key], flight: _Flight, time_left: float | None) -> object:
        flight.askers += 1
        try:
            # Waited for rather than awaited: an asker that goes away must not take the answer from the others.
            done, _ = await asyncio.wait([flight.task], timeout=time_left)
        except asyncio.CancelledError:
            if flight.askers == 1:
                self._forget(place, flight)  # at once, so that nobody joins what is being cancelled
                flight.task.cancel()
            raise
        finally:
            flight.askers -= 1
        if not done:
            raise _too_late()
        return _result(flight.task)

    def _ended(self, place: tuple[str, Key], flight: _Flight) -> None:
        self._forget(place, flight)
        if not flight.task.cancelled():
            flight.task.exception()  # marks it as seen even when every asker has gone

    def _forget(self, place: tuple[str, Key], flight: _Flight) -> None:
        if self._flights.get(place) is flight:
            del self._flights[place]


def _time_left(deadline: float | None) -> float | None:
    """Seconds, more than none; None without a deadline. Raises TimedOut."""
    if deadline is None:
        return None
    left = deadline - asyncio.get_running_loop().time()
    if left <= 0:
        raise _too_late()
    return left


def _too_late() -> TimedOut:
    return TimedOut("There was no time left to wait for Partner Center's answer.")


def _result(task: asyncio.Task[object]) -> object:
    """What a look-up gave; each asker gets a failure of its own."""
    error = task.exception()
    if isinstance(error, GatewayError):
        raise error.copy()
    if error is not None:
        raise RuntimeError("A look-up that requests share failed.") from error
    return task.result()


def _size(answer: object) -> int:
    """Bytes that the cache takes for an answer, estimated by its JSON; too many to be cached where it has none."""
    try:
        return ANSWER_OVERHEAD + _BYTES_PER_CHARACTER * len(_encoder.encode(answer))
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return sys.maxsize


_encoder = msgspec.json.Encoder(enc_hook=str)


class Catalog:
    """Look-ups for one caller. Absence is None; every other failure is raised."""

    def __init__(
        self,
        partner_center: PartnerCenter,
        cache: AnswerCache,
        caller: Caller,
        *,
        count_call: Callable[[], Awaitable[None]] = _free,
    ) -> None:
        """*partner_center* has the deadline of the request, and counts its calls. *count_call* comes before each of them."""
        self._partner_center = partner_center
        self._cache = cache
        self._caller = caller
        self._count_call = count_call

    async def availability(self, key: ItemKey) -> Availability | None:
        """By id, because it shows every term while the list may not; it embeds product and SKU."""

        async def fetch(partner_center: PartnerCenter) -> Availability:
            return await CatalogClient(partner_center).get_availability(
                key.product_id, key.sku_id, key.availability_id, country=key.country
            )

        return await self._found(key, fetch)

    async def product(self, key: ProductKey) -> Product | None:
        return await self._found(key, lambda each: CatalogClient(each).get_product(key.product_id, country=key.country))

    async def products(self, key: ProductsKey) -> tuple[Product, ...]:
        """A view that does not exist is refused (400036), so there is always a list, if an empty one."""

        async def fetch(partner_center: PartnerCenter) -> tuple[Product, ...]:
            listed = await CatalogClient(partner_center).list_products(
                country=key.country, target_view=key.target_view, target_segment=key.target_segment
            )
            return listed.items

        return await self._found(key, fetch) or ()

    async def sku(self, key: SkuKey) -> Sku | None:
        return await self._found(
            key, lambda each: CatalogClient(each).get_sku(key.product_id, key.sku_id, country=key.country)
        )

    async def skus(self, key: SkusKey) -> tuple[Sku, ...] | None:
        async def fetch(partner_center: PartnerCenter) -> tuple[Sku, ...]:
            listed = await CatalogClient(partner_center).list_skus(
                key.product_id, country=key.country, target_segment=key.target_segment
            )
            return listed.items

        return await self._found(key, fetch)

    async def availabilities(self, key: AvailabilitiesKey) -> tuple[Availability, ...] | None:
        async def fetch(partner_center: PartnerCenter) -> tuple[Availability, ...]:
            listed = await CatalogClient(partner_center).list_availabilities(
                key.product_id, key.sku_id, country=key.country, target_segment=key.target_segment
            )
            return listed.items

        return await self._found(key, fetch)

    async def customer(self, key: CustomerKey) -> Customer | None:
        """The customer, whose billing address names its market."""
        return await self._found(key, lambda each: CustomersClient(each).get(key.customer_id))

    async def _found(self, key: Key, fetch: Callable[[PartnerCenter], Awaitable[T]]) -> T | None:
        try:
            return await self._cache.get(
                self._caller,
                key,
                lambda deadline: fetch(self._partner_center.until(deadline)),
                deadline=self._partner_center.deadline,
                count_call=self._count_call,
            )
        except NotFound:
            return None
