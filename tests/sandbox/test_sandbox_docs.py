"""docs/sandbox.md says what the code does: its tables have every switch, scenario, control path and fault."""

import json
import re
from pathlib import Path

import httpx
import msgspec

from gateway.sandbox.faults.rules import FAULTS
from gateway.sandbox.scenarios.control import SCENARIOS
from gateway.sandbox.switches import Switches

PAGE = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text("utf-8")


def table(section: str, *, after: str = "") -> list[list[str]]:
    """The cells of a section's first table after a text, without its head."""
    text = PAGE[PAGE.index(f"## {section}\n") :]
    lines = text[text.index(after) :].splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith("| --- "))
    rows: list[list[str]] = []
    for line in lines[start + 1 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def words(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_the_page_lists_every_switch_with_its_default() -> None:
    """In their order."""
    defaults = {name: json.dumps(value) for name, value in msgspec.to_builtins(Switches()).items()}

    shown = {words(row[0])[0]: words(row[1])[0] for row in table("Switches")}

    assert list(shown.items()) == list(defaults.items())


def test_the_page_lists_every_scenario_with_the_operation_that_shows_it() -> None:
    """In their order."""
    shown = [(words(row[0])[0], words(row[2])[0]) for row in table("Scenarios")]

    assert shown == [(each.name, each.operation) for each in SCENARIOS.values()]


def test_the_page_explains_every_member_of_a_scenario() -> None:
    """Of the answer to GET /_sandbox/scenario."""
    shown = [name for row in table("Scenarios", after="answers `{") for name in words(row[0])]

    assert set(shown) == set(SCENARIOS["slow"].document())


def test_the_page_lists_every_fault() -> None:
    """Statuses are in the last row."""
    shown = [name for row in table("Fault rules", after="The first rule") for name in words(row[0])]

    assert set(shown[:-2]) == {name for name in FAULTS if not name.isdigit()}
    assert shown[-2:] == [min(filter(str.isdigit, FAULTS)), max(filter(str.isdigit, FAULTS))]


async def test_the_page_lists_every_control_path(packaged_api: httpx.AsyncClient) -> None:
    """In the order in which the front page has them."""
    shown = [words(row[0])[0] for row in table("Control paths")]

    assert shown == list((await packaged_api.get("/")).json()["control"])
