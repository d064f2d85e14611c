"""A bounded number of slots and a bounded queue for them, fair between callers: round robin, first in first out for
each.

Knows neither requests nor calls; a caller is any name.
"""

import asyncio
from collections import OrderedDict, deque
from dataclasses import dataclass

from gateway.telemetry.events import measured_wait


class QueueFull(Exception):
    """The queue is full, and no other caller has more waiting in it."""


@dataclass(frozen=True, slots=True, eq=False)
class _Waiter:
    """A waiter that is not `sheddable` waits however full the queue is."""

    granted: asyncio.Future[None]
    sheddable: bool


class FairQueue:
    """A caller holds at most its share of the slots: the last eighth at least stays free for other callers."""

    def __init__(self, slots: int, *, waiting: int, name: str = "requests") -> None:
        """At most *waiting* waiters are queued, apart from those that cannot be shed. Metrics call the queue *name*."""
        self._name = name
        self._slots = slots
        self._most_waiting = waiting
        self.largest_share = slots - slots // 8
        self._share = self.largest_share
        self._held: dict[str, int] = {}
        self._in_use = 0
        self._waiting = 0
        self._queues: OrderedDict[str, deque[_Waiter]] = OrderedDict()
        """By caller, next in turn first; none is empty."""

    @property
    def is_idle(self) -> bool:
        """Whether no slot is in use, and nobody waits for one."""
        return not self._in_use and not self._waiting

    @property
    def has_waiters(self) -> bool:
        return self._waiting > 0

    @property
    def all_callers_wait(self) -> bool:
        """Whether several callers hold slots, and each of them waits for more."""
        return len(self._held) > 1 and all(caller in self._queues for caller in self._held)

    def set_share(self, share: int) -> None:
        """Limit the slots of each caller; `largest_share` stays the upper bound.

        Nothing that was granted is revoked.
        """
        before, self._share = self._share, min(share, self.largest_share)
        if self._share > before:
            self._grant()

    def has_room_for(self, caller: str) -> bool:
        """Whether *caller* could have a slot or wait for one, if need be instead of a caller with more waiting."""
        return (
            self._can_start(caller)
            or self._waiting < self._most_waiting
            or len(self._queues.get(caller, ())) < max(map(len, self._queues.values()), default=0)
        )

    async def acquire(self, caller: str, *, until: float | None = None, sheddable: bool = True) -> None:
        """Wait for a slot, to be given back with `release`. *until* is in the running loop's time.

        Raises TimeoutError when no slot became free in time. Raises QueueFull when the queue is full, at once or when a
        waiter is shed later for a caller with fewer waiting.
        """
        if self._can_start(caller):
            self._hold(caller)
            return
        if sheddable and self._waiting >= self._most_waiting and not self._shed_for(caller):
            raise QueueFull
        waiter = _Waiter(asyncio.get_running_loop().create_future(), sheddable)
        self._queues.setdefault(caller, deque()).append(waiter)
        self._waiting += 1
        try:
            with measured_wait(self._name):
                async with asyncio.timeout_at(until):
                    await waiter.granted
        except BaseException:
            self._abandon(caller, waiter)
            raise

    def release(self, caller: str) -> None:
        """Give a slot back, to the caller that is next."""
        self._held[caller] -= 1
        if not self._held[caller]:
            del self._held[caller]
        self._in_use -= 1
        self._grant()

    def _can_start(self, caller: str) -> bool:
        return self._in_use < self._slots and self._held.get(caller, 0) < self._share

    def _hold(self, caller: str) -> None:
        self._held[caller] = self._held.get(caller, 0) + 1
        self._in_use += 1

    def _grant(self) -> None:
        """Grant all that can start, so that a caller never waits while it could start."""
        while (caller := next(filter(self._can_start, self._queues), None)) is not None:
            waiter = self._queues[caller][0]
            self._remove(caller, waiter)
            if caller in self._queues:
                self._queues.move_to_end(caller)
            if not waiter.granted.done():  # otherwise it was cancelled, and is about to notice
                waiter.granted.set_result(None)
                self._hold(caller)

    def _abandon(self, caller: str, waiter: _Waiter) -> None:
        if waiter in self._queues.get(caller, ()):
            self._remove(caller, waiter)
        elif not waiter.granted.cancelled() and waiter.granted.exception() is None:
            self.release(caller)  # granted and cancelled in the same step of the loop

    def _shed_for(self, caller: str) -> bool:
        """Shed the newest waiter of the caller with the longest queue, unless *caller* has as many itself."""
        longest = max(self._queues, key=lambda each: len(self._queues[each]), default=caller)
        if len(self._queues.get(longest, ())) <= len(self._queues.get(caller, ())):
            return False
        newest = next((waiter for waiter in reversed(self._queues[longest]) if waiter.sheddable), None)
        if newest is None:
            return False
        self._remove(longest, newest)
        if not newest.granted.done():
            newest.granted.set_exception(QueueFull())
        return True

    def _remove(self, caller: str, waiter: _Waiter) -> None:
        queue = self._queues[caller]
        queue.remove(waiter)
        if not queue:
            del self._queues[caller]
        self._waiting -= 1
