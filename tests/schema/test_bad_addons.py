"""Add-ons where there can be none: refused at their place, and the cart stays as it was."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest

from tests.harness import Gateway
from tests.shop_ids import BASIC, CONTOSO

Cart = dict[str, Any]
ACart = Callable[..., Awaitable[Cart]]
Refused = Callable[..., Awaitable[list[dict[str, Any]]]]
Valid = Callable[[str, Cart], dict[str, object]]
Stored = Callable[..., Awaitable[Cart]]

NEW = {"catalogItemId": BASIC, "quantity": 1, "billingCycle": "MONTHLY", "termDuration": "P1Y"}
BASE = {"catalogItemId": "91FD106F-4B2C-4938-95AC-F54F74E9A239", "quantity": 3, "billingCycle": "MONTHLY"}
ADDON = {"catalogItemId": "C94271D8-B431-4A25-A3C5-A57737A1C909", "quantity": 1, "billingCycle": "MONTHLY"}

WITH_ADDON = """
mutation Create($input: CreateCartInput!) {
  createCart(input: $input) { cart { id partnerCenterId lineItems { id addonItems { id } } } errors { message } }
}
"""


@pytest.fixture
async def cart(gateway: Gateway) -> Cart:
    """A cart with one line of the old catalog and an add-on under it."""
    given = {"customer": {"tenantId": CONTOSO}, "lineItems": [{**BASE, "addonItems": [ADDON]}]}
    payload = (await gateway.data(WITH_ADDON, {"input": given}))["createCart"]
    assert payload["errors"] == []
    await gateway.calls()
    made: Cart = payload["cart"]
    return made


@pytest.mark.parametrize(
    ("name", "member"),
    [
        ("createCart", "lineItems"),
        ("addCartLineItems", "lineItems"),
        ("replaceCartLineItems", "lineItems"),
        ("addCartAddonItems", "addonItems"),
    ],
)
@pytest.mark.parametrize(
    ("line", "place"),
    [
        pytest.param({**NEW, "addonItems": [ADDON]}, ["0", "addonItems"], id="under an item of the new catalog"),
        pytest.param(
            {**BASE, "addonItems": [ADDON, {**NEW, "addonItems": [NEW]}]},
            ["0", "addonItems", "1", "addonItems"],
            id="under an add-on of the new catalog",
        ),
    ],
)
async def test_nothing_is_sent_that_nests_under_the_new_catalog(
    gateway: Gateway,
    a_cart: ACart,
    refused: Refused,
    valid: Valid,
    name: str,
    member: str,
    line: Mapping[str, object],
    place: list[str],
) -> None:
    """However deep it stands, the path leads there and the message says what to do instead."""
    rest = {"customer": {"tenantId": CONTOSO}} if name == "createCart" else valid(name, await a_cart())

    (error,) = await refused(name, {**rest, member: [line]})

    assert (error["code"], error["path"]) == ("INVALID_INPUT", ["input", member, *place])
    assert "as lines of their own" in error["message"]
    assert await gateway.calls() == []


async def test_an_add_on_takes_no_add_ons(gateway: Gateway, cart: Cart, refused: Refused, stored: Stored) -> None:
    """They go under a base line; the cart is read to tell, and not written."""
    before = await stored(cart)
    parent = cart["lineItems"][0]["addonItems"][0]["id"]
    await gateway.calls()

    (error,) = await refused(
        "addCartAddonItems", {"cartId": cart["id"], "parentLineItemId": parent, "addonItems": [ADDON]}
    )

    assert (error["code"], error["path"]) == ("INVALID_INPUT", ["input", "parentLineItemId"])
    assert "itself an add-on" in error["message"]
    assert [call.partition(" ")[0] for call in await gateway.calls()] == ["GET"]
    assert await stored(cart) == before


async def test_add_ons_under_add_ons_are_partner_centers_to_judge(refused: Refused) -> None:
    """The old catalog knows which goes under which; its refusal reaches the caller."""
    deep = {**BASE, "addonItems": [{**ADDON, "addonItems": [ADDON]}]}

    (error,) = await refused("createCart", {"customer": {"tenantId": CONTOSO}, "lineItems": [deep]})

    assert (error["code"], error["partnerCenterCode"]) == ("PARTNER_CENTER_REJECTED", "800029")
    assert "is not related to" in error["partnerCenterMessage"]


async def test_a_line_with_add_ons_does_not_move_to_the_new_catalog(
    cart: Cart, refused: Refused, stored: Stored
) -> None:
    """Its add-ons would hang under what takes none, so the change is refused and nothing of it is made."""
    before = await stored(cart)
    change = {"id": cart["lineItems"][0]["id"], "catalogItemId": BASIC, "termDuration": "P1Y"}

    (error,) = await refused("updateCartLineItems", {"cartId": cart["id"], "lineItems": [change]})

    assert error["code"] in {"INVALID_INPUT", "PARTNER_CENTER_REJECTED"}
    assert await stored(cart) == before


async def test_an_add_on_named_beside_its_base_is_changed_once(gateway: Gateway, cart: Cart, stored: Stored) -> None:
    """A line and the add-on under it are two lines, so one update may name both."""
    base = cart["lineItems"][0]
    changes = [{"id": base["addonItems"][0]["id"], "quantity": 2}, {"id": base["id"], "quantity": 4}]

    await gateway.data(
        "mutation Change($input: UpdateCartLineItemsInput!) { updateCartLineItems(input: $input) { cart { id } } }",
        {"input": {"cartId": cart["id"], "lineItems": changes}},
    )

    (line,) = (await stored(cart))["lineItems"]
    assert (line["quantity"], line["addonItems"][0]["quantity"]) == (4, 2)
