"""Admission control: which requests run now, which wait, and which are refused.

A request that finds no room in the queue is refused before its body is read; one that gets no slot in time, before its
document is looked at. A request takes a slot only once its body has arrived, so slow senders occupy none.
"""

import asyncio

from gateway.errors import Overloaded
from gateway.load.fair_queue import FairQueue, QueueFull
from gateway.telemetry import events

_WAIT_S = 0.75
_RETRY_AFTER_S = 1.0

_REFUSALS_A_SECOND = 200
_REFUSALS_TOGETHER = 100
"""Refusals that are sent without delay, so that only a caller that is refused all the time waits for its refusals."""
_LONGEST_DELAY_S = 0.75
_LONGEST_DELAY_UNVERIFIED_S = 2.0
"""500 connections then send 250 requests a second, which can all run."""

_MEASURED_EVERY_S = 0.01
_TARGET_LAG_S = 0.001
"""Lag of a timer behind the time it was set for. A request meets this lag at each of its ten or so steps."""
_FIRST_SHARE = 16.0
_SMALLEST_SHARE = 1.0
_DECREASE, _INCREASE = 0.7, 1.05
_ALONE_AFTER_S = 0.3
"""Less than requests may wait, so that the burst of a caller that follows another is not refused."""


class Admission:
    """A caller is any name. A `verified` caller is known to be the one it claims to be."""

    def __init__(self, *, requests: int, waiting: int, wait_s: float = _WAIT_S) -> None:
        """*requests* run at once, *waiting* wait for at most *wait_s* seconds."""
        self._wait_s = wait_s
        self._queue = FairQueue(requests, waiting=waiting)
        self._share = _AdaptiveShare(self._queue)
        self._next_refusals: dict[str, float] = {}
        """When the next refusal of a caller is due, in the running loop's time; no times that are long past."""

    def check(self, caller: str) -> None:
        """Raises Overloaded when not even the queue has room for a request of *caller*."""
        if not self._queue.has_room_for(caller):
            raise _overloaded("queue_full")

    async def acquire(self, caller: str, *, verified: bool) -> None:
        """Take a slot for a request, to be given back with `release`. Raises Overloaded when none becomes free in time."""
        now = asyncio.get_running_loop().time()
        self._share.request_from(caller, now)
        try:
            await self._queue.acquire(caller, until=now + self._wait_s)
        except TimeoutError:
            raise _overloaded("timeout") from None
        except QueueFull:
            await self.delay_refusal(caller, verified=verified)
            raise _overloaded("queue_full") from None

    def release(self, caller: str) -> None:
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


def _overloaded(reason: str) -> Overloaded:
    events.request_refused(reason)
    return Overloaded(
        "The gateway is overloaded, so it did not begin this request. Send it again a little later.",
        retry_after_s=_RETRY_AFTER_S,
    )


class _AdaptiveShare:
    """An adaptive concurrency limit: the share of a fair queue, smaller while the loop lags, larger while it does not and
    callers wait.

    Running requests share the event loop and can no longer be slowed down, so a caller with many of them must wait
    beforehand. The measure is the loop's lag: it rises with work for the processor, and not with requests that wait for
    Partner Center.

    A lone caller takes the loop from no other, and has the largest share. Where all callers wait, a smaller share would
    help none of them, so it does not shrink.
    """

    def __init__(self, queue: FairQueue) -> None:
        self._queue = queue
        self._share = min(_FIRST_SHARE, float(queue.largest_share))
        self._is_running = False
        self._last_caller: str | None = None
        self._alone_from = 0.0

    def request_from(self, caller: str, now: float) -> None:
        """Note a request that is about to ask for a slot; measure from now on until the queue is idle."""
        if caller != self._last_caller:
            if self._last_caller is not None:
                self._alone_from = now + _ALONE_AFTER_S
            self._last_caller = caller
        if not self._is_running:
            self._is_running = True
            self._measure_later(asyncio.get_running_loop())
        self._apply(now)

    def _measure_later(self, loop: asyncio.AbstractEventLoop) -> None:
        due = loop.time() + _MEASURED_EVERY_S
        loop.call_at(due, self._measure, loop, due)

    def _measure(self, loop: asyncio.AbstractEventLoop, due: float) -> None:
        now = loop.time()
        if now - due > _TARGET_LAG_S and not self._queue.all_callers_wait:
            self._share = max(_SMALLEST_SHARE, self._share * _DECREASE)
        elif self._queue.has_waiters:
            self._share = min(float(self._queue.largest_share), self._share * _INCREASE)
        self._apply(now)
        self._is_running = not self._queue.is_idle
        if self._is_running:
            self._measure_later(loop)

    def _apply(self, now: float) -> None:
        is_alone = now >= self._alone_from
        self._queue.set_share(self._queue.largest_share if is_alone else int(self._share))
