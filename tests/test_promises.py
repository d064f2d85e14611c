"""What the project says of itself is true: the schema file, the pinned requirements, and what tests/docs cannot run."""

import re
from pathlib import Path

import pytest

from gateway.operations.collection import read_collection
from gateway.sandbox.app import Sandbox
from gateway.schema.root import build_schema, sdl
from gateway.settings.model import Settings
from tests.harness import Gateway, connected
from tests.shop_ids import CONTOSO

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


async def test_a_cart_page_takes_as_few_calls_as_the_readme_says(sandbox: Sandbox) -> None:
    """20 lines over 8 catalog items: 12 calls, and 2 once the catalog is cached."""
    page = next(each.document for each in read_collection() if each.name == "CartPage")
    async with connected(Settings(mode="development", upstream_url="http://127.0.0.1"), sandbox) as http:
        gateway = Gateway(http, sandbox)
        cart = await a_cart(gateway, lines=20, items=8)
        made = list[int]()
        for _ in range(2):
            await gateway.calls()
            await gateway.data(page, {"cart": {"id": cart}})
            made.append(len(await gateway.calls()))

    readme = re.sub(r"\s+", " ", (ROOT / "README.md").read_text("utf-8"))
    assert made == [12, 2]
    assert "20 lines over 8 catalog items" in readme
    assert "takes 12 calls to Partner Center, and 2 once the catalog is cached" in readme


async def a_cart(gateway: Gateway, *, lines: int, items: int) -> str:
    """The id of a new cart with lines of different catalog items, each for a year, again and again."""
    catalog = await gateway.data(
        """{ products(query: "microsoft", first: 30) { nodes { skus(targetSegment: COMMERCIAL) {
            isTrial isAddon availabilities(targetSegment: COMMERCIAL) { catalogItemId terms { duration billingCycle } } } } } }"""
    )
    skus = [
        sku for node in catalog["products"]["nodes"] for sku in node["skus"] if not (sku["isTrial"] or sku["isAddon"])
    ]
    year = {"duration": "P1Y", "billingCycle": "MONTHLY"}
    sold = [each["catalogItemId"] for sku in skus for each in sku["availabilities"] if year in each["terms"]][:items]
    inputs = [
        {"catalogItemId": sold[n % items], "quantity": n + 1, "termDuration": "P1Y", "billingCycle": "MONTHLY"}
        for n in range(lines)
    ]
    created = await gateway.data(
        "mutation ($input: CreateCartInput!) { createCart(input: $input) { cart { id lineItems { error { code } } } } }",
        {"input": {"customer": {"tenantId": CONTOSO}, "lineItems": inputs}},
    )
    assert [line["error"] for line in created["createCart"]["cart"]["lineItems"]] == [None] * lines
    return str(created["createCart"]["cart"]["id"])


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
