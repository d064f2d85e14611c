"""The estimate of the calls that an operation takes and of the characters of its answer, from the costs of its fields."""

from enum import Enum

import pytest
from graphql import build_schema, parse, validate

from gateway.operations.cost import Estimate, OperationCost
from gateway.operations.costly_fields import RecursiveList
from gateway.operations.field_cost import Choices, FieldCost
from gateway.operations.selections import walk

_SCHEMA = build_schema("""
    interface Thing { name: String }
    type Query { friends(first: Int): [Owner], shop(country: String): Shop, shops(first: Int, last: Int): [Shop], named(names: [ID!]): [Shop], thing: Thing }
    type Mutation { stock(name: String): Shop }
    type Shop implements Thing { name: String, owner: Owner, items: [Item], parts: [Item], page(first: Int): Page, flaws(looks: [Look!]): [Item] }
    type Owner { id: ID, country: String, shops: [Shop], friends: [Owner], rank: Int }
    type Page { nodes: [Item] }
    type Item implements Thing {
      name: String, title(country: String): String, text(country: String): String, next: Item, near: Item, maker: Maker,
      shop: Shop, parts: [Item], items: [Item], deal(size: Int): String
    }
    enum Look { FREE, PRICE, STOCK, BOTH }
    type Maker { id: ID, name: String }
""")


_COSTS = {
    "Mutation.stock": FieldCost(weight=2),
    "Query.shop": FieldCost(weight=1),
    "Query.shops": FieldCost(
        weight=1, argument_weights={"first": 1}, assumed_size=20, slicing_arguments=("last", "first")
    ),
    "Query.named": FieldCost(item_weight=1, slicing_arguments=("names",)),
    "Query.thing": FieldCost(weight=1),
    "Query.friends": FieldCost(shared="friends", slicing_arguments=("first",), gathers=frozenset({"ranks"})),
    "Owner.friends": FieldCost(shared="friends", assumed_size=5),
    "Owner.rank": FieldCost(weight=1, batch="ranks"),
    "Shop.items": FieldCost(assumed_size=10, gathers=frozenset({"deals"})),
    "Shop.owner": FieldCost(reads_customer=True, free_fields=frozenset({"id", "shops"})),
    "Shop.page": FieldCost(weight=1, assumed_size=20, slicing_arguments=("first",)),
    "Shop.flaws": FieldCost(
        choices=Choices("looks", {"FREE": {}, "PRICE": {"prices": 3}, "STOCK": {"stock": 2, "prices": 3}}),
        assumed_size=5,
    ),
    "Owner.country": FieldCost(reads_customer=True),
    "Item.maker": FieldCost(weight=1, free_fields=frozenset({"id"})),
    "Item.next": FieldCost(weight=1),
    "Item.deal": FieldCost(weight=2, batch="deals"),
    "Item.text": FieldCost(lookup="text", reads_customer=True, market_argument="country"),
    "Item.title": FieldCost(lookup="text", reads_customer=True, market_argument="country"),
}


def _estimate(text: str, variables: dict[str, object] | None = None) -> Estimate:
    document = parse(text)
    assert validate(_SCHEMA, document) == []
    return OperationCost(_SCHEMA, walk(document).operations[0], _COSTS).estimate(variables or {})


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
        pytest.param("{ shop { name } shop { owner { id } } }", 1, id="the same field twice is one"),
        pytest.param("{ shop { name } x: shop { name } }", 2, id="but not under another alias"),
        pytest.param("mutation { stock { name } x: stock { name } }", 4, id="the same mutation twice is two"),
        pytest.param('{ shop { name } x: shop(country: "SE") { name } }', 2, id="other arguments are another call"),
        pytest.param("{ shop { items { maker { name } } } }", 1 + 10, id="a call for each item of a list"),
        pytest.param("{ shop { items { maker { __typename id } } } }", 1, id="what is known already is free"),
        pytest.param(
            "{ shop { items { maker { id } m: maker { name } } } }", 11, id="unless more is selected beside it"
        ),
        pytest.param("{ shop { items { maker { ...M } } } } fragment M on Maker { name }", 11, id="or in a fragment"),
        pytest.param("{ shop { items { near { next { name } } } } }", 1 + 10, id="below a free field"),
        pytest.param("{ shop { items { next { next { name } } } } }", 1 + 10 + 10, id="one after the other"),
        pytest.param("{ shop { page(first: 3) { nodes { next { name } } } } }", 1 + 1 + 3, id="a page's size"),
        pytest.param("{ shop { page { nodes { next { name } } } } }", 1 + 1 + 20, id="a page's usual size"),
        pytest.param(
            "{ shops(first: 3) { page(first: 4) { nodes { next { name } } } } }", 2 + 3 * 5, id="pages in pages"
        ),
        pytest.param("{ shop { items { deal } } }", 1 + 2, id="calls for a whole list"),
        pytest.param("{ shop { items { deal x: deal } } }", 1 + 2, id="under two aliases"),
        pytest.param("{ shop { items { deal(size: 1) x: deal(size: 2) } } }", 1 + 2 + 2, id="with two sizes"),
        pytest.param("{ shop { items { near { deal } } } }", 1 + 10 * 2, id="for each object that is in no such list"),
        pytest.param(
            "{ shop { page(first: 3) { nodes { deal } } } }", 1 + 1 + 3 * 2, id="for each item of another list"
        ),
        pytest.param("{ shops(first: 3) { items { deal } } }", 2 + 3 * 2, id="for each of several lists"),
        pytest.param("{ friends(first: 3) { rank } }", 1 + 1, id="for a list of the operation"),
        pytest.param("{ friends { friends { id } } }", 1, id="a call that the whole operation shares"),
        pytest.param(
            "{ friends(first: 9) { id } shops(first: 3) { owner { friends { id } } } }",
            2 + 3 + 1,
            id="wherever it stands",
        ),
        pytest.param("{ shops(first: 0) { items { next { name } } } }", 2, id="an empty page"),
        pytest.param("{ shops(first: 1000) { owner { country } } }", 2 + 100, id="no page is longer than 100"),
        pytest.param("{ shops(last: 3) { owner { country } } }", 1 + 3, id="the first slicing argument that is given"),
        pytest.param('{ named(names: ["a", "b"]) { name } }', 2, id="a call for each item of an argument"),
        pytest.param('{ named(names: "a") { name } }', 1, id="of which one may stand without brackets"),
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
def test_the_estimate_adds_up_the_costs_of_the_fields(document: str, expected: int) -> None:
    """Each counts for every item of the lists around it, and once where the fields of one object share a call."""
    assert _estimate(document).calls == expected


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        pytest.param({"first": 3}, 2 + 3, id="given"),
        pytest.param({"first": None}, 1 + 20, id="null"),
        pytest.param({}, 1 + 20, id="left out"),
    ],
)
def test_variables_count_as_they_are_given(variables: dict[str, object], expected: int) -> None:
    """One document has as many estimates as it has variables."""
    document = "query Q($first: Int) { shops(first: $first) { owner { country } } }"

    assert _estimate(document, variables).calls == expected


