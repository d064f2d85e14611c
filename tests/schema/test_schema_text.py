"""The schema as people read it: everything is described, and what a description lists is so."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    build_schema,
    is_introspection_type,
    is_specified_scalar_type,
    print_schema,
    validate_schema,
)

from gateway.schema import root
from tests.harness import Gateway

SDL = root.sdl(root.build_schema())
SCHEMA = build_schema(SDL)
TYPES = {
    name: kind
    for name, kind in SCHEMA.type_map.items()
    if not is_introspection_type(kind) and not is_specified_scalar_type(kind)
}
IDE_SOURCE = Path(__file__).parents[2] / "graphiql"
ROUND_TRIP = """
import { readFileSync } from 'node:fs';
import { buildClientSchema, buildSchema, introspectionFromSchema, printSchema, validateSchema } from 'graphql';

const schema = buildSchema(readFileSync(0, 'utf8'));
const introspected = introspectionFromSchema(schema, { schemaDescription: true, inputValueDeprecation: true, oneOf: true });
const printed = printSchema(schema);
console.log(JSON.stringify({
  description: buildClientSchema(introspected).description,
  faults: validateSchema(schema).map(String),
  same: printSchema(buildSchema(printed)) === printed && printSchema(buildClientSchema(introspected)) === printed,
}));
"""
PAYLOADS = sorted(name for name in TYPES if name.endswith("Payload"))
USER_ERROR = SCHEMA.get_type("UserError")


def described(kind: GraphQLNamedType) -> Iterator[tuple[str, str | None]]:
    """The name and description of a type, and of every field, argument and value in it."""
    yield kind.name, kind.description
    if isinstance(kind, GraphQLEnumType):
        for name, value in kind.values.items():
            yield f"{kind.name}.{name}", value.description
    if isinstance(kind, GraphQLInputObjectType):
        for name, member in kind.fields.items():
            yield f"{kind.name}.{name}", member.description
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        for name, field in kind.fields.items():
            yield f"{kind.name}.{name}", field.description
            for argument, value in field.args.items():
                yield f"{kind.name}.{name}({argument})", value.description


def error_types() -> set[str]:
    assert isinstance(USER_ERROR, GraphQLInterfaceType)
    return {kind.name for kind in SCHEMA.get_possible_types(USER_ERROR)}


def listed(payload: str) -> list[str]:
    """The types after "Members:" in the description of the payload's `errors`."""
    kind = TYPES[payload]
    assert isinstance(kind, GraphQLObjectType)
    found = re.search(r"^Members: (.*)\.$", kind.fields["errors"].description or "", re.MULTILINE)
    return re.findall(r"`(\w+)`", found[1]) if found else []


@pytest.mark.parametrize("name", sorted(TYPES))
def test_everything_is_described(name: str) -> None:
    """Types, fields, arguments and values, each in sentences of its own."""
    found = list(described(TYPES[name]))

    assert [each for each, text in found if not text] == []
    assert [each for each, text in found if text and not text.endswith((".", ".`", ")"))] == []


def test_the_schema_begins_with_its_description() -> None:
    """The definition that carries it names the root types, so that tools read them there and find them described."""
    ending = '\n"""\nschema {\n  query: Query\n  mutation: Mutation\n}\n\n'

    assert SDL.startswith('"""\nMicrosoft Partner Center')
    assert SDL.count(ending) == 1
    assert SDL.partition(ending)[0] == f'"""\n{SCHEMA.description}'
    assert [each.description for each in SCHEMA.directives if not each.description] == []


async def test_the_description_says_where_to_begin(gateway: Gateway) -> None:
    """Introspection has the same text. Its first query can be sent as it stands, and what it names exists."""
    introspected = await gateway.data("{ __schema { description } }")

    description: str = introspected["__schema"]["description"]
    assert description == SCHEMA.description
    query, *names = re.findall(r"`([^`]+)`", description.partition("**Begin**")[2])
    page = (await gateway.data(query))["customers"]["edges"]
    assert page[0]["node"].keys() == {"id", "tenantId", "companyName"}
    fields = {name for kind in TYPES.values() if isinstance(kind, GraphQLObjectType) for name in kind.fields}
    members = {name for kind in TYPES.values() if isinstance(kind, GraphQLInputObjectType) for name in kind.fields}
    words = {word for name in names for word in re.findall(r"\b[a-z]\w+", name)}
    assert words - fields - members == {"extensions", "retryable"}


