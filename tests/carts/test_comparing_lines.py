"""The lines an edit was about are found again in what Partner Center stored, whatever numbers it gave them."""

from itertools import product

import pytest

from gateway.carts import comparing, edits
from gateway.carts.edits import Appended, Edited, LineReference
from gateway.partner_center.models.carts import Cart
from gateway.partner_center.models.writing import LineChange
from tests.carts.shop import OLD_ADDON, OLD_OFFER, a_base_line, a_cart, a_line, item, line_named, new_line

A, B, C = item("A"), item("B"), item("C")
SEVEN = {"quantity": 7}
"""What a new line of these tests says."""


def cart_of(*lines: tuple[int, str] | tuple[int, str, int]) -> Cart:
    """Lines by number and item, and quantity where it is not 1."""
    return a_cart([a_line(number, sold, quantity=of[0] if of else 1) for number, sold, *of in lines])


@pytest.mark.parametrize(
    ("before", "new", "after", "found"),
    [
        pytest.param([(0, A)], [B, C], [(0, A), (1, B, 7), (2, C, 7)], ["1", "2"], id="numbered as foretold"),
        pytest.param([(0, A)], [C, B], [(0, A), (1, B, 7), (2, C, 7)], ["2", "1"], id="in the order given"),
        pytest.param([(4, A)], [B], [(0, A), (1, B, 7)], ["1"], id="renumbered from 0"),
        pytest.param([(0, A), (1, B)], [A], [(0, A), (1, A, 7), (2, B)], ["1"], id="sorted in between"),
        pytest.param([(0, A), (1, B)], [A], [(0, A, 7), (1, A), (2, B)], ["0"], id="sorted to the front"),
        pytest.param([(1, A), (3, B)], [A], [(0, A), (1, B), (2, A, 7)], ["2"], id="an item it had, renumbered from 0"),
        pytest.param([(3, A)], [A, A], [(0, A), (1, A, 7), (2, A, 7)], ["1", "2"], id="twice an item it had"),
        pytest.param([(0, A)], [A], [(0, A), (1, A, 5)], ["1"], id="with another quantity"),
        pytest.param([(0, A)], [B], [(0, A), (1, B.lower(), 7)], ["1"], id="in another casing"),
        pytest.param([(0, A)], [B], [(0, A), (1, B[:-1] + "2", 7)], ["1"], id="under a reissued availability"),
        pytest.param([(0, A)], [A], [(0, A, 8)], ["0"], id="added to a line of its item"),
        pytest.param([(0, A)], [B, C], [(0, A), (1, C, 7)], ["1"], id="what was not stored is left out"),
        pytest.param([(0, A)], [A], [(0, A)], [], id="an old line never stands for one not stored"),
    ],
)
def test_added_lines_are_found(
    before: list[tuple[int, str]], new: list[str], after: list[tuple[int, str]], found: list[str]
) -> None:
    """By what they sell and say, then by what they sell, in the order of the cart."""
    edited = edits.adding([new_line(sold) for sold in new])(cart_of(*before))

    lines = comparing.compare(edited, cart_of(*after)).lines

    assert [line.partner_center_id for line in lines] == found


@pytest.mark.parametrize("new", [*product((A, B), repeat=2)])
@pytest.mark.parametrize("kept", [(), (A,), (A, B), (A, A)])
def test_bytes_find_the_lines_that_documents_find(kept: tuple[str, ...], new: tuple[str, ...]) -> None:
    """Whether lines that came back byte for byte are compared or not, the result is the same."""
    before = [(number, sold, 1) for number, sold in enumerate(kept)]
    reissued = B[:-1] + "2"
    for first, quantity, second in product((A, B, reissued), (1, 7, 14), (A, B, reissued)):
        lines = [*before, (8, first, quantity), (9, second, 7)]
        for after in (lines, lines[:-1], lines[:-2], lines[::-1]):
            edited = edits.adding([new_line(sold) for sold in new])(cart_of(*before))
            assert isinstance(edited, Appended)

            by_bytes = comparing.compare(edited, cart_of(*after))
            by_documents = comparing.compare(Edited(edited.document, edited.named), cart_of(*after))

            assert by_bytes == by_documents
            assert [line.key for line in by_bytes.lines] == [line.key for line in by_documents.lines]


