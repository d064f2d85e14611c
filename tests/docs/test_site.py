"""The site that `make docs` builds."""

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from tests.docs.pages import ROOT

_LOADING = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href"}
"""Attributes that make a browser load something."""


class _Html(HTMLParser):
    """Collects ids, links and what is loaded."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.ids |= {values[name] for name in ("id", "name") if name in values}
        if tag == "a" and values.get("href"):
            self.links.append(values["href"])
        if (attribute := _LOADING.get(tag)) in values and values.get("rel") not in {"canonical", "prev", "next"}:
            self.loaded.append(values[attribute])


@pytest.fixture(scope="module")
def site(tools: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built site. It must lie below that of mkdocs.yml, so both are copied."""
    folder = tmp_path_factory.mktemp("docs")
    shutil.copytree(ROOT / "docs", folder / "docs", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "mkdocs.yml", folder)
    built = subprocess.run(
        [tools / "zensical", "build", "--strict"], check=False, cwd=folder, capture_output=True, text=True
    )
    if built.returncode:
        pytest.fail(f"{built.stdout}{built.stderr}", pytrace=False)
    return folder / "dist" / "site"


@pytest.fixture(scope="module")
def pages(site: Path) -> Mapping[Path, _Html]:
    return {path: _Html(path.read_text("utf-8")) for path in site.rglob("*.html") if path.name != "404.html"}


def test_every_page_is_in_the_navigation() -> None:
    """Add a new page to `nav` in mkdocs.yml."""
    folder = ROOT / "docs"
    settings = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))

    listed = set(_files(settings["nav"]))

    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*.md")} ^ listed == set()


def _files(entries: Any) -> Iterator[str]:
    """The files in a `nav`, which nests lists and mappings."""
    if isinstance(entries, str):
        yield entries
        return
    for entry in cast("Mapping[str, Any]", entries).values() if isinstance(entries, dict) else entries:
        yield from _files(entry)


def test_every_page_is_built(site: Path) -> None:
    """Without the scripts that draw its pictures."""
    wanted = {path.relative_to(ROOT / "docs").with_suffix(".html") for path in (ROOT / "docs").rglob("*.md")}

    assert wanted - {path.relative_to(site) for path in site.rglob("*.html")} == set()
    assert list(site.rglob("*.py")) == []


def test_the_site_asks_no_other_host(site: Path, pages: Mapping[Path, _Html]) -> None:
    """Neither for fonts nor for scripts, styles or pictures."""
    styles = [path.read_text("utf-8") for path in site.rglob("*.css")]

    assert [each for page in pages.values() for each in page.loaded if re.match(r"(https?:)?//", each)] == []
    assert [
        each for text in styles for each in re.findall(r"(?:url\(|@import\s+)[\"']?((?:https?:)?//[^)\"']+)", text)
    ] == []


def test_every_link_of_the_site_leads_somewhere(site: Path, pages: Mapping[Path, _Html]) -> None:
    """To a file and an anchor that exist."""
    broken = [
        f"{path.relative_to(site)}: {link}"
        for path, page in pages.items()
        for link in [*page.links, *page.loaded]
        if not re.match(r"[a-z]+:|//", link) and not _leads_somewhere(path, link, pages)
    ]

    assert broken == []


def _leads_somewhere(path: Path, link: str, pages: Mapping[Path, _Html]) -> bool:
    file, _, anchor = link.partition("#")
    target = (path.parent / file).resolve() if file else path
    if target.is_dir():
        target /= "index.html"
    if not anchor or target not in pages:
        return target.exists()
    return anchor in pages[target].ids
