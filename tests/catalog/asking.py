"""Requests to the catalog's cache, and look-ups that begin, wait and end as a test wants it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

from gateway.catalog.answer_cache import AnswerCache, Asker
from gateway.catalog.keys import Key, ProductKey
from gateway.partner_center.callers import TokenCaller

T = TypeVar("T")
PRODUCT, SKU, AVAILABILITY = "CFQ7TTC0LH18", "0001", "CFQ7TTC0K971"
KEY = ProductKey("US", PRODUCT)
US, THEM = TokenCaller("our-token"), TokenCaller("their-token")

A_SKU: dict[str, object] = {"id": SKU, "productId": PRODUCT}
AN_AVAILABILITY: dict[str, object] = {"id": AVAILABILITY, "productId": PRODUCT, "skuId": SKU, "catalogItemId": "P:S:A"}


class Seconds:
    """A clock in seconds that only tests move."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Fetch:
    """Looks something up when it is let go; answers a new object each time, or fails as told."""

    def __init__(self, *failures: Exception) -> None:
        self.begun = self.cancelled = 0
        self.deadlines: list[float] = []
        self.beginnings = asyncio.Semaphore(0)
        self.may_end = asyncio.Event()
        self._failures = list(failures)

    async def __call__(self, deadline: float) -> str:
        self.begun += 1
        self.deadlines.append(deadline)
        self.beginnings.release()
        number = self.begun
        try:
            await self.may_end.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self._failures:
            raise self._failures.pop(0)
        return f"answer {number}"

    @classmethod
    def at_once(cls, *failures: Exception) -> "Fetch":
        fetch = cls(*failures)
        fetch.may_end.set()
        return fetch


async def get(
    cache: AnswerCache,
    caller: TokenCaller,
    key: Key[object],
    fetch: Callable[[float], Awaitable[T]],
    **asked: Any,
) -> T:
    """The cached answer, else the one that is looked up."""
    asker = Asker(caller=caller, **asked)
    answer = cache.find(asker, key, fetch)
    found = await (await cache.look_up(asker, key, fetch)) if answer is None else answer
    return cast("T", found)  # what is absent gives None, which the tests that ask for it know


async def under_way(fetch: Fetch, *requests: asyncio.Task[str], begun: int = 1) -> None:
    """Lets everybody ask and *begun* look-ups begin; nobody has an answer yet."""
    for _ in range(begun):
        await fetch.beginnings.acquire()
    assert not any(request.done() for request in requests)


class CallCounter:
    """Counts calls, or refuses to."""

    def __init__(self, *refusals: Exception) -> None:
        self.calls = 0
        self._refusals = list(refusals)

    async def count(self) -> None:
        if self._refusals:
            raise self._refusals.pop()
        self.calls += 1


async def settled() -> None:
    """Lets everything go on that waits for nothing."""
    for _ in range(10):
        await asyncio.sleep(0)
