"""The estimate of what an operation costs in calls and comes to in its answer, from a table of figures and the document."""

import pytest
from graphql import OperationDefinitionNode, build_schema, parse, validate

from gateway.operations.cost import Costs, Estimate
from gateway.operations.cost_tree import ListInItself
from gateway.operations.field_cost import Arguments, Figure

_SCHEMA = build_schema("""
    interface Thing { name: String }
    type Query { shop(country: String): Shop, shops(first: Int): [Shop], thing: Thing }
    type Mutation { stock(name: String): Shop }
    type Shop implements Thing { name: String, owner: Owner, items: [Item], parts: [Item], page(first: Int): Page }
    type Owner { id: ID, country: String, shops: [Shop] }
    type Page { nodes: [Item] }
    type Item implements Thing {
      name: String, title(country: String): String, text(country: String): String, next: Item, near: Item, maker: Maker,
      shop: Shop, parts: [Item], items: [Item]
    }
    type Maker { id: ID, name: String }
""")


def _first(arguments: Arguments) -> int:
    first = arguments.get("first")
    return first if isinstance(first, int) else 20


_FIGURES = {
    "Mutation.stock": Figure(calls=2),
    "Query.shop": Figure(calls=1),
    "Query.shops": Figure(calls=lambda arguments: 2 if "first" in arguments else 1, items=_first),
    "Query.thing": Figure(calls=1),
    "Shop.items": Figure(items=10),
    "Shop.owner": Figure(reads_customer=True, free=frozenset({"id", "shops"})),
    "Shop.page": Figure(calls=1, items=_first),
    "Owner.country": Figure(reads_customer=True),
    "Item.maker": Figure(calls=1, free=frozenset({"id"})),
    "Item.next": Figure(calls=1),
    "Item.text": Figure(look_up="text", reads_customer=True, unless_given="country"),
    "Item.title": Figure(look_up="text", reads_customer=True, unless_given="country"),
}


def _estimate(text: str, variables: dict[str, object] | None = None) -> Estimate:
    document = parse(text)
    assert validate(_SCHEMA, document) == []
    operation = next(each for each in document.definitions if isinstance(each, OperationDefinitionNode))
    return Costs(_SCHEMA, document, _FIGURES).estimate(operation, variables or {})


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param("{ __typename }", 0, id="nothing"),
        pytest.param("{}", 0, id="an empty operation"),
        pytest.param("{ shop {} }", 1, id="a call whose answer nobody asks about"),
        pytest.param("{ shop { items { maker {} } } }", 1, id="no call where nothing is asked"),
        pytest.param("{ shop { items { maker { ... {} ...M } } } } fragment M on Maker {}", 1, id="nor in fragments"),
        pytest.param("{ __schema { types { name } } }", 0, id="introspection"),
        pytest.param("{ shop { name } }", 1, id="one call"),
        pytest.param("{ shop { name } x: shop { name } }", 1, id="the same field twice is one"),
        pytest.param("mutation { stock { name } x: stock { name } }", 4, id="the same mutation twice is two"),
        pytest.param('{ shop { name } x: shop(country: "SE") { name } }', 2, id="other arguments are another call"),
        pytest.param("{ shop { items { maker { name } } } }", 1 + 10, id="a call for each item of a list"),
        pytest.param("{ shop { items { maker { __typename id } } } }", 1, id="what is known already is free"),
        pytest.param("{ shop { items { maker { id } m: maker { name } } } }", 11, id="unless it is asked beside"),
        pytest.param("{ shop { items { maker { ...M } } } } fragment M on Maker { name }", 11, id="or in a fragment"),
        pytest.param("{ shop { items { near { next { name } } } } }", 1 + 10, id="below a free field"),
        pytest.param("{ shop { items { next { next { name } } } } }", 1 + 10 + 10, id="one after the other"),
        pytest.param("{ shop { page(first: 3) { nodes { next { name } } } } }", 1 + 1 + 3, id="a page's size"),
        pytest.param("{ shop { page { nodes { next { name } } } } }", 1 + 1 + 20, id="a page's usual size"),
        pytest.param(
            "{ shops(first: 3) { page(first: 4) { nodes { next { name } } } } }", 2 + 3 * 5, id="pages in pages"
        ),
        pytest.param("{ shops(first: 0) { items { next { name } } } }", 2, id="an empty page"),
        pytest.param('{ shop { items { title(country: "SE") text(country: "SE") } } }', 1 + 10, id="a shared look-up"),
        pytest.param('{ shop { items { title(country: "SE") text(country: "NO") } } }', 1 + 20, id="two look-ups"),
        pytest.param("{ shop { items { title } } }", 1 + 10 + 1, id="the customer is read once for the whole shop"),
        pytest.param("{ shop { items { title(country: null) } } }", 12, id="null is as good as nothing"),
        pytest.param("{ shop { owner { country } items { title } } }", 12, id="and shared with whoever needs it"),
        pytest.param("{ shops(first: 3) { items { title } } }", 2 + 3 * (10 + 1), id="but not by two shops"),
        pytest.param("{ shop { owner { id } } }", 1, id="an owner of whom only the id is asked"),
        pytest.param("{ thing { ... on Shop { owner { country } } } }", 1 + 1, id="behind an interface"),
        pytest.param(
            "{ thing { ... on Shop { items { next { name } } } ... on Item { next { name } } } }",
            11,
            id="the dearest type",
        ),
        pytest.param("{ thing { ... on Thing { ... on Item { next { name } } } } }", 2, id="an interface in between"),
        pytest.param("{ shop { items @skip(if: true) { next { name } } } }", 11, id="skipped all the same"),
        pytest.param(
            "{ shop { ...A ...B } } fragment A on Shop { items { next { name } } } fragment B on Shop { items { name } }",
            11,
            id="fragments that select the same",
        ),
    ],
)
def test_the_estimate_is_the_sum_of_the_figures(document: str, expected: int) -> None:
    """Times the lists around a field, and once for what the fields of one object share."""
    assert _estimate(document).calls == expected


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        pytest.param({"first": 3}, 2 + 3, id="given"),
        pytest.param({"first": None}, 2 + 20, id="null"),
        pytest.param({}, 1 + 20, id="left out"),
    ],
)
def test_variables_count_as_they_are_given(variables: dict[str, object], expected: int) -> None:
    """One document has as many estimates as it has variables."""
    document = "query Q($first: Int) { shops(first: $first) { owner { country } } }"

    assert _estimate(document, variables).calls == expected


