"""How many repeats are allowed: a fifth of the calls, and a few besides, so that an outage is not multiplied."""

from collections.abc import Callable

_A_CALL = 0.2
_A_SECOND = 1.0
_MOST = 50.0


class RetryBudget:
    """Each call adds a fifth of a repeat, each second one more, up to fifty; each repeat takes one."""

    def __init__(self, *, clock: Callable[[], float]) -> None:
        """*clock* gives seconds that only go forwards."""
        self._clock = clock
        self._left = _MOST
        self._counted_at: float | None = None

    def call(self) -> None:
        """A call is made for the first time."""
        self._add(_A_CALL)

    def take(self) -> bool:
        """Whether one more repeat is allowed; it is taken."""
        now = self._clock()
        self._add((now - (self._counted_at or now)) * _A_SECOND)
        self._counted_at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True

    def _add(self, repeats: float) -> None:
        self._left = min(_MOST, self._left + repeats)
