"""How much a document may be: its depth and length, what it comes to with its fragments, and the errors of an answer."""

from collections.abc import Callable

import httpx
import pytest
import strawberry
from graphql import GraphQLError, get_introspection_query, parse

from gateway.operations.documents import Documents, Prepared, Rejected
from gateway.operations.failures import first_errors
from gateway.operations.limits import Limits
from gateway.operations.selections import TooMuchWork, walk


def _doubling(levels: int) -> str:
    """A document in which every fragment spreads the next one twice: 2^levels paths, one more level each."""
    fragments = " ".join(f"fragment F{n} on Item {{ again {{ ...F{n + 1} ...F{n + 1} }} }}" for n in range(levels))
    return f"{{ item {{ ...F0 }} }} {fragments} fragment F{levels} on Item {{ name }}"


def _doubling_by_alias(levels: int) -> str:
    """The same with two names for each next level, so that all paths are answered."""
    item = "item(by: {number: 1})"
    fragments = " ".join(
        f"fragment F{n} on Item {{ again {{ ...F{n + 1} }} b: again {{ ...F{n + 1} }} }}" for n in range(levels)
    )
    return f"{{ {item} {{ ...F0 }} }} {fragments} fragment F{levels} on Item {{ name }}"


def _components(number: int, *, of: str, asking_for: str) -> str:
    """A document of so many fragments side by side, as a page of components has it."""
    spreads = " ".join(f"...F{n}" for n in range(number))
    return f"{{ {spreads} }} " + " ".join(f"fragment F{n} on {of} {{ {asking_for} }}" for n in range(number))


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param("{ a }", 1, id="one field"),
        pytest.param("{ a { b { c } } d }", 3, id="the deepest branch counts"),
        pytest.param("{ ... { ... on T { a } } }", 1, id="inline fragments add nothing"),
        pytest.param("{ a { ...F } } fragment F on T { b { c } }", 3, id="a fragment adds its own depth"),
        pytest.param("fragment F on T { b { ...G } } { a { ...F } } fragment G on T { c }", 3, id="in any order"),
        pytest.param("query A { a } query B { a { b } }", 2, id="of several operations the deepest"),
        pytest.param("{}", 0, id="an empty selection"),
        pytest.param("{ a {} ...F } fragment F on T { b { c {} } }", 2, id="empty selections are no deeper"),
        pytest.param("{ a { ...Missing } }", 1, id="a missing fragment is for validation"),
        pytest.param("{ a { ...F } } fragment F on T { b { ...F } }", 0, id="a cycle is for validation"),
        pytest.param(get_introspection_query(), 1, id="introspection is one field"),
        pytest.param(_doubling(300), 302, id="a fragment is read once, however often it is spread"),
    ],
)
def test_depth_is_the_number_of_fields_inside_one_another(document: str, expected: int) -> None:
    """Fragments count where they are spread; 300 doubling ones take no longer than 300 plain ones."""
    assert max((each.depth for each in walk(parse(document)).operations), default=0) == expected


def _chain(links: int) -> str:
    return " ".join(f"fragment F{n} on Item {{ again {{ ...F{n + 1} }} }}" for n in range(links))


def test_a_long_chain_of_fragments_does_not_exhaust_the_stack() -> None:
    """The stack does not grow with the number of fragments."""
    document = f"{{ item {{ ...F0 }} }} {_chain(1300)} fragment F1300 on Item {{ name }}"

    assert walk(parse(document)).operations[0].depth == 1302


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param("{ a b { c } }", (0, 0, 0, 0), id="neither"),
        pytest.param("{ x: a b { y: c ... { z: d } } }", (3, 0, 1, 0), id="aliases on every level"),
        pytest.param("{ long: a b { longest: c } }", (2, 0, 7, 0), id="the longest alias counts"),
        pytest.param("{ a { ...F ...F } } fragment F on T { x: b }", (1, 0, 1, 0), id="once where they are written"),
        pytest.param(
            "query Q($v: Int @d) @d { a @d @d ...F @d ... @d { b } } fragment F on T @d { c }",
            (0, 7, 0, 0),
            id="directives wherever they may stand",
        ),
        pytest.param("{ a } fragment F on T { x: b @d }", (1, 1, 1, 0), id="in a fragment that nothing uses"),
        pytest.param("{ x: a {} ... {} } fragment F on T {}", (1, 0, 1, 0), id="empty selections"),
        pytest.param(
            '{ x: __type(name: "T") { name } a { y: b } }', (2, 0, 1, 0), id="a type is introspected under any name"
        ),
        pytest.param("{ s: __schema { types { n: name } } }", (2, 0, 1, 2), id="the schema is not"),
        pytest.param(
            '{ __type(name: "T") { ...F ... { x: fields { y: name } } } } fragment F on __Type { z: fields { name } }',
            (3, 0, 1, 3),
            id="nor what is inside introspection",
        ),
    ],
)
def test_aliases_and_directives_count_where_they_are_written(
    document: str, expected: tuple[int, int, int, int]
) -> None:
    """The whole document counts, each fragment once, even one that no operation uses."""
    found = walk(parse(document))

    assert (found.aliases, found.directives, found.longest_alias, found.introspection_aliases) == expected


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param("{ a b { c d } }", [(("a", "b"), 4)], id="every field counts"),
        pytest.param("{ a { c } a { c d } }", [(("a",), 3)], id="fields of one name are one"),
        pytest.param("{ a {} a { c } b {} }", [(("a", "b"), 3)], id="an empty selection adds nothing"),
        pytest.param("{} mutation {}", [((), 0), ((), 0)], id="empty operations"),
        pytest.param("{ a x: a }", [(("a", "a"), 2)], id="aliases make two of them"),
        pytest.param("{ ...F ... { b } } fragment F on T { a }", [(("b", "a"), 2)], id="fragments unfold"),
        pytest.param("query A { a } query B { b { c } }", [(("a",), 1), (("b",), 2)], id="each alone"),
        pytest.param(_doubling(40), [(("item",), 42)], id="the same fragment twice is once"),
        pytest.param(_doubling_by_alias(40), [(("item",), 3 * 2**40 - 1)], id="what is answered twice is twice"),
        pytest.param("{ a { ...F } } fragment F on T { b { ...F } }", [], id="a cycle is for validation"),
    ],
)
def test_operations_are_counted_with_their_fragments_expanded(
    document: str, expected: list[tuple[tuple[str, ...], int]]
) -> None:
    """Root fields and all fields, as GraphQL runs them; the time grows with the document, not with the answer."""
    operations = walk(parse(document)).operations

    assert [(tuple(field.name for field in each.selection.fields), each.fields) for each in operations] == expected


