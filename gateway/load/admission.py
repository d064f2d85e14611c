"""Admission control: which requests run now, which wait, and which are refused.

A request that finds no room in the queue is refused before its body is read; one that gets no slot in time, before its
document is looked at. A request takes a slot only once its body has arrived, so slow senders occupy none.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from gateway.errors import Overloaded
from gateway.load.concurrency_limit import AdaptiveShare
from gateway.load.fair_queue import FairQueue, QueueFull

_WAIT_S = 0.75
_RETRY_AFTER_S = 1.0

_REFUSALS_A_SECOND = 200
_REFUSALS_TOGETHER = 100
"""Refusals that are sent without delay, so that only a caller that is refused all the time waits for its refusals."""
_LONGEST_DELAY_S = 0.75
_LONGEST_DELAY_UNVERIFIED_S = 2.0
"""500 connections then send 250 requests a second, which can all run."""


class Admission:
    """A caller is any name. A `verified` caller is known to be the one it claims to be."""

    def __init__(self, *, requests: int, waiting: int, wait_s: float = _WAIT_S) -> None:
        """*requests* run at once, *waiting* wait for at most *wait_s* seconds."""
        self._wait_s = wait_s
        self._queue = FairQueue(requests, waiting=waiting)
        self._share = AdaptiveShare(self._queue)
        self._next_refusals: dict[str, float] = {}
        """When the next refusal of a caller is due, in the running loop's time; no times that are long past."""

    def check(self, caller: str) -> None:
        """Raises Overloaded when not even the queue has room for a request of *caller*."""
        if not self._queue.has_room_for(caller):
            raise _overloaded()

    @asynccontextmanager
    async def slot(self, caller: str, *, verified: bool) -> AsyncGenerator[None]:
        """Hold a slot while a request runs. Raises Overloaded when none becomes free in time."""
        self._share.request_from(caller)
        try:
            await self._queue.acquire(caller, until=asyncio.get_running_loop().time() + self._wait_s)
        except TimeoutError:
            raise _overloaded() from None
        except QueueFull:
            await self.delay_refusal(caller, verified=verified)
            raise _overloaded() from None
        try:
            yield
        finally:
            self._queue.release(caller)

    async def delay_refusal(self, caller: str, *, verified: bool) -> None:
        """Wait until *caller* may be refused: it sends its next request no sooner.

        A refusal is cheap, but thousands per second would take the event loop from all callers.
        """
        now = asyncio.get_running_loop().time()
        earliest = now - _REFUSALS_TOGETHER / _REFUSALS_A_SECOND
        if caller not in self._next_refusals:
            self._next_refusals = {each: due for each, due in self._next_refusals.items() if due > earliest}
        due = max(self._next_refusals.get(caller, earliest), earliest)
        delay_s = min(due - now, _LONGEST_DELAY_S if verified else _LONGEST_DELAY_UNVERIFIED_S)
        self._next_refusals[caller] = now + delay_s + 1 / _REFUSALS_A_SECOND
        if delay_s > 0:
            await asyncio.sleep(delay_s)


def _overloaded() -> Overloaded:
    return Overloaded(
        "The gateway is overloaded, so it did not begin this request. Send it again a little later.",
        retry_after_s=_RETRY_AFTER_S,
    )
