"""Compares the clock of this machine with Partner Center's, by the header Date of its answers.

A wrong clock here makes carts expire early or late, and tokens look fresh that are not.
"""

from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime

from gateway.telemetry import events

_EVERY_S = 60.0
_MAX_SKEW_S = 30.0
"""Far more than the second that the header is rounded to and the time that an answer is on its way."""


class ClockSkew:
    """Looks at one answer a minute. Reports a skew when it begins and when it is gone."""

    def __init__(self, *, clock: Callable[[], float], now: Callable[[], datetime]) -> None:
        """*clock* gives seconds that never go back; *now* is what is compared."""
        self._clock = clock
        self._now = now
        self._next_at = float("-inf")
        self._is_reported = False

    @property
    def is_due(self) -> bool:
        """Whether a minute has passed since the last answer that was looked at."""
        return self._clock() >= self._next_at

    def compare(self, date: str | None) -> None:
        """*date* is the header; an absent or odd one says nothing."""
        if not self.is_due:
            return
        self._next_at = self._clock() + _EVERY_S
        try:
            skew_s = (self._now() - parsedate_to_datetime(date or "")).total_seconds()
        except (TypeError, ValueError):
            return
        is_skewed = abs(skew_s) > _MAX_SKEW_S
        events.clock_compared(skew_s, is_news=is_skewed != self._is_reported)
        self._is_reported = is_skewed
