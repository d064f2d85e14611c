"""Sending a call again when that helps and cannot harm. The only layer that repeats; the HTTP client below never does.

At most three more attempts, each after a random pause, all within the caller's deadline and a budget for the whole
process. A pause that Partner Center asks for with a 429, 5xx or 408 holds for every call that it throttles together. After
401 a sign-in of our own is renewed once.
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
from gateway.partner_center.callers import Caller
from gateway.partner_center.identity import AcceptedTokens
from gateway.partner_center.sending.breaker import Breaker
from gateway.partner_center.sending.calls import Call, Sender
from gateway.partner_center.sending.retry_budget import RetryBudget
from gateway.partner_center.sending.throttling import Pause, Pauses, Scope

T = TypeVar("T")

_MORE_ATTEMPTS = 3
_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 2.0
_LEAST_TIME_S = 0.2
"""No attempt starts with less time than this: it could not finish."""

_IN_BETWEEN = frozenset({502, 503, 504})


class Resilient:
    """A sender in front of another, which makes one attempt. One for the process."""

    def __init__(
        self,
        attempts: Sender,
        *,
        accepted: AcceptedTokens,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """Tokens that got an answer are added to *accepted*; *clock* is the running loop's time; *chance* is from 0 to 1."""
        self._attempts = attempts
        self._accepted = accepted
        self._clock = clock
        self._sleep = sleep
        self._chance = chance
        self._budget = RetryBudget(clock=clock)
        self._pauses = Pauses(clock=clock)
        self._breaker = Breaker(clock=clock)

    async def send(self, call: Call[T], *, caller: Caller, deadline: float | None) -> T:
        """The answer of the first attempt that has one. Raises what the last attempt ended in, with `maybe_done` set
        when any of them may have been carried out.
        """
        self._budget.call()
        effort = _Effort(call, Scope(caller.partner, call.customer_id), deadline)
        while True:
            try:
                return await self._attempt(effort, caller)
            except GatewayError as error:
                failed = error
            effort.maybe_done = effort.maybe_done or failed.maybe_done
            pause = await self._pause_after(failed, effort, caller)
            if pause is None:
                raise _ending(failed, effort, caller)
            await self._sleep(pause)

    async def _attempt(self, effort: "_Effort[T]", caller: Caller) -> T:
        await self._wait(effort)
        if not self._breaker.lets_through():
            raise _outage(effort.call.action)
        effort.attempts += 1
        effort.token = await _signed_in(caller, deadline=effort.deadline)
        effort.call.tally.attempts += 1
        try:
            answer = await self._attempts.send(effort.call, caller=caller, deadline=effort.deadline)
        except GatewayError as error:
            self._learn(error, effort.scope)
            raise
        self._breaker.answered()
        self._accepted.add(caller.key, caller.identity)
        return answer

    async def _wait(self, effort: "_Effort[T]") -> None:
        """Until no pause that Partner Center asked for is left. Raises at once when there is no time for it."""
        while (pause := self._pauses.of(effort.scope)) is not None:
            left = pause.until - self._clock()
            if not effort.has_time_for(left, now=self._clock()):
                raise _paused(pause, left, effort.call.action)
            await self._sleep(left + self._chance() * _FIRST_PAUSE_S)  # so that not all who waited come at once

    def _learn(self, error: GatewayError, scope: Scope) -> None:
        if isinstance(error, Throttled | Unavailable):
            status, seconds = error.http_status, error.retry_after_s
            if status is not None and seconds is not None:  # without a status it is no answer of Partner Center's
                self._pauses.ask(scope, seconds, http_status=status)
        if _is_outage(error):
            self._breaker.failed()
        elif not isinstance(error, TimedOut | Overloaded):
            self._breaker.answered()

    async def _pause_after(self, error: GatewayError, effort: "_Effort[T]", caller: Caller) -> float | None:
        """Seconds until the next attempt; None when there is to be none."""
        if isinstance(error, Unauthenticated):
            if effort.renewed or effort.token is None:
                return None
            effort.renewed = True
            return 0.0 if await caller.renew(effort.token) else None
        if effort.attempts > _MORE_ATTEMPTS or not effort.may_repeat(error) or self._breaker.is_open:
            return None
        pause = self._chance() * min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2.0**effort.attempts)
        asked_for = self._pauses.left(effort.scope)
        if not effort.has_time_for(max(pause, asked_for), now=self._clock()) or not self._budget.take():
            return None
        return pause


@dataclass(slots=True)
class _Effort(Generic[T]):
    """One call and what became of its attempts so far."""

    call: Call[T]
    scope: Scope
    deadline: float | None
    attempts: int = 0
    token: str | None = None
    renewed: bool = False
    misread: bool = False
    maybe_done: bool = False

    def has_time_for(self, pause: float, *, now: float) -> bool:
        return self.deadline is None or now + pause + _LEAST_TIME_S <= self.deadline

    def may_repeat(self, error: GatewayError) -> bool:
        """Whether another attempt could end otherwise, and does no harm if this one was carried out."""
        match error:
            case Throttled():
                return True
            case Untrusted():
                return False
            case Unavailable():
                return self.call.is_repeatable or not error.sent
            case Malformed():
                first, self.misread = not self.misread, True
                return self.call.is_repeatable and first
            case _:
                return False


async def _signed_in(caller: Caller, *, deadline: float | None) -> str:
    """The token to send. Whatever goes wrong with it comes before anything is sent."""
    try:
        async with asyncio.timeout_at(deadline):
            return await caller.bearer()
    except TimeoutError:
        raise TimedOut("There was no time left to sign in to Partner Center.", sent=False) from None
    except GatewayError as error:
        failed = error.copy()
    failed.maybe_done = False
    raise failed


def _ending(error: GatewayError, effort: _Effort[T], caller: Caller) -> GatewayError:
    """What the call ends in: a failure of its own, made of the last attempt's."""
    ending = (caller.told(error) if isinstance(error, Unauthenticated) else error).copy()
    ending.maybe_done = effort.maybe_done
    return ending


def _is_outage(error: GatewayError) -> bool:
    """Whether nothing but silence came back; a time-out before anything was sent is our own."""
    if not isinstance(error, Unavailable) or (isinstance(error, TimedOut) and not error.sent):
        return False
    return error.http_status is None or error.http_status in _IN_BETWEEN


def _outage(action: str) -> Unavailable:
    return Unavailable(
        f"Partner Center is not answering at present, so it was not asked to {action}.", sent=False, retry_after_s=1.0
    )


def _paused(pause: Pause, left: float, action: str) -> Throttled | Unavailable:
    """Says what the answer said that asked for the pause: throttled, or out of order for a while."""
    message = f"Partner Center asked for a pause, so it was not asked to {action}."
    if pause.http_status == 429:
        return Throttled(message, http_status=429, retry_after_s=left)
    return Unavailable(message, sent=False, retry_after_s=left)
