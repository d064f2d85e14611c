"""A member in another spelling is found wherever it stands, whatever was read before."""

import json
from decimal import Decimal

import msgspec
import pytest

from gateway.partner_center.models.carts import Cart, CartLineItem
from gateway.partner_center.models.catalog import Availability
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
    """However many bodies they come in."""
    read = Reader(Cart)
    for first in range(0, 3_000, 300):
        unknown = {f"member{number}": number for number in range(first, first + 300)}

        assert read(a_cart(**unknown)).line_items[0].quantity == 1
        assert read(a_cart({"id": 0, "QUANTITY": 7}, **unknown)).line_items[0].quantity == 7


@pytest.mark.parametrize("levels", range(6))
def test_unknown_members_are_left_out_at_every_depth(levels: int) -> None:
    """The record is that of the body without them; at most the tolerant reading finds that out."""
    line = {**LINE, "unheardOf": {"quantity": 2}, "pricing": {"price": 1.5, "rebate": 9}}

    (read,) = Reader(Cart)(a_cart(nested(levels, line), locale="de")).line_items

    assert (read,) == Reader(Cart)(a_cart(nested(levels, {**LINE, "pricing": {"price": 1.5}}))).line_items


def test_unknown_members_need_no_tolerance() -> None:
    """A new member of Partner Center's costs little, and the numbers beside it keep their digits."""
    body = b'{"id": "x", "lineItems": [{"id": 0, "catalogItemId": "A", "quantity": 1, "isNew": true, "pricing": '
    body += b'{"price": 30.40, "isNet": null}, "error": null, "renewsTo": [{"termDuration": "P1Y", "is": [1]}]}]}'

    cart = Reader(Cart).documented(body)

    assert cart is not None
    (line,) = cart.line_items
    assert line.pricing is not None
    assert str(line.pricing.price) == str(Decimal("30.40"))
    assert [renewal.term_duration for renewal in line.renews_to] == ["P1Y"]


@pytest.mark.parametrize(
    "unread",
    [
        pytest.param({"links": {"self": {"uri": "/unread"}}, "attributes": {"etag": "unread"}}, id="documented"),
        pytest.param({"links": [None, "unread"], "attributes": "unread"}, id="documented, of another type"),
        pytest.param({"unheardOf": "unread", "unheard": {"of": ["unread"]}}, id="undocumented"),
    ],
)
def test_a_record_holds_nothing_that_is_not_read(unread: dict[str, object]) -> None:
    """Records are cached, and would be larger than what is counted for them."""
    ids = {"id": "A", "productId": "P", "skuId": "S", "catalogItemId": "P:S:A"}
    body = json.dumps({**ids, **unread, "product": {"id": "P", **unread}, "sku": {**ids, **unread}})

    availability = Reader(Availability).documented(body.encode())

    assert availability is not None
    assert b"unread" not in msgspec.json.encode(availability)
    assert availability == Reader(Availability)(json.dumps({**ids, "product": {"id": "P"}, "sku": ids}).encode())
