"""Figures on pages that are constants in the code."""

import re

import pytest

from gateway.settings.model import Settings
from tests.docs.pages import ROOT, Page, Part, all_pages, expect_none

PAGES = {str(page): page for page in all_pages() if str(page) != "CHANGELOG.md"}

NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "eight": 8, "ten": 10}


@pytest.mark.parametrize(
    ("pattern", "file", "constant"),
    [
        pytest.param(r"(\S+) seconds to finish", "server/serving.py", "GRACE_S", id="the grace period"),
        pytest.param(r"(?:[Rr]ecords are stored for|to repeat for|expire after) (\S+) days", "carts/purchases.py", "_KEEP_S / 86400", id="purchase records"),
        pytest.param(r"(?:[Rr]ecords are stored for|to repeat for|expire after) (\S+) days", "changes/records.py", "_KEEP_S / 86400", id="change records"),
        pytest.param(r"\| (\S+) days \|", "carts/purchases.py", "_KEEP_S / 86400", id="records in a table"),
        pytest.param(r"(?:has waited for|each for at most|up to) (0\S+) seconds", "load/admission.py", "_WAIT_S", id="the wait for a slot"),
        pytest.param(r"\| (0\S+) \| \|", "load/admission.py", "_WAIT_S", id="the wait for a slot in a table"),
        pytest.param(r"up to (0\S+) seconds late", "load/admission.py", "_LONGEST_DELAY_S", id="late refusals"),
        pytest.param(r"not accepted yet, up to (\S+) seconds", "load/admission.py", "_LONGEST_DELAY_UNVERIFIED_S", id="late refusals of new tokens"),
        pytest.param(r"more than (\S+) times a second", "load/admission.py", "_REFUSALS_A_SECOND", id="refusals in time"),
        pytest.param(r"(\S+) retries at once", "partner_center/sending/resilience.py", "_MOST_RETRIES", id="the retry budget"),
        pytest.param(r"is sent again, up to (\S+) times in all", "partner_center/sending/resilience.py", "_MORE_ATTEMPTS + 1", id="attempts at a call"),
        pytest.param(r"\b(\S+) failures in a row", "partner_center/sending/circuit_breaker.py", "_FAILURES_IN_A_ROW", id="failures in a row"),
        pytest.param(r"three over (\S+) seconds", "partner_center/sending/circuit_breaker.py", "_FEW_FAILING_FOR_S", id="few failures"),
        pytest.param(r"(\S+) probes a second", "partner_center/sending/circuit_breaker.py", "1 / _PROBE_EVERY_S", id="probes"),
        pytest.param(r"clock is more than (\S+) seconds", "partner_center/sending/clock_skew.py", "_MAX_SKEW_S", id="the clock's skew"),
        pytest.param(r"\): (\S+) MiB", "catalog/answer_cache.py", "_MAX_BYTES / 2**20", id="the catalog cache"),
        pytest.param(r"variables has a plan of its own, at most (\S+)\.", "compiler/plan.py", "_MOST_PLANS", id="plans of an operation"),
        pytest.param(r"operations of more than (\S+) fields", "compiler/selections.py", "_MOST_FIELDS", id="fields of an operation"),
    ],
)  # fmt: skip
def test_figures_are_those_of_the_code(pattern: str, file: str, constant: str) -> None:
    """Where a page states one that is a constant; at least one page does."""
    wanted = evaluated(file, constant)
    stated = [(page, part) for page in PAGES.values() for part in _matches(page, pattern)]

    assert stated, f"no page states it any more; remove the row of {constant}, or correct its pattern"
    expect_none(page.at(part, f"{constant} is {wanted:g}") for page, part in stated if _number(part.text) != wanted)


def test_defaults_in_tables_are_those_of_the_settings() -> None:
    """Where a table has a number beside the name of a setting."""
    rows = [(page, part) for page in PAGES.values() for part in _matches(page, r"\| ([\d.]+ \| `GATEWAY_\w+)` \|")]

    assert rows
    for page, part in rows:
        number, _, name = part.text.partition(" | `GATEWAY_")
        assert float(number) == Settings.model_fields[name.lower()].default, page.at(part, "is not the default")


def evaluated(file: str, expression: str) -> float:
    """An expression over a constant of a module, which may be private to it."""
    (name,) = re.findall(r"\b_?[A-Z][A-Z_]*\b", expression)
    assignments = re.findall(
        rf"^(.*\b{name}\b.*) = (.*?)(?: *#.*)?$", (ROOT / "gateway" / file).read_text("utf-8"), re.MULTILINE
    )
    names, values = assignments[0]
    value = dict(zip(names.split(", "), values.split(", "), strict=True))[name]
    return float(eval(expression, {name: eval(value)}))


def _matches(page: Page, pattern: str) -> list[Part]:
    found = re.finditer(pattern.replace(" ", r"\s+"), page.text)
    return [Part(page.text.count("\n", 0, each.start()) + 1, each[1]) for each in found]


def _number(text: str) -> float:
    return NUMBERS[text] if text in NUMBERS else float(text.replace(",", ""))
