"""A short run of `benchmarks.stages`, and the stages."""

import pkgutil

import gateway
from benchmarks.rig import opened
from benchmarks.sampling import STAGES
from benchmarks.stages import stages, table

_NO_PART_OF_AN_ANSWER = {"__main__", "app", "cli", "declined", "dev", "doctor", "errors", "sandbox", "settings"}


def test_every_package_belongs_to_a_stage() -> None:
    """Otherwise what it does would count for its caller."""
    packages = {each.name for each in pkgutil.iter_modules(gateway.__path__)}

    assert packages - _NO_PART_OF_AN_ANSWER <= {name.removeprefix("gateway.") for name in STAGES}


def test_the_stages_of_a_page_add_up() -> None:
    with opened() as rig:
        page = stages(rig, "page", "300", seconds=1)

    rows = table({"page": page}).splitlines()

    assert page["execution: compiled"] > 0
    assert rows[-1] == f"| all | {sum(page.values()):,.0f} |"
