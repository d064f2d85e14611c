"""How the Makefile divides the tests into runs."""

import re
from pathlib import Path

import pytest

MAKEFILE = Path(__file__).parent.parent / "Makefile"


@pytest.mark.parametrize("system", [False, True])
@pytest.mark.parametrize("timed", [False, True])
def test_every_test_runs_exactly_once_in_a_check(*, system: bool, timed: bool) -> None:
    """Whatever its marks, one of the runs of `make check` selects a test, and no other does."""
    selections = re.findall(r'\$\(PYTEST\).* -m "(.+)"', MAKEFILE.read_text("utf-8"))

    chosen = [eval(selection, {"system": system, "timed": timed}) for selection in selections]

    assert chosen.count(True) == 1