def test_an_argument_that_may_turn_out_null_spares_nothing() -> None:
    """With a variable for a country the customer may still have to be read."""
    document = "query Q($in: String) { shop { items { title(country: $in) } } }"

    assert _estimate(document, {"in": "SE"}).calls == 1 + 10 + 1


def test_doubling_fragments_are_summed_up_as_fast_as_plain_ones() -> None:
    """2^60 calls take 60 steps to add up."""
    levels = "".join(
        f"fragment F{n} on Item {{ a: near {{ next {{ ...F{n + 1} }} }} next {{ ...F{n + 1} }} }} " for n in range(60)
    )

    assert _estimate(f"{{ thing {{ ...F0 }} }} {levels} fragment F60 on Item {{ name }}").calls == 2**61 - 1


_NAME = len("name") + 30
_SHOP = len("shop") + 30
_ITEMS = len("items") + 30


@pytest.mark.parametrize(
    ("document", "characters"),
    [
        pytest.param("{ shop { name } }", _SHOP + _NAME, id="names and values"),
        pytest.param("{ shop { name name } }", _SHOP + _NAME, id="the same twice is once"),
        pytest.param("{ shop { longer: name } }", _SHOP + _NAME + 2, id="a longer name"),
        pytest.param("{ shop { name n: name } }", _SHOP + _NAME + 401, id="a copy"),
        pytest.param("{ shop { __typename } }", _SHOP + 40, id="the type's name"),
        pytest.param("{ shop { items { name } } }", _SHOP + _ITEMS + 10 * _NAME, id="each item of a list"),
        pytest.param("{ shops(first: 3) { name } }", _SHOP + 1 + 3 * _NAME, id="a page's size"),
        pytest.param("{ shop { items { name } i: items { name } } }", _SHOP + _ITEMS + 401 + 5 * 10 * _NAME, id="a list twice"),
        pytest.param("{ shop { items { near { name } } } }", _SHOP + _ITEMS + 10 * (34 + _NAME), id="below a free field"),
        pytest.param("{ thing { ... on Shop { name } ... on Item { name near { name } } } }", 35 + _NAME + 34 + _NAME, id="the largest type"),
        pytest.param("{ shop { ...F } } fragment F on Shop { name ...F2 } fragment F2 on Shop { items { name } }", _SHOP + _NAME + _ITEMS + 10 * _NAME, id="fragments"),
    ],
)  # fmt: skip
def test_an_answer_is_as_large_as_its_names_and_values(document: str, characters: int) -> None:
    """In each item of a list, as long as the list may be; copies count for more than they are."""
    assert _estimate(document).characters == characters


@pytest.mark.parametrize(
    "document",
    [
        pytest.param("{ shop { items { shop { items { name } } } } }", id="through one object"),
        pytest.param(
            "{ shop { items { near { shop { parts { shop { items { name } } } } } } } }", id="through several"
        ),
        pytest.param("{ thing { ... on Item { shop { items { shop { items { name } } } } } } }", id="anywhere"),
        pytest.param(
            "{ shop { items { ...F } } } fragment F on Item { shop { i: items { name } } }", id="in a fragment"
        ),
    ],
)
def test_a_list_within_its_own_items_is_refused(document: str) -> None:
    """Each time round would multiply the answer by the length of the list, which nobody knows before it is read."""
    with pytest.raises(ListInItself, match="items"):
        _estimate(document)


def test_a_tree_may_be_asked_for_in_all_its_depth() -> None:
    """Of lists right inside one another each part is answered once."""
    assert (
        _estimate("{ shop { items { next { name } parts { items { name } parts { parts { name } } } } } }").calls
        == 1 + 10
    )


def test_a_list_behind_a_call_may_come_again() -> None:
    """What it takes is counted, and limited, in calls."""
    assert _estimate("{ shop { items { next { shop { items { next { name } } } } } } }").calls == 1 + 10 * (1 + 10)
