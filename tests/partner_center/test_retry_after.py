"""A wait that is asked for is read in every form, and never longer than five minutes."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.partner_center.retry_after import retry_after

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        pytest.param("57", 57.0, id="seconds"),
        pytest.param("0", 0.0, id="at once"),
        pytest.param(" 57 ", 57.0, id="between blanks"),
        pytest.param("1.5", 1.5, id="a fraction"),
        pytest.param("-5", 0.0, id="a negative number"),
        pytest.param("300", 300.0, id="five minutes"),
        pytest.param("301", 300.0, id="more than five minutes"),
        pytest.param("999999999", 300.0, id="decades"),
        pytest.param("9" * 4000, 300.0, id="more than a float holds"),
        pytest.param("-" + "9" * 4000, 0.0, id="less than a float holds"),
        pytest.param("Sat, 01 Mar 2025 12:01:30 GMT", 90.0, id="a date to come"),
        pytest.param("Saturday, 01-Mar-25 12:01:30 GMT", 90.0, id="a date of RFC 850"),
        pytest.param("Sat Mar  1 12:01:30 2025", 90.0, id="a date of C"),
        pytest.param("Sat, 01 Mar 2025 14:01:30 +0200", 90.0, id="a date in another zone"),
        pytest.param("Sat, 01 Mar 2025 11:00:00 GMT", 0.0, id="a date gone by"),
        pytest.param("Sat, 01 Mar 0000 12:00:00 GMT", 0.0, id="the year 0"),
        pytest.param("Fri, 31 Dec 9999 23:59:59 GMT", 300.0, id="the end of the calendar"),
        pytest.param("Fri, 31 Dec 9999 23:59:59 -2359", 300.0, id="beyond the calendar by its zone"),
        pytest.param("Sat, 01 Mar 99999 12:00:00 GMT", 300.0, id="the year 99999"),
        pytest.param("Sat, 01 Mar 2025 12:00:00 +99999999999999999", 300.0, id="a zone that no clock has"),
        pytest.param("Sat, 45 Mar 2025 12:00:00 GMT", None, id="a day that no month has"),
        pytest.param("Sat, 01 Mar 2025 25:61:00 GMT", None, id="a time that no day has"),
        pytest.param("57, 120", 120.0, id="two lines"),
        pytest.param("57, Sat, 01 Mar 2025 12:01:30 GMT", 90.0, id="seconds and a date"),
        pytest.param("57, soon", 57.0, id="one line that is none"),
        pytest.param("soon", None, id="a word"),
        pytest.param("nan", None, id="not a number"),
        pytest.param("inf", None, id="infinity"),
        pytest.param("1e3", None, id="an exponent"),
        pytest.param(",", None, id="a comma"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_the_wait_is_read_in_both_forms_and_bounded(header: str, seconds: float | None) -> None:
    """Seconds and dates are read, between 0 and 5 minutes; anything else says nothing."""
    assert retry_after({"retry-after": header}, now=NOON) == seconds


def test_an_answer_without_the_header_says_nothing() -> None:
    """Absence is None, not a wait of 0."""
    assert retry_after({}, now=NOON) is None


@given(
    st.one_of(
        st.text(max_size=60),
        st.from_regex(r"\A[A-Z][a-z]{2}, [0-9]{1,30} [A-Z][a-z]{2} -?[0-9]{1,6} [0-9:.]{1,9} [-+A-Z0-9]{0,20}\Z"),
        st.lists(
            st.sampled_from(["Sat", ",", "-", "+", ":", "01", "Mar", "2025", "12:00:00", "GMT", "-0000", "99999", "."]),
            max_size=9,
        ).map(" ".join),
    )
)
@settings(max_examples=300, deadline=None)
def test_no_header_whatever_is_an_error(header: str) -> None:
    """Every text is a wait between 0 and 5 minutes, or says nothing."""
    seconds = retry_after({"retry-after": header}, now=NOON)

    assert seconds is None or 0 <= seconds <= 300


@pytest.mark.parametrize("header", ["999999999", "-5", "Sat, 01 Mar 99999 12:00:00 GMT"])
def test_a_wait_that_is_cut_is_logged(header: str, caplog: pytest.LogCaptureFixture) -> None:
    """So that the operator sees what upstream asked for."""
    retry_after({"retry-after": header}, now=NOON)

    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "asked for a pause of" in caplog.text


def test_a_wait_within_bounds_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Throttling is everyday business."""
    for header in ("57", "300", "Sat, 01 Mar 2025 11:00:00 GMT"):
        retry_after({"retry-after": header}, now=NOON)

    assert not caplog.records
