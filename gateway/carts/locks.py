"""Whose turn it is to change or check out a cart: one at a time, and different carts never wait for each other.

Within this process by a lock, which is certain. Among processes that share a store by a lease, which is help and not
proof: a holder that is paused outlives it. What a write left is therefore compared with what it was meant to leave.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from weakref import WeakValueDictionary

from gateway.carts.keys import CartKey
from gateway.errors import StillRunning
from gateway.store.leases import Lease, leased
from gateway.store.store import Store


@dataclass(frozen=True, slots=True)
class CartLock:
    """`lease` is None where no other process can be at work on the cart."""

    lease: Lease | None = None

    @property
    def is_lost(self) -> bool:
        """Whether another process may have taken its turn by now."""
        return self.lease is not None and self.lease.is_lost


class CartLocks:
    def __init__(self, store: Store, *, wait_s: float = 10) -> None:
        """A turn is waited for at most *wait_s* seconds."""
        self._store = store
        self._wait_s = wait_s
        self._locks: WeakValueDictionary[tuple[str, CartKey], asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def hold(self, partner: str, key: CartKey) -> AsyncGenerator[CartLock]:
        """A turn at one partner's one cart. Raises StillRunning when others do not end, and StoreFailed before it begins
        when the store that other processes share does not answer.
        """
        lock = self._locks.setdefault((partner, key), asyncio.Lock())
        try:
            async with asyncio.timeout(self._wait_s):
                await lock.acquire()
        except TimeoutError:
            raise StillRunning(
                "Another change of this cart has not ended. Repeat the same call a little later."
            ) from None
        try:
            if not self._store.is_shared:
                yield CartLock()
                return
            async with leased(self._store, _name(partner, key), wait_s=self._wait_s) as lease:
                yield CartLock(lease)
        finally:
            lock.release()


def _name(partner: str, key: CartKey) -> str:
    return f"turn:{sha256(f'{partner}/{key.customer_id}/{key.cart_id}'.encode()).hexdigest()}"
