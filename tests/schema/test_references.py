"""Telling what a request selects below a field, on a schema of two fields."""

import pytest
import strawberry

from gateway.context import Info
from gateway.schema.references import asks_only


@strawberry.type
class Thing:
    id: str = "1"
    name: str = "thing"
    size: int = 2
    told: bool = False


@strawberry.type
class Query:
    @strawberry.field
    def thing(self, info: Info) -> Thing:
        """A thing that tells whether no more than id and name was asked of it; `told` itself does not count."""
        return Thing(told=asks_only(info, "id", "name", "told"))


SCHEMA = strawberry.Schema(query=Query)


@pytest.mark.parametrize(
    ("selection", "is_all"),
    [
        pytest.param("thing { id told }", True, id="one of them"),
        pytest.param("thing { id name told __typename }", True, id="both, and the type's name"),
        pytest.param("thing { told __typename }", True, id="none of them"),
        pytest.param("thing { id size told }", False, id="another one"),
        pytest.param("thing { size: id told }", True, id="one of them under another's name"),
        pytest.param("thing { id: size told }", False, id="another under one's name"),
        pytest.param("thing { ... { id } told }", True, id="inside an inline fragment"),
        pytest.param("thing { ... on Thing { ... { size } } told }", False, id="another one, deep in inline fragments"),
        pytest.param("thing { ...Known told } } fragment Known on Thing { id name", True, id="inside a fragment"),
        pytest.param(
            "thing { ...Some told } } fragment Some on Thing { id ...More } fragment More on Thing { size",
            False,
            id="another one in a fragment of a fragment",
        ),
        pytest.param("thing { told ... {} ...None } } fragment None on Thing {", True, id="empty fragments"),
        pytest.param("thing { told } thing {}", True, id="nothing in another place"),
        pytest.param("thing { told } thing { id }", True, id="in two places"),
        pytest.param("thing { told } thing { size }", False, id="another one in another place"),
        pytest.param("thing { told size @include(if: false) }", False, id="another one that is left out"),
    ],
)
def test_a_selection_is_told(selection: str, is_all: bool) -> None:
    """Names count, not aliases, wherever they stand; what a directive leaves out counts too."""
    result = SCHEMA.execute_sync(f"{{ {selection} }}")

    assert result.errors is None
    assert result.data is not None
    assert result.data["thing"]["told"] is is_all


@pytest.mark.parametrize("selection", ["{}", "{ ... {} }", "{ ...F }"])
def test_an_empty_selection_asks_for_nothing(selection: str) -> None:
    """It is answered with an empty object, whatever the thing is. Source: GraphQL specification, September 2026, Selection Sets."""
    query = f"{{ thing {{ told }} empty: thing {selection} }} fragment F on Thing {{}}"

    result = SCHEMA.execute_sync(query if "...F" in query else query.partition("fragment")[0])

    assert result.data == {"thing": {"told": True}, "empty": {}}


def test_fragments_spread_twice_on_every_level_are_read_once() -> None:
    """Forty levels would be read a million million times otherwise, and this would never end."""
    levels = range(40)
    fragments = " ".join(f"fragment F{level} on Thing {{ ...F{level + 1} ...F{level + 1} }}" for level in levels)

    result = SCHEMA.execute_sync(f"{{ thing {{ told ...F0 }} }} {fragments} fragment F40 on Thing {{ id }}")

    assert result.errors is None
    assert result.data == {"thing": {"told": True, "id": "1"}}
