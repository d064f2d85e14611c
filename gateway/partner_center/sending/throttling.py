"""Throttling: the pauses that Partner Center asked for, and which calls have to wait for them.

A partner's calls are throttled together, some for each of its customers. Refused calls count too, so none is sent
before its pause is over. Source: "API throttling guidance".
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from gateway.partner_center.retry_after import bounded
from gateway.telemetry import events


class Scope(NamedTuple):
    """The calls that are throttled together; `customer_id` is None for calls about no customer."""

    partner: str
    customer_id: str | None


@dataclass(frozen=True, slots=True)
class Pause:
    """`until` is in the clock's time; `http_status` is the status of the answer that asked for the pause."""

    until: float
    http_status: int


class Pauses:
    """The pauses that Partner Center asked for, by scope."""

    def __init__(self, *, clock: Callable[[], float], at_most: int = 10_000) -> None:
        """*clock* gives seconds that never go back. Beyond *at_most* pauses, those that are over are removed."""
        self._clock = clock
        self._at_most = at_most
        self._pauses: dict[Scope, Pause] = {}

    def current(self, scope: Scope) -> Pause | None:
        """The pause that calls of the scope have to wait for; None when one may be sent now."""
        pause = self._pauses.get(scope)
        if pause is not None and pause.until <= self._clock():
            del self._pauses[scope]
            return None
        return pause

    def seconds_left(self, scope: Scope) -> float:
        """Seconds until a call may be sent; 0 when it may be sent now."""
        pause = self.current(scope)
        return 0.0 if pause is None else pause.until - self._clock()

    def add(self, scope: Scope, seconds: float, *, http_status: int) -> None:
        """Pause the scope for *seconds*, at most five minutes. A longer pause it already has stands."""
        now = self._clock()
        if len(self._pauses) >= self._at_most:
            self._pauses = {each: pause for each, pause in self._pauses.items() if pause.until > now}
        seconds = bounded(seconds)
        events.paused(http_status=http_status, seconds=seconds, partner=scope.partner, customer_id=scope.customer_id)
        pause = Pause(now + seconds, http_status)
        before = self._pauses.get(scope)
        if before is None or before.until < pause.until:
            self._pauses[scope] = pause
