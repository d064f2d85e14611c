"""Retries: sends a call again when that may help and cannot do harm. No other layer does, the HTTP client included.

At most three more attempts, each after a random pause, all within the caller's deadline and the process's retry budget.
A pause that Partner Center asks for with a 429, 5xx or 408 holds for all calls it throttles together. After a 401 the
gateway's own sign-in is renewed once.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from gateway.errors import (
    GatewayError,
    Malformed,
    Overloaded,
    Throttled,
    TimedOut,
    Unauthenticated,
    Unavailable,
    Untrusted,
)
from gateway.partner_center.accepted_tokens import AcceptedTokens
from gateway.partner_center.callers import Caller
from gateway.partner_center.sending.calls import Attempts, Call
from gateway.partner_center.sending.circuit_breaker import CircuitBreaker
from gateway.partner_center.sending.throttling import Pause, Pauses, Scope
from gateway.telemetry import events

T = TypeVar("T")

_MORE_ATTEMPTS = 3
_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 2.0
_LEAST_TIME_S = 0.2
"""No attempt starts with less time than this: it could not finish."""

_RETRIES_PER_CALL = 0.2
_RETRIES_PER_SECOND = 1.0
_MOST_RETRIES = 50.0

_PROXY_STATUSES = frozenset({502, 503, 504})


def _loop_time() -> float:
    return asyncio.get_running_loop().time()


class Resilient:
    """Sends calls, with retries. One instance per process."""

    def __init__(
        self,
        attempts: Attempts,
        *,
        accepted: AcceptedTokens,
        clock: Callable[[], float] = _loop_time,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """Tokens that got an answer are added to *accepted*.

        *clock* is the running loop's time; *chance* gives 0 to 1.
        """
        self._attempts = attempts
        self._accepted = accepted
        self._clock = clock
        self._sleep = sleep
        self._chance = chance
        self._budget = RetryBudget(clock=clock)
        self._pauses = Pauses(clock=clock)
        self._breaker = CircuitBreaker(clock=clock)

    async def send(self, call: Call[T], *, caller: Caller, deadline: float | None) -> T:
        """The result of the first successful attempt. Otherwise raises the failure of the last attempt, with
        `maybe_done` set when any attempt may have been carried out.
        """
        self._budget.count_call()
        effort = _Effort(call, Scope(caller.partner, call.customer_id), deadline)
        while True:
            try:
                return await self._attempt(effort, caller)
            except GatewayError as error:
                failure = error
            effort.maybe_done = effort.maybe_done or failure.maybe_done
            pause_s = await self._pause_after(failure, effort, caller)
            if pause_s is None:
                raise _last_failure(failure, effort, caller)
            events.retried(
                call.action,
                code=failure.code,
                attempt=effort.attempts + 1,
                pause_s=pause_s,
                request_id=call.request_id,
            )
            await self._sleep(pause_s)

    async def _attempt(self, effort: "_Effort[T]", caller: Caller) -> T:
        if self._pauses.current(effort.scope) is not None:
            await self._wait_for_throttling(effort)
        if not self._breaker.allow():
            events.not_sent(effort.call.action, "breaker")
            raise _outage(effort.call.action)
        effort.attempts += 1
        effort.bearer = await _bearer(caller, deadline=effort.deadline)
        effort.call.tally.attempts += 1
        try:
            answer = await self._attempts.attempt(
                effort.call, caller=caller, bearer=effort.bearer, deadline=effort.deadline
            )
        except GatewayError as error:
            self._learn_from(error, effort.scope)
            raise
        self._breaker.record_success()
        self._accepted.add(caller.key, caller.identity)
        return answer

    async def _wait_for_throttling(self, effort: "_Effort[T]") -> None:
        """Wait out the pauses that Partner Center asked for. Raises at once when there is no time for that."""
        while (pause := self._pauses.current(effort.scope)) is not None:
            left_s = pause.until - self._clock()
            if not effort.has_time_for(left_s, now=self._clock()):
                events.not_sent(effort.call.action, "pause")
                raise _throttled(pause, left_s, effort.call.action)
            await self._sleep(left_s + self._chance() * _FIRST_PAUSE_S)  # spreads the calls that have waited

    def _learn_from(self, error: GatewayError, scope: Scope) -> None:
        if isinstance(error, Throttled | Unavailable):
            status, seconds = error.http_status, error.retry_after_s
            if status is not None and seconds is not None:  # without a status there was no answer from Partner Center
                self._pauses.add(scope, seconds, http_status=status)
        if _is_outage(error):
            self._breaker.record_failure()
        elif not isinstance(error, TimedOut | Overloaded):
            self._breaker.record_success()

    async def _pause_after(self, error: GatewayError, effort: "_Effort[T]", caller: Caller) -> float | None:
        """Seconds until the next attempt; None when there will be none."""
        if isinstance(error, Unauthenticated):
            if effort.has_renewed or effort.bearer is None:
                return None
            effort.has_renewed = True
            return 0.0 if await caller.renew(effort.bearer) else None
        if effort.attempts > _MORE_ATTEMPTS or not effort.may_repeat(error) or self._breaker.is_open:
            return None
        pause_s = self._chance() * min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2.0**effort.attempts)
        longest_s = max(pause_s, self._pauses.seconds_left(effort.scope))
        if not effort.has_time_for(longest_s, now=self._clock()) or not self._budget.take_retry():
            return None
        return pause_s


class RetryBudget:
    """Limits retries so that they do not multiply an outage.

    Each call adds a fifth of a retry and each second a whole one, up to fifty; each retry takes one.
    """

    def __init__(self, *, clock: Callable[[], float]) -> None:
        """*clock* gives seconds that never go back."""
        self._clock = clock
        self._retries = _MOST_RETRIES
        self._updated_at: float | None = None

    def count_call(self) -> None:
        """Count the first attempt of a call."""
        self._add(_RETRIES_PER_CALL)

    def take_retry(self) -> bool:
        """Take one retry; False when none is left."""
        now = self._clock()
        self._add((now - (self._updated_at or now)) * _RETRIES_PER_SECOND)
        self._updated_at = now
        if self._retries < 1:
            return False
        self._retries -= 1
        return True

    def _add(self, retries: float) -> None:
        self._retries = min(_MOST_RETRIES, self._retries + retries)


@dataclass(slots=True)
class _Effort(Generic[T]):
    """One call and the state of its attempts so far."""

    call: Call[T]
    scope: Scope
    deadline: float | None
    attempts: int = 0
    bearer: str | None = None
    has_renewed: bool = False
    was_malformed: bool = False
    maybe_done: bool = False

    def has_time_for(self, pause_s: float, *, now: float) -> bool:
        return self.deadline is None or now + pause_s + _LEAST_TIME_S <= self.deadline

    def may_repeat(self, error: GatewayError) -> bool:
        """Whether another attempt could end differently, and does no harm if this one was carried out."""
        match error:
            case Throttled():
                return True
            case Untrusted():
                return False
            case Unavailable():
                return self.call.is_repeatable or not error.sent
            case Malformed():
                is_first, self.was_malformed = not self.was_malformed, True
                return self.call.is_repeatable and is_first
            case _:
                return False


async def _bearer(caller: Caller, *, deadline: float | None) -> str:
    """The token to send. A failure to get one comes before anything is sent."""
    try:
        return await caller.bearer(deadline)
    except TimeoutError:
        raise TimedOut("There was no time left to sign in to Partner Center.", sent=False) from None
    except GatewayError as error:
        failure = error.copy()
    failure.maybe_done = False
    raise failure


def _last_failure(error: GatewayError, effort: _Effort[T], caller: Caller) -> GatewayError:
    """The failure that the call raises: a new one, made from that of the last attempt."""
    failure = (caller.failure(error) if isinstance(error, Unauthenticated) else error).copy()
    failure.maybe_done = effort.maybe_done
    return failure


def _is_outage(error: GatewayError) -> bool:
    """Whether Partner Center itself did not answer. A time-out before anything was sent is the gateway's own."""
    if not isinstance(error, Unavailable) or (isinstance(error, TimedOut) and not error.sent):
        return False
    return error.http_status is None or error.http_status in _PROXY_STATUSES


def _outage(action: str) -> Unavailable:
    return Unavailable(
        f"Partner Center is not answering at present, so it was not asked to {action}.", sent=False, retry_after_s=1.0
    )


def _throttled(pause: Pause, left_s: float, action: str) -> Throttled | Unavailable:
    """The failure of a call that is not sent because of a pause: throttled after a 429, otherwise unavailable."""
    message = f"Partner Center asked for a pause, so it was not asked to {action}."
    if pause.http_status == 429:
        return Throttled(message, http_status=429, retry_after_s=left_s)
    return Unavailable(message, sent=False, retry_after_s=left_s)
