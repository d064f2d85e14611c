"""How many calls to Partner Center each caller may cause: so many a minute, and some at once.

Counted in the store, for all processes that share it, but drawn from there a few calls ahead: not every call is a round
trip, and what several processes draw may be off by that much. Without its store each process counts by itself.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256

from gateway.errors import Overloaded, StoreFailed
from gateway.store.memory import MemoryStore
from gateway.store.store import Store

_AHEAD_S = 0.5
"""Calls that are drawn from the store together are those of so many seconds."""
_STORE_RESTS_S = 5.0
"""After it failed: each try could cost the caller seconds."""
_MOST_CALLERS = 10_000


@dataclass(slots=True)
class _Allowance:
    """`calls` that were drawn and not yet made, less than nothing after calls that could not be refused."""

    calls: int = 0
    empty_until: float = 0.0
    drawing: asyncio.Lock = field(default_factory=asyncio.Lock)


class Budgets:
    """One for the process. Nobody who is refused costs anybody else a call."""

    def __init__(self, store: Store, *, a_minute: int, at_once: int, clock: Callable[[], float]) -> None:
        """*at_once* is how many calls a caller may make beyond its pace; *clock* gives seconds that only go forwards."""
        self._store = store
        self._beside = MemoryStore(clock=clock)
        self._use_store_from = 0.0
        self._a_second = a_minute / 60
        self._most = at_once
        self._batch = max(1, min(at_once, round(self._a_second * _AHEAD_S)))
        self._clock = clock
        self._allowances: OrderedDict[str, _Allowance] = OrderedDict()

    def check(self, who: str) -> None:
        """Raises Overloaded when the budget is known to be used up: without waiting, and before anything is spent."""
        allowance = self._allowances.get(who)
        if allowance is not None and allowance.calls < 1 and self._clock() < allowance.empty_until:
            raise self._used_up(allowance)

    async def spend(self, who: str, *, is_due: bool) -> None:
        """One call. Raises Overloaded when the budget is used up, unless the call *is_due*: that one is owed then."""
        allowance = self._allowance(who)
        if allowance.calls < 1:
            async with allowance.drawing:
                if allowance.calls < 1 and self._clock() >= allowance.empty_until:
                    await self._draw(who, allowance)
        if allowance.calls < 1 and not is_due:
            raise self._used_up(allowance)
        allowance.calls = max(-self._most, allowance.calls - 1)

    async def _draw(self, who: str, allowance: _Allowance) -> None:
        wanted = self._batch - allowance.calls
        allowance.calls += await self._drawn(sha256(who.encode()).hexdigest(), wanted)
        if allowance.calls < 1:
            allowance.empty_until = self._clock() + max(_AHEAD_S, (1 - allowance.calls) / self._a_second)

    async def _drawn(self, bucket: str, calls: int) -> int:
        if self._clock() >= self._use_store_from:
            try:
                return await self._store.draw(bucket, calls, most=self._most, a_second=self._a_second)
            except StoreFailed:
                self._use_store_from = self._clock() + _STORE_RESTS_S
        return await self._beside.draw(bucket, calls, most=self._most, a_second=self._a_second)

    def _allowance(self, who: str) -> _Allowance:
        allowance = self._allowances.setdefault(who, _Allowance())
        self._allowances.move_to_end(who)
        if len(self._allowances) > _MOST_CALLERS:
            self._allowances.popitem(last=False)
        return allowance

    def _used_up(self, allowance: _Allowance) -> Overloaded:
        return Overloaded(
            "This caller's budget of calls to Partner Center is used up for now; nothing was sent.",
            retry_after_s=max(0.1, round(allowance.empty_until - self._clock(), 1)),
        )
