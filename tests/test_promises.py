"""What the project says of itself is true: the README, the schema file, the pinned requirements."""

import re
from pathlib import Path

import pytest

from gateway import errors
from gateway.schema.root import build_schema, sdl
from tests.harness import Gateway

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")

# What http/ says of itself, beside the codes of the family in errors.py.
CODES_OF_THE_DOOR = {
    "GRAPHQL_PARSE_FAILED",
    "GRAPHQL_VALIDATION_FAILED",
    "BAD_USER_INPUT",
    "DOCUMENT_NOT_TRUSTED",
    "LIMIT_EXCEEDED",
    "INTERNAL",
}


def test_the_schema_file_is_current() -> None:
    """`schema.graphql` is what the code prints."""
    assert (ROOT / "schema.graphql").read_text("utf-8") == sdl(build_schema())


def test_every_error_code_is_in_the_readme_and_nothing_else() -> None:
    """Clients can look up each code that an answer may hold."""
    section = README[README.index("## Errors") : README.index("## The sandbox")]
    told = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)+|CONFLICT|FORBIDDEN|OVERLOADED|UNAUTHENTICATED|INTERNAL)`", section))

    raised = {
        each.code for each in vars(errors).values() if isinstance(each, type) and issubclass(each, errors.GatewayError)
    }

    assert told - {"NOT_PLACED", "NOT_DONE"} == raised | CODES_OF_THE_DOOR


async def test_the_readme_buys_something(gateway: Gateway) -> None:
    """Its first operation, pasted as it stands, orders the demo cart; its second creates a cart that can be bought."""
    purchase, creation = re.findall(r"```graphql\n(.*?)```", README, re.DOTALL)

    ordered = (await gateway.data(purchase))["checkoutCart"]
    created = (await gateway.data(creation))["createCart"]
    refused = (await gateway.data(creation.replace("quantity: 5", "quantity: 6000")))["createCart"]

    assert (ordered["result"]["outcome"], ordered["errors"]) == ("SUCCEEDED", [])
    assert ordered["result"]["orders"][0]["totalPrice"] == "11232.0"
    assert (created["cart"]["canCheckout"], created["errors"]) == (True, [])
    assert "300" in refused["cart"]["lineItems"][0]["error"]["message"]


@pytest.mark.parametrize(
    "name",
    [
        "requirements.txt",
        "requirements-build.txt",
        "requirements-dev.txt",
        "requirements-otel.txt",
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
