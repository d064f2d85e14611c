"""Runs a piece of work under a lease: waits for it, extends it while the work runs, and releases it at the end."""

import asyncio
import logging
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from uuid import uuid4

from gateway.errors import StillRunning, StoreFailed
from gateway.store.store import Store
from gateway.telemetry import events

_LOG = logging.getLogger(__name__)

_POLL_S = 0.04
"""Mean pause between two tries while another owner holds the lease."""
_QUEUE_LEASE_S = 2.0
"""How long the head of the queue blocks others after its process died."""


@dataclass(frozen=True, slots=True)
class Timing:
    """The clock (seconds), sleep and randomness (0 to 1) of this module; tests pass their own."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    chance: Callable[[], float] = random.random


class Lease:
    """One owner's claim to a name. Losing it never cancels the work: check `is_lost` before anything that must not
    happen twice.
    """

    def __init__(self, store: Store, name: str, *, ttl_s: float, timing: Timing) -> None:
        self._store = store
        self._name = name
        self._owner = uuid4().hex  # per lease, so two tasks of one process are two owners
        self._ttl_s = ttl_s
        self._timing = timing
        self._expires_at = timing.clock()
        self._may_be_held = False
        self._extending = asyncio.Lock()

    @property
    def is_lost(self) -> bool:
        """Whether another owner may be at work by now, because the lease was not extended in time."""
        return self._timing.clock() >= self._expires_at

    async def take(self, *, unless_held: str | None = None) -> bool:
        """Takes or extends the lease.

        False when another owner holds it, or when it is free but anyone holds *unless_held*.
        """
        asked_at = self._timing.clock()  # the store counts from a later moment, so the lease expires here first
        self._may_be_held = True  # even if this call is cancelled before the store answers
        if await self._store.take(self._name, self._owner, for_s=self._ttl_s, unless_held=unless_held):
            self._expires_at = asked_at + self._ttl_s
            return True
        self._may_be_held = False
        return False

    async def wait(self, *, until: float) -> None:
        """Polls until the lease is taken. Raises StillRunning once the clock reaches *until*."""
        while not await self.take():
            if self._timing.clock() >= until:
                raise StillRunning(
                    "Another request is working on the same resource. Repeat the same call a little later."
                )
            await self._timing.sleep(2 * self._timing.chance() * _POLL_S)

    async def keep_alive(self) -> None:
        """Extends the lease until it is lost.

        Three tries per lifetime, so that a short store outage does not lose it.
        """
        while not self.is_lost:
            await self._timing.sleep(self._ttl_s / 3)
            async with self._extending:
                with suppress(StoreFailed):
                    await self._extend()
        events.lease_lost(self._name)

    async def settle(self) -> None:
        """Waits for an extension in progress, which could otherwise reach the store after the release."""
        async with self._extending:
            pass

    async def release(self) -> None:
        """Release the lease. Never raises StoreFailed: the work is done, and the lease expires by itself."""
        if not self._may_be_held:
            return
        try:
            await self._store.release(self._name, self._owner)
        except StoreFailed:
            _LOG.warning("A lease could not be released; it expires within %.0f s.", self._ttl_s)

    async def _extend(self) -> None:
        """Extend the lease, unless it has expired: another owner may have had it in between."""
        if not self.is_lost and not await self.take():
            self._expires_at = self._timing.clock()


@asynccontextmanager
async def leased(
    store: Store, name: str, *, wait_s: float, ttl_s: float = 5, timing: Timing | None = None
) -> AsyncGenerator[Lease]:
    """Holds the lease *name*, waiting at most *wait_s* seconds for it. If the process dies, it expires after *ttl_s*.

    Raises StillRunning when the wait ends, and StoreFailed when the store fails before the body has begun.

    Without contention this is one store call to take and one to release. A caller that finds the lease taken queues for
    a second one, `NAME/next`, and holds that while polling. A newcomer cannot take the lease while `NAME/next` is held,
    so a busy process cannot take back a lease that it has just released before the waiting process sees that it is
    free.
    """
    timing = timing or Timing()
    until = timing.clock() + wait_s
    queue = f"{name}/next"
    lease = Lease(store, name, ttl_s=ttl_s, timing=timing)
    async with _released(lease):
        if not await lease.take(unless_held=queue):
            with events.measured_lease_wait(name):
                async with _queued(Lease(store, queue, ttl_s=_QUEUE_LEASE_S, timing=timing), until):
                    await lease.wait(until=until)
        async with _kept_alive(lease):
            yield lease


@asynccontextmanager
async def _queued(head: Lease, until: float) -> AsyncGenerator[None]:
    async with _released(head):
        await head.wait(until=until)
        async with _kept_alive(head):
            yield


@asynccontextmanager
async def _released(lease: Lease) -> AsyncGenerator[None]:
    try:
        yield
    finally:
        await lease.release()


@asynccontextmanager
async def _kept_alive(lease: Lease) -> AsyncGenerator[None]:
    task = asyncio.create_task(lease.keep_alive())
    try:
        yield
    finally:
        try:
            await lease.settle()
        finally:
            task.cancel()
