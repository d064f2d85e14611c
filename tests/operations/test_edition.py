"""What clients may write since the September 2025 and 2026 editions of GraphQL, sent through the whole gateway.

In brackets: the edition, and the section of the specification.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.sandbox.app import Sandbox
from gateway.settings.model import Settings
from tests.harness import Gateway, connected
from tests.shop import DEMO

CUSTOMER = f'customer(by: {{tenantId: "{DEMO["customerId"]}"}})'
CART = f'cart(by: {{partnerCenter: {{customerTenantId: "{DEMO["customerId"]}", cartId: "{DEMO["cartId"]}"}}}})'
READ_CUSTOMER = f"GET /v1/customers/{DEMO['customerId']}"
READ_CART = f"{READ_CUSTOMER}/carts/{DEMO['cartId']}"
EMPTY: dict[str, object] = {}
BUY = READ_CART.replace("GET", "POST") + "/checkout"


@pytest.mark.parametrize(
    ("document", "data", "calls"),
    [
        pytest.param("{}", {}, [], id="a query"),
        pytest.param("query Nothing {}", {}, [], id="a named query"),
        pytest.param("mutation {}", {}, [], id="a mutation"),
        pytest.param("{ ... {} ...F } fragment F on Query {}", {}, [], id="fragments"),
        pytest.param("{ __typename @skip(if: true) }", {}, [], id="an operation of which all is skipped"),
        pytest.param(f"{{ {CART} {{}} }}", {"cart": {}}, [READ_CART], id="an object: whether there is one"),
        pytest.param('{ cart(by: {id: "none"}) {} }', {"cart": None}, [], id="an object that there is not"),
        pytest.param(f"{{ {CUSTOMER} {{}} }}", {"customer": {}}, [READ_CUSTOMER], id="a customer"),
        pytest.param(f"{{ {CART} {{ customer {{}} }} }}", {"cart": {"customer": {}}}, [READ_CART], id="no call for a cart's customer"),
        pytest.param(
            f"{{ {CART} {{ lineItems {{ product {{}} sku {{}} availability {{}} }} }} }}",
            {"cart": {"lineItems": [{"product": EMPTY, "sku": EMPTY, "availability": EMPTY}] * 4}},
            [READ_CART],
            id="no call for what is behind its lines",
        ),
        pytest.param("{ customers(first: 2) { edges {} pageInfo {} } }", {"customers": {"edges": [EMPTY, EMPTY], "pageInfo": EMPTY}}, ["GET /v1/customers"], id="the items of a list"),
        pytest.param('{ node(id: "none") { ... on Cart {} } nodes(ids: ["none"]) {} }', {"node": None, "nodes": [None]}, [], id="an interface"),
        pytest.param(f"{{ {CART} {{}} {CART} {{ status }} }}", {"cart": {"status": "ACTIVE"}}, [READ_CART], id="merged with another"),
        pytest.param('{ __schema {} __type(name: "Cart") {} }', {"__schema": {}, "__type": {}}, [], id="introspection"),
    ],
)  # fmt: skip
async def test_a_selection_may_be_empty(
    gateway: Gateway, document: str, data: dict[str, Any], calls: list[str]
) -> None:
    """Its object is answered as `{}`, and nothing is read that it does not take. [2026, Selection Sets]"""
    assert await gateway.data(document) == data
    assert await gateway.calls() == calls


@pytest.mark.parametrize(
    ("document", "message"),
    [
        pytest.param("{ __typename {} }", "must not have a selection", id="of a value"),
        pytest.param("{ customers }", "must have a selection", id="left out"),
        pytest.param("{ nothing {} }", "Cannot query field", id="of a field that does not exist"),
        pytest.param("fragment F on Query {}", "never used", id="without an operation"),
        pytest.param("query($n: Int) {}", "never used", id="with a variable that is not used"),
    ],
)
async def test_an_empty_selection_is_validated_as_others_are(gateway: Gateway, document: str, message: str) -> None:
    """Objects must have one, values must not. [2026, Leaf Field Selections]"""
    answer = await gateway.ask(document)

    assert {error["extensions"]["code"] for error in answer["errors"]} == {"GRAPHQL_VALIDATION_FAILED"}
    assert message in answer["errors"][0]["message"]


@pytest.mark.parametrize("selection", ["{}", "{ ... {} }", "{ cart {} result { orders {} } errors {} }"])
async def test_a_checkout_of_which_nothing_is_asked_is_one_purchase(gateway: Gateway, selection: str) -> None:
    """It is carried out, written down as others are, and answered from there when it is repeated."""
    checkout = f"{{ checkoutCart(input: {{cartId: {await _cart_id(gateway)}}}) "

    await gateway.data(f"mutation {checkout} {selection} }}")
    again = await gateway.data(f"mutation {checkout} {{ replayed result {{ outcome }} }} }}")

    assert again["checkoutCart"] == {"replayed": True, "result": {"outcome": "SUCCEEDED"}}
    assert (await gateway.calls()).count(BUY) == 1


async def test_a_failed_checkout_of_which_nothing_is_asked_says_what_is_known(gateway: Gateway) -> None:
    """Its error carries the outcome, in the only place that is left for it."""
    cart_id = await _cart_id(gateway)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(gateway.sandbox), base_url="http://sandbox") as control:
        await control.post("/_sandbox/faults", json={"faults": [{"calls": "POST */checkout", "fault": 401}]})

    answer = await gateway.ask(f"mutation {{ checkoutCart(input: {{cartId: {cart_id}}}) {{}} }}")

    assert answer["data"] == {"checkoutCart": None}
    assert answer["errors"][0]["extensions"]["outcome"] == "NOT_PLACED"


async def test_empty_checkouts_are_counted_too(gateway: Gateway) -> None:
    """Two in one operation are refused, before anything is sent."""
    checkout = 'checkoutCart(input: {cartId: "x"}) {}'

    answer = await gateway.ask(f"mutation {{ {checkout} b: {checkout} }}")

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["LIMIT_EXCEEDED"]


DESCRIBED = '''
"""Who buys from us. Shown on the first page."""
query Buyers(
  "How many at most"
  $first: Int = 1
) {
  customers(first: $first) { ...Buyer }
}

"""What a row shows."""
fragment Buyer on CustomerConnection { edges { node { companyName } } }
'''


async def test_operations_variables_and_fragments_may_be_described(gateway: Gateway) -> None:
    """A description changes nothing in the answer, in either kind of quotation marks. [2025, Descriptions]"""
    described = await gateway.data(DESCRIBED)

    assert described == await gateway.data("{ customers(first: 1) { edges { node { companyName } } } }")
    assert await gateway.data('"Why" mutation Nothing {}') == {}


async def test_a_query_in_short_form_has_no_description(gateway: Gateway) -> None:
    """There would be nothing to tell apart from the query. [2025, Descriptions]"""
    answer = await gateway.ask('"""Why""" { __typename }')

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["GRAPHQL_PARSE_FAILED"]


@pytest.mark.parametrize("document", [pytest.param(DESCRIBED, id="described"), pytest.param("query Q {}", id="empty")])
async def test_new_documents_are_trusted_and_persisted_as_old_ones_are(
    sandbox: Sandbox, tmp_path: Path, document: str
) -> None:
    """In production mode too: their SHA-256 is that of the whole text, descriptions included."""
    digest = hashlib.sha256(document.encode()).hexdigest()
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({f"sha256:{digest}": document}), "utf-8")
    settings = {"upstream_url": "http://127.0.0.1", "trusted_documents": manifest, "trusted_documents_mode": "enforce"}
    async with connected(Settings.model_validate(settings), sandbox) as http:
        by_id = await http.post("/graphql", json={"documentId": digest})
        by_text = await http.post("/graphql", json={"query": document})
        persisted = {"persistedQuery": {"version": 1, "sha256Hash": digest}}
        by_hash = await http.post("/graphql", json={"extensions": persisted})

    assert "errors" not in by_id.json()
    assert by_id.json() == by_text.json() == by_hash.json()


STARTS_WITH = "{ customers(companyNameStartsWith: %s) { totalCount } }"


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        pytest.param(r'"\u{43}ontoso"', 1, id="an escape in braces"),
        pytest.param(r'"\u{000043}ontoso"', 1, id="with leading zeros"),
        pytest.param(r'"\u0043ontoso"', 1, id="an escape of four digits"),
        pytest.param('"""Contoso"""', 1, id="a block string"),
        pytest.param(r'"\u{1F600}"', 0, id="a character beyond four digits"),
        pytest.param(r'"\uD83D\uDE00"', 0, id="the same as a surrogate pair"),
        pytest.param('"😀"', 0, id="the same as it is"),
    ],
)
async def test_texts_may_hold_every_character(gateway: Gateway, text: str, matches: int) -> None:
    """However it is written, and upstream gets what was meant. [2025, String Value]"""
    assert await gateway.data(STARTS_WITH % text) == {"customers": {"totalCount": matches}}


@pytest.mark.parametrize("text", [r'"\uD83D"', r'"\uDE00\uD83D"', r'"\u{D83D}"', r'"\u{110000}"', r'"\u{}"'])
async def test_an_escape_that_names_no_character_is_refused(gateway: Gateway, text: str) -> None:
    """Half a surrogate pair is not a character, neither is what lies beyond Unicode. [2025, String Value]"""
    answer = await gateway.ask(STARTS_WITH % text)

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["GRAPHQL_PARSE_FAILED"]


@pytest.mark.parametrize(
    ("document", "variables", "code"),
    [
        pytest.param("query($n: Int = 2) { customers(first: $n) { edges {} } }", {}, None, id="a default is used"),
        pytest.param("query($n: Int! = 2) { customers(first: $n) { edges {} } }", {}, None, id="though null is refused"),
        pytest.param("query($n: Int! = 2) { customers(first: $n) { edges {} } }", {"n": None}, "BAD_USER_INPUT", id="and null is not its use"),
        pytest.param('query($n: Int = "2") { customers(first: $n) { edges {} } }', {"n": 2}, "BAD_USER_INPUT", id="a wrong default, even unused"),
        pytest.param("query($n: Int! = null) { customers(first: $n) { edges {} } }", {"n": 2}, "BAD_USER_INPUT", id="null as the default of what may not be null"),
        pytest.param('query($ids: [ID!]! = "none") { nodes(ids: $ids) {} }', {}, None, id="a list of one, without brackets"),
        pytest.param("query($n: Int) { customers(first: $n) { edges {} } }", {"n": 2.0}, None, id="a whole number with a point"),
        pytest.param("{ customers(first: 2.0) { edges {} } }", {}, "BAD_USER_INPUT", id="but not as a literal"),
        pytest.param("query($n: Int @deprecated) { customers(first: $n) {} }", {}, "GRAPHQL_VALIDATION_FAILED", id="a directive out of its place"),
        pytest.param("{ ...F(n: 1) } fragment F($n: Int = 1) on Query { customers(first: $n) {} }", {}, "GRAPHQL_PARSE_FAILED", id="variables of fragments, which are no part of GraphQL yet"),
        pytest.param("{ __typename } extend type Query { n: Int }", {}, "GRAPHQL_VALIDATION_FAILED", id="a schema's definition"),
    ],
)  # fmt: skip
async def test_values_are_coerced_by_the_book(
    gateway: Gateway, document: str, variables: dict[str, object], code: str | None
) -> None:
    """Defaults of variables are held to their types. [2025, Values of Correct Type and Coercing Variable Values]"""
    answer = await gateway.ask(document, variables)

    assert {error["extensions"]["code"] for error in answer.get("errors", [])} == ({code} if code else set())


async def _cart_id(gateway: Gateway) -> str:
    """The demo cart's id, quoted."""
    found = await gateway.data(f"{{ {CART} {{ id }} }}")
    return json.dumps(found["cart"]["id"])
