"""Every kind of change between two schemas is named, and weighed by what it does to the clients of the old one."""

import pytest

from gateway.cli.changes import NotASchema, Weight, changes, read_schema

BREAKING, DANGEROUS, SAFE = Weight.BREAKING, Weight.DANGEROUS, Weight.SAFE

QUERY = "type Query { ok: Boolean count(least: Int): Int } "
USER_ERROR = "interface UserError { code: String } type CartNotFoundError implements UserError { code: String } "


def named(old: str, new: str) -> list[tuple[Weight, str]]:
    """The changes when *old* beside QUERY becomes *new*."""
    found = changes(read_schema(QUERY + old), read_schema(QUERY + new))
    return [(change.weight, change.text) for change in found]


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        pytest.param("type Cart { lines: Int }", "", "Cart was removed.", id="a type is removed"),
        pytest.param(
            "type Cart { id: ID }",
            "input Cart { id: ID }",
            "Cart changed from an Object type to an Input type.",
            id="a type becomes another kind of type",
        ),
        pytest.param(
            "type Cart { id: ID version: String }",
            "type Cart { id: ID }",
            "Field Cart.version was removed.",
            id="a field is removed",
        ),
        pytest.param(
            "type Cart { version: String @deprecated(reason: \"Use 'id'.\") id: ID }",
            "type Cart { id: ID }",
            "Field Cart.version was removed.",
            id="a deprecated field is removed",
        ),
        pytest.param(
            "type Cart { lines: Int }",
            "type Cart { lines: String }",
            "Field Cart.lines changed type from Int to String.",
            id="a field has another type",
        ),
        pytest.param(
            "type Cart { lines: Int! }",
            "type Cart { lines: Int }",
            "Field Cart.lines changed type from Int! to Int.",
            id="a field may now be null",
        ),
        pytest.param(
            "type Cart { lines(first: Int): Int }",
            "type Cart { lines: Int }",
            "Argument Cart.lines(first:) was removed.",
            id="an argument is removed",
        ),
        pytest.param(
            "type Cart { lines: Int }",
            "type Cart { lines(first: Int!): Int }",
            "A required argument Cart.lines(first:) was added.",
            id="a required argument is added",
        ),
        pytest.param(
            "type Cart { lines(first: Int): Int }",
            "type Cart { lines(first: Int!): Int }",
            "Argument Cart.lines(first:) has changed type from Int to Int!.",
            id="an argument becomes required",
        ),
        pytest.param(
            "input CartInput { id: ID key: String }",
            "input CartInput { id: ID }",
            "Field CartInput.key was removed.",
            id="an input field is removed",
        ),
        pytest.param(
            "input CartInput { id: ID }",
            "input CartInput { id: ID key: String! }",
            "A required field CartInput.key was added.",
            id="a required input field is added",
        ),
        pytest.param(
            "input CartInput { key: String }",
            "input CartInput { key: String! }",
            "Field CartInput.key changed type from String to String!.",
            id="an input field becomes required",
        ),
        pytest.param(
            "input CartInput { key: String }",
            'input CartInput { key: String! = "" }',
            "Field CartInput.key changed type from String to String!.",
            id="an input field may no longer be null, with a default or not",
        ),
        pytest.param(
            "input CartBy { id: ID key: String }",
            "input CartBy @oneOf { id: ID key: String }",
            "CartBy now takes exactly one of its fields: @oneOf was added.",
            id="oneOf is added to an input",
        ),
        pytest.param(
            "enum Status { OPEN CLOSED }",
            "enum Status { OPEN }",
            "Enum value Status.CLOSED was removed.",
            id="an enum value is removed",
        ),
        pytest.param(
            "interface Node { id: ID } type Cart implements Node { id: ID }",
            "interface Node { id: ID } type Cart { id: ID }",
            "Cart no longer implements interface Node.",
            id="a type leaves an interface",
        ),
        pytest.param(
            "type Cart { id: ID } type Order { id: ID } union Found = Cart | Order",
            "type Cart { id: ID } type Order { id: ID } union Found = Cart",
            "Order was removed from union type Found.",
            id="a type leaves a union",
        ),
        pytest.param(
            "type Mutation { buy: Int } schema { query: Query mutation: Mutation }",
            "type Mutation { buy: Int } schema { query: Query }",
            "There is no mutation any more.",
            id="mutations end, though their type stays",
        ),
        pytest.param(
            "type A { buy: Int } type B { buy: Int } schema { query: Query mutation: A }",
            "type A { buy: Int } type B { buy: Int } schema { query: Query mutation: B }",
            "A mutation starts at B, no longer at A.",
            id="mutations start elsewhere",
        ),
        pytest.param(
            "directive @cached on FIELD", "", "Directive @cached was removed.", id="a directive for requests is removed"
        ),
        pytest.param(
            "directive @cached(ttl: Int) on FIELD",
            "directive @cached on FIELD",
            "Argument @cached(ttl:) was removed.",
            id="an argument of a directive is removed",
        ),
        pytest.param(
            "directive @cached on FIELD",
            "directive @cached(ttl: Int!) on FIELD",
            "A required argument @cached(ttl:) was added.",
            id="a required argument is added to a directive",
        ),
        pytest.param(
            "directive @cached on FIELD | QUERY",
            "directive @cached on FIELD",
            "QUERY was removed from @cached.",
            id="a directive has a place less",
        ),
        pytest.param(
            "directive @cached repeatable on FIELD",
            "directive @cached on FIELD",
            "Repeatable flag was removed from @cached.",
            id="a directive may no longer be repeated",
        ),
    ],
)
def test_what_refuses_old_requests_is_breaking(old: str, new: str, text: str) -> None:
    """A request that was valid is refused, or its answer is not what was promised."""
    assert named(old, new) == [(BREAKING, text)]


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        pytest.param(
            "enum Status { OPEN }",
            "enum Status { OPEN CLOSED }",
            "Enum value Status.CLOSED was added.",
            id="an enum value is added",
        ),
        pytest.param(
            "type Cart { id: ID } type Order { id: ID } union Found = Cart",
            "type Cart { id: ID } type Order { id: ID } union Found = Cart | Order",
            "Order was added to union type Found.",
            id="a type joins a union",
        ),
        pytest.param(
            "interface Node { id: ID } type Cart { id: ID }",
            "interface Node { id: ID } type Cart implements Node { id: ID }",
            "Node added to interfaces implemented by Cart.",
            id="a type joins an interface",
        ),
        pytest.param(
            "type Cart { lines(first: Int = 10): Int }",
            "type Cart { lines(first: Int = 20): Int }",
            "Cart.lines(first:) has changed defaultValue from 10 to 20.",
            id="the default of an argument changes",
        ),
        pytest.param(
            "type Cart { lines(first: Int = 10): Int }",
            "type Cart { lines(first: Int): Int }",
            "Cart.lines(first:) defaultValue was removed.",
            id="the default of an argument is removed",
        ),
        pytest.param(
            "input CartInput { quantity: Int = 1 }",
            "input CartInput { quantity: Int = 2 }",
            "CartInput.quantity has changed defaultValue from 1 to 2.",
            id="the default of an input field changes",
        ),
        pytest.param(
            "input CartInput { quantity: Int = 1 }",
            "input CartInput { quantity: Int }",
            "CartInput.quantity defaultValue was removed.",
            id="the default of an input field is removed",
        ),
        pytest.param(
            "type Cart { lines: Int }",
            "type Cart { lines(first: Int): Int }",
            "An optional argument Cart.lines(first:) was added.",
            id="an optional argument is added",
        ),
        pytest.param(
            "input CartInput { id: ID }",
            "input CartInput { id: ID key: String }",
            "An optional field CartInput.key was added.",
            id="an optional input field is added",
        ),
        pytest.param(
            'scalar Day @specifiedBy(url: "https://one.example")',
            'scalar Day @specifiedBy(url: "https://two.example")',
            "Day is no longer specified by https://one.example, but by https://two.example.",
            id="a scalar is specified elsewhere",
        ),
        pytest.param(
            'scalar Day @specifiedBy(url: "https://one.example")',
            "scalar Day",
            "Day is no longer specified by https://one.example.",
            id="a scalar is no longer specified",
        ),
    ],
)
def test_what_clients_may_not_know_is_dangerous(old: str, new: str, text: str) -> None:
    """Old requests stay valid, but may mean something else, or be answered with what a generated client rejects."""
    assert named(old, new) == [(DANGEROUS, text)]


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        pytest.param("", "type Cart { lines: Int }", "Cart was added.", id="a type is added"),
        pytest.param(
            "type Cart { id: ID }",
            "type Cart { id: ID version: String }",
            "Field Cart.version was added.",
            id="a field is added",
        ),
        pytest.param(
            "type Cart { lines: Int }",
            "type Cart { lines: Int! }",
            "Field Cart.lines changed type from Int to Int!.",
            id="a field is never null any more",
        ),
        pytest.param(
            "input CartInput { key: String! }",
            "input CartInput { key: String }",
            "Field CartInput.key changed type from String! to String.",
            id="an input field becomes optional",
        ),
        pytest.param(
            "type Cart { lines(first: Int): Int }",
            "type Cart { lines(first: Int = 20): Int }",
            "Cart.lines(first:) added a defaultValue 20.",
            id="a default is told",
        ),
        pytest.param(
            "input CartBy @oneOf { id: ID key: String }",
            "input CartBy { id: ID key: String }",
            "CartBy now takes several of its fields: @oneOf was removed.",
            id="oneOf is removed from an input",
        ),
        pytest.param(
            "scalar Day",
            'scalar Day @specifiedBy(url: "https://one.example")',
            "Day is now specified by https://one.example.",
            id="a scalar is specified",
        ),
        pytest.param(
            "type Cart { id: ID version: String }",
            'type Cart { id: ID version: String @deprecated(reason: """Use `id`.\nIt stays.""") }',
            "Cart.version is deprecated: Use `id`. It stays.",
            id="a field is deprecated",
        ),
        pytest.param(
            "type Cart { id: ID @deprecated }",
            "type Cart { id: ID }",
            "Cart.id is no longer deprecated.",
            id="a field is deprecated no more",
        ),
        pytest.param(
            "type Cart { lines(first: Int): Int }",
            'type Cart { lines(first: Int @deprecated(reason: "All come.")): Int }',
            "Cart.lines(first:) is deprecated: All come.",
            id="an argument is deprecated",
        ),
        pytest.param(
            "input CartInput { key: String }",
            'input CartInput { key: String @deprecated(reason: "Unused.") }',
            "CartInput.key is deprecated: Unused.",
            id="an input field is deprecated",
        ),
        pytest.param(
            "enum Status { OPEN SHUT }",
            'enum Status { OPEN SHUT @deprecated(reason: "Never sent.") }',
            "Status.SHUT is deprecated: Never sent.",
            id="an enum value is deprecated",
        ),
        pytest.param(
            "",
            '"""The shop.""" schema { query: Query }',
            "Description of the schema has changed.",
            id="the schema has another description",
        ),
        pytest.param(
            '"""A cart.""" type Cart { id: ID }',
            '"""Things\nto buy.""" type Cart { id: ID }',
            "Description of Cart has changed.",
            id="a description changes",
        ),
        pytest.param(
            "type Mutation { buy: Int } schema { query: Query }",
            "type Mutation { buy: Int } schema { query: Query mutation: Mutation }",
            "There is a mutation now.",
            id="mutations begin",
        ),
        pytest.param("", "directive @cached on FIELD", "Directive @cached was added.", id="a directive is added"),
    ],
)
def test_the_rest_is_safe(old: str, new: str, text: str) -> None:
    """Clients of the old schema notice nothing, unless they read descriptions and deprecations."""
    assert named(old, new) == [(SAFE, text)]


