"""An edit changes what is meant and nothing else, or says all that is wrong with it."""

from collections.abc import Mapping
from typing import Any, cast

import pytest
from msgspec import UNSET

from gateway.carts import edits
from gateway.carts.document import Document
from gateway.carts.edits import Edit, LineReference
from gateway.carts.rules import CartRule, NoSuchLine
from gateway.declined import Path, Problem
from gateway.partner_center.models.carts import Cart
from gateway.partner_center.models.values import RenewsTo
from gateway.partner_center.models.writing import LineChange
from gateway.partner_center.plain_json import document, encode
from tests.carts.shop import OLD_ADDON, OLD_OFFER, a_base_line, a_cart, a_line, item, line_named, new_line

A, B, C = item("A"), item("B"), item("C")
FIRST = line_named(A)

KEEPING_THE_FIRST_LINE: Mapping[str, Edit] = {
    "adding": edits.adding([new_line(C)]),
    "adding add-ons": edits.adding_addons(line_named(OLD_OFFER), [new_line(OLD_ADDON)]),
    "updating": edits.updating([(line_named(B), LineChange(quantity=3))]),
    "removing": edits.removing([line_named(B)]),
}
EDITS = {**KEEPING_THE_FIRST_LINE, "replacing": edits.replacing([new_line(C)])}

every_edit = pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())


@pytest.fixture
def cart() -> Cart:
    """Two lines of the new catalog, and one of the old with an add-on."""
    return a_cart([a_line(0, A), a_line(1, B), a_base_line(2, a_line(3, OLD_ADDON))])


def lines_of(changed: Document) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", changed["lineItems"])


def numbers(lines: list[dict[str, Any]]) -> list[object]:
    """The numbers of lines, each followed by the list of those of its add-ons if it has some."""
    found: list[object] = []
    for line in lines:
        found.append(line["id"])
        if line.get("addonItems"):
            found.append(numbers(line["addonItems"]))
    return found


@every_edit
def test_members_of_a_cart_survive_every_edit(edit: Edit, cart: Cart) -> None:
    """Members beside the lines go back as they came, in their order, whether known here or not."""
    before, after = document(cart.body), edit(cart).document

    assert list(after) == list(before)
    assert {**after, "lineItems": None} == {**before, "lineItems": None}


@pytest.mark.parametrize("edit", KEEPING_THE_FIRST_LINE.values(), ids=KEEPING_THE_FIRST_LINE.keys())
def test_a_line_that_is_not_meant_stays_as_it_is(edit: Edit, cart: Cart) -> None:
    """Every member and every digit of an untouched line goes back: 30.40 is not sent as 30.4."""
    changed = edit(cart).document

    assert encode(lines_of(changed)[0]) == encode(a_line(0, A))
    assert b"30.40" in encode(changed)


@every_edit
def test_an_edit_leaves_the_given_cart_alone(edit: Edit, cart: Cart) -> None:
    """An edit can be made again on the same cart, with the same outcome."""
    body = cart.body

    first = edit(cart)

    assert edit(cart) == first
    assert cart.body == body


def test_new_lines_are_numbered_on(cart: Cart) -> None:
    """Numbers run on from the highest, add-ons included, and over the add-ons of the new lines."""
    changed = edits.adding([new_line(C), new_line(OLD_OFFER, OLD_ADDON, OLD_ADDON), new_line(A)])(cart).document

    assert numbers(lines_of(changed)) == [0, 1, 2, [3], 4, 5, [6, 7], 8]


@pytest.mark.parametrize(
    ("there", "given"),
    [
        pytest.param([0, 7], 8, id="after a gap"),
        pytest.param(["0", "10", "9"], 11, id="numbers as text"),
        pytest.param(["first"], 0, id="no numbers at all"),
    ],
)
def test_a_new_number_is_above_all_there_are(there: list[int | str], given: int) -> None:
    """A gap is not filled, and numbers are compared as numbers."""
    cart = a_cart([{**a_line(0, A), "id": number} for number in there])

    assert lines_of(edits.adding([new_line(B)])(cart).document)[-1]["id"] == given


def test_new_addons_come_last_under_their_base(cart: Cart) -> None:
    """They are numbered on over the whole cart, and their siblings keep their places."""
    changed = edits.adding_addons(line_named(OLD_OFFER), [new_line(OLD_ADDON), new_line(OLD_ADDON)])(cart).document

    assert numbers(lines_of(changed)) == [0, 1, 2, [3, 4, 5]]


