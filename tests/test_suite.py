"""How the Makefile divides the tests into runs."""

import re
from pathlib import Path

import pytest

MAKEFILE = Path(__file__).parent.parent / "Makefile"


@pytest.mark.parametrize("system", [False, True])
@pytest.mark.parametrize("timed", [False, True])
def test_every_test_runs_exactly_once_in_a_check(*, system: bool, timed: bool) -> None:
    """Whatever its marks, one of the runs of `make check` selects a test, and no other does, but for runs that repeat
    some with another setting, such as GATEWAY_COMPILE=off.
    """
    selections = re.findall(r'^\t@?\$\(PYTEST\).* -m "(.+)"', MAKEFILE.read_text("utf-8"), re.MULTILINE)

    chosen = [eval(selection, {"system": system, "timed": timed}) for selection in selections]

    assert chosen.count(True) == 1
