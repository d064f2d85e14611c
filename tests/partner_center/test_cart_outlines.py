"""The lines of a cart's outline, which are read on first use, are those of the cart."""

import json
from collections.abc import Callable
from operator import attrgetter
from pathlib import Path

import pytest

from gateway.carts.content import version
from gateway.errors import Malformed
from gateway.partner_center.models.carts import Cart, with_addons
from gateway.partner_center.models.values import CartStatus
from gateway.partner_center.reading import records as reading

CUSTOMER = "6f4ce4d8-f42e-45e0-8661-92ad6ac9d003"
CART = "b4c8fdea-cbe4-4d17-9576-13fcacbf9605"
WIRE = Path(__file__).parents[1] / "samples" / "wire"
LINE = {"id": 0, "catalogItemId": "A", "quantity": 1}
TOO_DEEP = b'{"addonItems": [' * 40 + b"]}" * 40


def outline(body: bytes) -> Cart:
    return reading.cart_outline(body, customer_id=CUSTOMER, cart_id=CART)


def whole(body: bytes) -> Cart:
    return reading.cart(body, customer_id=CUSTOMER, cart_id=CART)


def a_body(lines: object, **members: object) -> bytes:
    return json.dumps({"id": CART, "status": "Active", **members, "lineItems": lines}, indent=2).encode()


def contexts(cart: Cart) -> list[object]:
    """What the lines know that is not in their JSON."""
    return [
        (
            line.number,
            line.customer_id,
            line.cart_id,
            line.key,
            line.parent,
            line.pricing and line.pricing.currency_code,
        )
        for line in with_addons(cart.line_items)
    ]


BODIES = {
    "as documented": a_body([LINE, {**LINE, "addonItems": [LINE]}]),
    "without lines": a_body([]),
    "with null for its lines": a_body(None),
    "with unknown members": a_body([{**LINE, "isNew": True}], locale="de"),
    "with a variant in a line": a_body([{"id": 0, "CatalogItemId": "A", "Quantity": 7}]),
    "with a line that lacks its id": a_body([{"catalogItemId": "A", "quantity": 7}, LINE]),
    "with a line that is none": a_body([LINE, 5]),
    "with a quantity that is none": a_body([{**LINE, "quantity": "many"}]),
    "with one line that is not in a list": a_body(LINE),
    "with a variant of the cart's own": a_body([LINE], Status="Ordered"),
    "without its id": json.dumps({"lineItems": [LINE]}).encode(),
    "after a byte order mark": b"\xef\xbb\xbf" + a_body([LINE, 5]),
    **{file.stem: file.read_bytes() for file in sorted(WIRE.glob("cart-*.response*.json"))},
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_the_outline_of_a_cart_becomes_the_cart(body: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever its lines are like, with the same log record of what could not be read."""
    cart = whole(body)
    logged = [record.getMessage() for record in caplog.records]
    caplog.clear()

    found = outline(body)

    assert (found.id, found.status, found.expires_at) == (cart.id, cart.status, cart.expires_at)
    assert found.line_items == cart.line_items
    assert contexts(found) == contexts(cart)
    assert [record.getMessage() for record in caplog.records] == logged


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
@pytest.mark.parametrize(
    "use",
    [
        pytest.param(version, id="its version"),
        pytest.param(attrgetter("document"), id="its document"),
        pytest.param(attrgetter("is_documented"), id="whether it is documented"),
    ],
)
def test_whatever_is_used_first_is_that_of_the_cart(body: bytes, use: Callable[[Cart], object]) -> None:
    """The lines decide about it, so they are read before."""
    assert use(outline(body)) == use(whole(body))


def test_lines_that_nobody_uses_are_not_read(caplog: pytest.LogCaptureFixture) -> None:
    """Many queries need the state of a cart only."""
    assert outline(a_body([LINE, 5])).status is CartStatus.ACTIVE
    assert caplog.records == []


@pytest.mark.parametrize(
    "lines",
    [b"5", b'"x"', b"", b'[{"friendlyName": "\xff"}]', b"[{]", b'[{"id": 0}'],
    ids=["a number", "a text", "nothing", "not UTF-8", "not JSON", "cut off"],
)
def test_a_list_that_cannot_be_read_is_no_outline(lines: bytes) -> None:
    """It is refused at once, as by a whole reading, and never shown as empty."""
    body = b'{"id": "x", "status": "Active", "lineItems": ' + lines + b"}"

    for read in (whole, outline):
        with pytest.raises(Malformed):
            read(body)


@pytest.mark.parametrize(
    "use",
    [
        pytest.param(attrgetter("line_items"), id="its lines"),
        pytest.param(attrgetter("document"), id="its document"),
        pytest.param(version, id="its version"),
    ],
)
def test_addons_that_are_nested_too_deeply_are_refused_when_used(use: Callable[[Cart], object]) -> None:
    """Each time, because an empty list would be a false statement."""
    cart = outline(b'{"id": "x", "lineItems": [' + TOO_DEEP + b"]}")

    for _ in range(2):
        with pytest.raises(Malformed):
            use(cart)
