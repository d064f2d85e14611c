"""Billing cycles, and arithmetic with terms: how long a duration is, when a term ends, and which early ends are allowed."""

import re
from calendar import monthrange
from datetime import date, timedelta

_DURATION = re.compile(r"P(\d{1,2})([MY])", re.ASCII)
BILLING_CYCLES = ("monthly", "annual", "none", "one_time", "triennial", "biennial")
_CYCLES_BY_NAME = {cycle.replace("_", ""): cycle for cycle in BILLING_CYCLES}
_MONTHS_A_PERIOD = {"monthly": 1, "annual": 12, "biennial": 24, "triennial": 36}


def billing_cycle(text: str) -> str | None:
    """*text* in its wire form: OneTime, one_time and onetime are the same; None when it is no cycle."""
    return _CYCLES_BY_NAME.get(text.replace("_", "").lower())


def months_of(duration: str | None) -> int:
    """Months of `P1M`, `P1Y`, `P3Y`; 0 for anything else, no duration included."""
    match = _DURATION.fullmatch(duration or "")
    if match is None:
        return 0
    return int(match[1]) * (12 if match[2] == "Y" else 1)


def periods_of(duration: str | None, billing_cycle: str) -> int:
    """How often a term is billed: twelve times for a year paid monthly, once where the cycle is not periodic."""
    every = _MONTHS_A_PERIOD.get(billing_cycle)
    return 1 if every is None else max(1, months_of(duration) // every)


def months_later(day: date, months: int) -> date:
    """The same day that many months later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_day(start: date, duration: str | None) -> date:
    """The last day of a term, as `commitmentEndDate` of a subscription prints it; a day itself without a term."""
    return months_later(start, months_of(duration)) - timedelta(days=1) if months_of(duration) else start


def month_end(start: date, duration: str) -> date | None:
    """The last end of a calendar month inside a term, None when there is none ("Custom term end dates")."""
    end = last_day(start, duration)
    aligned = end if (end + timedelta(days=1)).day == 1 else end.replace(day=1) - timedelta(days=1)
    return aligned if aligned >= start else None


def present_start(first: date, duration: str, today: date) -> date:
    """When the term that *today* lies in began, of terms that follow one another from *first* on."""
    length = months_of(duration)
    terms_passed = ((today.year - first.year) * 12 + today.month - first.month) // length
    start = months_later(first, terms_passed * length)
    return start if start <= today else months_later(first, (terms_passed - 1) * length)
