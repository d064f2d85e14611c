"""Which documents are tools, under which names, with which safeguards and annotations."""

import json
import logging
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from graphql import build_schema, parse

from gateway.mcp.effects import EFFECTS, annotations_of
from gateway.mcp.names import UCP_NAMES, tool_name
from gateway.mcp.safeguards import Unsafe, missing, safeguards_of
from gateway.mcp.tools import Tools
from gateway.operations.collection import read_collection
from gateway.operations.documents import Documents, digest_of
from gateway.operations.persisted import TrustedDocuments
from gateway.settings.manifest import read_manifest

ROOT = Path(__file__).parents[2]
SCHEMA = build_schema((ROOT / "schema.graphql").read_text("utf-8"))
FINE = '"What it is." query Fine { __typename }'
COLLECTION = {digest_of(each.document): each.document for each in read_collection()}


def _tools(documents: Documents, *texts: str, may_write: bool = True) -> Tools:
    by_digest = {digest_of(each): each for each in texts}
    return Tools(documents, lambda: by_digest, may_write=may_write)


@pytest.mark.parametrize(
    ("operation", "name"),
    [
        pytest.param("StartCart", "create_cart", id="UCP has a name for it"),
        pytest.param("CheckOut", "check_out", id="UCP means something else"),
        pytest.param("WhatBecameOfCart", "what_became_of_cart", id="several words"),
        pytest.param("orders", "orders", id="one word in lower case"),
        pytest.param("listSKUs2Buy", "list_sk_us2_buy", id="abbreviations and digits"),
        pytest.param("HTTPStatus", "http_status", id="an abbreviation first"),
        pytest.param("already_snake", "already_snake", id="snake_case already"),
    ],
)
def test_a_tool_is_named_after_its_operation(operation: str, name: str) -> None:
    """In snake_case, unless UCP has a name for the same thing."""
    assert tool_name(operation) == name


def test_names_of_ucp_belong_to_operations_of_the_collection() -> None:
    """So that none is left over when an operation is renamed."""
    assert set(UCP_NAMES) <= {operation.name for operation in read_collection()}


def test_every_mutation_has_an_effect() -> None:
    """Whoever adds a mutation decides what agents read about it."""
    assert SCHEMA.mutation_type is not None
    assert set(EFFECTS) == set(SCHEMA.mutation_type.fields)


@pytest.mark.parametrize(
    ("mutations", "expected"),
    [
        pytest.param([], (True, None, None, False), id="a query reads"),
        pytest.param(["createCart"], (False, False, True, False), id="a cart can be left alone"),
        pytest.param(["checkoutCart"], (False, True, True, False), id="a purchase is final and made once"),
        pytest.param(["cancelSubscription"], (False, True, True, False), id="a cancellation is final"),
        pytest.param(["cancelOrder"], (False, True, True, False), id="also of an order"),
        pytest.param(["updateSubscription"], (False, True, True, False), id="seats cost money at once"),
        pytest.param(["createCart", "checkoutCart"], (False, True, True, False), id="the gravest of several counts"),
        pytest.param(["unheardOf"], (False, True, False, False), id="the worst of an unknown one"),
    ],
)
def test_annotations_say_what_a_tool_does(mutations: list[str], expected: tuple[bool | None, ...]) -> None:
    """Read-only, destructive, idempotent, open world."""
    found = annotations_of(mutations)

    assert (found.read_only_hint, found.destructive_hint, found.idempotent_hint, found.open_world_hint) == expected


