"""Findings about links and headings."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.docs.pages import ROOT, Page, Part, github_anchor, site_anchor

DOCS = ROOT / "docs"


def broken_links(page: Page) -> Iterator[str]:
    """A link must lead to a file of the repository and, from a page of the site, to another page or file of it."""
    for link in page.links:
        if "://" not in link.text and not link.text.startswith("mailto:"):
            yield from _broken(page, link)


def _broken(page: Page, link: Part) -> Iterator[str]:
    file, _, anchor = link.text.partition("#")
    target = (page.path.parent / file).resolve() if file else page.path
    if file and not target.exists():
        yield page.at(link, f"links to {file}, which does not exist; correct the path or remove the link")
        return
    if page.path.is_relative_to(DOCS) and not target.is_relative_to(DOCS):
        yield page.at(link, f"links to {file}, which is not part of the site; name it as code, without a link")
    anchors = page.anchors if target == page.path else _anchors(target)
    if anchor and anchor not in anchors:
        yield page.at(
            link, f"links to #{anchor}, but {target.name} has no such heading; it has {', '.join(sorted(anchors))}"
        )


@cache
def _anchors(path: Path) -> frozenset[str]:
    return frozenset(Page(path, path.read_text("utf-8")).anchors) if path.suffix == ".md" else frozenset()


def unfit_headings(page: Page) -> Iterator[str]:
    """An anchor must be unique on its page, and the same on a code host and on the site."""
    counts = Counter(github_anchor(heading.text) for heading in page.headings)
    for heading in page.headings:
        anchor = github_anchor(heading.text)
        if counts[anchor] > 1:
            yield page.at(heading, f"another heading has the anchor #{anchor} too; reword one of them")
        if anchor != (other := site_anchor(heading.text)):
            yield page.at(
                heading, f"its anchor is #{anchor} on a code host and #{other} on the site; use plainer words"
            )
