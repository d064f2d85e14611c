"""Timestamps, and terms in days."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from gateway.sandbox import terms, wire


@pytest.mark.parametrize(
    ("moment", "ticks", "text"),
    [
        pytest.param(datetime(2023, 7, 11, 21, 16, 11, 551490, tzinfo=UTC), 0, "2023-07-11T21:16:11.55149Z", id="zeros are cut"),
        pytest.param(datetime(2023, 7, 11, 21, 16, 11, 551490, tzinfo=UTC), 813, "2023-07-11T21:16:11.5515713Z", id="seven digits"),
        pytest.param(datetime(2023, 7, 11, 21, 16, 11, tzinfo=UTC), 0, "2023-07-11T21:16:11Z", id="whole seconds"),
        pytest.param(datetime(2023, 7, 11, 23, 59, 59, 999999, tzinfo=UTC), 10, "2023-07-12T00:00:00Z", id="into the next day"),
        pytest.param(datetime(2023, 7, 11, 1, tzinfo=timezone(timedelta(hours=2))), 0, "2023-07-10T23:00:00Z", id="in UTC"),
    ],
)  # fmt: skip
def test_timestamps_have_up_to_seven_digits(moment: datetime, ticks: int, text: str) -> None:
    """A tick is a tenth of a microsecond."""
    assert wire.format_timestamp(moment, ticks=ticks) == text


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        pytest.param("2022-02-19T00:00:00Z", datetime(2022, 2, 19, tzinfo=UTC), id="UTC"),
        pytest.param("2022-02-19T00:00:00", datetime(2022, 2, 19, tzinfo=UTC), id="no zone is UTC"),
        pytest.param("2022-02-19T02:00:00.1234567+02:00", datetime(2022, 2, 19, 0, 0, 0, 123456, tzinfo=UTC), id="an offset"),
        pytest.param("0001-01-01T00:00:00+14:00", None, id="before time began"),
        pytest.param("soon", None, id="no date"),
    ],
)  # fmt: skip
def test_timestamps_are_read_with_and_without_zone(text: str, moment: datetime | None) -> None:
    """None for anything else."""
    assert wire.parse_timestamp(text) == moment


@pytest.mark.parametrize(
    ("start", "duration", "last", "month_end"),
    [
        pytest.param(date(2021, 1, 14), "P1Y", date(2022, 1, 13), date(2021, 12, 31), id="as the subscription sample"),
        pytest.param(date(2023, 7, 5), "P1M", date(2023, 8, 4), date(2023, 7, 31), id="as the sample of term ends"),
        pytest.param(date(2024, 1, 31), "P1M", date(2024, 2, 28), date(2024, 1, 31), id="a month is cut short"),
        pytest.param(date(2023, 7, 1), "P1M", date(2023, 7, 31), date(2023, 7, 31), id="a whole month"),
    ],
)
def test_a_term_ends_on_a_day(start: date, duration: str, last: date, month_end: date) -> None:
    """Its last day, or the last end of a month within it."""
    assert terms.last_day(start, duration) == last
    assert terms.month_end(start, duration) == month_end


@pytest.mark.parametrize(
    ("duration", "cycle", "periods"),
    [
        ("P1Y", "monthly", 12),
        ("P3Y", "annual", 3),
        ("P3Y", "triennial", 1),
        ("P1M", "annual", 1),
        (None, "one_time", 1),
    ],
)
def test_a_term_is_billed_in_periods(duration: str | None, cycle: str, periods: int) -> None:
    """One period if it is paid at once."""
    assert terms.periods_of(duration, cycle) == periods
