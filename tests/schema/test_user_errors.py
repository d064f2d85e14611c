"""What a mutation's caller can act on comes back as data, each problem at its place, and nothing is half done."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any

import pytest

from gateway.schema.node import Kind, node_id
from tests.harness import Clock, Gateway
from tests.shop_ids import BASIC, CONTOSO, DEMO_CART, NOBODY, WINGTIP

Cart = dict[str, Any]
ACart = Callable[..., Awaitable[Cart]]
Refused = Callable[..., Awaitable[list[dict[str, Any]]]]
Valid = Callable[[str, Cart], dict[str, object]]
Stored = Callable[..., Awaitable[Cart]]
GatewayOver = Callable[..., AbstractAsyncContextManager[Gateway]]

GOOD = {"catalogItemId": BASIC, "quantity": 1, "billingCycle": "MONTHLY", "termDuration": "P1Y"}
TYPES = {
    "INVALID_INPUT": "InvalidInputError",
    "CART_NOT_FOUND": "CartNotFoundError",
    "CART_LINE_ITEM_NOT_FOUND": "CartLineItemNotFoundError",
    "CUSTOMER_NOT_FOUND": "CustomerNotFoundError",
    "CART_NOT_EDITABLE": "CartNotEditableError",
    "CART_VERSION_CONFLICT": "CartVersionConflictError",
    "IDEMPOTENCY_KEY_REUSED": "IdempotencyKeyReusedError",
    "PARTNER_CENTER_REJECTED": "PartnerCenterRejectedError",
}
EDITS = ("addCartLineItems", "addCartAddonItems", "updateCartLineItems", "removeCartLineItems", "replaceCartLineItems")
BUY = "mutation Buy($input: CheckoutCartInput!) { checkoutCart(input: $input) { replayed errors { code } } }"


def code_and_path(error: Mapping[str, Any]) -> tuple[str, str]:
    """Its code, which its type fits, and its path."""
    assert error["__typename"] == TYPES[error["code"]]
    return error["code"], ".".join(error["path"])


def writes(calls: Sequence[str]) -> list[str]:
    return [call for call in calls if not call.startswith("GET ")]


@pytest.mark.parametrize(
    "customer", [{"tenantId": NOBODY}, {"id": node_id(Kind.CUSTOMER, NOBODY)}], ids=["tenant", "id"]
)
async def test_no_such_customer(refused: Refused, customer: Mapping[str, str]) -> None:
    """No cart is created for a customer that Partner Center does not show."""
    (error,) = await refused("createCart", {"customer": customer, "lineItems": [GOOD]})

    assert code_and_path(error) == ("CUSTOMER_NOT_FOUND", f"input.customer.{next(iter(customer))}")
    assert "no such customer" in error["message"]


@pytest.mark.parametrize(
    "cart_id",
    [
        pytest.param("nonsense", id="broken"),
        pytest.param(node_id(Kind.CUSTOMER, CONTOSO), id="a customer's id"),
        pytest.param(node_id(Kind.CART, CONTOSO, NOBODY), id="of no cart"),
        pytest.param(node_id(Kind.CART, WINGTIP, DEMO_CART), id="another customer's cart"),
        pytest.param(node_id(Kind.CART, NOBODY, DEMO_CART), id="of no customer"),
    ],
)
@pytest.mark.parametrize("name", [*EDITS, "checkoutCart"])
async def test_no_such_cart(
    gateway: Gateway, a_cart: ACart, refused: Refused, valid: Valid, name: str, cart_id: str
) -> None:
    """An id that names no cart is reported with the id that was sent, and nothing is written."""
    given = {**valid(name, await a_cart()), "cartId": cart_id}

    (error,) = await refused(name, given)

    assert (*code_and_path(error), error["cartId"]) == ("CART_NOT_FOUND", "input.cartId", cart_id)
    assert "no such cart" in error["message"]
    assert writes(await gateway.calls()) == []


@pytest.mark.parametrize("name", [*EDITS, "checkoutCart"])
async def test_an_expired_cart_is_gone(
    gateway: Gateway, a_cart: ACart, refused: Refused, valid: Valid, clock: Clock, name: str
) -> None:
    """After seven days Partner Center no longer knows a cart, and the error says so."""
    cart = await a_cart()
    clock.advance(timedelta(days=8))

    (error,) = await refused(name, valid(name, cart))

    assert code_and_path(error) == ("CART_NOT_FOUND", "input.cartId")
    assert "seven days" in error["message"]
    assert writes(await gateway.calls()) == []


@pytest.mark.parametrize("name", [*EDITS, "checkoutCart"])
async def test_a_cart_that_partner_center_still_shows_can_be_expired(
    gateway_over: GatewayOver, a_cart: ACart, refused: Refused, valid: Valid, clock: Clock, name: str
) -> None:
    """Past its expiry a cart is left alone, whatever Partner Center would still do with it."""
    cart = await a_cart()

    async with gateway_over(now=lambda: clock() + timedelta(days=8)) as later:
        (error,) = await refused(name, valid(name, cart), through=later)

        assert (*code_and_path(error), error["reason"]) == ("CART_NOT_EDITABLE", "input.cartId", "EXPIRED")
        assert error["cart"] == {"id": cart["id"], "status": "ACTIVE"}
        assert writes(await later.calls()) == []


@pytest.mark.parametrize("name", EDITS)
async def test_an_ordered_cart_can_only_be_read(
    gateway: Gateway, a_cart: ACart, refused: Refused, valid: Valid, name: str
) -> None:
    """After the checkout every change is refused, with the cart as it stands."""
    cart = await a_cart()
    await gateway.data(BUY, {"input": {"cartId": cart["id"]}})
    await gateway.calls()

    (error,) = await refused(name, valid(name, cart))

    assert (*code_and_path(error), error["reason"]) == ("CART_NOT_EDITABLE", "input.cartId", "ALREADY_ORDERED")
    assert error["cart"] == {"id": cart["id"], "status": "ORDERED"}
    assert writes(await gateway.calls()) == []


@pytest.mark.parametrize("name", [*EDITS, "checkoutCart"])
async def test_an_outdated_version_changes_nothing(
    gateway: Gateway, a_cart: ACart, refused: Refused, valid: Valid, stored: Stored, name: str
) -> None:
    """A caller with an earlier version gets the current cart, to look at it before asking again."""
    cart = await a_cart()
    before = await stored(cart)
    await gateway.calls()

    (error,) = await refused(name, {**valid(name, cart), "expectedVersion": "of yesterday"})

    assert (*code_and_path(error), error["expectedVersion"]) == (
        "CART_VERSION_CONFLICT",
        "input.expectedVersion",
        "of yesterday",
    )
    assert error["cart"] == {"id": cart["id"], "version": cart["version"]}
    assert writes(await gateway.calls()) == []
    assert await stored(cart) == before


@pytest.mark.parametrize("name", ["addCartAddonItems", "updateCartLineItems", "removeCartLineItems"])
@pytest.mark.parametrize("kind", ["broken", "of another cart", "of a line that is gone", "of another item"])
async def test_no_such_line(
    gateway: Gateway, a_cart: ACart, refused: Refused, valid: Valid, stored: Stored, name: str, kind: str
) -> None:
    """A line id must lead to a line of this very cart; otherwise nothing is changed, and the id is named."""
    cart, other = await a_cart(), await a_cart()
    line_id = {
        "broken": "nonsense",
        "of another cart": other["lineItems"][0]["id"],
        "of a line that is gone": node_id(Kind.LINE_ITEM, CONTOSO, cart["partnerCenterId"], BASIC.lower(), "1", "2"),
        "of another item": node_id(Kind.LINE_ITEM, CONTOSO, cart["partnerCenterId"], "ms-azr-0145p", "0", "1"),
    }[kind]
    wrong = {**cart, "lineItems": [{"id": line_id}]}
    before = await stored(cart)

    (error,) = await refused(name, valid(name, wrong))

    path = {
        "addCartAddonItems": "input.parentLineItemId",
        "updateCartLineItems": "input.lineItems.0.id",
        "removeCartLineItems": "input.lineItemIds.0",
    }[name]
    assert (*code_and_path(error), error["lineItemId"]) == ("CART_LINE_ITEM_NOT_FOUND", path, line_id)
    assert "no such line" in error["message"]
    assert writes(await gateway.calls()) == []
    assert await stored(cart) == before


async def test_every_missing_line_is_named(gateway: Gateway, a_cart: ACart, refused: Refused, stored: Stored) -> None:
    """Two lines that are not there are two errors, and the line that is there stays as it is."""
    cart = await a_cart()
    before = await stored(cart)
    changes = [{"id": "one", "quantity": 2}, {"id": cart["lineItems"][0]["id"], "quantity": 2}, {"id": "three"}]

    found = await refused("updateCartLineItems", {"cartId": cart["id"], "lineItems": changes})

    assert [code_and_path(error)[1] for error in found] == ["input.lineItems.0.id", "input.lineItems.2.id"]
    assert writes(await gateway.calls()) == []
    assert await stored(cart) == before


async def test_a_line_cannot_be_named_twice(gateway: Gateway, a_cart: ACart, refused: Refused) -> None:
    """Two changes of one line contradict each other, so neither is made."""
    cart = await a_cart()
    line_id = cart["lineItems"][0]["id"]

    (changed,) = await refused("updateCartLineItems", {"cartId": cart["id"], "lineItems": [{"id": line_id}] * 2})
    (removed,) = await refused("removeCartLineItems", {"cartId": cart["id"], "lineItemIds": [line_id] * 2})

    assert code_and_path(changed) == ("INVALID_INPUT", "input.lineItems.1.id")
    assert code_and_path(removed) == ("INVALID_INPUT", "input.lineItemIds.1")
    assert "Line 1: named before" in changed["message"]
    assert "Line 1: named before" in removed["message"]
    assert await gateway.calls() == []


@pytest.mark.parametrize(
    ("name", "member"), [("updateCartLineItems", "lineItems"), ("removeCartLineItems", "lineItemIds")]
)
async def test_an_empty_list_of_lines_is_refused(
    gateway: Gateway, a_cart: ACart, refused: Refused, name: str, member: str
) -> None:
    """Asking for no change at all is a mistake of the caller."""
    (error,) = await refused(name, {"cartId": (await a_cart())["id"], member: []})

    assert code_and_path(error) == ("INVALID_INPUT", f"input.{member}")
    assert "at least one line" in error["message"]
    assert await gateway.calls() == []


@pytest.mark.parametrize("member", ["quantity", "catalogItemId"])
async def test_what_a_line_cannot_do_without_cannot_be_cleared(
    gateway: Gateway, a_cart: ACart, refused: Refused, member: str
) -> None:
    """Null clears a member that can be empty; quantity and item cannot."""
    cart = await a_cart()
    change = {"id": cart["lineItems"][0]["id"], member: None}

    (error,) = await refused("updateCartLineItems", {"cartId": cart["id"], "lineItems": [change]})

    assert code_and_path(error) == ("INVALID_INPUT", f"input.lineItems.0.{member}")
    assert f"{member} cannot be cleared" in error["message"]
    assert await gateway.calls() == []


async def test_the_last_line_stays(gateway: Gateway, a_cart: ACart, refused: Refused, stored: Stored) -> None:
    """Partner Center has no empty carts, so a removal that would leave one is refused."""
    cart = await a_cart({}, {})
    before = await stored(cart)
    ids = [line["id"] for line in cart["lineItems"]]

    (error,) = await refused("removeCartLineItems", {"cartId": cart["id"], "lineItemIds": ids})

    assert code_and_path(error) == ("INVALID_INPUT", "input.lineItemIds")
    assert "the last line cannot be removed" in error["message"]
    assert writes(await gateway.calls()) == []
    assert await stored(cart) == before


async def test_nothing_nests_under_the_new_catalog(gateway: Gateway, a_cart: ACart, refused: Refused) -> None:
    """An add-on of the new catalog is a line of its own, and the error says how to add it."""
    cart = await a_cart()
    given = {"cartId": cart["id"], "parentLineItemId": cart["lineItems"][0]["id"], "addonItems": [GOOD]}

    (error,) = await refused("addCartAddonItems", given)

    assert code_and_path(error) == ("INVALID_INPUT", "input.parentLineItemId")
    assert BASIC in error["message"]
    assert "addCartLineItems" in error["message"]
    assert writes(await gateway.calls()) == []
