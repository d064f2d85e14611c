"""Whose turn it is to change or check out a cart: one at a time, and different carts never wait for each other.

Within this process by a lock, which is certain. Among processes that share a store by a lease, which is help and not
proof: a holder that is paused outlives its lease. What a write left is therefore compared with what it was meant to.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from gateway.carts.keys import CartKey
from gateway.errors import StillRunning


class Turns:
    def __init__(self, *, wait_s: float = 10) -> None:
        """A turn is waited for at most *wait_s* seconds."""
        self._wait_s = wait_s
        self._locks: WeakValueDictionary[tuple[str, CartKey], asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def of(self, partner: str, key: CartKey) -> AsyncGenerator[None, None]:
        """A turn at one partner's one cart. Raises StillRunning when others do not end, StoreFailed without the store."""
        lock = self._locks.setdefault((partner, key), asyncio.Lock())
        try:
            async with asyncio.timeout(self._wait_s):
                await lock.acquire()
        except TimeoutError:
            raise _busy() from None
        try:
            yield
        finally:
            lock.release()


def _busy() -> StillRunning:
    return StillRunning("Another change of this cart has not ended. Repeat the same call a little later.")
