"""What a request selects below a field, on a schema of two fields."""

import pytest
import strawberry

from gateway.context import Info
from gateway.schema.references import asks_only


@strawberry.type
class Thing:
    id: str = "1"
    name: str = "thing"
    size: int = 2
    only: bool = False


@strawberry.type
class Query:
    @strawberry.field
    def thing(self, info: Info) -> Thing:
        """`only` is whether nothing but id and name is selected; `only` itself does not count."""
        return Thing(only=asks_only(info, "id", "name", "only"))


SCHEMA = strawberry.Schema(query=Query)


@pytest.mark.parametrize(
    ("selection", "is_all"),
    [
        pytest.param("thing { id only }", True, id="one of them"),
        pytest.param("thing { id name only __typename }", True, id="both, and the type's name"),
        pytest.param("thing { only __typename }", True, id="none of them"),
        pytest.param("thing { id size only }", False, id="another one"),
        pytest.param("thing { size: id only }", True, id="one of them under another's name"),
        pytest.param("thing { id: size only }", False, id="another under one's name"),
        pytest.param("thing { ... { id } only }", True, id="inside an inline fragment"),
        pytest.param("thing { ... on Thing { ... { size } } only }", False, id="another one, deep in inline fragments"),
        pytest.param("thing { ...Known only } } fragment Known on Thing { id name", True, id="inside a fragment"),
        pytest.param(
            "thing { ...Some only } } fragment Some on Thing { id ...More } fragment More on Thing { size",
            False,
            id="another one in a fragment of a fragment",
        ),
        pytest.param("thing { only ... {} ...None } } fragment None on Thing {", True, id="empty fragments"),
        pytest.param("thing { only } thing {}", True, id="nothing in another place"),
        pytest.param("thing { only } thing { id }", True, id="in two places"),
        pytest.param("thing { only } thing { size }", False, id="another one in another place"),
        pytest.param("thing { only size @include(if: false) }", False, id="another one that is left out"),
    ],
)
def test_a_selection_of_known_fields_is_recognized(selection: str, is_all: bool) -> None:
    """Names count, not aliases, wherever they stand; what a directive leaves out counts too."""
    result = SCHEMA.execute_sync(f"{{ {selection} }}")

    assert result.errors is None
    assert result.data is not None
    assert result.data["thing"]["only"] is is_all


@pytest.mark.parametrize("selection", ["{}", "{ ... {} }", "{ ...F }"])
def test_an_empty_selection_asks_for_nothing(selection: str) -> None:
    """It is answered with an empty object, whatever the thing is. Source: GraphQL specification, September 2026, Selection Sets."""
    query = f"{{ thing {{ only }} empty: thing {selection} }} fragment F on Thing {{}}"

    result = SCHEMA.execute_sync(query if "...F" in query else query.partition("fragment")[0])

    assert result.data == {"thing": {"only": True}, "empty": {}}


def test_fragments_spread_twice_on_every_level_are_read_once() -> None:
    """Forty levels would be read a million million times otherwise, and this would never end."""
    levels = range(40)
    fragments = " ".join(f"fragment F{level} on Thing {{ ...F{level + 1} ...F{level + 1} }}" for level in levels)

    result = SCHEMA.execute_sync(f"{{ thing {{ only ...F0 }} }} {fragments} fragment F40 on Thing {{ id }}")

    assert result.errors is None
    assert result.data == {"thing": {"only": True, "id": "1"}}
