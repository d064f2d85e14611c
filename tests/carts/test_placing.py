"""The lines an edit was about are found again in what Partner Center stored, whatever numbers it gave them."""

import pytest

from gateway.carts import placing
from gateway.carts.edits import LineReference
from gateway.carts.service import Changed
from gateway.partner_center.models.carts import Cart
from gateway.partner_center.models.writing import LineChange
from tests.carts.shop import OLD_ADDON, OLD_OFFER, a_base_line, a_cart, a_line, item, line_named, new_line

A, B, C = item("A"), item("B"), item("C")


def cart_of(*lines: tuple[int, str]) -> Cart:
    return a_cart([a_line(number, sold) for number, sold in lines])


@pytest.mark.parametrize(
    ("before", "new", "after", "found"),
    [
        pytest.param([(0, A)], [B, C], [(0, A), (1, B), (2, C)], ["1", "2"], id="numbered as foretold"),
        pytest.param([(0, A)], [C, B], [(0, A), (1, C), (2, B)], ["1", "2"], id="in the order given"),
        pytest.param([(4, A)], [B], [(0, A), (1, B)], ["1"], id="renumbered from 0"),
        pytest.param([(0, A), (1, B)], [A], [(0, A), (1, A), (2, B)], ["1"], id="sorted in between"),
        pytest.param([(1, A), (3, B)], [A], [(0, A), (1, B), (2, A)], ["2"], id="an item it had, renumbered from 0"),
        pytest.param([(3, A)], [A, A], [(0, A), (1, A), (2, A)], ["1", "2"], id="twice an item it had, renumbered"),
        pytest.param([(0, A)], [A], [(0, A), (1, A)], ["1"], id="an item it had"),
        pytest.param([(0, A)], [B, C], [(0, A), (1, C)], ["1"], id="what was not stored is left out"),
        pytest.param([(0, A)], [A], [(0, A)], [], id="an old line never stands for one not stored"),
    ],
)
def test_added_lines_are_found(
    before: list[tuple[int, str]], new: list[str], after: list[tuple[int, str]], found: list[str]
) -> None:
    """By number and item if they are there, else by item among the lines that are not old ones."""
    changed = Changed(cart_of(*before), cart_of(*after))

    lines = placing.added(changed, [new_line(sold) for sold in new])

    assert [line.partner_center_id for line in lines] == found


def test_an_added_base_line_is_found_without_its_addons() -> None:
    """Its add-ons take numbers of their own, and the next line is found after them."""
    after = a_cart([a_line(0, A), a_base_line(1, a_line(2, OLD_ADDON)), a_line(3, B)])
    changed = Changed(a_cart([a_line(0, A)]), after)

    lines = placing.added(changed, [new_line(OLD_OFFER, OLD_ADDON), new_line(B)])

    assert [line.partner_center_id for line in lines] == ["1", "3"]


def test_an_added_addon_is_found_under_its_base() -> None:
    """An answer may number add-ons in front of the lines that follow their base."""
    before = a_cart([a_base_line(0, a_line(1, OLD_ADDON)), a_line(2, B)])
    after = a_cart([a_base_line(0, a_line(1, OLD_ADDON), a_line(2, OLD_ADDON)), a_line(3, B)])

    (addon,) = placing.added(Changed(before, after), [new_line(OLD_ADDON)])

    assert addon.partner_center_id == "2"
    assert addon.parent is after.line_items[0]


@pytest.mark.parametrize(
    ("changes", "after", "found"),
    [
        pytest.param([(1, B, None), (0, A, None)], [(0, A), (1, B), (2, A)], ["1", "0"], id="in the order given"),
        pytest.param([(1, B, C)], [(0, A), (1, C), (2, A)], ["1"], id="under its new item"),
        pytest.param([(1, B, None)], [(5, A), (6, B), (7, A)], ["6"], id="renumbered"),
        pytest.param([(2, A, None)], [(5, A), (6, B), (7, A)], ["7"], id="renumbered, the second of an item"),
        pytest.param([(1, B, A)], [(5, A), (6, A), (7, A)], ["6"], id="renumbered, under an item others have"),
        pytest.param([(1, B, None)], [(0, A), (2, A)], [], id="dropped"),
    ],
)
def test_updated_lines_are_found(
    changes: list[tuple[int, str, str | None]], after: list[tuple[int, str]], found: list[str]
) -> None:
    """Under the number they had, or by item in the order of the cart."""
    before = cart_of((0, A), (1, B), (2, A))
    wanted: list[tuple[LineReference, LineChange]] = [
        (line_named(number, sold), LineChange() if other is None else LineChange(catalog_item_id=other))
        for number, sold, other in changes
    ]

    lines = placing.updated(Changed(before, cart_of(*after)), wanted)

    assert [line.partner_center_id for line in lines] == found


def test_removed_lines_are_told_with_all_that_went_with_them() -> None:
    """A base line takes its add-ons along, and theirs; other lines of the same item stay."""
    deep = a_base_line(1, a_line(2, OLD_ADDON, addonItems=[a_line(3, OLD_ADDON)]))
    before = a_cart([a_line(0, A), deep, a_line(4, A), a_line(5, A)])

    lines = placing.removed(before, [line_named(1, OLD_OFFER), line_named(4, A)])

    assert [line.partner_center_id for line in lines] == ["1", "2", "3", "4"]