def test_graphql_core_reads_what_it_prints() -> None:
    """Nothing is lost on the way from the definition language to a schema and back, twice."""
    once = print_schema(SCHEMA)

    assert print_schema(build_schema(once)) == once
    assert validate_schema(build_schema(once)) == []


@pytest.mark.node
def test_graphql_js_reads_what_it_prints(node: str) -> None:
    """Nor in the implementation that most tools and code generators are made with."""
    if not (IDE_SOURCE / "node_modules" / "graphql").is_dir():
        reason = "graphql is not installed; run npm ci --prefix graphiql"
        pytest.fail(reason, pytrace=False) if os.environ.get("REQUIRE_ALL") == "1" else pytest.skip(reason)

    ended = subprocess.run(
        [node, "--input-type=module", "--eval", ROUND_TRIP],
        input=SDL,
        cwd=IDE_SOURCE,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert json.loads(ended.stdout) == {"description": SCHEMA.description, "faults": [], "same": True}


def test_every_mutation_has_a_payload_of_its_own() -> None:
    """The tests below walk over payloads, so none may be missing."""
    mutation = SCHEMA.mutation_type
    assert mutation is not None

    assert sorted(str(field.type) for field in mutation.fields.values()) == PAYLOADS
    assert len(PAYLOADS) == len(set(PAYLOADS)) == len(mutation.fields)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_lists_errors_that_exist(payload: str) -> None:
    """The members are types of `UserError`, in the order of the alphabet, each once."""
    members = listed(payload)

    assert members == sorted(set(members))
    assert {"PartnerCenterRejectedError"} <= set(members) <= error_types()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_lists_what_its_input_can_cause(payload: str) -> None:
    """A cart can be missing, closed or changed, a line missing, a customer unknown, a key used before."""
    kind = TYPES[payload.removesuffix("Payload") + "Input"]
    assert isinstance(kind, GraphQLInputObjectType)
    causes = {
        "cartId": {"CartNotFoundError", "CartNotEditableError"},
        "expectedVersion": {f"{'Subscription' if 'subscriptionId' in kind.fields else 'Cart'}VersionConflictError"},
        "customer": {"CustomerNotFoundError"},
        "idempotencyKey": {"IdempotencyKeyReusedError"},
        "lineItemIds": {"CartLineItemNotFoundError"},
        "parentLineItemId": {"CartLineItemNotFoundError"},
        "subscriptionId": {"SubscriptionNotFoundError"},
        "orderId": {"OrderNotFoundError"},
    }
    wanted = {"PartnerCenterRejectedError"}.union(*(causes.get(name, set[str]()) for name in kind.fields))
    if kind.fields.keys() - {"subscriptionId"} - {"expectedVersion"}:  # wrong, these are not found and outdated
        wanted.add("InvalidInputError")
    if payload == "UpdateCartLineItemsPayload":  # its lines are named inside of `lineItems`
        wanted.add("CartLineItemNotFoundError")

    assert set(listed(payload)) == wanted


def test_every_kind_of_error_can_happen() -> None:
    """Each type stands in some payload, and each code names its type."""
    codes = SCHEMA.get_type("UserErrorCode")
    assert isinstance(codes, GraphQLEnumType)

    assert set().union(*map(listed, PAYLOADS)) == error_types()
    assert {value.description for value in codes.values.values()} == {f"See `{name}`." for name in error_types()}


def test_partner_centers_ids_are_text_and_opaque_ids_are_ids() -> None:
    """`ID` is what this API issues; Partner Center's own identifiers are `String`."""
    ours = {
        f"{name}.{field}"
        for name, kind in TYPES.items()
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType)
        for field, member in kind.fields.items()
        if "ID" in re.findall(r"\w+", str(member.type))
    }

    assert {each.partition(".")[2] for each in ours} == {
        "id", "cartId", "lineItemId", "lineItemIds", "parentLineItemId", "removedLineItemIds", "subscriptionId",
        "orderId",
    }  # fmt: skip
    assert ours.isdisjoint(
        {
            "PartnerCenterCartInput.cartId",
            "PartnerCenterOrderInput.orderId",
            "PartnerCenterSubscriptionInput.subscriptionId",
        }
    )
