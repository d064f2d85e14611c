"""Where the schema is nobody's business, nothing is to be learned of it from errors, not even by guessing."""

import re
from collections.abc import AsyncGenerator
from itertools import pairwise

import httpx
import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType, build_schema

from gateway.app import build_app
from gateway.dev.in_process import InProcess
from gateway.sandbox.app import Sandbox
from gateway.schema.root import build_schema as build_gateways_schema
from gateway.schema.root import sdl
from gateway.settings.model import Settings

CART = '{ cart(by: {partnerCenter: {customerTenantId: "a", cartId: "b"}}) { %s } }'
"""A caller knows this much from a shop's page."""


TYPES = {
    name: each
    for name, each in build_schema(sdl(build_gateways_schema())).type_map.items()
    if not name.startswith("__")
}


def _names_in(*types: str) -> set[str]:
    """The values, fields, members and arguments of these types."""
    found: set[str] = set()
    for each in (TYPES[name] for name in types):
        if isinstance(each, GraphQLEnumType):
            found |= set(each.values)
        if isinstance(each, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            found |= set(each.fields)
        if isinstance(each, GraphQLObjectType | GraphQLInterfaceType):
            found |= {argument for field in each.fields.values() for argument in field.args}
    return found


NAMES = {*TYPES, *_names_in(*TYPES)}
"""Every name in the schema but GraphQL's own."""
EVERYDAY = {"name", "type", "value", "field", "argument", "variable", "position", "message", "code", "document"}
"""Words of plain English that the schema uses too."""


@pytest.fixture
async def production(sandbox: Sandbox) -> AsyncGenerator[httpx.AsyncClient, None]:
    """A client of the gateway as it is in production; its caller is signed in."""
    app = build_app(
        Settings(upstream_url="http://127.0.0.1"),
        transport=InProcess(sandbox),
        now=sandbox.now,
        token_without_sign_in=sandbox.demo_token,
    )
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as http,
    ):
        yield http


def _learned(sent: object, answer: httpx.Response) -> set[str]:
    """The schema's names in an answer's errors that its caller did not send."""
    errors = answer.json().get("errors", [])
    assert errors, answer.text
    told = set(re.findall(r"\w+", " ".join(error["message"] for error in errors)))
    return (told & NAMES) - set(re.findall(r"\w+", str(sent))) - EVERYDAY


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("{ carts customr ordrs }", id="misspelt fields"),
        pytest.param("mutation { createCarts checkoutCarts addLineItem }", id="misspelt mutations"),
        pytest.param("{ cart }", id="no argument, no selection"),
        pytest.param("{ cart { id } }", id="a missing argument"),
        pytest.param("{ cart(b: 1) { id } }", id="a misspelt argument"),
        pytest.param("{ cart(by: {}) { id } }", id="an empty input"),
        pytest.param("{ cart(by: 1) { id } }", id="an input that is none"),
        pytest.param("{ cart(by: {partnerCentre: 1}) { id } }", id="a misspelt member"),
        pytest.param("{ cart(by: {partnerCenter: {}}) { id } }", id="missing members"),
        pytest.param("{ cart(by: $by) { id } }", id="an undeclared variable"),
        pytest.param("query($by: String) { cart(by: $by) { id } }", id="a variable of another type"),
        pytest.param("query($by: CartReferenceInputs) { cart(by: $by) { id } }", id="a misspelt type"),
        pytest.param("query($by: Cart) { cart(by: $by) { id } }", id="an output type for a variable"),
        pytest.param(CART % "statu lineItem custome", id="misspelt fields of a cart"),
        pytest.param(CART % "lineItems", id="a selection is missing"),
        pytest.param(CART % "id { a }", id="a selection too many"),
        pytest.param(CART % "... on Customers { id }", id="a fragment on a misspelt type"),
        pytest.param(CART % "... on Query { __typename }", id="a fragment that can never apply"),
        pytest.param(CART % "...F" + " fragment F on Order { id }", id="a named fragment that can never apply"),
        pytest.param(CART % "... on String { id }", id="a fragment on a scalar"),
        pytest.param(CART % "id: status id", id="fields that differ under one name"),
        pytest.param(CART % "id @skp(if: true)", id="a misspelt directive"),
        pytest.param(CART % "id @skip", id="a directive without its argument"),
        pytest.param("{ customers(first: YES) { edges { cursor } } }", id="an enum value for a number"),
        pytest.param("mutation { createCart(input: {lineItems: [{billingCycle: MONTHL}]}) { errors { code } } }", id="a misspelt enum value"),
        pytest.param("mutation { createCart }", id="a mutation without anything"),
        pytest.param("{ __schema { types { name } } }", id="introspection"),
        pytest.param('{ __type(name: "Cart") { fields { name } } }', id="introspection of a type"),
        pytest.param("subscription { carts }", id="a subscription"),
    ],
)  # fmt: skip
async def test_a_wrong_document_teaches_no_name(production: httpx.AsyncClient, query: str) -> None:
    """Each known way of getting a validator to talk is answered with what the caller knew already."""
    answer = await production.post("/graphql", json={"query": query})

    assert _learned(query, answer) == set()
    assert "Did you mean" not in answer.text