def test_an_added_base_line_is_found_without_its_addons() -> None:
    """The next line is found after them."""
    edited = edits.adding([new_line(OLD_OFFER, OLD_ADDON), new_line(B)])(a_cart([a_line(0, A)]))
    after = a_cart([a_line(0, A), a_base_line(1, a_line(2, OLD_ADDON)), a_line(3, B)])

    lines = comparing.compare(edited, after).lines

    assert [line.partner_center_id for line in lines] == ["1", "3"]


def test_an_added_addon_is_found_under_its_base() -> None:
    """An answer may number add-ons in front of the lines that follow their base."""
    before = a_cart([a_base_line(0, a_line(1, OLD_ADDON)), a_line(2, B)])
    after = a_cart([a_base_line(0, a_line(1, OLD_ADDON), a_line(2, OLD_ADDON, **SEVEN)), a_line(3, B)])

    (addon,) = comparing.compare(edits.adding_addons(line_named(OLD_OFFER), [new_line(OLD_ADDON)])(before), after).lines

    assert addon.partner_center_id == "2"
    assert addon.parent is after.line_items[0]


FIRST_A, ONLY_B, SECOND_A = line_named(A, count=2), line_named(B), line_named(A, ordinal=1, count=2)


@pytest.mark.parametrize(
    ("changes", "after", "found"),
    [
        pytest.param([(ONLY_B, None), (FIRST_A, None)], [(0, A), (1, B), (2, A)], ["1", "0"], id="in the order given"),
        pytest.param([(ONLY_B, C)], [(0, A), (1, C), (2, A)], ["1"], id="under its new item"),
        pytest.param([(ONLY_B, None)], [(5, A), (6, B), (7, A)], ["6"], id="renumbered"),
        pytest.param([(SECOND_A, None)], [(5, A), (6, B), (7, A)], ["7"], id="renumbered, the second of an item"),
        pytest.param([(ONLY_B, A)], [(5, A), (6, A), (7, A)], ["6"], id="renumbered, under an item others have"),
        pytest.param([(ONLY_B, None)], [(0, A), (2, A)], [], id="dropped"),
    ],
)
def test_updated_lines_are_found(
    changes: list[tuple[LineReference, str | None]], after: list[tuple[int, str]], found: list[str]
) -> None:
    """By what they sell and say, in the order of the cart."""
    before = cart_of((0, A), (1, B), (2, A))
    wanted = [
        (reference, LineChange() if other is None else LineChange(catalog_item_id=other))
        for reference, other in changes
    ]

    lines = comparing.compare(edits.updating(wanted)(before), cart_of(*after)).lines

    assert [line.partner_center_id for line in lines] == found


def test_removed_lines_are_named_with_all_that_went_with_them() -> None:
    """A base line takes its add-ons along, and theirs; other lines of the same item stay."""
    deep = a_base_line(1, a_line(2, OLD_ADDON, addonItems=[a_line(3, OLD_ADDON)]))
    before = a_cart([a_line(0, A), deep, a_line(4, A), a_line(5, A)])
    after = a_cart([a_line(0, A), a_line(1, A)])

    lines = comparing.removed_lines(before, [line_named(OLD_OFFER), line_named(A, ordinal=1, count=3)], after)

    assert [line.partner_center_id for line in lines] == ["1", "2", "3", "4"]


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_the_key_of_a_removed_line_is_never_that_of_one_still_there(gone: int) -> None:
    """Of three lines alike, whichever is taken out and however the rest is numbered."""
    before = cart_of((0, A), (1, A), (2, A), (3, B))
    reference = line_named(A, ordinal=gone, count=3)
    after = cart_of((0, A), (1, A), (2, B))

    (line,) = comparing.removed_lines(before, [reference], after)

    assert line.key not in {each.key for each in after.line_items}
    assert before.line_items[3].key == after.line_items[2].key


def test_a_line_that_is_still_there_is_not_called_removed() -> None:
    """Going by what Partner Center stored."""
    before = cart_of((0, A), (1, B))

    assert comparing.removed_lines(before, [line_named(B)], before) == []