@pytest.mark.parametrize(
    "document",
    [
        pytest.param("{" + " a" * 200 + "}", id="200 fields of one name"),
        pytest.param(_components(200, of="T", asking_for="a"), id="200 fragments side by side"),
        pytest.param("{ a } fragment F on T {" + " a" * 200 + "}", id="a fragment that nothing uses"),
    ],
)
def test_what_would_take_long_to_validate_is_not_walked_to_its_end(document: str) -> None:
    """graphql-core compares such fields and fragments in pairs."""
    with pytest.raises(TooMuchWork):
        walk(parse(document))


@pytest.mark.parametrize(
    ("document", "limits", "message"),
    [
        pytest.param("{ x: echo y: echo }", Limits(aliases=1), "The document has 2 aliases", id="aliases"),
        pytest.param(f"{{ {'x' * 101}: echo }}", Limits(), "An alias has 101 characters", id="a long alias"),
        pytest.param("{ echo x: echo }", Limits(root_fields=1), "An operation has 2 root fields", id="root fields"),
        pytest.param(
            "{ echo @skip(if: true) }", Limits(directives=0), "The document has 1 directives", id="directives"
        ),
        pytest.param("{ __schema { types { x: name } } }", Limits(), "leave out the aliases", id="introspection"),
        pytest.param(_doubling_by_alias(5), Limits(fields=94), "An operation has 95 fields", id="fields"),
        pytest.param(_doubling_by_alias(13), Limits(), "An operation has 24575 fields", id="fields by default"),
        pytest.param("{" + " echo" * 200 + "}", Limits(), "repeats or nests too much", id="comparisons"),
    ],
)
def test_the_message_names_the_limit_that_a_document_exceeds(
    schema: strawberry.Schema, document: str, limits: Limits, message: str
) -> None:
    """The refusal has the code LIMIT_EXCEEDED and names what there is too much of."""
    reading = Documents(schema, limits=limits).prepare(document)

    assert isinstance(reading, Rejected)
    assert [failure.code for failure in reading.failures] == ["LIMIT_EXCEEDED"]
    assert message in reading.failures[0].message


@pytest.mark.parametrize(
    ("document", "limits"),
    [
        pytest.param("{ x: echo y: echo }", Limits(aliases=2, root_fields=2), id="as many as are allowed"),
        pytest.param(f"{{ {'x' * 100}: echo }}", Limits(), id="an alias as long as is allowed"),
        pytest.param(_doubling_by_alias(5), Limits(fields=95), id="as many fields as are allowed"),
        pytest.param("{ a: echo " + "...F " * 40 + "} fragment F on Query { echo }", Limits(), id="one fragment often"),
        pytest.param(
            _components(25, of="Query", asking_for="item(by: {number: 1}) { __typename name again { name } }"),
            Limits(),
            id="a page of 25 components that ask for the same",
        ),
    ],
)
def test_honest_documents_pass(schema: strawberry.Schema, document: str, limits: Limits) -> None:
    """Components that each bring their own fragment, and what is exactly as much as a limit, are prepared."""
    assert isinstance(Documents(schema, limits=limits).prepare(document), Prepared)


def test_errors_in_a_document_are_listed_up_to_the_limit(schema: strawberry.Schema) -> None:
    """Validation stops there, and its last error says so."""
    reading = Documents(schema, limits=Limits(errors=3)).prepare("{ a b c d e f }")

    assert isinstance(reading, Rejected)
    assert len(reading.failures) == 4
    assert "Too many validation errors" in reading.failures[-1].message


async def test_failed_fields_are_listed_up_to_the_limit(connect: Callable[..., httpx.AsyncClient]) -> None:
    """The last entry says how many more there are; the data is complete."""
    fields = " ".join(f'x{n}: fail(how: "absent")' for n in range(5))

    answer = await connect(limits=Limits(errors=2)).post("/graphql", json={"query": f"{{ {fields} }}"})

    told = answer.json()
    assert [error["extensions"]["code"] for error in told["errors"]] == ["NOT_FOUND", "NOT_FOUND", "LIMIT_EXCEEDED"]
    assert "3 more" in told["errors"][-1]["message"]
    assert told["data"] == dict.fromkeys([f"x{n}" for n in range(5)])


def test_the_errors_nearest_the_root_are_listed_first() -> None:
    """What became of a checkout is not crowded out by look-ups that failed below another field."""
    below = [GraphQLError("gone", path=["add", "cart", "lineItems", n, "product"]) for n in range(5)]
    checkout = GraphQLError("unknown", path=["checkoutCart"])

    told = first_errors([*below, checkout], 2)

    assert [error.message for error in told[:2]] == ["unknown", "gone"]
    assert "4 more" in told[2].message
