"""Every fault x (read, look-up, write, checkout) x (blip, outage): the end that the table names, in time."""

from collections.abc import Mapping

import pytest

from gateway.carts.document import Document
from gateway.partner_center.plain_json import document
from gateway.sandbox.faults.rules import FAULTS
from tests import virtual_time
from tests.faults.cells import KINDS, ROWS, Kind
from tests.faults.trial import assert_as_named, struck, trial, tried

WITHOUT_A_ROW: Mapping[str, str] = {
    "delay": "an answer in time is an answer, and a late one is none: 'no answer, after the work'",
    "405": "a refusal as 400 is; the gateway sends no such call",
    "406": "a refusal as 400 is; the gateway sends no such call",
    "408": "what 'no answer' is, told by a status",
    "501": "as 500",
    "edit": "whatever it is ordered to make of an answer: tests/sandbox/faults/test_edits.py",
}


@pytest.mark.parametrize("name", ROWS)
def test_each_fault_ends_as_it_has_to(name: str) -> None:
    """Whatever is struck by it, once or for good."""
    row = ROWS[name]

    seen = virtual_time.run(
        tried(row, lambda each, kind, spell: each.strike(kind, spell, row.fault, everywhere=row.everywhere))
    )

    assert_as_named(row, seen)


def test_no_fault_is_left_out() -> None:
    """Each that the sandbox can be told has a row, which holds all its cells, or a reason not to."""
    in_the_table = {str(row.fault["fault"]) for row in ROWS.values()}

    assert in_the_table | set(WITHOUT_A_ROW) == set(FAULTS)
    assert not in_the_table & set(WITHOUT_A_ROW)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_sent_before_a_pause_is_over(kind: Kind) -> None:
    """Partner Center asks for a second, and gets it, whatever is called."""
    seen = virtual_time.run(struck(kind, "blip", {"fault": 429, "retryAfter": 1}))

    first, second = seen.attempts_at
    assert second - first >= 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_long_pause_is_reported_at_once(kind: Kind) -> None:
    """Nobody is held for a minute: the caller learns how long it is."""
    seen = virtual_time.run(struck(kind, "outage", {"fault": 429, "retryAfter": 57}))

    assert 55 < (seen.end.told.retry_after or 0) <= 57
    assert seen.took_s < 1


async def test_unknown_members_are_written_back() -> None:
    """A line is added, and everything else is put as it was read."""
    async with trial() as fresh:
        await fresh.strike("read", "outage", {"fault": "unknown-members"})

        await fresh.run("write")

        (put,) = (document(each.body) for each in fresh.partner_center.sent if each.method == "PUT")
    lines: list[Document] = put["lineItems"]  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    assert put["neverHeardOf"] == lines[0]["neverHeardOf"]
    assert [line["friendlyName"] for line in lines] == ["first", "added"]