@pytest.mark.parametrize("members", [{}, {"addonItems": None}, {"addonItems": []}], ids=["absent", "null", "empty"])
def test_a_base_line_gets_its_first_addon(members: dict[str, object]) -> None:
    """However it said that there were none."""
    cart = a_cart([a_line(0, OLD_OFFER, **members)])

    changed = edits.adding_addons(line_named(OLD_OFFER), [new_line(OLD_ADDON)])(cart).document

    assert numbers(lines_of(changed)) == [0, [1]]


def test_a_new_line_holds_what_was_given_and_nothing_else() -> None:
    """Members that were not given are left out rather than sent as null."""
    assert edits.creating([new_line(OLD_OFFER, OLD_ADDON), new_line(A)]).document == {
        "lineItems": [
            {
                "id": 0,
                "catalogItemId": OLD_OFFER,
                "quantity": 7,
                "addonItems": [{"id": 1, "catalogItemId": OLD_ADDON, "quantity": 7}],
            },
            {"id": 2, "catalogItemId": A, "quantity": 7},
        ]
    }


def test_replacing_takes_every_old_line_out(cart: Cart) -> None:
    """Numbers begin at 0 again."""
    changed = edits.replacing([new_line(OLD_OFFER, OLD_ADDON), new_line(C)])(cart).document

    assert lines_of(changed) == edits.creating([new_line(OLD_OFFER, OLD_ADDON), new_line(C)]).document["lineItems"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(LineChange(), {}, id="nothing said, nothing changed"),
        pytest.param(LineChange(quantity=9), {"quantity": 9}, id="a value is set"),
        pytest.param(LineChange(promotion_id="P:1:2"), {"promotionId": "P:1:2"}, id="a member it lacked is added"),
        pytest.param(LineChange(friendly_name=None), {"friendlyName": UNSET}, id="null clears"),
        pytest.param(LineChange(promotion_id=None), {}, id="null for what it lacks is nothing"),
        pytest.param(
            LineChange(renews_to=RenewsTo(term_duration="P1M")),
            {"renewsTo": {"termDuration": "P1M"}},
            id="a nested value is set",
        ),
        pytest.param(LineChange(catalog_item_id=C), {"catalogItemId": C}, id="another item, the same line"),
    ],
)
def test_a_change_touches_only_what_it_names(change: LineChange, expected: dict[str, object]) -> None:
    """Unset members keep their value, null removes them, unknown ones stay."""
    line = a_line(0, A, friendlyName="Office staff")

    (changed,) = lines_of(edits.updating([(FIRST, change)])(a_cart([line])).document)

    assert changed == {name: value for name, value in {**line, **expected}.items() if value is not UNSET}


def test_an_addon_is_updated_where_it_is(cart: Cart) -> None:
    """An add-on is a line like any other, under its base."""
    changed = edits.updating([(line_named(OLD_ADDON), LineChange(quantity=4))])(cart).document

    assert lines_of(changed)[2]["addonItems"] == [{**a_line(3, OLD_ADDON), "quantity": 4}]


def test_changes_are_made_on_the_lines_as_they_were_read() -> None:
    """Changes that exchange the items of two lines do not get in each other's way."""
    cart = a_cart([a_line(0, A), a_line(1, B)])
    exchange = [(FIRST, LineChange(catalog_item_id=B)), (line_named(B), LineChange(catalog_item_id=A))]

    changed = edits.updating(exchange)(cart).document

    assert [line["catalogItemId"] for line in lines_of(changed)] == [B, A]


