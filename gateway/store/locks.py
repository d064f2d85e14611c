"""One writer at a time per resource of a partner; different resources never wait for each other.

Within this process an asyncio lock excludes others for certain. Between processes that share a store a lease does so
unless its holder is paused for longer than the lease lasts, so every write is compared with what it was meant to store.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from hashlib import sha256
from weakref import WeakValueDictionary

from gateway.errors import StillRunning
from gateway.store.leases import Lease, leased
from gateway.store.store import Store
from gateway.telemetry import events


@dataclass(frozen=True, slots=True)
class ResourceLock:
    """A held lock. `lease` is None when no other process can work on the resource."""

    lease: Lease | None = None

    @property
    def is_lost(self) -> bool:
        """Whether another process may hold the lock by now."""
        return self.lease is not None and self.lease.is_lost


class ResourceLocks:
    """The locks of this process on all resources that it writes: carts, subscriptions and orders."""

    def __init__(self, store: Store, *, wait_s: float = 10) -> None:
        """*wait_s* bounds, in seconds, the wait for the lock and then the wait for the lease."""
        self._store = store
        self._wait_s = wait_s
        self._locks: WeakValueDictionary[tuple[str, ...], asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def hold(self, partner: str, *resource: str) -> AsyncGenerator[ResourceLock]:
        """Holds the lock on one resource of one partner, which the words of *resource* identify.

        Raises StillRunning when the wait ends, and StoreFailed, before the body, when a shared store does not answer.
        """
        lock = self._locks.setdefault((partner, *resource), asyncio.Lock())
        try:
            await self._acquire(lock)
        except TimeoutError:
            raise StillRunning(
                "Another change of the same resource has not ended. Repeat the same call a little later."
            ) from None
        try:
            if not self._store.is_shared:
                yield ResourceLock()
                return
            async with leased(self._store, _lease_name(partner, *resource), wait_s=self._wait_s) as lease:
                yield ResourceLock(lease)
        finally:
            lock.release()

    async def _acquire(self, lock: asyncio.Lock) -> None:
        """Raises TimeoutError."""
        with events.measured_lease_wait("in this process") if lock.locked() else nullcontext():
            async with asyncio.timeout(self._wait_s):
                await lock.acquire()


def _lease_name(*words: str) -> str:
    """Must not change: replicas of different versions share the store during an upgrade."""
    return f"turn:{sha256('/'.join(words).encode()).hexdigest()}"