@pytest.mark.parametrize(
    ("declared", "value"),
    [
        pytest.param("CartReferenceInput!", {}, id="an empty input"),
        pytest.param("CartReferenceInput!", None, id="null"),
        pytest.param("CartReferenceInput!", 5, id="a number"),
        pytest.param("CartReferenceInput!", {"partnerCentre": {}}, id="a misspelt member"),
        pytest.param("CartReferenceInput!", {"partnerCenter": {}}, id="missing members"),
        pytest.param("CartReferenceInput!", {"partnerCenter": {"cartId": {"a": 1}}}, id="an object for a text"),
    ],
)
async def test_a_wrong_variable_teaches_no_name(production: httpx.AsyncClient, declared: str, value: object) -> None:
    """The answer says which variable, and where in it, in the caller's own words."""
    body = {"query": f"query($by: {declared}) {{ cart(by: $by) {{ id }} }}", "variables": {"by": value}}

    answer = await production.post("/graphql", json=body)

    assert _learned(body, answer) == set()
    assert answer.json()["errors"][0]["message"].startswith("The value of the variable $by does not fit its type")


async def test_near_misses_of_every_name_teach_none(production: httpx.AsyncClient) -> None:
    """A list of words that are almost those of the schema finds nothing in it."""
    misses = sorted(f"{name[:-1]}{name[-2]}" for name in NAMES if len(name) > 3)
    misses = [miss for miss in misses if miss not in NAMES]
    documents = [f"{{ {' '.join(misses[start:end])} }}" for start, end in pairwise([*range(0, len(misses), 20), None])]

    answers = [(document, await production.post("/graphql", json={"query": document})) for document in documents]

    assert len(misses) > 200
    assert {name for document, answer in answers for name in _learned(document, answer)} == set()


@pytest.mark.parametrize(
    ("document", "written"),
    [
        pytest.param("{ %s }", "{}", id="as fields"),
        pytest.param("mutation { %s }", "{}", id="as mutations"),
        pytest.param("{ customers { edges { node { %s } } } }", "{}", id="as fields further down"),
        pytest.param("{ cart(%s) { id } }", "{}: 1", id="as arguments"),
        pytest.param("{ cart(by: {%s}) { id } }", "{}: 1", id="as members"),
        pytest.param("{ products(views: [%s]) { totalCount } }", "{}", id="as values"),
        pytest.param('{ node(id: "a") { %s } }', "... on {} {{ a }}", id="as types"),
        pytest.param("query(%s) { a }", "${0}: {0}", id="as types of variables"),
    ],
)
async def test_a_list_of_every_name_teaches_no_other(
    production: httpx.AsyncClient, document: str, written: str
) -> None:
    """Who guesses a name right is told no other one with it: no type, no argument, no member."""
    names = [written.format(name) for name in sorted(NAMES)]
    documents = [document % " ".join(names[start : start + 20]) for start in range(0, len(names), 20)]

    answers = [(sent, await production.post("/graphql", json={"query": sent})) for sent in documents]

    assert {name for sent, answer in answers for name in _learned(sent, answer)} == set()
    assert not [sent for sent, answer in answers if "GRAPHQL_PARSE_FAILED" in answer.text]