@pytest.mark.parametrize(
    "document",
    [
        pytest.param("query Silent { __typename }", id="no description"),
        pytest.param('"What." query { __typename }', id="no name"),
        pytest.param('"What." query A { __typename } "What." query B { __typename }', id="two operations"),
        pytest.param('"What." query Broken {', id="not GraphQL"),
        pytest.param('"What." subscription Ticks { ticks }', id="a subscription"),
    ],
)
def test_documents_without_a_described_operation_are_not_tools(
    documents: Documents, document: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Most of a shop's documents are not meant for agents, so the log has only their number."""
    caplog.set_level(logging.INFO)
    tools = _tools(documents, document, FINE)

    assert list(tools.current()) == ["fine"]
    assert caplog.messages == ["GATEWAY_MCP: 1 of 2 documents are tools."]


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        pytest.param('"What." query Wrong { nothing }', "would be rejected", id="not of this schema"),
        pytest.param('"What." mutation Hasty($cart: ID!) { checkoutCart(input: {cartId: $cart}) { replayed } }', "has checkoutCart without a variable for idempotencyKey", id="a purchase without safeguards"),
    ],
)  # fmt: skip
def test_a_described_document_that_is_unusable_is_logged_with_the_reason(
    documents: Documents, document: str, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The rest of the manifest is not affected."""
    tools = _tools(documents, document, FINE)

    assert list(tools.current()) == ["fine"]
    assert f"{digest_of(document)[:12]} is not a tool: it {reason}" in caplog.text


def test_a_name_that_two_documents_claim_belongs_to_neither(
    documents: Documents, caplog: pytest.LogCaptureFixture
) -> None:
    """A call could otherwise do what the agent did not read about."""
    tools = _tools(documents, FINE, '"Another." query fine { __typename }', '"Third." query Third { __typename }')

    assert list(tools.current()) == ["third"]
    assert "several trusted documents would be the tool fine (Fine, fine), so none is" in caplog.text


def test_a_query_only_gateway_has_no_mutations(documents: Documents, caplog: pytest.LogCaptureFixture) -> None:
    """They are left out without a word, because that is what was asked for."""
    tools = _tools(documents, *COLLECTION.values(), may_write=False).current()

    assert list(tools) == ["get_cart", "orders", "promotions", "search_catalog", "subscriptions", "what_became_of_cart"]
    assert all(tool.definition.annotations and tool.definition.annotations.read_only_hint for tool in tools.values())
    assert caplog.text == ""


def test_tools_follow_the_manifest(documents: Documents, tmp_path: Path) -> None:
    """When its file changes, without a restart, and are made once for each version of it."""
    file = tmp_path / "documents.json"
    file.write_text(json.dumps({digest_of(FINE): FINE}))
    now = [0.0]
    tools = Tools(documents, TrustedDocuments(read_manifest(file), clock=lambda: now[0]).documents, may_write=True)
    first = tools.current()
    file.write_text(json.dumps(COLLECTION))

    assert tools.current() is first
    now[0] = 2.0
    assert list(first) == ["fine"]
    assert "create_cart" in tools.current()


def test_descriptions_are_those_of_the_operations(collection: Tools) -> None:
    tools = collection.current()

    shown = {tool.operation: tool.definition.description for tool in tools.values()}
    assert shown == {operation.name: operation.description for operation in read_collection()}


def test_the_table_in_the_docs_is_the_collection(collection: Tools) -> None:
    """Name, operation, whether it reads only, and whether it is final."""
    page = (ROOT / "docs" / "agents.md").read_text("utf-8")
    tools = collection.current()
    rows: list[tuple[str, ...]] = []
    for name, tool in tools.items():
        hints = tool.definition.annotations
        assert hints is not None
        words = ["yes" if each else "no" for each in (hints.read_only_hint, hints.destructive_hint)]
        rows.append((name, tool.operation, *words))

    assert re.findall(r"^\| `(\w+)` \| `(\w+)` \| (\w+) \| (\w+) \|$", page, re.MULTILINE) == rows


_CHECKOUT = "mutation M({}) {{ checkoutCart(input: {}) {{ replayed }} }}"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param("query Q($idempotencyKey: ID!) { node(id: $idempotencyKey) { id } }", set[tuple[str, ...]](), id="a query needs none"),
        pytest.param(_CHECKOUT.format("$input: CheckoutCartInput!", "$input"), {("input", "idempotencyKey"), ("input", "expectedVersion")}, id="a purchase needs both"),
        pytest.param(_CHECKOUT.format("$c: ID!, $k: String, $v: String", "{cartId: $c, idempotencyKey: $k, expectedVersion: $v}"), {("k",), ("v",)}, id="as variables of their own"),
        pytest.param("mutation M($input: CheckoutCartInput!) { ...F } fragment F on Mutation { again: checkoutCart(input: $input) { replayed } }", {("input", "idempotencyKey"), ("input", "expectedVersion")}, id="in a fragment and under an alias"),
        pytest.param("mutation M($new: CreateCartInput!) { createCart(input: $new) { cart { id } } }", {("new", "idempotencyKey")}, id="a creation needs a key"),
        pytest.param("mutation M($input: AddCartLineItemsInput!) { addCartLineItems(input: $input) { cart { id } } }", {("input", "idempotencyKey")}, id="an addition needs a key"),
        pytest.param("mutation M($input: UpdateCartLineItemsInput!) { updateCartLineItems(input: $input) { cart { id } } }", set[tuple[str, ...]](), id="a change has no key"),
    ],
)  # fmt: skip
def test_changes_have_safeguards(document: str, expected: set[tuple[str, ...]]) -> None:
    """An idempotency key wherever the input has one, and for a purchase the version too."""
    assert safeguards_of(SCHEMA, parse(document)) == expected


@pytest.mark.parametrize(
    "given",
    [
        pytest.param("{cartId: $c}", id="left out"),
        pytest.param('{cartId: $c, idempotencyKey: "the same", expectedVersion: "1"}', id="fixed"),
        pytest.param("{cartId: $c, idempotencyKey: null, expectedVersion: null}", id="null"),
    ],
)
def test_a_purchase_that_agents_cannot_safeguard_is_unsafe(given: str) -> None:
    with pytest.raises(Unsafe, match="checkoutCart without a variable for idempotencyKey"):
        safeguards_of(SCHEMA, parse(_CHECKOUT.format("$c: ID!", given)))


@pytest.mark.parametrize(
    ("arguments", "lacking"),
    [
        pytest.param({"input": {"key": "k"}, "version": "v"}, [], id="all there"),
        pytest.param({"input": {"key": ""}, "version": None}, ["input.key", "version"], id="empty and null"),
        pytest.param({"input": "text"}, ["input.key", "version"], id="no object"),
        pytest.param({}, ["input.key", "version"], id="nothing"),
    ],
)
def test_missing_safeguards_are_named(arguments: Mapping[str, object], lacking: list[str]) -> None:
    assert missing(frozenset({("input", "key"), ("version",)}), arguments) == lacking
