"""Pauses that Partner Center asked for, kept by whom it throttles: a partner, or a partner's calls for one customer.

Source: "API throttling guidance". Calls that are refused count too, so none is sent before its pause is over.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose calls are counted together; `customer_id` is None for calls about no customer."""

    partner: str
    customer_id: str | None


class Pauses:
    def __init__(self, *, clock: Callable[[], float], at_most: int = 10_000) -> None:
        """*clock* gives seconds that only go forwards."""
        self._clock = clock
        self._at_most = at_most
        self._until: dict[Scope, float] = {}

    def left(self, scope: Scope) -> float:
        """Seconds until a call may be sent; 0 when it may be now."""
        until = self._until.get(scope, 0.0)
        left = until - self._clock()
        if left <= 0 and until:
            del self._until[scope]
        return max(0.0, left)

    def ask(self, scope: Scope, seconds: float) -> None:
        """No call for so long. A longer pause that was asked for before stands."""
        if len(self._until) >= self._at_most:
            now = self._clock()
            self._until = {each: until for each, until in self._until.items() if until > now}
        self._until[scope] = max(self._until.get(scope, 0.0), self._clock() + seconds)
