"""A lease held while work is done: waited for, kept alive meanwhile, let go at the end."""

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

_LOG = logging.getLogger(__name__)

_LOOK_EVERY_S = 0.04
"""On average, while another has it."""
_NEXT_S = 2.0
"""How long one who died while waiting keeps others from being next."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Time, pauses and chance, as they are and as tests make them. `clock` gives seconds, `chance` from 0 to 1."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    chance: Callable[[], float] = random.random


class Lease:
    """One owner's turn. The work under it is never cancelled: it asks, before it does what must not be done twice."""

    def __init__(self, store: Store, name: str, *, for_s: float, rhythm: Rhythm) -> None:
        self._store = store
        self._name = name
        self._owner = uuid4().hex  # of its own, so that two tasks of one process are two owners
        self._for_s = for_s
        self._rhythm = rhythm
        self._until = rhythm.clock()
        self._may_be_ours = False
        self._at_work = asyncio.Lock()

    @property
    def is_lost(self) -> bool:
        """Whether another may be at work by now, because the lease could not be extended in time."""
        return self._rhythm.clock() >= self._until

    async def wait(self, *, until: float) -> None:
        """Takes it as soon as it is free. Raises StillRunning once the clock says *until*."""
        while not await self._take():
            if self._rhythm.clock() >= until:
                raise StillRunning("Another request is at work on the same thing. Repeat the same call a little later.")
            await self._rhythm.sleep(2 * self._rhythm.chance() * _LOOK_EVERY_S)

    async def keep(self) -> None:
        """Extends it until it is lost, three times as often as needed: a store that is away may come back in time."""
        while not self.is_lost:
            await self._rhythm.sleep(self._for_s / 3)
            async with self._at_work:
                with suppress(StoreFailed):
                    await self._extend()

    async def settle(self) -> None:
        """Waits for an extension that is under way: one given up half way could come after the release."""
        async with self._at_work:
            pass

    async def release(self) -> None:
        """What is done is done: a store that fails now must not hide it, and the lease runs out by itself."""
        if not self._may_be_ours:
            return
        try:
            await self._store.release(self._name, self._owner)
        except StoreFailed:
            _LOG.warning("A lease could not be released; it runs out within %.0f s.", self._for_s)

    async def _take(self) -> bool:
        begun = self._rhythm.clock()  # the store counts from later, so it never ends there before it ends here
        self._may_be_ours = True  # also when we are cancelled before the answer is here
        if await self._store.take(self._name, self._owner, for_s=self._for_s):
            self._until = begun + self._for_s
            return True
        self._may_be_ours = False
        return False

    async def _extend(self) -> None:
        """What ran out meanwhile is not taken anew behind the body's back."""
        if not self.is_lost and not await self._take():
            self._until = self._rhythm.clock()


@asynccontextmanager
async def leased(
    store: Store, name: str, *, wait_s: float, for_s: float = 5, rhythm: Rhythm | None = None
) -> AsyncGenerator[Lease]:
    """The lease of that name, waited for at most *wait_s* seconds. It outlives a process that dies by *for_s* seconds.

    Raises StillRunning when others keep it, and StoreFailed when the store fails before the body has begun.

    Who is next is settled by a lease of its own, which is held while waiting. Otherwise a process with much to do would
    take back what it has just released, again and again, and one that looks now and then would never find it free.
    """
    rhythm = rhythm or Rhythm()
    until = rhythm.clock() + wait_s
    lease = Lease(store, name, for_s=for_s, rhythm=rhythm)
    async with _released(lease):
        async with _held(Lease(store, f"{name}/next", for_s=_NEXT_S, rhythm=rhythm), until):
            await lease.wait(until=until)
        async with _kept(lease):
            yield lease


@asynccontextmanager
async def _held(lease: Lease, until: float) -> AsyncGenerator[None]:
    async with _released(lease):
        await lease.wait(until=until)
        async with _kept(lease):
            yield


@asynccontextmanager
async def _released(lease: Lease) -> AsyncGenerator[None]:
    try:
        yield
    finally:
        await lease.release()


@asynccontextmanager
async def _kept(lease: Lease) -> AsyncGenerator[None]:
    keeping = asyncio.create_task(lease.keep())
    try:
        yield
    finally:
        try:
            await lease.settle()
        finally:
            keeping.cancel()
