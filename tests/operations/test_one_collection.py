"""operations/ is the one place for the operations of a shop."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHOWN = ("README.md", "benchmarks", "deploy", "docs", "examples", "gateway", "graphiql")
"""What readers copy from. Tests ask for what they test."""
_MADE = {"node_modules", ".venv", "__pycache__", "generated", "partner_center_gateway", "ide", "dist"}
"""Folders with what is installed, generated or built."""
_WITH_DOCUMENTS = (".md", ".py", ".graphql", ".ts", ".tsx", ".js", ".jsx", ".html", ".yaml", ".json")
_MOST_LINES = 12
_EXCEPTIONS = {
    "gateway/dev/tabs.py": "the first query that `gateway dev` prints, which works as it is, without variables",
}
_DOCUMENT = re.compile(
    r"\b(?:query|mutation|subscription)\b(?: \w+)?\s*(?:\([^{}]*\))?\s*\{|\bfragment \w+ on \w+\s*\{"
)


def test_longer_documents_stand_in_the_collection() -> None:
    """An operation of more than twelve lines elsewhere would be a second version of one that shops use."""
    long = {name for name in _files() if max(_lengths((ROOT / name).read_text("utf-8")), default=0) > _MOST_LINES}

    assert long == _EXCEPTIONS.keys()


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        pytest.param("Ask:\n\nquery Cart($id: ID!) {\n  cart {\n    id\n  }\n}\n\nDone {}", [5], id="an operation"),
        pytest.param("fragment Line on CartLineItem {\n  id\n}", [3], id="a fragment"),
        pytest.param('f"""query {{\n  a {{ {b} }}\n}}"""', [3], id="in an f-string"),
        pytest.param("a mutation of a cart", [], id="prose"),
    ],
)  # fmt: skip
def test_documents_are_recognised(text: str, lengths: list[int]) -> None:
    """By their first words, up to the brace that closes the first one."""
    assert list(_lengths(text)) == lengths


def _files() -> Iterator[str]:
    for shown in SHOWN:
        if (ROOT / shown).is_file():
            yield shown
        for folder, folders, names in os.walk(ROOT / shown):
            folders[:] = [name for name in folders if name not in _MADE]
            yield from (
                (Path(folder) / name).relative_to(ROOT).as_posix() for name in names if name.endswith(_WITH_DOCUMENTS)
            )


def _lengths(text: str) -> Iterator[int]:
    """The lines of each document."""
    for found in _DOCUMENT.finditer(text):
        yield text.count("\n", found.start(), _end(text, found.end() - 1)) + 1


def _end(text: str, opening: int) -> int:
    """Where the brace at *opening* is closed; the end of the text where it is not."""
    depth = 0
    for brace in re.finditer(r"[{}]", text[opening:]):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return opening + brace.end()
    return len(text)
