"""A clock that is wrong is noticed by Partner Center's answers, and said once."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from gateway.partner_center.sending.clock_skew import ClockSkew
from gateway.telemetry.metrics import metrics
from tests.logs import Logged

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


class Seconds:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def header(*, behind_s: float) -> str:
    return format_datetime(NOW - timedelta(seconds=behind_s), usegmt=True)


def test_a_skew_is_said_when_it_begins_and_when_it_is_gone(logged: Logged) -> None:
    """And not with every answer meanwhile; the metric always has the last one."""
    seconds = Seconds()
    skew = ClockSkew(clock=seconds, now=lambda: NOW)

    shown: list[float | None] = []
    for behind_s in (1, 125, 126, 0, 1):
        skew.compare(header(behind_s=behind_s))
        shown.append(metrics().registry.get_sample_value("gateway_clock_skew_seconds"))
        seconds.now += 61

    assert [record["skew_s"] for record in logged()] == [125, 0]
    assert {record["level"] for record in logged()} == {"warning"}
    assert shown == [1, 125, 126, 0, 1]


def test_one_answer_a_minute_is_looked_at(logged: Logged) -> None:
    """The others cost nothing."""
    seconds = Seconds()
    skew = ClockSkew(clock=seconds, now=lambda: NOW)

    skew.compare(header(behind_s=0))
    seconds.now += 59
    skew.compare(header(behind_s=-300))
    assert logged() == []
    seconds.now += 2
    skew.compare(header(behind_s=-300))

    assert [record["skew_s"] for record in logged()] == [-300]


@pytest.mark.parametrize("date", [None, "", "yesterday", "Mon, 99 Foo 2026 09:30:00 GMT"])
def test_an_odd_date_says_nothing(date: str | None, logged: Logged) -> None:
    ClockSkew(clock=Seconds(), now=lambda: NOW).compare(date)

    assert logged() == []
