"""An adaptive concurrency limit: how many requests of one caller run at once beside those of others.

Running requests share the event loop and can no longer be slowed down, so a caller with many of them must wait
beforehand. The measure is the loop's lag: it rises with work for the processor, and not with requests that wait for
Partner Center.
"""

import asyncio

from gateway.load.fair_queue import FairQueue

_EVERY_S = 0.01
_TARGET_LAG_S = 0.001
"""Lag of a timer behind the time it was set for. A request meets this lag at each of its ten or so steps."""
_FIRST_SHARE = 16.0
_SMALLEST_SHARE = 1.0
_DECREASE, _INCREASE = 0.7, 1.05
_ALONE_AFTER_S = 0.3
"""Less than requests may wait, so that the burst of a caller that follows another is not refused."""


class AdaptiveShare:
    """Adapts the share of a fair queue: smaller while the loop lags, larger while it does not and callers wait.

    A lone caller takes the loop from no other, and has the largest share. Where all callers wait, a smaller share would
    help none of them, so it does not shrink.
    """

    def __init__(self, queue: FairQueue) -> None:
        self._queue = queue
        self._share = min(_FIRST_SHARE, float(queue.largest_share))
        self._is_running = False
        self._last_caller: str | None = None
        self._alone_from = 0.0

    def request_from(self, caller: str) -> None:
        """Note a request that is about to ask for a slot; measure from now on until the queue is idle."""
        loop = asyncio.get_running_loop()
        if caller != self._last_caller:
            if self._last_caller is not None:
                self._alone_from = loop.time() + _ALONE_AFTER_S
            self._last_caller = caller
        if not self._is_running:
            self._is_running = True
            self._measure_later(loop)
        self._apply(loop)

    def _measure_later(self, loop: asyncio.AbstractEventLoop) -> None:
        due = loop.time() + _EVERY_S
        loop.call_at(due, self._measure, loop, due)

    def _measure(self, loop: asyncio.AbstractEventLoop, due: float) -> None:
        if loop.time() - due > _TARGET_LAG_S and not self._queue.all_callers_wait:
            self._share = max(_SMALLEST_SHARE, self._share * _DECREASE)
        elif self._queue.has_waiters:
            self._share = min(float(self._queue.largest_share), self._share * _INCREASE)
        self._apply(loop)
        self._is_running = not self._queue.is_idle
        if self._is_running:
            self._measure_later(loop)

    def _apply(self, loop: asyncio.AbstractEventLoop) -> None:
        is_alone = loop.time() >= self._alone_from
        self._queue.set_share(self._queue.largest_share if is_alone else int(self._share))