def test_a_new_type_of_an_old_interface_is_dangerous() -> None:
    """A mutation may now answer an error that clients generated before have no class for."""
    found = named(USER_ERROR, USER_ERROR + "type CartExpiredError implements UserError { code: String }")

    assert found == [
        (DANGEROUS, "UserError can now be a CartExpiredError, a new type."),
        (SAFE, "CartExpiredError was added."),
    ]


def test_a_new_interface_with_its_types_is_safe() -> None:
    """Nobody asks for what was not there."""
    assert {weight for weight, _ in named("", USER_ERROR)} == {SAFE}


def test_the_order_of_definitions_is_no_change() -> None:
    """Neither for types, nor for what is in them."""
    one = "type Cart { id: ID lines(first: Int last: Int): Int } enum Status { OPEN SHUT } input By { id: ID key: ID }"
    two = "input By { key: ID id: ID } enum Status { SHUT OPEN } type Cart { lines(last: Int first: Int): Int id: ID }"

    assert named(one, two) == []


def test_the_heaviest_come_first() -> None:
    """And within one weight, those that are first in the alphabet, wherever they stand in the schema."""
    old = "type Order { id: ID total: Int } type Cart { id: ID total: Int } enum Status { OPEN }"
    new = "type Order { id: ID at: Int } type Cart { id: ID at: Int } enum Status { OPEN SHUT }"

    assert named(old, new) == [
        (BREAKING, "Field Cart.total was removed."),
        (BREAKING, "Field Order.total was removed."),
        (DANGEROUS, "Enum value Status.SHUT was added."),
        (SAFE, "Field Cart.at was added."),
        (SAFE, "Field Order.at was added."),
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("", "Syntax Error: Unexpected <EOF> in line 1.", id="nothing"),
        pytest.param("type Query {\n  ok:", "Syntax Error: Expected Name, found <EOF> in line 2.", id="cut off"),
        pytest.param("{ cart { id } }", "Query root type must be provided.", id="a query"),
        pytest.param("type Query { cart: Cart }", "Unknown type 'Cart'.", id="a type is missing"),
        pytest.param(
            QUERY + "type A { a: Int } type A { a: Int }", "There can be only one type named 'A'.", id="twice"
        ),
        pytest.param(
            f"type Query {{ a: {'[' * 9999}Int }}",
            "Syntax Error: Document is nested too deeply. Parsing aborted in line 1.",
            id="deeper than anybody reads",
        ),
    ],
)
def test_what_is_no_schema_is_told_in_one_line(text: str, reason: str) -> None:
    """With the line where there is one."""
    with pytest.raises(NotASchema) as raised:
        read_schema(text)

    assert str(raised.value) == reason
