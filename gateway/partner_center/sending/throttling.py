"""Pauses that Partner Center asked for, kept by whom it throttles: a partner, or a partner's calls for one customer.

Source: "API throttling guidance". Calls that are refused count too, so none is sent before its pause is over.
"""

from collections.abc import Callable
from dataclasses import dataclass

from gateway.partner_center.retry_after import bounded


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose calls are counted together; `customer_id` is None for calls about no customer."""

    partner: str
    customer_id: str | None


@dataclass(frozen=True, slots=True)
class Pause:
    """`until` is in the clock's time; `http_status` that of the answer which asked for it."""

    until: float
    http_status: int


class Pauses:
    def __init__(self, *, clock: Callable[[], float], at_most: int = 10_000) -> None:
        """*clock* gives seconds that only go forwards."""
        self._clock = clock
        self._at_most = at_most
        self._pauses: dict[Scope, Pause] = {}

    def of(self, scope: Scope) -> Pause | None:
        """The pause that its calls have to wait for; None when one may be sent now."""
        pause = self._pauses.get(scope)
        if pause is not None and pause.until <= self._clock():
            del self._pauses[scope]
            return None
        return pause

    def left(self, scope: Scope) -> float:
        """Seconds until a call may be sent; 0 when it may be now."""
        pause = self.of(scope)
        return 0.0 if pause is None else pause.until - self._clock()

    def ask(self, scope: Scope, seconds: float, *, http_status: int) -> None:
        """No call for so long, but for five minutes at most. A longer pause that was asked for before stands."""
        now = self._clock()
        if len(self._pauses) >= self._at_most:
            self._pauses = {each: pause for each, pause in self._pauses.items() if pause.until > now}
        pause = Pause(now + bounded(seconds), http_status)
        before = self._pauses.get(scope)
        if before is None or before.until < pause.until:
            self._pauses[scope] = pause