@pytest.mark.parametrize(
    ("removed", "left"),
    [
        pytest.param([(B, 0, 1)], [0, 2, [3, 4]], id="a line"),
        pytest.param([(A, 0, 1), (B, 0, 1)], [2, [3, 4]], id="two lines"),
        pytest.param([(OLD_OFFER, 0, 1)], [0, 1], id="a base line takes its add-ons with it"),
        pytest.param([(OLD_ADDON, 0, 2)], [0, 1, 2, [4]], id="an add-on goes alone"),
        pytest.param([(OLD_ADDON, 0, 2), (OLD_ADDON, 1, 2)], [0, 1, 2], id="a base line stays without its add-ons"),
        pytest.param([(OLD_OFFER, 0, 1), (OLD_ADDON, 0, 2)], [0, 1], id="a base line and its add-on"),
        pytest.param([(OLD_ADDON, 0, 2), (OLD_OFFER, 0, 1)], [0, 1], id="an add-on and its base line"),
    ],
)
def test_removed_lines_are_gone(removed: list[tuple[str, int, int]], left: list[object]) -> None:
    """The others keep their numbers and order."""
    cart = a_cart([a_line(0, A), a_line(1, B), a_base_line(2, a_line(3, OLD_ADDON), a_line(4, OLD_ADDON))])

    changed = edits.removing([line_named(sold, ordinal=ordinal, count=count) for sold, ordinal, count in removed])(
        cart
    ).document

    assert numbers(lines_of(changed)) == left


def test_lines_that_differ_only_in_their_number_are_distinguished() -> None:
    """Two lines of one item are two lines."""
    changed = edits.removing([line_named(A, ordinal=1, count=3)])(
        a_cart([a_line(0, A), a_line(1, A), a_line(2, A)])
    ).document

    assert numbers(lines_of(changed)) == [0, 2]


PASCAL_LINE = {"Id": 0, "CatalogItemId": OLD_OFFER, "Quantity": 1, "AddOnItems": [a_line(1, OLD_ADDON)]}


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        pytest.param(edits.adding([new_line(B)]), [0, [1], 2], id="adding"),
        pytest.param(
            edits.adding_addons(line_named(OLD_OFFER), [new_line(OLD_ADDON)]), [0, [1, 2]], id="adding add-ons"
        ),
        pytest.param(edits.removing([line_named(OLD_ADDON)]), [0], id="removing"),
    ],
)
def test_no_line_is_lost_because_of_its_spelling(edit: Edit, expected: list[object]) -> None:
    """Members are read in any casing, so they are edited in any casing: a cart has one list of lines, not two."""
    cart = a_cart(lineItems=None, LineItems=[PASCAL_LINE])

    changed = edit(cart).document

    assert numbers(lines_of(changed)) == expected
    assert "LineItems" not in changed


def test_a_member_is_changed_in_whatever_casing_it_came() -> None:
    """A line never carries two quantities."""
    cart = a_cart(lineItems=None, LineItems=[PASCAL_LINE])

    (line,) = lines_of(edits.updating([(line_named(OLD_OFFER), LineChange(quantity=5))])(cart).document)

    assert {name: value for name, value in line.items() if name.lower() == "quantity"} == {"quantity": 5}


def test_of_two_spellings_the_documented_one_counts() -> None:
    """The same holds in reading."""
    cart = a_cart([a_line(0, A, quantity=1, Quantity=5)])

    (line, _) = lines_of(edits.adding([new_line(B)])(cart).document)

    assert cart.line_items[0].quantity == 1
    assert {name: value for name, value in line.items() if name.lower() == "quantity"} == {"quantity": 1}


def gone(*path: str) -> LineReference:
    """A line that the cart does not have, named at *path*."""
    return line_named(C, *path)


def foreign(*path: str) -> LineReference:
    return LineReference(sent="line-of-another-cart", path=path, key=None)


QUANTITY = LineChange(quantity=2)
PARENT = "parentLineItemId"

