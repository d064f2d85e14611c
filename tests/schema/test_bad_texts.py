"""Any text in any place: it is accepted as it is or refused by name, and nothing breaks."""

import json
from collections.abc import AsyncGenerator, Callable, Container, Mapping
from contextlib import AbstractAsyncContextManager
from typing import cast

import httpx
import pytest
from graphql import GraphQLObjectType

from gateway.partner_center.paths import LONGEST_CATALOG_ITEM
from gateway.partner_center.plain_json import document, encode
from tests.harness import Gateway
from tests.schema.ways import (
    CART_MUTATIONS,
    EXAMPLES,
    OFFICE_E1,
    QUERY,
    SCHEMA,
    Way,
    arguments,
    given,
    holding,
    input_of,
    ways,
)
from tests.shop_ids import CONTOSO, DEMO_CART

GatewayOver = Callable[..., AbstractAsyncContextManager[Gateway]]

AROUND = {"": QUERY, "customer": cast("GraphQLObjectType", SCHEMA.type_map["Customer"])}
TEXTS = {"String", "ID"}
LINE = {"id": 0, "catalogItemId": OFFICE_E1, "quantity": 1}

THEIRS = {"catalogItemId", "friendlyName", "promotionId", "partnerId", "key", "value", "grain"}
"""Members that are Partner Center's to judge: they go there as they are."""

REFUSED = {
    "cartId": "CART_NOT_FOUND",
    "id": "CART_LINE_ITEM_NOT_FOUND",
    "parentLineItemId": "CART_LINE_ITEM_NOT_FOUND",
    "lineItemIds": "CART_LINE_ITEM_NOT_FOUND",
    "expectedVersion": "CART_VERSION_CONFLICT",
    "idempotencyKey": "INVALID_INPUT",
    "tenantId": "INVALID_INPUT",
}
"""Members that are the gateway's to judge, and what it says of a text that they cannot be."""

STRANGE = {"an emoji": "🏢", "a NUL": "a\0b"}
FITTING = {"a thousand characters": "x" * 1000}
LONG = {"a hundred thousand characters": "x" * 100_000}


class Keeping:
    """Partner Center with one cart, which it takes and gives as it is."""

    def __init__(self) -> None:
        self.cart: Mapping[str, object] = {
            "id": DEMO_CART,
            "status": "Active",
            "lineItems": [LINE, {**LINE, "id": 1, "catalogItemId": "MS-AZR-0145P"}],
        }

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method in {"POST", "PUT"}:
            self.cart = {"id": DEMO_CART, "status": "Active", **document(request.content)}
        return httpx.Response(200, content=encode(self.cart))


def texts_in(value: object) -> set[str]:
    """Every name and text in a JSON value."""
    if isinstance(value, dict):
        members = cast("Mapping[str, object]", value)
        return set(members).union(*map(texts_in, members.values()))
    if isinstance(value, list):
        return set[str]().union(*map(texts_in, cast("list[object]", value)))
    return {value} if isinstance(value, str) else set()


def said_of(way: Way, text: str) -> str:
    """What becomes of a strange text in a mutation."""
    too_long = (
        len(text) > LONGEST_CATALOG_ITEM if way[-1] == "catalogItemId" else text in LONG.values()
    )  # lines are named by their item
    if too_long:
        return f"INVALID_INPUT at {'.'.join(way)}"
    if way[-1] in THEIRS:
        return "taken"
    name = way[-2] if way[-1] == "0" else way[-1]
    code = "CUSTOMER_NOT_FOUND" if way[-2:] == ("customer", "id") else REFUSED[name]
    return f"{code} at {'.'.join(way)}"


@pytest.fixture
def partner_center() -> Keeping:
    return Keeping()


@pytest.fixture
async def keeping(partner_center: Keeping, gateway_over: GatewayOver) -> AsyncGenerator[Gateway]:
    async with gateway_over(httpx.MockTransport(partner_center)) as opened:
        yield opened


