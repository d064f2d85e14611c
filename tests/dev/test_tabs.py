"""GraphiQL's tabs on a fresh sandbox: each works alone, and all of them in their order are a purchase."""

import re
from collections.abc import AsyncGenerator, Iterator
from typing import Any, cast

import httpx
import pytest

from gateway.dev.development import Development
from gateway.dev.tabs import open_tabs
from gateway.http.graphiql import Tab
from gateway.operations.collection import read_collection
from gateway.sandbox.world.seed import read_seed
from gateway.settings.model import Settings

_NAME = re.compile(r"(?:query|mutation) (\w+)")
TABS = {_NAME.findall(tab.query)[0]: tab for tab in open_tabs(read_seed().demo)}


@pytest.fixture
async def development() -> AsyncGenerator[httpx.AsyncClient]:
    app = Development(Settings(mode="development"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000") as http:
        yield http
    app.close()


def test_every_operation_of_the_collection_has_a_tab() -> None:
    """Beside the first query, which is for the sandbox alone."""
    documents = {name: tab.query for name, tab in TABS.items() if name != "DemoCart"}

    assert documents == {operation.name: operation.document for operation in read_collection()}


@pytest.mark.parametrize("name", TABS)
async def test_a_tab_works_on_a_fresh_sandbox(development: httpx.AsyncClient, name: str) -> None:
    """It is answered without an error, and no list in the answer is empty."""
    shown = await _shown(development, TABS[name])

    assert [member for member, value in _members(shown) if member == "nodes" and not value] == []


async def test_the_tabs_in_their_order_are_a_purchase(development: httpx.AsyncClient) -> None:
    """A press of the button in each of them, from the left to the right."""
    shown = {name: await _shown(development, tab) for name, tab in TABS.items()}

    assert shown["PreviewCart"]["preview"]["hasErrors"] is False
    assert [line["quantity"] for line in shown["ChangeLines"]["updatedLineItems"]] == [30]
    assert [(line["quantity"], line["error"]) for line in shown["MendLine"]["updatedLineItems"]] == [(300, None)]
    assert shown["CheckOut"]["result"]["outcome"] == "SUCCEEDED"
    assert shown["WhatBecameOfCart"]["status"] == "ORDERED"
    assert [line["isOrdered"] for line in shown["WhatBecameOfCart"]["lineItems"]] == [True] * 4


async def test_the_faulty_cart_shows_what_would_mend_it(development: httpx.AsyncClient) -> None:
    """The cart page, asked for the cart of MendLine."""
    faulty: Any = TABS["MendLine"].variables["input"]

    shown = await _shown(development, Tab(TABS["CartPage"].query, {"cart": {"id": faulty["cartId"]}}))

    (line,) = shown["lineItems"]
    assert line["id"] == faulty["lineItems"][0]["id"]
    assert line["error"]["acceptedQuantity"] == {"minimum": 1, "maximum": 300}


async def _shown(development: httpx.AsyncClient, tab: Tab) -> dict[str, Any]:
    """What the operation's only field has. Checks that there is no error of GraphQL, and none among the data."""
    answer = (await development.post("/graphql", json={"query": tab.query, "variables": tab.variables})).json()
    (shown,) = answer["data"].values()
    assert [value for member, value in _members(answer) if member == "errors" and value] == []
    assert shown is not None
    found: dict[str, Any] = shown
    return found


def _members(value: object) -> Iterator[tuple[str, object]]:
    """Every member of every object in *value*."""
    if isinstance(value, dict):
        for name, member in cast("dict[str, object]", value).items():
            yield name, member
            yield from _members(member)
    elif isinstance(value, list):
        for each in cast("list[object]", value):
            yield from _members(each)