REFUSED: Mapping[str, tuple[Edit, list[tuple[type[Problem], Path]]]] = {
    "updating a line that is gone": (
        edits.updating([(gone("lineItems", "0", "id"), QUANTITY)]),
        [(NoSuchLine, ("lineItems", "0", "id"))],
    ),
    "updating a foreign line": (
        edits.updating([(foreign("lineItems", "0", "id"), QUANTITY)]),
        [(NoSuchLine, ("lineItems", "0", "id"))],
    ),
    "updating one of two lines of an item of which one is left": (
        edits.updating([(line_named(A, "lineItems", "0", "id", count=2), QUANTITY)]),
        [(NoSuchLine, ("lineItems", "0", "id"))],
    ),
    "updating several, some of them gone": (
        edits.updating(
            [
                (foreign("lineItems", "0", "id"), QUANTITY),
                (line_named(A, "lineItems", "1", "id"), QUANTITY),
                (gone("lineItems", "2", "id"), QUANTITY),
            ]
        ),
        [(NoSuchLine, ("lineItems", "0", "id")), (NoSuchLine, ("lineItems", "2", "id"))],
    ),
    "removing several, some of them gone": (
        edits.removing([gone("lineItemIds", "0"), line_named(B, "lineItemIds", "1"), foreign("lineItemIds", "2")]),
        [(NoSuchLine, ("lineItemIds", "0")), (NoSuchLine, ("lineItemIds", "2"))],
    ),
    "removing every line": (
        edits.removing(
            [
                line_named(A, "lineItemIds", "0"),
                line_named(B, "lineItemIds", "1"),
                line_named(OLD_OFFER, "lineItemIds", "2"),
            ]
        ),
        [(Problem, ("lineItemIds",))],
    ),
    "an add-on under a line that is gone": (
        edits.adding_addons(gone(PARENT), [new_line(OLD_ADDON)]),
        [(NoSuchLine, (PARENT,))],
    ),
    "an add-on under a foreign line": (
        edits.adding_addons(foreign(PARENT), [new_line(OLD_ADDON)]),
        [(NoSuchLine, (PARENT,))],
    ),
    "an add-on under an add-on": (
        edits.adding_addons(line_named(OLD_ADDON, PARENT), [new_line(OLD_ADDON)]),
        [(Problem, (PARENT,))],
    ),
    "an add-on under a line of the new catalog": (
        edits.adding_addons(line_named(A, PARENT), [new_line(OLD_ADDON)]),
        [(Problem, (PARENT,))],
    ),
}


@pytest.mark.parametrize(("edit", "expected"), REFUSED.values(), ids=REFUSED.keys())
def test_an_edit_that_cannot_be_names_everything_at_fault(
    edit: Edit, expected: list[tuple[type[Problem], Path]], cart: Cart
) -> None:
    """Every problem is reported at once, each with its kind and the value at fault."""
    with pytest.raises(CartRule) as caught:
        edit(cart)

    assert [(type(problem), problem.path) for problem in caught.value.problems] == expected


def test_a_missing_line_is_named_as_the_caller_named_it(cart: Cart) -> None:
    """The identifier that was sent comes back with the problem."""
    with pytest.raises(CartRule) as caught:
        edits.removing([foreign("lineItemIds", "0")])(cart)

    (problem,) = caught.value.problems
    assert isinstance(problem, NoSuchLine)
    assert problem.line_id == "line-of-another-cart"


def test_lines_are_named_as_the_input_lists_them(cart: Cart) -> None:
    """Each with what the caller set and its place in the input, so that what was not stored can be pointed at."""
    adding = edits.adding([new_line(OLD_OFFER, OLD_ADDON), new_line(C)])(cart)
    updating = edits.updating([(line_named(B, "lineItems", "0", "id"), LineChange(friendly_name=None))])(cart)

    assert [(each.line["id"], each.path) for each in adding.named] == [(4, ("lineItems", "0")), (6, ("lineItems", "1"))]
    assert [(each.line["id"], each.given, each.path) for each in updating.named] == [
        (1, {"friendlyName": None}, ("lineItems", "0"))
    ]


@pytest.mark.parametrize(
    ("lines", "written"),
    [
        pytest.param([a_line(0, A), "odd", None, 5], [a_line(0, A), "odd", None, 5], id="beside a line"),
        pytest.param(a_line(0, A), [a_line(0, A)], id="a lone line in place of a list"),
        pytest.param([a_base_line(0, "odd")], [a_base_line(0, "odd")], id="among add-ons"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - what no answer should hold
        pytest.param([{**a_line(0, A), "catalogItemId": None}], [{**a_line(0, A), "catalogItemId": None}], id="a line that sells nothing"),
        pytest.param([{**a_line(0, A), "quantity": [1]}], [{**a_line(0, A), "quantity": [1]}], id="a quantity that is none"),
    ],
)  # fmt: skip
def test_what_is_odd_goes_back_as_it_came(lines: object, written: list[object]) -> None:
    """An edit changes only what it names, and a line can still be added to an odd cart."""
    changed = edits.adding([new_line(B)])(a_cart(lineItems=lines)).document

    assert cast("list[object]", changed["lineItems"])[:-1] == written
    assert lines_of(changed)[-1]["catalogItemId"] == B
