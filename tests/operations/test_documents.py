"""Documents are prepared once, held to limits, and say no more about the schema than they may."""

import pytest
import strawberry
from graphql import get_introspection_query
from strawberry.extensions import SchemaExtension

from gateway.operations.documents import Documents, Prepared, Rejected
from gateway.operations.limits import Limits
from tests.endpoint import Item


def _deep(levels: int) -> str:
    """A valid document of so many fields inside one another."""
    return "{ item(by: {number: 1}) " + "{ again " * (levels - 2) + "{ name }" + " }" * (levels - 2) + " }"


def _long(tokens: int) -> str:
    """A valid document of so many tokens, braces included."""
    aliased, plain = divmod(tokens - 2, 3)
    return "{" + "".join(f" a{n}: echo" for n in range(aliased)) + " echo" * plain + "}"


def _told(reading: Prepared | Rejected) -> list[tuple[str, str]]:
    """Code and message of everything wrong with a document."""
    failures = reading.failures if isinstance(reading, Rejected) else ()
    return [(failure.code, failure.message) for failure in failures]


@pytest.mark.parametrize("text", [pytest.param("{ echo }", id="good"), pytest.param("{ nothing }", id="bad")])
def test_a_document_is_prepared_once(schema: strawberry.Schema, text: str) -> None:
    """The second caller gets what was made for the first, be it a tree or a refusal."""
    documents = Documents(schema)

    assert documents.prepare(text) is documents.prepare(text)


def test_the_document_used_longest_ago_is_forgotten_first(schema: strawberry.Schema) -> None:
    """With room for two, the third pushes out the one that was not asked for again."""
    documents = Documents(schema, cached=2)
    first, second = documents.prepare("{ a: echo }"), documents.prepare("{ b: echo }")

    documents.prepare("{ a: echo }")
    documents.prepare("{ c: echo }")

    assert documents.prepare("{ a: echo }") is first
    assert documents.prepare("{ b: echo }") is not second


def test_large_documents_leave_room_for_fewer(schema: strawberry.Schema) -> None:
    """The number of characters kept is bounded too."""
    documents = Documents(schema, cached_characters=100)
    first = documents.prepare("{ echo }" + " " * 60)

    documents.prepare("{ b: echo }" + " " * 60)

    assert documents.prepare("{ echo }" + " " * 60) is not first


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param(_deep(15), None, id="15 deep"),
        pytest.param(_deep(16), "LIMIT_EXCEEDED", id="16 deep"),
        pytest.param(_long(4000), None, id="4000 tokens"),
        pytest.param(_long(4001), "LIMIT_EXCEEDED", id="4001 tokens"),
        pytest.param("#\n" * 4001 + "{ echo }", "LIMIT_EXCEEDED", id="4001 comments"),
        pytest.param("{ a" * 300, "LIMIT_EXCEEDED", id="deeper than the parser goes"),
        pytest.param(
            "{ ...F0 } "
            + " ".join(f"fragment F{n} on Query {{ ...F{n + 1} }}" for n in range(300))
            + "fragment F300 on Query { echo }",
            "LIMIT_EXCEEDED",
            id="fragments deeper than validation goes",
        ),
        pytest.param("{" + " echo" * 3000 + "}", "LIMIT_EXCEEDED", id="more repetition than validation takes"),
        pytest.param("{ ...F } fragment F on Query { ...F }", "GRAPHQL_VALIDATION_FAILED", id="a circle of fragments"),
    ],
)
def test_a_document_beyond_a_limit_is_refused(schema: strawberry.Schema, text: str, code: str | None) -> None:
    """Every refusal for size has the code LIMIT_EXCEEDED."""
    limits = Limits(aliases=4000, root_fields=4000)

    reading = Documents(schema, limits=limits).prepare(text)

    assert [told for told, _ in _told(reading)] == ([code] if code else [])


def test_graphiqls_introspection_passes_the_default_limits(schema: strawberry.Schema) -> None:
    """The IDE asks for types 15 levels deep; that is not what the limit is against."""
    query = get_introspection_query(specified_by_url=True, input_value_deprecation=True)

    assert isinstance(Documents(schema).prepare(query), Prepared)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{ __schema { queryType { name } } }", id="the schema"),
        pytest.param('{ __type(name: "Item") { name } }', id="a type"),
    ],
)
def test_introspection_can_be_switched_off(schema: strawberry.Schema, text: str) -> None:
    """Without it the schema is not told, but __typename is."""
    documents = Documents(schema, introspection=False)

    assert {code for code, _ in _told(documents.prepare(text))} == {"GRAPHQL_VALIDATION_FAILED"}
    assert isinstance(documents.prepare("{ __typename }"), Prepared)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{ ech }", id="a field"),
        pytest.param('{ echo(tex: "a") }', id="an argument"),
        pytest.param("{ item(by: {nam: 1}) { name } }", id="a member of an input"),
        pytest.param("query($by: ItemBi) { echo }", id="a type"),
        pytest.param("{ item(by: {number: 1}) }", id="a missing selection"),
        pytest.param("{ echo @includ(if: true) }", id="a directive"),
    ],
)
def test_suggestions_can_be_switched_off(schema: strawberry.Schema, text: str) -> None:
    """A wrong name is refused without naming the right one."""
    told = _told(Documents(schema, suggestions=False).prepare(text))

    assert told
    assert not any("Did you mean" in message for _, message in told)


