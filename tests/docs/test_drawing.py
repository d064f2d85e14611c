"""The picture of the architecture."""

from docs.images.architecture import LAYERS, drawing
from tests.docs.pages import ROOT


def test_the_picture_is_current() -> None:
    """Draw it again with `python -m docs.images.architecture > docs/images/architecture.svg`."""
    assert (ROOT / "docs" / "images" / "architecture.svg").read_text("utf-8") == drawing()


def test_the_picture_names_packages_that_exist() -> None:
    """In `gateway/`, as a package or a module."""
    names = [name for _, packages in LAYERS for name, _ in packages]

    missing = [name for name in names if not any((ROOT / "gateway").glob(f"{name}*/__init__.py"))]

    assert [name for name in missing if not (ROOT / "gateway" / f"{name}.py").exists()] == []


def test_the_picture_asks_no_other_host() -> None:
    """It holds its style, and uses the fonts of the reader's system."""
    text = drawing().replace('xmlns="http://www.w3.org/2000/svg"', "")

    assert "http" not in text.replace(">http<", "").replace("GraphQL over HTTP", "")
    assert "prefers-color-scheme: dark" in text
