"""Who may begin, and at what pace: a greedy caller leaves the others their time on the event loop.

While the loop keeps up, everybody begins at once. What has begun shares the loop and cannot be told to wait; so a
greedy caller waits before: no more of it is begun than leaves the loop half idle, spread evenly.
"""

from typing import Protocol

from gateway.load.crowd import Crowd

_BUSY = 0.5
"""Of the loop's time. Beyond this, requests noticeably hold each other up."""
_BUSY_LAG_S = 0.003
"""The same, on a machine that gives the process less of the processor than it wants."""

_SLOWER = 0.9
_FASTER = 0.05
_SLOWEST, _FASTEST = 0.1, 16.0
"""Beginnings of greedy callers from one beat to the next."""

_MOST_LAG_S = 0.02
"""Further behind, the loop finishes what it has before more than a little is begun, whosever it is."""
_A_BEGINNING_S = 0.01
_MOST_BEGINNINGS = 16


class Load(Protocol):
    """How busy the loop is, as `Pulse` tells it."""

    @property
    def busy(self) -> float: ...
    @property
    def lag(self) -> float: ...
    @property
    def usual_lag(self) -> float: ...


class Pacing:
    """The gate of those who wait to begin."""

    def __init__(self, load: Load, crowd: Crowd) -> None:
        self._load = load
        self._crowd = crowd
        self._pace = 1.0
        self._of_greedy = 1.0
        self._while_behind = 0

    def is_open_for(self, who: str) -> bool:
        if self._is_behind and self._while_behind < 1:
            return False
        return self._of_greedy >= 1 or not self._crowd.is_greedy(who)

    def passed(self, who: str) -> None:
        if self._is_behind:
            self._while_behind -= 1
        if self._crowd.is_greedy(who):
            self._of_greedy -= 1

    def beat(self) -> None:
        """Some more may begin, even when the loop is behind: a flood of refusals would else end all work."""
        self._crowd.count()
        self._while_behind = min(_MOST_BEGINNINGS, 1 + int(self._load.lag / _A_BEGINNING_S))
        self._pace = max(_SLOWEST, self._pace * _SLOWER) if self._is_busy else min(_FASTEST, self._pace + _FASTER)
        self._of_greedy = min(self._of_greedy + self._pace, max(1.0, self._pace))

    @property
    def _is_busy(self) -> bool:
        return self._load.busy > _BUSY or self._load.usual_lag > _BUSY_LAG_S

    @property
    def _is_behind(self) -> bool:
        return self._load.lag > _MOST_LAG_S