SOME = set(sorted(NAMES)[::8])
"""Names that are right elsewhere than where they are tried, or not: one in eight."""


@pytest.mark.parametrize(
    ("document", "names"),
    [
        pytest.param("{ %s }", _names_in("Query"), id="a field"),
        pytest.param("{ %s { __typename } nonsense }", _names_in("Query"), id="a field with a selection"),
        pytest.param("mutation { %s }", _names_in("Mutation"), id="a mutation"),
        pytest.param("{ customers { edges { node { %s } } } nonsense }", _names_in("Customer"), id="a field further down"),
        pytest.param("{ cart(%s: 1) { id } nonsense }", _names_in("Query"), id="an argument"),
        pytest.param("{ cart(by: {%s: {a: 1}}) { id } }", _names_in("CartReferenceInput"), id="a member"),
        pytest.param("{ products(views: %s) { totalCount } nonsense }", _names_in(*TYPES), id="a value"),
        pytest.param('{ node(id: "a") { ... on %s { nonsense } } }', {*TYPES}, id="a type"),
        pytest.param("query($a: %s) { nonsense }", {*TYPES}, id="a type of a variable"),
        pytest.param("{ __typename @%s }", set[str](), id="a directive"),
    ],
)  # fmt: skip
async def test_a_name_guessed_right_is_answered_like_one_guessed_wrong(
    production: httpx.AsyncClient, document: str, names: set[str]
) -> None:
    """No word, number or position of an error shows which names of a list exist."""
    wrong = await _told(production, document % "nonsense")

    right = {name: await _told(production, document % name) for name in names | SOME}

    assert {name: told for name, told in right.items() if told != wrong} == {}
    assert wrong


async def _told(production: httpx.AsyncClient, query: str) -> object:
    """All of the answer, but for the correlation id."""
    answer = await production.post("/graphql", json={"query": query})
    return answer.status_code, re.sub(r'"correlationId":"[^"]+"', "", answer.text)


async def test_the_message_says_how_to_learn_more(production: httpx.AsyncClient) -> None:
    """Whoever may know the schema runs a gateway of their own; a value of the wrong type is told apart all the same."""
    document = await production.post("/graphql", json={"query": "{ nonsense }"})
    value = await production.post("/graphql", json={"query": '{ customers(first: "a") { totalCount } }'})

    told = [
        (error["extensions"]["code"], error["message"]) for each in (document, value) for error in each.json()["errors"]
    ]
    assert [code for code, _ in told] == ["GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT"]
    assert all("A gateway in development mode says w" in message for _, message in told)


async def test_a_wrong_member_of_a_variable_is_named_by_its_place(production: httpx.AsyncClient) -> None:
    """The path is through the value that the caller sent."""
    query = "mutation($input: CreateCartInput!) { createCart(input: $input) { errors { code } } }"
    item = {"catalogItemId": "CFQ7TTC0LH18:0001:CFQ7TTC0K971", "quantity": 1, "billingCycle": "MONTHL"}
    variables = {"input": {"customer": {"tenantId": "a"}, "lineItems": [item]}}

    answer = await production.post("/graphql", json={"query": query, "variables": variables})

    told = [error["message"] for error in answer.json()["errors"]]
    assert told == ["The value of the variable $input does not fit its type at lineItems[0].billingCycle."]


@pytest.mark.parametrize("path", ["/", "/schema.graphql", "/graphiql/assets/index.js", "/_sandbox/calls", "/docs"])
async def test_there_is_nothing_else_to_see(production: httpx.AsyncClient, path: str) -> None:
    """No page, no schema, no assets."""
    answer = await production.get(path, headers={"Accept": "text/html"})

    assert answer.status_code == 404
