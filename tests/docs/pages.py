"""The Markdown files of the project: their headings, links, code and fenced blocks, each with its line."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_FOLDERS = ("benchmarks", "deploy", "docs", "examples", "gateway", "graphiql", "operations", "tests/samples")
_INSTALLED = {"node_modules", ".venv"}

_FENCE = re.compile(r"^(?P<fence>`{3,})[ ]*(?P<info>[^\n`]*)\n(?P<text>.*?)^(?P=fence)[ ]*$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"(?<!`)(`+)(?!`)((?:(?!\n\s*\n).)+?)(?<!`)\1(?!`)", re.DOTALL)
_HEADING = re.compile(r"^#{1,6} +(.*?)[ #]*$", re.MULTILINE)
_LINK = re.compile(
    r'\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)|^\[[^\]]+\]:\s*(\S+)|\b(?:href|src)="([^"]+)"', re.MULTILINE
)


@dataclass(frozen=True)
class Part:
    """A piece of a page: a heading, the target of a link, or code."""

    line: int
    text: str


@dataclass(frozen=True)
class Block(Part):
    """A fenced block. *line* is that of its fence, *info* the rest of that line, which begins with the language."""

    info: str
    before: str
    """The text between the last block and this one."""

    @property
    def language(self) -> str:
        return self.info.partition(" ")[0]


@dataclass(frozen=True)
class Page:
    path: Path
    text: str

    def __str__(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    def at(self, part: Part, message: str) -> str:
        """A finding, with the place as editors open it."""
        return f"{self}:{part.line}: {message}"

    @cached_property
    def blocks(self) -> list[Block]:
        found: list[Block] = []
        end = 0
        for match in _FENCE.finditer(self.text):
            before = self.text[end : match.start()]
            found.append(Block(self._line(match.start()), match["text"], match["info"].strip(), before))
            end = match.end()
        return found

    @cached_property
    def spans(self) -> list[Part]:
        """Code within sentences, on one line."""
        return [Part(self._line(each.start()), " ".join(each[2].split())) for each in _SPAN.finditer(self._prose)]

    @cached_property
    def headings(self) -> list[Part]:
        return [Part(self._line(each.start()), each[1]) for each in _HEADING.finditer(self._prose)]

    @cached_property
    def links(self) -> list[Part]:
        """Targets of links and images, as written."""
        text = _SPAN.sub(lambda span: _blank(span[0]), self._prose)
        matches = _LINK.finditer(text)
        return [Part(self._line(each.start()), each[1] or each[2] or each[3]) for each in matches]

    @cached_property
    def anchors(self) -> set[str]:
        return {github_anchor(heading.text) for heading in self.headings}

    @property
    def commands(self) -> Iterator[Part]:
        """Lines of shell, in sentences and in blocks of shell or of no language, without comments."""
        yield from self.spans
        for block in self.blocks:
            if block.language in {"", "sh", "bash", "shell", "console"}:
                for number, line in enumerate(block.text.splitlines(), block.line + 1):
                    yield Part(number, re.sub(r"(^|\s)#.*", "", line))

    @cached_property
    def _prose(self) -> str:
        """The text, with blanks in place of blocks."""
        return _FENCE.sub(lambda block: _blank(block[0]), self.text)

    def _line(self, position: int) -> int:
        return self.text.count("\n", 0, position) + 1


def github_anchor(heading: str) -> str:
    """The anchor that code hosts make of a heading."""
    return re.sub(r"[^\w\- ]", "", _visible(heading).lower()).replace(" ", "-")


def site_anchor(heading: str) -> str:
    """The anchor that the site has for a heading. Source: `markdown.extensions.toc.slugify`."""
    ascii_text = _visible(heading).encode("ascii", "ignore").decode()
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", ascii_text).strip().lower())


def all_pages() -> list[Page]:
    paths = [*ROOT.glob("*.md"), *(path for folder in _FOLDERS for path in (ROOT / folder).rglob("*.md"))]
    return [Page(path, path.read_text("utf-8")) for path in sorted(paths) if _INSTALLED.isdisjoint(path.parts)]


def page_of(text: str, *, name: str = "docs/made-up.md") -> Page:
    """A page that exists in a test only."""
    return Page(ROOT / name, text)


def expect_none(findings: Iterable[str]) -> None:
    """Fails with the findings, one a line, and nothing else."""
    if found := list(findings):
        pytest.fail("\n" + "\n".join(found), pytrace=False)


def _visible(heading: str) -> str:
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").replace("*", "")


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)
