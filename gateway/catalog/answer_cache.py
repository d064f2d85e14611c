"""Answers cached between requests, with a single flight per key: no look-up runs twice at once.

Every entry belongs to one caller: two tenants never share an answer or a running look-up. So a cache hit never bypasses
the permission check, because each caller only gets answers that Partner Center gave to that caller.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar, cast

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

_Entry = tuple[str, Key[object]]
"""The key of a caller, and that of an answer."""

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
        self._answers: FairCache[_Entry, object] = FairCache(clock=clock, max_bytes=max_bytes)
        self._flights: dict[_Entry, _Flight] = {}

    def find(self, caller: Caller, key: Key[T], *, tally: Tally | None = None) -> T | None:
        """The cached answer; None when there is none. A hit is counted in *tally*."""
        answer = self._answers.get((caller.key, key))
        if answer is None:
            return None
        events.looked_up("hit")
        if tally is not None:
            tally.cache_hits += 1
        return cast("T", answer)  # a key's type decides its answer's

    async def look_up(
        self,
        caller: Caller,
        key: Key[object],
        fetch: Callable[[float], Awaitable[T]],
        *,
        deadline: float | None = None,
        count_call: Callable[[], Awaitable[None]] = uncounted,
        tally: Tally | None = None,
    ) -> asyncio.Future[T]:
        """The answer to come, once the look-up has begun. The request that cancels the future leaves the look-up.

        The future fails with TimedOut when no answer has come by *deadline*, and with every error of *fetch*. Raises
        TimedOut when the deadline has passed already, and every error of *count_call*.

        *fetch* looks the answer up by the deadline it is given; an answer of None is not cached. Deadlines are in the
        running loop's time. *count_call* is awaited before a request begins a look-up, and not when it joins one.
        """
        entry = (caller.key, key)
        if self._answers.get(entry) is None and entry not in self._flights:
            _check_time_left(deadline)
            await count_call()
        answer = self.find(caller, key, tally=tally)
        if answer is not None:
            return _done(cast("T", answer))
        _check_time_left(deadline)
        flight = self._flights.get(entry)
        events.looked_up("joined" if flight else "miss")
        return self._join(entry, flight or self._start(entry, caller.identity, fetch), deadline)

    def _start(self, entry: _Entry, owner: str, fetch: Callable[[float], Awaitable[object]]) -> _Flight:
        async def look_up() -> object:
            answer = await fetch(asyncio.get_running_loop().time() + self._look_up_s)
            if self._ttl_s > 0 and answer is not None:
                self._answers.put(entry, answer, owner=owner, size=_size(answer), ttl_s=self._ttl_s)
            return answer

        flight = self._flights[entry] = _Flight(asyncio.create_task(look_up()))
        flight.task.add_done_callback(lambda _: self._finish(entry, flight))
        return flight

    def _join(self, entry: _Entry, flight: _Flight, deadline: float | None) -> asyncio.Future[Any]:
        """A future of the request's own."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[object] = loop.create_future()
        timer = None if deadline is None else loop.call_at(deadline, _time_out, answer)

        def leave(answer: asyncio.Future[object]) -> None:
            flight.waiting -= 1
            if timer is not None:
                timer.cancel()
            if answer.cancelled() and flight.waiting == 0:
                self._remove(entry, flight)  # at once, so that no request joins a flight that is being cancelled
                flight.task.cancel()

        flight.waiting += 1
        answer.add_done_callback(leave)
        flight.task.add_done_callback(partial(_pass_on, answer))
        return answer

    def _finish(self, entry: _Entry, flight: _Flight) -> None:
        self._remove(entry, flight)
        if not flight.task.cancelled():
            flight.task.exception()  # marks it as retrieved, even when no request waits any more

    def _remove(self, entry: _Entry, flight: _Flight) -> None:
        if self._flights.get(entry) is flight:
            del self._flights[entry]


def _check_time_left(deadline: float | None) -> None:
    """Raises TimedOut."""
    if deadline is not None and deadline <= asyncio.get_running_loop().time():
        raise _no_time_left()


def _time_out(answer: asyncio.Future[object]) -> None:
    if not answer.done():
        answer.set_exception(_no_time_left())


def _no_time_left() -> TimedOut:
    return TimedOut("There was no time left to wait for Partner Center's answer.")


def _pass_on(answer: asyncio.Future[object], task: asyncio.Task[object]) -> None:
    """Gives a request the look-up's answer, or a copy of its failure: requests never share one."""
    if answer.done():
        return
    if task.cancelled():
        answer.cancel()
        return
    error = task.exception()
    if error is None:
        answer.set_result(task.result())
    elif isinstance(error, GatewayError):
        answer.set_exception(error.copy())
    else:
        failure = RuntimeError("A look-up that requests share failed.")
        failure.__cause__ = error
        answer.set_exception(failure)


def _done(answer: T) -> asyncio.Future[T]:
    future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
    future.set_result(answer)
    return future


def _size(answer: object) -> int:
    """Bytes of an answer in memory, estimated from its JSON; too many to be cached when it has none."""
    try:
        return ANSWER_OVERHEAD + _BYTES_PER_CHARACTER * len(_encoder.encode(answer))
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return sys.maxsize