def test_suggestions_help_where_they_are_on(schema: strawberry.Schema) -> None:
    """A slip of the finger is answered with the name that was meant."""
    ((_, message),) = _told(Documents(schema).prepare("{ ech }"))

    assert message == "Cannot query field 'ech' on type 'Query'. Did you mean 'echo'?"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("{ half(of: 3) }", "BAD_USER_INPUT", id="a scalar that refuses it"),
        pytest.param("{ echo(text: 3) }", "BAD_USER_INPUT", id="another type"),
        pytest.param("{ item(by: {name: null}) { name } }", "BAD_USER_INPUT", id="no member of a oneOf"),
        pytest.param('{ item(by: {name: "a", number: 1}) { name } }', "BAD_USER_INPUT", id="two members of a oneOf"),
        pytest.param("{ half }", "GRAPHQL_VALIDATION_FAILED", id="an argument is missing"),
    ],
)
def test_a_literal_that_does_not_fit_is_a_wrong_value(schema: strawberry.Schema, text: str, code: str) -> None:
    """It has the code it would have in a variable; a document of the wrong shape has another."""
    assert {told for told, _ in _told(Documents(schema).prepare(text))} == {code}


@pytest.mark.parametrize("value", [pytest.param("3", id="an odd number"), pytest.param("[2]", id="a list")])
def test_a_refused_literal_is_pointed_at(schema: strawberry.Schema, value: str) -> None:
    """The entry says where the value stands, whoever refused it."""
    rejected = Documents(schema).prepare(f"{{ half(of: {value}) }}")

    assert isinstance(rejected, Rejected)
    assert [location.column for failure in rejected.failures for location in failure.locations] == [12]


def test_a_oneof_takes_a_variable_in_a_fragment_before_its_operation(schema: strawberry.Schema) -> None:
    """The order of definitions does not matter."""
    text = "fragment F on Query { item(by: {name: $n}) { name } } query($n: String!) { ...F }"

    assert isinstance(Documents(schema).prepare(text), Prepared)


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        pytest.param("query($n: String!) { item(by: {name: $n}) { name } }", False, id="a variable that is never null"),
        pytest.param("query($n: String) { item(by: {name: $n}) { name } }", True, id="one that may be"),
        pytest.param('query($n: String = "a") { item(by: {name: $n}) { name } }', True, id="in spite of a default"),
        pytest.param(
            "query($n: String) { ...F } fragment F on Query { item(by: {name: $n}) { name } }", True, id="in a fragment"
        ),
        pytest.param("query($by: ItemBy!) { item(by: $by) { name } }", False, id="the oneOf itself in a variable"),
    ],
)
def test_a_member_of_a_oneof_takes_no_variable_that_may_be_null(
    schema: strawberry.Schema, text: str, refused: bool
) -> None:
    """Whatever its value is. Source: GraphQL specification, September 2025, 5.8.5."""
    told = [code for code, _ in _told(Documents(schema).prepare(text))]

    assert told == (["GRAPHQL_VALIDATION_FAILED"] if refused else [])


def test_a_value_is_found_wrong_five_times_and_then_left(schema: strawberry.Schema) -> None:
    """Each further error would write the whole value out again: a thousand of them took seconds."""
    members = " ".join(f"a{n}: 1" for n in range(1000))

    reading = Documents(schema).prepare(f"{{ item(by: {{{members}}}) {{ name }} half(of: 1) }}")

    assert [code for code, _ in _told(reading)] == ["BAD_USER_INPUT"] * 6


def test_an_error_names_five_places_at_most(schema: strawberry.Schema) -> None:
    """A name that is given nine hundred times would have as many, and so would each of a hundred errors."""
    variables = "$a: Int " * 900

    reading = Documents(schema).prepare(f"query ({variables}) {{ echo }}")

    assert isinstance(reading, Rejected)
    assert max(len(failure.locations) for failure in reading.failures) == 5


def test_a_schema_with_extensions_is_refused() -> None:
    """They would not be run, so what they guard would stand open."""

    class Guarding(SchemaExtension):
        pass

    guarded = strawberry.Schema(query=Item, extensions=[Guarding])

    with pytest.raises(ValueError, match=r"The schema has Strawberry extensions \(Guarding\).*Remove them"):
        Documents(guarded)