class _Look(Enum):
    """As coercion gives them: not the names."""

    PRICE = 1
    STOCK = 2


@pytest.mark.parametrize(
    ("document", "variables", "expected"),
    [
        pytest.param("{ shop { flaws { name } } }", {}, 1 + 5, id="all where none is named"),
        pytest.param("{ shop { flaws(looks: null) { name } } }", {}, 1 + 5, id="or null is"),
        pytest.param("{ shop { flaws(looks: [FREE]) { name } } }", {}, 1, id="a free one"),
        pytest.param("{ shop { flaws(looks: []) { name } } }", {}, 1, id="none"),
        pytest.param("{ shop { flaws(looks: [PRICE]) { name } } }", {}, 1 + 3, id="one"),
        pytest.param("{ shop { flaws(looks: PRICE) { name } } }", {}, 1 + 3, id="one without brackets"),
        pytest.param("{ shop { flaws(looks: [PRICE, PRICE]) { name } } }", {}, 1 + 3, id="one twice"),
        pytest.param("{ shop { flaws(looks: [PRICE, STOCK]) { name } } }", {}, 1 + 5, id="two that share calls"),
        pytest.param("query Q($l: [Look!]) { shop { flaws(looks: $l) { name } } }", {"l": [_Look.PRICE]}, 1 + 3, id="a variable"),
        pytest.param("query Q($l: [Look!]) { shop { flaws(looks: $l) { name } } }", {}, 1 + 5, id="a variable left out"),
        pytest.param("query Q($l: Look!) { shop { flaws(looks: [FREE, $l]) { name } } }", {"l": _Look.STOCK}, 1 + 5, id="a variable in a list"),
        pytest.param("{ shop { flaws(looks: FREE) { next { name } } } }", {}, 1 + 5, id="and what is below each item"),
    ],
)  # fmt: skip
def test_values_of_an_argument_choose_calls(document: str, variables: dict[str, object], expected: int) -> None:
    """Each names the calls that it needs; what several need is called once."""
    assert _estimate(document, variables).calls == expected


