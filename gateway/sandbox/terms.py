"""Billing cycles, and the arithmetic of terms: how long a duration is, and when a term starts and ends."""

import re
from calendar import monthrange
from datetime import date, timedelta

_DURATION = re.compile(r"P(\d{1,2})([MY])", re.ASCII)
BILLING_CYCLES = ("monthly", "annual", "none", "one_time", "triennial", "biennial")
_CYCLES_BY_NAME = {cycle.replace("_", ""): cycle for cycle in BILLING_CYCLES}
PERIODS = {"monthly": "P1M", "annual": "P1Y", "biennial": "P2Y", "triennial": "P3Y"}
"""The length of a billing period of each cycle that recurs."""
_MONTHS_A_PERIOD = {"monthly": 1, "annual": 12, "biennial": 24, "triennial": 36}


def billing_cycle(text: str) -> str | None:
    """The cycle as the service writes it, from any spelling (OneTime, one_time, onetime); None if unknown."""
    return _CYCLES_BY_NAME.get(text.replace("_", "").lower())


def months_of(duration: str | None) -> int:
    """Number of months in `P1M`, `P1Y` or `P3Y`; 0 for None and for anything else."""
    match = _DURATION.fullmatch(duration or "")
    if match is None:
        return 0
    return int(match[1]) * (12 if match[2] == "Y" else 1)


def periods_of(duration: str | None, billing_cycle: str) -> int:
    """Number of billing periods in a term: 12 for a year paid monthly, 1 for a cycle that does not recur."""
    every = _MONTHS_A_PERIOD.get(billing_cycle)
    return 1 if every is None else max(1, months_of(duration) // every)


def months_later(day: date, months: int) -> date:
    """The same day of the month *months* later, or the last day of that month if it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_day(start: date, duration: str | None) -> date:
    """The last day of a term, as in `commitmentEndDate` of a subscription; *start* itself without a duration."""
    return months_later(start, months_of(duration)) - timedelta(days=1) if months_of(duration) else start


def month_end(start: date, duration: str) -> date | None:
    """The latest end of a calendar month within the term, or None ("Custom term end dates")."""
    end = last_day(start, duration)
    aligned = end if (end + timedelta(days=1)).day == 1 else end.replace(day=1) - timedelta(days=1)
    return aligned if aligned >= start else None


def current_start(first: date, duration: str, today: date) -> date:
    """The start of the term that contains *today*, in a sequence of equal terms that begins on *first*."""
    length = months_of(duration)
    terms_passed = ((today.year - first.year) * 12 + today.month - first.month) // length
    start = months_later(first, terms_passed * length)
    return start if start <= today else months_later(first, (terms_passed - 1) * length)
