"""Answers cached between requests, with a single flight per key: no look-up runs twice at once.

Every entry belongs to one caller: two tenants never share an answer or a running look-up. So a cache hit never bypasses
the permission check, because each caller only gets answers that Partner Center gave to that caller.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar, cast

import msgspec

from gateway.catalog.keys import Key
from gateway.errors import (
    GatewayError,
    NotFound,
    Overloaded,
    Refused,
    SignInFailed,
    Throttled,
    TimedOut,
    Unauthenticated,
    Unavailable,
)
from gateway.partner_center.callers import Caller
from gateway.store.fair_cache import FairCache
from gateway.telemetry import events
from gateway.telemetry.requests import Tally

T = TypeVar("T")

_MAX_BYTES = 40 * 2**20
ANSWER_OVERHEAD = 2_000
"""The most bytes that an answer's key and bookkeeping take, as measured with Python 3.11."""
_LONGEST_REFRESH_S = 3600
"""Seconds that a stale answer is given without waiting, at most."""
_LONGEST_OUTAGE_S = 24 * 3600
"""Seconds that a stale answer is kept for the case that Partner Center does not answer."""
_AFTER_FAILURE_S = 60
_REFRESHES_AT_ONCE = 50
"""Of the process. Calls of requests, which somebody waits for, find room beside them."""
_BYTES_PER_CHARACTER = 4
"""Bytes in memory per character of the answer's JSON: 2 to 3.2 for documented answers, 4 beyond the basic plane."""

_Entry = tuple[str, Key[object]]
"""The key of a caller, and that of an answer."""

_encoder = msgspec.json.Encoder(enc_hook=str)


_Fetch = Callable[[float], Awaitable[T]]
"""Looks an answer up by the deadline it is given."""

