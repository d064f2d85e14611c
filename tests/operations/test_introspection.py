"""The schema as tools ask for it: every shape passes the limits in development, and production tells none of it."""

from typing import Any

import pytest
from graphql import (
    build_client_schema,
    build_schema,
    get_introspection_query,
    lexicographic_sort_schema,
    print_schema,
)

from gateway.sandbox.app import Sandbox
from gateway.schema import root
from gateway.settings.model import Settings
from tests.harness import Gateway, connected

SORTED = lexicographic_sort_schema(build_schema(root.sdl(root.build_schema())))


def _every_option(type_depth: int) -> str:
    """What graphql-js 17 asks, and with it GraphiQL, GraphQL Code Generator and gql, when nothing is left out."""
    return get_introspection_query(
        descriptions=True,
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
        experimental_directive_deprecation=True,
        one_of=True,
        type_depth=type_depth,
    )


_MEMBERS = ("__Schema", "__Type", "__Field", "__InputValue", "__EnumValue", "__Directive")

_BY_VARIABLE = """
query Introspection($old: Boolean! = true, $texts: Boolean! = true) {
  __schema {
    queryType { name } mutationType { name } subscriptionType { name }
    directives { name locations args(includeDeprecated: $old) { ...Value } }
    types {
      kind name description @include(if: $texts)
      fields(includeDeprecated: $old) { name args(includeDeprecated: $old) { ...Value } type { ...Ref } isDeprecated }
      inputFields(includeDeprecated: $old) { ...Value } enumValues(includeDeprecated: $old) { name isDeprecated }
      interfaces { ...Ref } possibleTypes { ...Ref }
    }
  }
}
fragment Value on __InputValue { name type { ...Ref } defaultValue isDeprecated deprecationReason }
fragment Ref on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } }
"""

_WITHOUT_FRAGMENTS = """{ __schema {
  queryType { name } mutationType { name }
  types { kind name
    fields(includeDeprecated: true) {
      name args { name defaultValue type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } }
      type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } }
    }
    inputFields { name defaultValue type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } }
    interfaces { kind name } possibleTypes { kind name } enumValues(includeDeprecated: true) { name }
  }
  directives { name locations args { name type { kind name ofType { kind name } } } }
} }"""


@pytest.mark.parametrize("type_depth", [5, 7, 9, 15, 20, 50])
async def test_the_whole_schema_is_shown_with_every_option(gateway: Gateway, type_depth: int) -> None:
    """A tool that reads the answer has the very schema of the definition language, descriptions included."""
    told = await gateway.data(_every_option(type_depth))

    read = lexicographic_sort_schema(build_client_schema(_introspection(told)))
    assert print_schema(read) == print_schema(SORTED)


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(get_introspection_query(descriptions=False), id="with no option"),
        pytest.param(get_introspection_query(type_depth=7), id="as Postman and Insomnia ask"),
        pytest.param(
            _every_option(9).replace("subscriptionType { name kind }", ""), id="as GraphiQL asks a second time"
        ),
        pytest.param(get_introspection_query(input_value_deprecation=True), id="as clients for Kotlin and iOS ask"),
        pytest.param(_BY_VARIABLE, id="with what to leave out in variables"),
        pytest.param(_WITHOUT_FRAGMENTS, id="without fragments"),
    ],
)
async def test_tools_can_read_what_they_asked_for(gateway: Gateway, query: str) -> None:
    """Each shape of the question passes the limits, and its answer makes a schema."""
    told = await gateway.data(query)

    assert build_client_schema(_introspection(told)).get_type("CartLineItem")


@pytest.mark.parametrize(
    "queries",
    [
        pytest.param(
            ["{" + " ".join(f'{name[2:]}: __type(name: "{name}") {{ fields {{ name args {{ name }} }} }}' for name in _MEMBERS) + "}"],
            id="at once, each under a name of its own",
        ),
        pytest.param([f'{{ __type(name: "{name}") {{ name fields {{ name }} }} }}' for name in _MEMBERS], id="one by one"),
    ],
)  # fmt: skip
async def test_tools_can_find_out_what_may_be_asked(gateway: Gateway, queries: list[str]) -> None:
    """Some look at introspection itself before they ask, to see which edition it is of."""
    answers = [await gateway.data(query) for query in queries]

    told = [kind for answer in answers for kind in answer.values()]
    assert len(told) == len(_MEMBERS)
    assert {"isOneOf", "specifiedByURL"} <= {field["name"] for kind in told for field in kind["fields"]}


async def test_lists_and_non_null_types_are_asked_whether_they_are_a_oneof(gateway: Gateway) -> None:
    """They are not, and neither is what is not an input object; an input object without the directive says so. Source: GraphQL specification, September 2025, The __Type Type."""
    told = await gateway.data(
        '{ __type(name: "Query") { isOneOf fields { type { isOneOf } args { type { isOneOf ofType { name isOneOf } } } } } }'
    )

    query = told["__type"]
    args = [arg["type"] for field in query["fields"] for arg in field["args"]]
    assert {query["isOneOf"], *(field["type"]["isOneOf"] for field in query["fields"])} == {None}
    assert {kind["isOneOf"] for kind in args if kind["ofType"]} == {None}
    assert {"name": "CartReferenceInput", "isOneOf": True} in [kind["ofType"] for kind in args]


async def test_introspection_does_not_go_in_circles(gateway: Gateway) -> None:
    """A third list of members inside one another is refused: each one multiplies the answer."""
    answer = await gateway.ask("{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }")

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["GRAPHQL_VALIDATION_FAILED"]
    assert answer["errors"][0]["message"] == "Maximum introspection depth exceeded"


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(_every_option(9), id="the whole schema"),
        pytest.param("{ __schema {} }", id="nothing of it"),
        pytest.param('{ __type(name: "Cart") { name } }', id="a type"),
        pytest.param("{ s: __schema { types { n: name } } }", id="under other names"),
    ],
)
async def test_production_says_clearly_that_it_tells_no_schema(sandbox: Sandbox, query: str) -> None:
    """With a code, and with where to ask instead."""
    async with connected(Settings(upstream_url="http://127.0.0.1"), sandbox) as http:
        answer = (await http.post("/graphql", json={"query": query})).json()

    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert "asks for the schema, which is not shown here" in error["message"]
    assert "data" not in answer


def _introspection(data: dict[str, Any]) -> Any:
    """The answer, in the type that graphql-core gives to introspection."""
    return data
