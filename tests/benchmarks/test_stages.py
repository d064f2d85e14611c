"""A short run of `benchmarks.stages`."""

from pathlib import Path

from benchmarks.rig import opened
from benchmarks.stages import stages, table


def test_the_stages_of_a_page_add_up(tmp_path: Path) -> None:
    with opened(tmp_path) as rig:
        page = stages(rig, "page", "300", seconds=1)

    rows = table({"page": page}).splitlines()

    assert page["execution: graphql-core"] > 0
    assert rows[-1] == f"| all | {sum(page.values()):,.0f} |"
