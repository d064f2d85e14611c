"""How busy the event loop is, and how far behind: the measures of a processor with more to do than it can."""

import asyncio
import time
from collections.abc import Callable
from math import exp

_EVERY_S = 0.005
_REMEMBERS_S = 0.05
"""What is measured is smoothed over about so long: a single long step is no load."""


class Pulse:
    """Beats two hundred times a second while there is work. What comes late by a beat waited for the work before it."""

    def __init__(self, on_beat: Callable[[], bool]) -> None:
        """*on_beat* says whether there is still work."""
        self._on_beat = on_beat
        self._loop: asyncio.AbstractEventLoop | None = None
        self._due = 0.0
        self._last_lag = 0.0
        self._measured_at = 0.0
        self._processor_s = 0.0
        self.busy = 0.0
        """The part of the time in which the loop's thread had the processor, 0 to 1."""
        self.usual_lag = 0.0
        """Seconds."""

    @property
    def lag(self) -> float:
        """Seconds, of the last beat or of one that is overdue by now; 0 when there is no work."""
        return 0.0 if self._loop is None else max(self._last_lag, self._loop.time() - self._due)

    def start(self) -> None:
        """There is work. Costs nothing when that was known."""
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            self._last_lag = 0.0
            self._measure(self._loop.time())
            self._next(self._loop)

    def _next(self, loop: asyncio.AbstractEventLoop) -> None:
        self._due = loop.time() + _EVERY_S
        loop.call_at(self._due, self._beat, loop)

    def _beat(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        self._last_lag = now - self._due
        self._measure(now)
        if self._on_beat():
            self._next(loop)
        else:
            self._loop = None

    def _measure(self, now: float) -> None:
        """Between two stretches of work, all the time without any counts as one beat."""
        processor_s = time.thread_time()
        passed = now - self._measured_at
        if passed > 0:
            newer = 1 - exp(-passed / _REMEMBERS_S)
            self.busy += newer * (min(1.0, (processor_s - self._processor_s) / passed) - self.busy)
            self.usual_lag += newer * (self._last_lag - self.usual_lag)
        self._measured_at, self._processor_s = now, processor_s
