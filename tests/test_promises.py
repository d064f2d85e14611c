"""What the project says of itself is true: the schema file, the pinned requirements, and what tests/docs cannot run."""

import re
from pathlib import Path

import pytest

from gateway.schema.root import build_schema, sdl

ROOT = Path(__file__).parent.parent
PINS = [*ROOT.glob("requirements*.txt"), *ROOT.glob("*/package-lock.json"), *ROOT.glob("examples/*/package-lock.json")]


def test_the_schema_file_is_current() -> None:
    """`schema.graphql` is what the code prints."""
    assert (ROOT / "schema.graphql").read_text("utf-8") == sdl(build_schema())


@pytest.mark.parametrize("file", [pytest.param(file, id=str(file.relative_to(ROOT))) for file in sorted(PINS)])
def test_pins_name_no_address(file: Path) -> None:
    """What is installed is pinned with hashes, and comes from whatever index the machine uses."""
    text = file.read_text("utf-8")

    assert "sha" in text
    assert '"resolved"' not in text
    assert not re.search(r"^-|^https?:| @ ", text, re.MULTILINE)


def test_every_runtime_dependency_is_pinned() -> None:
    """Every requirement of the project itself stands in requirements.txt, and that in requirements-dev.txt."""
    wanted = re.findall(
        r'^    "([a-z0-9-]+)[><=]',
        (ROOT / "pyproject.toml").read_text("utf-8").split("[project.optional-dependencies]")[0],
        re.MULTILINE,
    )
    pinned, for_tests = (
        set(re.findall(r"^([a-z0-9-]+)==", (ROOT / name).read_text("utf-8"), re.MULTILINE))
        for name in ("requirements.txt", "requirements-dev.txt")
    )

    assert wanted
    assert set(wanted) <= pinned <= for_tests
