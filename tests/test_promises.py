"""What the project says of itself is true: the schema file, the pinned requirements, and what tests/docs cannot run."""

import re
from pathlib import Path

import pytest

from gateway.schema.root import build_schema, sdl
from tests.harness import Gateway

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def test_the_schema_file_is_current() -> None:
    """`schema.graphql` is what the code prints."""
    assert (ROOT / "schema.graphql").read_text("utf-8") == sdl(build_schema())


async def test_the_readme_shows_a_reason_on_the_line(gateway: Gateway) -> None:
    """Its cart can be bought; with the 6,000 seats that it suggests, the line has the SKU's limit. tests/docs runs the rest."""
    (creation,) = (text for text in re.findall(r"```graphql\n(.*?)```", README, re.DOTALL) if "createCart" in text)

    created = (await gateway.data(creation))["createCart"]
    refused = (await gateway.data(creation.replace("quantity: 5", "quantity: 6000")))["createCart"]

    assert created["cart"]["canCheckout"]
    assert "300" in refused["cart"]["lineItems"][0]["error"]["message"]


@pytest.mark.parametrize(
    "name",
    [
        "requirements.txt",
        "requirements-build.txt",
        "requirements-dev.txt",
        "requirements-image.txt",
        "requirements-tools.txt",
        "graphiql/package-lock.json",
    ],
)
def test_pins_name_no_address(name: str) -> None:
    """What is installed is pinned with hashes, and comes from whatever index the machine uses."""
    text = (ROOT / name).read_text("utf-8")

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
