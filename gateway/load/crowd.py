"""Who asks for how much at once, and who for far more than others."""

from collections.abc import Callable
from statistics import median_low

STRANGERS = "strangers"
"""Those who are not known yet count as one caller, and so do those who claim one known identity, under a name that begins
like this. They may be greedy, but are no measure for others: who is known now was one of them before.
"""

_GREEDY = 2
"""Times what the middle one of all callers asks for."""
_WINDOW_S = 0.5
"""A caller counts among the others for so long after it asked for something, and for up to twice as long."""


class Crowd:
    def __init__(self, clock: Callable[[], float]) -> None:
        """*clock* gives seconds that only go forwards."""
        self._clock = clock
        self._ends_at = clock() + _WINDOW_S
        self._lately: dict[str, int] = {}
        self._before: dict[str, int] = {}
        self._usual = 0
        self._has_changed = False

    def asks(self, who: str, requests: int) -> None:
        """*who* has so many requests at work or waiting now."""
        if requests > self._lately.get(who, 0):
            self._lately[who] = requests
            self._has_changed = True

    def is_greedy(self, who: str) -> bool:
        """As of the last count. Nobody is who is alone."""
        return max(self._lately.get(who, 0), self._before.get(who, 0)) > _GREEDY * self._usual > 0

    def count(self) -> None:
        """To be called now and then: who is greedy is known afterwards."""
        now = self._clock()
        if now >= self._ends_at:
            self._before, self._lately = self._lately, {}
            self._ends_at = now + _WINDOW_S
            self._has_changed = True
        if self._has_changed:
            present = self._before | {who: max(n, self._before.get(who, 0)) for who, n in self._lately.items()}
            known = [requests for who, requests in present.items() if not who.startswith(STRANGERS)]
            self._usual = median_low(known) if known else 0
            self._has_changed = False
