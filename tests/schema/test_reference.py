"""The reference of the schema."""

from pathlib import Path

import pytest
from graphql import build_schema

from gateway.schema.reference import SchemaReference, reference

DOCS = Path(__file__).parents[2] / "docs"

PAGES = SchemaReference(
    build_schema('''
"""A shop."""
schema { query: Query mutation: Mutation }
directive @oneOf on INPUT_OBJECT
type Query {
  """One cart."""
  cart(
    """Which."""
    by: Which! = {id: "1"}
  ): Cart
}
type Mutation { pay(cart: ID!): Cart! @deprecated(reason: "Use `buy`.") }
interface Thing { id: ID! }
"""
What is bought.
In lines.
"""
type Cart implements Thing {
  id: ID!
  "Its lines."
  lines(
    "How many."
    first: Int = 10
  ): [Cart!]!
  found: Found
}
union Found = Cart
input Which @oneOf { id: ID number: Int }
enum State { "For sale." OPEN CLOSED @deprecated(reason: "Never sent.") }
''')
).pages()


def test_the_pages_are_current() -> None:
    """Print them again with `python -m gateway.schema.reference docs`."""
    folder = DOCS / "schema"
    files = {path.relative_to(DOCS).as_posix() for path in folder.iterdir()} | {"schema.md"}

    assert {name: (DOCS / name).read_text("utf-8") for name in files} == reference()


@pytest.mark.parametrize(
    ("page", "text"),
    [
        pytest.param("schema.md", "\nA shop.\n", id="what the schema says of itself"),
        pytest.param("schema.md", ": [cart](schema/operations.md#cart), [pay](", id="the way to each operation"),
        pytest.param("schema.md", "[Cart](schema/objects.md#cart)", id="the way to each type"),
        pytest.param("schema/operations.md", "### cart\n\nOne cart.\n\nGives [`Cart`](objects.md#cart).", id="a query"),
        pytest.param(
            "schema/operations.md",
            '- `by`: [`Which!`](inputs.md#which), by default `{ id: "1" }`. Which.',
            id="an argument of a query, with its default",
        ),
        pytest.param("schema/operations.md", "### pay\n\nDeprecated: Use `buy`.", id="a mutation that is going"),
        pytest.param(
            "schema/objects.md",
            "## Cart\n\nWhat is bought.\nIn lines.\n\nImplements [Thing](interfaces-and-unions.md#thing).",
            id="an object",
        ),
        pytest.param(
            "schema/objects.md",
            "- `lines`: [`[Cart!]!`](objects.md#cart). Its lines.\n"
            "    - `first`: [`Int`](enums-and-scalars.md#int), by default `10`. How many.",
            id="a field, and its argument below it",
        ),
        pytest.param(
            "schema/interfaces-and-unions.md", "Implemented by [Cart](objects.md#cart).", id="an interface's objects"
        ),
        pytest.param("schema/interfaces-and-unions.md", "## Found\n\nOne of [Cart](objects.md#cart).", id="a union"),
        pytest.param("schema/inputs.md", "## Which\n\nExactly one of the fields is given", id="an input"),
        pytest.param(
            "schema/enums-and-scalars.md",
            "## State\n\n- `OPEN`. For sale.\n- `CLOSED`. Deprecated: Never sent.",
            id="an enum and its values",
        ),
        pytest.param("schema/enums-and-scalars.md", "## Int\n\nThe `Int` scalar type", id="a scalar"),
    ],
)
def test_the_reference_has(page: str, text: str) -> None:
    """Every part of a schema, with its description and with links to the types in it."""
    assert text in PAGES[page]
