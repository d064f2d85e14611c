"""docs/clients.md shows what examples/caches tries, and leaves nothing out."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "clients.md"


@pytest.mark.parametrize(
    "file",
    [
        "codegen.ts",
        "relay.config.json",
        "src/apollo.ts",
        "src/graphcache.ts",
        "src/relay.ts",
        "typeLists.js",
    ],
)
def test_the_page_shows_the_file_as_it_is(file: str) -> None:
    """What a developer copies from docs/clients.md is what was tried."""
    text = (ROOT / "examples" / "caches" / file).read_text("utf-8")

    assert f"\n```{Path(file).suffix[1:]}\n{text}```\n" in PAGE.read_text("utf-8")


def test_the_page_explains_every_scalar() -> None:
    """docs/clients.md has a row for each custom scalar of the schema."""
    scalars = re.findall(r"^scalar (\w+)", (ROOT / "schema.graphql").read_text("utf-8"), re.MULTILINE)

    assert re.findall(r"^\| `(\w+)` \| .+ \| `.+` \|", PAGE.read_text("utf-8"), re.MULTILINE) == scalars
