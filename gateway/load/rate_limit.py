"""A rate limit on the calls to Partner Center that each caller may cause: one token bucket per caller, one token per
call.

The buckets are in a store, for all processes that share it. A process takes a few tokens at a time, which saves a round
trip for most calls; at most that many may stay unused. While the store fails, each process counts by itself.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Protocol

from gateway.errors import Overloaded, StoreFailed
from gateway.telemetry import events

_TAKEN_AHEAD_S = 0.5
"""Seconds of calls at the steady rate that the tokens taken from the store at a time are for."""
_STORE_PAUSE_S = 5.0
"""Seconds without a new attempt after the store has failed, because each attempt could cost the caller seconds."""
_MOST_CALLERS = 10_000


class TokenBuckets(Protocol):
    async def draw(self, bucket: str, tokens: int, *, capacity: int, refill_per_s: float) -> int:
        """Take up to *tokens* from a bucket of *capacity* that fills by *refill_per_s*, and return how many.

        May raise StoreFailed.
        """
        ...


@dataclass(slots=True)
class _Taken:
    """Tokens taken and not yet used; a negative number is owed for calls that could not be refused."""

    tokens: int = 0
    empty_until: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class RateLimit:
    """One instance per process. A refused call takes no token."""

    def __init__(
        self,
        buckets: TokenBuckets,
        *,
        fallback: TokenBuckets,
        calls_a_minute: int,
        burst: int,
        clock: Callable[[], float],
    ) -> None:
        """*burst* is the size of each bucket. *fallback* stands in while *buckets* fails. *clock* is monotonic."""
        self._buckets = buckets
        self._fallback = fallback
        self._use_fallback_until = 0.0
        self._refill_per_s = calls_a_minute / 60
        self._burst = burst
        self._batch = max(1, min(burst, round(self._refill_per_s * _TAKEN_AHEAD_S)))
        self._clock = clock
        self._taken: OrderedDict[str, _Taken] = OrderedDict()
        """By caller, used least recently first."""

    def check(self, caller: str) -> None:
        """Raises Overloaded when the caller is known to have no token. Takes none, and asks no store."""
        taken = self._taken.get(caller)
        if taken is not None and taken.tokens < 1 and self._clock() < taken.empty_until:
            events.request_refused("rate_limit")
            raise self._limited(taken)

    async def count_call(self, caller: str, *, refusable: bool) -> None:
        """Use a token for one call. Without one raises Overloaded, or owes one where the call is not *refusable*."""
        taken = self._taken_by(caller)
        if taken.tokens < 1:
            async with taken.lock:
                if taken.tokens < 1 and self._clock() >= taken.empty_until:
                    await self._take_more(caller, taken)
        if taken.tokens < 1 and refusable:
            events.not_sent("call Partner Center", "rate_limit")
            raise self._limited(taken)
        taken.tokens = max(-self._burst, taken.tokens - 1)

    async def _take_more(self, caller: str, taken: _Taken) -> None:
        bucket = sha256(caller.encode()).hexdigest()
        taken.tokens += await self._draw(bucket, self._batch - taken.tokens)
        if taken.tokens < 1:
            taken.empty_until = self._clock() + max(_TAKEN_AHEAD_S, (1 - taken.tokens) / self._refill_per_s)

    async def _draw(self, bucket: str, tokens: int) -> int:
        if self._clock() >= self._use_fallback_until:
            try:
                return await self._buckets.draw(bucket, tokens, capacity=self._burst, refill_per_s=self._refill_per_s)
            except StoreFailed:
                self._use_fallback_until = self._clock() + _STORE_PAUSE_S
        return await self._fallback.draw(bucket, tokens, capacity=self._burst, refill_per_s=self._refill_per_s)

    def _taken_by(self, caller: str) -> _Taken:
        taken = self._taken.setdefault(caller, _Taken())
        self._taken.move_to_end(caller)
        if len(self._taken) > _MOST_CALLERS:
            self._taken.popitem(last=False)
        return taken

    def _limited(self, taken: _Taken) -> Overloaded:
        return Overloaded(
            "This caller has reached its limit of calls to Partner Center for now; nothing was sent.",
            retry_after_s=max(0.1, round(taken.empty_until - self._clock(), 1)),
        )