@pytest.mark.parametrize(
    "text", [*STRANGE.values(), *FITTING.values(), *LONG.values()], ids=[*STRANGE, *FITTING, *LONG]
)
@pytest.mark.parametrize("name", CART_MUTATIONS)
async def test_a_text_in_an_input_is_taken_or_refused_by_name(
    keeping: Gateway, partner_center: Keeping, name: str, text: str
) -> None:
    """What Partner Center judges reaches it unchanged; what the gateway judges is refused with a code and a path."""
    kind = str(input_of(name))
    mutation = f"mutation Try($input: {kind}!) {{ {name}(input: $input) {{ cart {{ lineItems {{ id }} }} errors {{ code path message }} }} }}"
    before = partner_center.cart
    asked = f'{{ cart(by: {{ id: "{EXAMPLES["cartId"]}" }}) {{ version }} }}'
    version = (await keeping.data(asked))["cart"]["version"]
    said: dict[Way, str] = {}

    for way in ways("input", kind, to=TEXTS):
        partner_center.cart = before
        value = holding(text, way[1:], "input", kind, {**EXAMPLES, "expectedVersion": version})
        errors = (await keeping.data(mutation, {"input": value}))[name]["errors"]
        taken = "taken" if text in texts_in(partner_center.cart) else "lost"
        said[way] = "; ".join(f"{error['code']} at {'.'.join(error['path'])}" for error in errors) or taken
        assert all(len(error["message"]) < 300 for error in errors)

    assert said == {way: said_of(way, text) for way in said}
    assert said


OPAQUE: Container[tuple[str, Way]] = {
    ("order", ("by", "partnerCenter", "orderId")),
    ("product", ("by", "partnerCenterId")),
    ("promotion", ("by", "partnerCenterId")),
    ("promotions", ("productId",)),
    ("subscriptions", ("productId",)),
}
"""Ids that Partner Center makes up as it likes, by root field: an emoji may be one."""


def verdict(name: str, way: Way, text: str) -> str:
    """What may be said of a strange text in a query."""
    if (name, way) in OPAQUE and text == STRANGE["an emoji"]:
        return "answered"
    if way[0] in {"companyNameStartsWith", "query"} and text in LONG.values():  # more than a name or a search has
        return "BAD_USER_INPUT"
    if (
        way[-1] in {"companyNameStartsWith", "query", "categoryId", "publisherName"}
        or way[0] == "ids"
        or way[-1] == "id"
    ):
        return "answered"
    return "BAD_USER_INPUT"


@pytest.mark.parametrize(
    ("around", "name", "way", "text"),
    [
        pytest.param(around, name, way, text, id=f"{title} in {'.'.join([name, *way])}")
        for around, kind in AROUND.items()
        for name, way in arguments(kind, to=TEXTS)
        for title, text in {**STRANGE, **LONG}.items()
    ],
)
async def test_a_text_in_a_query_is_answered_or_refused_at_its_field(
    gateway: Gateway, around: str, name: str, way: Way, text: str
) -> None:
    """What leads nowhere is null or empty; what cannot be is the caller's mistake, or Partner Center says no."""
    kind = AROUND[around]
    values = given(kind, name, way, text)
    variables = ", ".join(f"${argument}: {kind.fields[name].args[argument].type}" for argument in values)
    call = f"{name}({', '.join(f'{argument}: ${argument}' for argument in values)}) {{ __typename }}"
    inside = f'{around}(by: {{ tenantId: "{CONTOSO}" }}) {{ {call} }}' if around else call

    answer = await gateway.ask(f"query Try({variables}) {{ {inside} }}", values)

    errors = answer.get("errors", [])
    codes = [error["extensions"]["code"] for error in errors]
    assert (codes or ["answered"]) == [verdict(name, way, text)]
    assert [error["path"] for error in errors] == [[around, name] if around else [name] for _ in errors]
    assert all(len(error["message"]) < 700 for error in errors)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(r'{"query": "{ node(id: \"\ud800\") { id } }"}', id="in a document"),
        pytest.param(r'{"query": "query N($i: ID!) { node(id: $i) { id } }", "variables": {"i": "\ud800"}}', id="in a variable"),
        pytest.param(r'{"query": "{ node(id: \"\\uD800\") { id } }"}', id="escaped in a literal"),
        pytest.param(r'{"query": "{ node(id: \"\\u{D800}\") { id } }"}', id="escaped in braces"),
    ],
)  # fmt: skip
async def test_half_a_surrogate_pair_is_not_a_text(gateway: Gateway, body: str) -> None:
    """A lone surrogate cannot be written as UTF-8, so it is refused before anything runs."""
    response = await gateway.http.post("/graphql", content=body, headers={"Content-Type": "application/json"})

    (error,) = json.loads(response.content)["errors"]
    assert error["extensions"]["code"] in {"BAD_USER_INPUT", "GRAPHQL_PARSE_FAILED"}
    assert "UTF-8" in error["message"] or "Unicode" in error["message"]
    assert await gateway.calls() == []
