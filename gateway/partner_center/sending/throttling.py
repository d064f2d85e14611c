"""Throttling: how long Partner Center asks its callers to wait, and which calls have to wait for it.

Source: "API throttling guidance". Refused calls count too, so none is sent before its pause is over.
"""

import logging
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, datetime, timedelta
from email.utils import parsedate_tz

_LOG = logging.getLogger(__name__)

_LONGEST_PAUSE_S = 300.0
"""The longest pause observed is near a minute. More than five is a mistake, which must not silence a partner."""

_MOST_VALUES = 10
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?")
_WEEKDAY = re.compile(r"\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,\s*", re.IGNORECASE)
_IN_WORDS = re.compile(r"\bin ([0-9]+(?:\.[0-9]+)?) seconds?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose calls are throttled together; `customer_id` is None for calls about no customer."""

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
        pause = Pause(now + bounded(seconds), http_status)
        before = self._pauses.get(scope)
        if before is None or before.until < pause.until:
            self._pauses[scope] = pause


def bounded(seconds: float) -> float:
    """A wait between 0 and 5 minutes; logs a warning when it had to be cut."""
    cut = min(max(seconds, 0.0), _LONGEST_PAUSE_S)
    if cut != seconds:
        _LOG.warning("Partner Center asked for a pause of %.0f s; the gateway waits %.0f s.", seconds, cut)
    return cut


def retry_after(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """Seconds upstream asked us to wait, between 0 and 5 minutes; None when it did not say.

    Reads both forms of Retry-After, seconds and date. A date in the past means no wait. Of several header lines, which
    arrive joined by commas, the longest wait counts. Source: RFC 9110, 10.2.3.
    """
    text = _WEEKDAY.sub("", headers.get("retry-after", ""))
    values = (_wait_s(value.strip(), now) for value in text.split(",", _MOST_VALUES)[:_MOST_VALUES])
    waits = [wait for wait in values if wait is not None]
    return bounded(max(waits)) if waits else None


def wait_in_words(text: str) -> float | None:
    """Seconds between 0 and 5 minutes, from words like those of the 429 sample: `Try again in 57 seconds.`"""
    found = _IN_WORDS.search(text)
    return bounded(float(found[1])) if found else None


def _wait_s(value: str, now: datetime) -> float | None:
    return float(value) if _NUMBER.fullmatch(value) else _seconds_until(value, now)


def _seconds_until(value: str, now: datetime) -> float | None:
    """Seconds until a date; infinity for one beyond the calendar, None for a text that is not a date."""
    try:
        date = parsedate_tz(value)
        if date is None:
            return None
        if date[0] > MAXYEAR:
            return math.inf
        year, month, day, hour, minute, second = date[:6]
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC) - timedelta(seconds=date[9] or 0)
        return max(0.0, (moment - now).total_seconds())
    except OverflowError:
        return math.inf
    except (ValueError, IndexError):  # raised by parsedate_tz for some texts that are not dates
        return None
