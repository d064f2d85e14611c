"""Answers cached between requests, with a single flight per key: no look-up runs twice at once.

Every entry belongs to one caller: two tenants never share an answer or a running look-up. So a cache hit never bypasses
the permission check, because each caller only gets answers that Partner Center gave to that caller.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar, cast

import msgspec

from gateway.catalog.keys import Key
from gateway.errors import GatewayError, TimedOut
from gateway.partner_center.callers import Caller
from gateway.store.fair_cache import FairCache
from gateway.telemetry import events
from gateway.telemetry.requests import Tally

T = TypeVar("T")

_MAX_BYTES = 64 * 2**20
ANSWER_OVERHEAD = 1_400
"""The most bytes that an answer's key and bookkeeping take, as measured with Python 3.11."""
_BYTES_PER_CHARACTER = 4
"""Bytes in memory per character of the answer's JSON: 2 to 3.2 for documented answers, 4 beyond the basic plane."""

_encoder = msgspec.json.Encoder(enc_hook=str)


@dataclass(slots=True)
class _Flight:
    """A look-up under way, and how many requests wait for it."""

    task: asyncio.Task[object]
    waiting: int = 0


async def uncounted() -> None:
    """For look-ups without a rate limit."""


class AnswerCache:
    """Answers by caller and key. One instance per process.

    Bounded in bytes, which callers share fairly. Failures are not cached. Requests that share a look-up do not affect
    one another: it has a deadline of its own, each request waits until its own deadline and gets a failure of its own,
    and a request that is cancelled ends a look-up only when no other waits for it.
    """

    def __init__(
        self, *, ttl_s: float, clock: Callable[[], float], look_up_s: float = 30, max_bytes: int = _MAX_BYTES
    ) -> None:
        """*ttl_s* is an answer's time to live in seconds, 0 = not cached. A look-up may take *look_up_s* seconds."""
        self._ttl_s = ttl_s
        self._look_up_s = look_up_s
        self._answers: FairCache[tuple[str, Key], object] = FairCache(clock=clock, max_bytes=max_bytes)
        self._flights: dict[tuple[str, Key], _Flight] = {}

    async def get(
        self,
        caller: Caller,
        key: Key,
        fetch: Callable[[float], Awaitable[T]],
        *,
        deadline: float | None = None,
        count_call: Callable[[], Awaitable[None]] = uncounted,
        tally: Tally | None = None,
    ) -> T:
        """The answer. Raises TimedOut when none has come by *deadline*, and every error of *count_call* and *fetch*.

        *fetch* looks the answer up by the deadline it is given. Deadlines are in the running loop's time. *count_call*
        is awaited before a request begins a look-up, and not when it joins one. A hit is counted in *tally*.
        """
        entry = (caller.key, key)
        if self._answers.get(entry) is None and entry not in self._flights:
            _time_left(deadline)
            await count_call()
        answer = self._answers.get(entry)
        events.looked_up("hit" if answer is not None else "joined" if entry in self._flights else "miss")
        if answer is not None and tally is not None:
            tally.cache_hits += 1
        if answer is None:
            time_left = _time_left(deadline)
            flight = self._flights.get(entry) or self._start(entry, caller.identity, fetch)
            answer = await self._join(entry, flight, time_left)
        return cast("T", answer)  # a key's type decides its answer's

    def _start(self, entry: tuple[str, Key], owner: str, fetch: Callable[[float], Awaitable[object]]) -> _Flight:
        async def look_up() -> object:
            answer = await fetch(asyncio.get_running_loop().time() + self._look_up_s)
            if self._ttl_s > 0:
                self._answers.put(entry, answer, owner=owner, size=_size(answer), ttl_s=self._ttl_s)
            return answer

        flight = self._flights[entry] = _Flight(asyncio.create_task(look_up()))
        flight.task.add_done_callback(lambda _: self._finish(entry, flight))
        return flight

    async def _join(self, entry: tuple[str, Key], flight: _Flight, time_left: float | None) -> object:
        flight.waiting += 1
        try:
            # asyncio.wait, because awaiting the task would cancel it for the others along with this request.
            done, _ = await asyncio.wait([flight.task], timeout=time_left)
        except asyncio.CancelledError:
            if flight.waiting == 1:
                self._remove(entry, flight)  # at once, so that no request joins a flight that is being cancelled
                flight.task.cancel()
            raise
        finally:
            flight.waiting -= 1
        if not done:
            raise _no_time_left()
        return _result(flight.task)

    def _finish(self, entry: tuple[str, Key], flight: _Flight) -> None:
        self._remove(entry, flight)
        if not flight.task.cancelled():
            flight.task.exception()  # marks it as retrieved, even when no request waits any more

    def _remove(self, entry: tuple[str, Key], flight: _Flight) -> None:
        if self._flights.get(entry) is flight:
            del self._flights[entry]


def _time_left(deadline: float | None) -> float | None:
    """Seconds, more than 0; None without a deadline. Raises TimedOut."""
    if deadline is None:
        return None
    left = deadline - asyncio.get_running_loop().time()
    if left <= 0:
        raise _no_time_left()
    return left


def _no_time_left() -> TimedOut:
    return TimedOut("There was no time left to wait for Partner Center's answer.")


def _result(task: asyncio.Task[object]) -> object:
    """The look-up's answer. Raises a copy of its failure: requests never share one."""
    error = task.exception()
    if isinstance(error, GatewayError):
        raise error.copy()
    if error is not None:
        raise RuntimeError("A look-up that requests share failed.") from error
    return task.result()


def _size(answer: object) -> int:
    """Bytes of an answer in memory, estimated from its JSON; too many to be cached when it has none."""
    try:
        return ANSWER_OVERHEAD + _BYTES_PER_CHARACTER * len(_encoder.encode(answer))
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return sys.maxsize
