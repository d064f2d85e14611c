"""A member in another spelling is found wherever it stands, whatever was read before."""

import json

import pytest

from gateway.partner_center.models.carts import Cart, CartLineItem
from gateway.partner_center.reading.decode import Reader

LINE = {"id": 0, "catalogItemId": "A", "quantity": 1}


def a_cart(*lines: object, **members: object) -> bytes:
    return json.dumps({"id": "x", "lineItems": lines or [LINE], **members}).encode()


def nested(levels: int, line: object) -> object:
    """The line as an add-on of an add-on, and so on."""
    return line if not levels else {**LINE, "addonItems": [nested(levels - 1, line)]}


def quantities(line: CartLineItem) -> list[int | None]:
    return [line.quantity, *(quantity for addon in line.addon_items for quantity in quantities(addon))]


@pytest.mark.parametrize("levels", range(6))
def test_a_variant_is_read_at_every_depth(levels: int) -> None:
    """A line may hold lines, and these again."""
    odd = {"id": 0, "catalogItemId": "A", "Quantity": 7}

    (line,) = Reader(Cart)(a_cart(nested(levels, odd))).line_items

    assert quantities(line) == [1] * levels + [7]


@pytest.mark.parametrize(
    "member",
    [
        pytest.param({"links": {"self": {"uri": "/"}}}, id="of the cart"),
        pytest.param(
            {"status": "Active", "attributes": {"Quantity": 1}}, id="with a variant in it, which is no member"
        ),
    ],
)
def test_a_variant_is_read_beside_what_is_harmless(member: dict[str, object]) -> None:
    """Also after bodies in which the same unknown members stood alone."""
    read = Reader(Cart)
    for _ in range(2):
        assert read(a_cart(**member)).line_items[0].quantity == 1

    assert [line.quantity for line in read(a_cart(LINE, {"id": 1, "Quantity": 7}, **member)).line_items] == [1, 7]


def test_any_number_of_unknown_names_is_harmless() -> None:
    """They are remembered up to a bound, and searched for variants beyond it."""
    read = Reader(Cart)
    for first in range(0, 3_000, 300):
        unknown = {f"member{number}": number for number in range(first, first + 300)}

        assert read(a_cart(**unknown)).line_items[0].quantity == 1
        assert read(a_cart({"id": 0, "QUANTITY": 7}, **unknown)).line_items[0].quantity == 7