def test_an_argument_that_may_turn_out_null_spares_nothing() -> None:
    """With a variable for a country the customer may still have to be read."""
    document = "query Q($in: String) { shop { items { title(country: $in) } } }"

    assert _estimate(document, {"in": "SE"}).calls == 1 + 10 + 1


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param("{ shop { name } }", {}, id="nothing needs it"),
        pytest.param("{ shop { owner { id } } }", {}, id="what is known already"),
        pytest.param("{ shop { owner { country } } }", {"shop": ["Shop"]}, id="right below"),
        pytest.param("{ x: shop { items { near { title } } } }", {"x": ["Shop"]}, id="deep below, under an alias"),
        pytest.param('{ shop { items { title(country: "SE") } } }', {}, id="a market"),
        pytest.param("{ shop { items { title(country: null) } } }", {"shop": ["Shop"]}, id="null is no market"),
        pytest.param("query Q($se: String) { shop { items { title(country: $se) } } }", {}, id="a variable's market"),
        pytest.param(
            "query Q($none: String) { shop { items { title(country: $none) } } }",
            {"shop": ["Shop"]},
            id="a variable without one",
        ),
        pytest.param(
            "query Q($se: String) { shop { items { title(country: $se) text } } }", {"shop": ["Shop"]}, id="one of two"
        ),
        pytest.param("{ thing { ... on Shop { owner { country } } } }", {"thing": ["Shop"]}, id="objects of one type"),
        pytest.param("{ a: shop { name } b: shop { owner { country } } }", {"b": ["Shop"]}, id="one of two fields"),
        pytest.param("mutation { stock { owner { country } } }", {"stock": ["Shop"]}, id="a mutation's result"),
        pytest.param("query Q($no: Boolean!) { shop { owner @include(if: $no) { country } } }", {}, id="left out"),
        pytest.param("query Q($yes: Boolean!) { shop { items { title @skip(if: $yes) } } }", {}, id="skipped"),
        pytest.param(
            "query Q($yes: Boolean!) { shop { owner @include(if: $yes) { country } } }", {"shop": ["Shop"]}, id="put in"
        ),
        pytest.param(
            "query Q($no: Boolean!, $se: String) { shop { items @skip(if: $no) { title(country: $se) } } }",
            {},
            id="not skipped, with a market",
        ),
        pytest.param(
            "query Q($no: Boolean!) { shop { owner @include(if: $no) { country } owner { country } } }",
            {"shop": ["Shop"]},
            id="left out in one of two places",
        ),
        pytest.param(
            "query Q($no: Boolean!) { shop { ... @include(if: $no) { owner { country } } } }",
            {"shop": ["Shop"]},
            id="a fragment counts even where it is left out",
        ),
        pytest.param(
            "query Q("
            + ", ".join(f"$v{n}: Boolean!" for n in range(30))
            + ") { shop { "
            + " ".join(f"o{n}: owner @include(if: $v{n}) {{ country }}" for n in range(30))
            + " } }",
            {"shop": ["Shop"]},
            id="too many conditions to tell",
        ),
    ],
)
def test_the_root_fields_whose_customer_is_needed_are_known(document: str, expected: dict[str, list[str]]) -> None:
    """By response key, each with the types of objects that need it."""
    operation = walk(parse(document)).operations[0]

    assert (
        OperationCost(_SCHEMA, operation, _COSTS).customer_readers({"se": "SE", "yes": True, "no": False}) == expected
    )


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
        pytest.param("{ shop { name n: name } }", _SHOP + _NAME + 15 * 31, id="a repeated value"),
        pytest.param('{ shop { name } x: shop(country: "SE") { name } }', _SHOP + _NAME + 31 + _NAME, id="other arguments repeat nothing"),
        pytest.param("{ shop { __typename } }", _SHOP + 40, id="the type's name"),
        pytest.param("{ shop { items { name } } }", _SHOP + _ITEMS + 10 * _NAME, id="each item of a list"),
        pytest.param("{ shops(first: 3) { name } }", _SHOP + 1 + 3 * _NAME, id="a page's size"),
        pytest.param("{ shop { items { name } i: items { name } } }", _SHOP + _ITEMS + 10 * _NAME + 15 * (31 + 10 * _NAME), id="a repeated list"),
        pytest.param("{ shop { items { near { name } } } }", _SHOP + _ITEMS + 10 * (34 + _NAME), id="below a free field"),
        pytest.param("{ thing { ... on Shop { name } ... on Item { name near { name } } } }", 35 + _NAME + 34 + _NAME, id="the largest type"),
        pytest.param("{ shop { ...F } } fragment F on Shop { name ...F2 } fragment F2 on Shop { items { name } }", _SHOP + _NAME + _ITEMS + 10 * _NAME, id="fragments"),
    ],
)  # fmt: skip
def test_an_answer_is_as_large_as_its_names_and_values(document: str, characters: int) -> None:
    """In each item of a list, as long as the list may be. What is repeated under an alias counts fifteen times."""
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
    with pytest.raises(RecursiveList, match="items"):
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


@pytest.mark.parametrize(
    ("document", "is_constant"),
    [
        pytest.param("query($c: String) { shop(country: $c) { name } }", True, id="a variable that decides nothing"),
        pytest.param("{ shops(first: 3) { name } }", True, id="a literal"),
        pytest.param("query($n: Int) { shops(first: $n) { name } }", False, id="a variable"),
        pytest.param("query($a: ID!) { named(names: [$a]) { name } }", False, id="a variable in a list"),
        pytest.param("query($n: Int) { shop { page(first: $n) { nodes { name } } } }", False, id="a variable below"),
    ],
)
def test_a_cost_that_depends_on_no_variable_is_summed_once(document: str, is_constant: bool) -> None:
    """Not for each request."""
    parsed = parse(document)
    assert validate(_SCHEMA, parsed) == []
    cost = OperationCost(_SCHEMA, walk(parsed).operations[0], _COSTS)

    first, second = cost.estimate({"n": 3, "a": "x"}), cost.estimate({"n": 3, "a": "x"})

    assert first == second
    assert (first is second) is is_constant
