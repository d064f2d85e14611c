"""How long Partner Center asks its callers to wait, bounded to what a gateway can live with."""

import logging
import math
import re
from collections.abc import Mapping
from datetime import MAXYEAR, UTC, datetime, timedelta
from email.utils import parsedate_tz

_LOG = logging.getLogger(__name__)

_LONGEST_PAUSE_S = 300.0
"""The longest pause observed is near a minute. More than five is a mistake, which must not silence a partner."""

_MOST_VALUES = 10
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?")
_WEEKDAY = re.compile(r"\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,\s*", re.IGNORECASE)
_IN_WORDS = re.compile(r"\bin ([0-9]+(?:\.[0-9]+)?) seconds?\b", re.IGNORECASE)


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
