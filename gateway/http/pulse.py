"""How far the event loop is behind: the measure of a processor with more to do than it can."""

import asyncio
from collections.abc import Callable

_EVERY_S = 0.01


class Pulse:
    """Beats a hundred times a second while there is work. What comes late by a beat waited for the work before it."""

    def __init__(self, on_beat: Callable[[], bool]) -> None:
        """*on_beat* says whether there is still work."""
        self._on_beat = on_beat
        self._loop: asyncio.AbstractEventLoop | None = None
        self._due = 0.0
        self._last_lag = 0.0

    @property
    def lag(self) -> float:
        """Seconds, of the last beat or of one that is overdue by now; 0 when there is no work."""
        return 0.0 if self._loop is None else max(self._last_lag, self._loop.time() - self._due)

    def start(self) -> None:
        """There is work. Costs nothing when that was known."""
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            self._last_lag = 0.0
            self._next(self._loop)

    def _next(self, loop: asyncio.AbstractEventLoop) -> None:
        self._due = loop.time() + _EVERY_S
        loop.call_at(self._due, self._beat, loop)

    def _beat(self, loop: asyncio.AbstractEventLoop) -> None:
        self._last_lag = loop.time() - self._due
        if self._on_beat():
            self._next(loop)
        else:
            self._loop = None