_SAYS_NOTHING = (Unavailable, Throttled, Overloaded)
"""Failures after which the cached answer may still be the right one."""
_DENIES = (Refused, Unauthenticated, SignInFailed)
"""Failures after which the caller must not get the cached answer any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """What the look-ups of one request have in common.

    `deadline` is in the running loop's time. `count_call` is awaited before the request begins a look-up, and not when
    it joins one. Answers from the cache are counted in `tally`. `absences` says of what was not found why.
    """

    caller: Caller
    deadline: float | None = None
    count_call: Callable[[], Awaitable[None]] | None = None
    tally: Tally = field(default_factory=Tally)
    absences: dict[Key[object], NotFound] = field(default_factory=dict[Key[object], NotFound])

    def check_time_left(self) -> None:
        """Raises TimedOut."""
        if self.deadline is not None and self.deadline <= asyncio.get_running_loop().time():
            raise _no_time_left()


@dataclass(slots=True)
class _Cached:
    """An answer, fresh until one moment, and given without waiting until another."""

    answer: object
    fresh_until: float
    given_until: float


@dataclass(slots=True)
class _Flight:
    """A look-up under way, and how many requests wait for it."""

    task: asyncio.Task[object]
    waiting: int = 0


class AnswerCache:
    """Answers by caller and key. One instance per process.

    Bounded in bytes, which callers share fairly. Failures are not cached, nor is absence, which is an answer of None. Requests that share a look-up do not affect
    one another: it has a deadline of its own, each request waits until its own deadline and gets a failure of its own,
    and a request that is cancelled ends a look-up only when no other waits for it.

    An answer that is older than its time to live is stale. For as long again, at most an hour, it is given at once while
    a new one is looked up in the background: a look-up that counts against the rate limit of the request that
    causes it, and is left out where that refuses. Where Partner Center does not answer, a stale answer up to a day old is
    given instead of the failure, and for a minute after it without waiting.
    """

    def __init__(
        self, *, ttl_s: float, clock: Callable[[], float], look_up_s: float = 30, max_bytes: int = _MAX_BYTES
    ) -> None:
        """*ttl_s* is an answer's time to live in seconds, 0 = not cached. A look-up may take *look_up_s* seconds."""
        self._ttl_s = ttl_s
        self._clock = clock
        self._look_up_s = look_up_s
        self._answers: FairCache[_Entry, _Cached] = FairCache(clock=clock, max_bytes=max_bytes)
        self._flights: dict[_Entry, _Flight] = {}
        self._refreshes: dict[_Entry, asyncio.Task[None]] = {}

    def find(self, asker: Asker, key: Key[object], fetch: _Fetch[T]) -> T | None:
        """The cached answer; None when it has to be looked up. *fetch* looks up a new one where it is stale."""
        entry = (asker.caller.key, key)
        cached = self._answers.get(entry)
        now = self._clock()
        if cached is None or now >= cached.given_until:
            return None
        if now < cached.fresh_until:
            events.looked_up("hit")
        else:
            events.looked_up("stale")
            asker.tally.stale_answers += 1
            self._refresh(asker, entry, fetch)
        asker.tally.cache_hits += 1
        return cast("T", cached.answer)  # a key's type decides its answer's

    async def look_up(self, asker: Asker, key: Key[object], fetch: _Fetch[T]) -> asyncio.Future[T | None]:
        """The answer to come, once the look-up has begun. The request that cancels the future leaves the look-up.

        The future fails with TimedOut when no answer has come by the deadline, and with every error of *fetch* but
        NotFound, which gives None and is noted in the absences of *asker*. Raises TimedOut when the deadline has passed
        already, and every error of `count_call`.
        """
        entry = (asker.caller.key, key)
        answer = self.find(asker, key, fetch)
        if answer is None and asker.count_call is not None and entry not in self._flights:
            asker.check_time_left()
            await asker.count_call()
            answer = self.find(asker, key, fetch)  # another request may have looked it up meanwhile
        if answer is not None:
            return _done(answer)
        asker.check_time_left()
        flight = self._flights.get(entry)
        events.looked_up("joined" if flight else "miss")
        return self._join(asker, entry, flight or self._start(asker.caller, entry, fetch))

    async def close(self) -> None:
        """Ends all look-ups."""
        tasks = [*self._refreshes.values(), *(flight.task for flight in self._flights.values())]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, caller: Caller, entry: _Entry, fetch: _Fetch[object]) -> _Flight:
        async def look_up() -> object:
            try:
                answer = await fetch(asyncio.get_running_loop().time() + self._look_up_s)
            except _SAYS_NOTHING:
                self._spare_waiting(entry)
                raise
            except _DENIES:
                self._answers.remove(entry)
                raise
            self._put(caller, entry, answer)
            return answer

        flight = self._flights[entry] = _Flight(asyncio.create_task(look_up()))
        flight.task.add_done_callback(lambda _: self._finish(entry, flight))
        return flight

    def _put(self, caller: Caller, entry: _Entry, answer: object) -> None:
        self._answers.remove(entry)
        if self._ttl_s > 0:
            fresh_until = self._clock() + self._ttl_s
            cached = _Cached(answer, fresh_until, fresh_until + min(self._ttl_s, _LONGEST_REFRESH_S))
            keep_s = self._ttl_s + _LONGEST_OUTAGE_S
            self._answers.put(entry, cached, owner=caller.identity, size=_size(answer), ttl_s=keep_s)

    def _spare_waiting(self, entry: _Entry) -> _Cached | None:
        """The cached answer, which is given without waiting for a while: the next look-up would fail as well."""
        cached = self._answers.get(entry)
        if cached is not None:
            cached.given_until = max(cached.given_until, self._clock() + _AFTER_FAILURE_S)
        return cached

    def _refresh(self, asker: Asker, entry: _Entry, fetch: _Fetch[object]) -> None:
        """Looks up a new answer, for nobody in particular, unless that is under way or too many others are."""
        if entry in self._refreshes or entry in self._flights or len(self._refreshes) >= _REFRESHES_AT_ONCE:
            return

        async def refresh() -> None:
            try:
                if asker.count_call is not None:
                    await asker.count_call()
                flight = self._flights.get(entry) or self._start(asker.caller, entry, fetch)
                flight.waiting += 1  # so that no request ends it
                await asyncio.wait([flight.task])
                await flight.task
            except NotFound:
                events.refreshed()
            except GatewayError as error:
                events.refreshed(error.code)
            else:
                events.refreshed()
            finally:
                del self._refreshes[entry]

        self._refreshes[entry] = asyncio.create_task(refresh())

    def _join(self, asker: Asker, entry: _Entry, flight: _Flight) -> asyncio.Future[Any]:
        """A future of the request's own."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[object] = loop.create_future()
        fail = partial(self._fail, asker, entry, answer)
        timer = None if asker.deadline is None else loop.call_at(asker.deadline, lambda: fail(_no_time_left()))
        flight.waiting += 1
        answer.add_done_callback(partial(self._leave, entry, flight, timer))
        flight.task.add_done_callback(partial(_pass_on, answer, fail))
        return answer

    def _fail(self, asker: Asker, entry: _Entry, answer: asyncio.Future[object], error: GatewayError) -> None:
        """Ends the future with the failure, or with a stale answer where the failure says nothing about that."""
        if answer.done():
            return
        if isinstance(error, NotFound):
            asker.absences[entry[1]] = error
            answer.set_result(None)
            return
        stale = self._spare_waiting(entry) if isinstance(error, _SAYS_NOTHING) else None
        if stale is None:
            answer.set_exception(error)
        else:
            asker.tally.stale_answers += 1
            answer.set_result(stale.answer)

    def _leave(
        self, entry: _Entry, flight: _Flight, timer: asyncio.TimerHandle | None, answer: asyncio.Future[object]
    ) -> None:
        flight.waiting -= 1
        if timer is not None:
            timer.cancel()
        if answer.cancelled() and flight.waiting == 0:
            self._remove(entry, flight)  # at once, so that no request joins a flight that is being cancelled
            flight.task.cancel()

    def _finish(self, entry: _Entry, flight: _Flight) -> None:
        self._remove(entry, flight)
        if not flight.task.cancelled():
            flight.task.exception()  # marks it as retrieved, even when no request waits any more

    def _remove(self, entry: _Entry, flight: _Flight) -> None:
        if self._flights.get(entry) is flight:
            del self._flights[entry]


def _pass_on(answer: asyncio.Future[object], fail: Callable[[GatewayError], None], task: asyncio.Task[object]) -> None:
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
        fail(error.copy())
    else:
        failure = RuntimeError("A look-up that requests share failed.")
        failure.__cause__ = error
        answer.set_exception(failure)


def _no_time_left() -> TimedOut:
    return TimedOut("There was no time left to wait for Partner Center's answer.")


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
