"""What Partner Center itself refuses about a change or a purchase: data, with its code and words, and nothing is done."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import pytest

from gateway.sandbox.app import Sandbox
from tests.harness import Gateway
from tests.schema.failing import Failing, Handler, answering, refusing
from tests.shop_ids import BASIC, CONTOSO, WINGTIP

Cart = dict[str, Any]
ACart = Callable[..., Awaitable[Cart]]
Refused = Callable[..., Awaitable[list[dict[str, Any]]]]
Valid = Callable[[str, Cart], dict[str, object]]
Stored = Callable[..., Awaitable[Cart]]
GatewayOver = Callable[..., AbstractAsyncContextManager[Gateway]]

OFFICE_E1 = "91FD106F-4B2C-4938-95AC-F54F74E9A239"
GOOD = {"catalogItemId": BASIC, "quantity": 1, "billingCycle": "MONTHLY", "termDuration": "P1Y"}
RESELLER = {"participants": [{"type": "TRANSACTION_RESELLER", "partnerId": "5357564"}]}


SAID = "See https://upstream.internal.example/v1/carts with Bearer eyJhbGciOiJIUzI1NiJ9.e30.c2ln for more."


@pytest.mark.parametrize(
    ("lines", "status", "code", "words"),
    [
        pytest.param([{**GOOD, **RESELLER}], 400, "900206", "Attestation", id="a reseller without the attestation"),
        pytest.param([{**GOOD, "catalogItemId": " "}], 400, "900142", "catalogItemId is missing", id="a blank item"),
    ],
)
async def test_partner_center_refuses_a_creation(
    refused: Refused, lines: list[Mapping[str, object]], status: int, code: str, words: str
) -> None:
    """The error has its status, code and words, and an id to quote to Microsoft."""
    (error,) = await refused("createCart", {"customer": {"tenantId": CONTOSO}, "lineItems": lines})

    assert (error["__typename"], error["code"], error["path"]) == (
        "PartnerCenterRejectedError",
        "PARTNER_CENTER_REJECTED",
        [],
    )
    assert (error["httpStatus"], error["partnerCenterCode"]) == (status, code)
    assert words in error["partnerCenterMessage"]
    assert error["correlationId"]


async def test_partner_center_refuses_a_change(
    gateway: Gateway, a_cart: ACart, refused: Refused, stored: Stored
) -> None:
    """The cart stays as it was, line for line."""
    cart = await a_cart({"catalogItemId": OFFICE_E1, "termDuration": None})
    before = await stored(cart)
    unrelated = {"catalogItemId": "2BCF9FE8-8B65-4FCF-9240-419203FB8CF4", "quantity": 1, "billingCycle": "MONTHLY"}
    given = {"cartId": cart["id"], "parentLineItemId": cart["lineItems"][0]["id"], "addonItems": [unrelated]}

    (error,) = await refused("addCartAddonItems", given)

    assert (error["code"], error["partnerCenterCode"]) == ("PARTNER_CENTER_REJECTED", "800029")
    assert "is not related to" in error["partnerCenterMessage"]
    assert await stored(cart) == before


async def test_a_cart_with_line_errors_is_not_ordered(
    a_cart: ACart, refused: Refused, stored: Stored, orders_of: Callable[[str], Awaitable[list[str]]]
) -> None:
    """A checkout needs every line to be in order; the refusal names the lines that are not."""
    cart = await a_cart({}, {"quantity": 6000})
    before = await stored(cart)

    (error,) = await refused("checkoutCart", {"cartId": cart["id"]})

    assert (error["code"], error["partnerCenterCode"]) == ("PARTNER_CENTER_REJECTED", "800009")
    assert "line items 1" in error["partnerCenterMessage"]
    assert await stored(cart) == before
    assert await orders_of(CONTOSO) == []


async def test_a_customer_without_the_agreement_buys_nothing(a_cart: ACart, refused: Refused) -> None:
    """A 403 about the business of the request is a refusal like others, not a lack of rights."""
    cart = await a_cart(customer=WINGTIP)

    (error,) = await refused("checkoutCart", {"cartId": cart["id"]})

    assert (error["httpStatus"], error["partnerCenterCode"]) == (403, "13605")
    assert "Microsoft Customer Agreement" in error["message"]


@pytest.mark.parametrize("name", ["addCartLineItems", "updateCartLineItems", "replaceCartLineItems"])
async def test_a_cart_that_others_keep_changing_is_left_to_them(
    gateway_over: GatewayOver, sandbox: Sandbox, a_cart: ACart, refused: Refused, valid: Valid, name: str
) -> None:
    """When Partner Center reports another request again and again, the caller gets the cart as it stands."""
    cart = await a_cart()

    async with gateway_over(Failing(sandbox, refusing(409, 800064), method="PUT")) as gateway:
        given = {**valid(name, cart), "expectedVersion": cart["version"]}
        (error,) = await refused(name, given, through=gateway)

    assert (error["code"], error["path"]) == ("CART_VERSION_CONFLICT", ["input", "cartId"])
    assert error["expectedVersion"] is None
    assert error["cart"] == {"id": cart["id"], "version": cart["version"]}


@pytest.mark.parametrize("name", ["addCartLineItems", "removeCartLineItems"])
async def test_a_cart_submitted_meanwhile_can_only_be_read(
    gateway_over: GatewayOver, sandbox: Sandbox, a_cart: ACart, refused: Refused, name: str
) -> None:
    """A cart ordered between the read and the write is not editable either."""
    cart = await a_cart({}, {})
    change = {"lineItems": [GOOD]} if name == "addCartLineItems" else {"lineItemIds": [cart["lineItems"][1]["id"]]}

    async with gateway_over(Failing(sandbox, refusing(400, 800065), method="PUT")) as gateway:
        (error,) = await refused(name, {"cartId": cart["id"], **change}, through=gateway)

    assert (error["code"], error["reason"]) == ("CART_NOT_EDITABLE", "ALREADY_ORDERED")


@pytest.mark.parametrize(
    "refusal",
    [
        pytest.param(refusing(400, 800065), id="as documented"),
        pytest.param(refusing(200, 800065), id="with status 200"),
        pytest.param(
            answering(400, b'{"code": 800065, "statusCode": "BadRequest", "description": {}}'), id="odd words"
        ),
        pytest.param(answering(400, b'[{"Code": "800065.0"}]'), id="in another spelling"),
    ],
)
async def test_orders_that_cannot_be_shown_are_reported(
    gateway_over: GatewayOver, sandbox: Sandbox, a_cart: ACart, refused: Refused, refusal: Handler
) -> None:
    """A checkout refused as submitted before means that orders exist, so it must not look like a failed purchase."""
    cart = await a_cart()

    async with gateway_over(Failing(sandbox, refusal, method="POST")) as gateway:
        (error,) = await refused("checkoutCart", {"cartId": cart["id"]}, through=gateway)

    assert (error["code"], error["reason"]) == ("CART_NOT_EDITABLE", "ALREADY_ORDERED")


async def test_an_item_that_is_said_to_be_unavailable_with_status_200_is_absent(
    gateway_over: GatewayOver, sandbox: Sandbox, a_cart: ACart
) -> None:
    """Code 400072 is documented with status 200: the look-up is null, and is not made again."""
    cart = await a_cart()
    document = f'{{ cart(by: {{ id: "{cart["id"]}" }}) {{ lineItems {{ availability {{ isPurchasable }} }} }} }}'
    asked: list[str] = []

    async def unavailable(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(200, json={"code": 400072, "description": "Item not available.", "source": "PartnerFD"})

    async with gateway_over(Failing(sandbox, unavailable, ending=BASIC.rpartition(":")[2])) as gateway:
        answer = await gateway.ask(document)

    assert (answer["data"], answer.get("errors")) == ({"cart": {"lineItems": [{"availability": None}]}}, None)
    assert len(asked) == 1


@pytest.mark.parametrize("name", ["addCartLineItems", "checkoutCart"])
async def test_a_refusal_gives_no_address_and_no_token_away(
    gateway_over: GatewayOver, sandbox: Sandbox, a_cart: ACart, refused: Refused, valid: Valid, name: str
) -> None:
    """Partner Center's words are passed on without addresses and tokens."""
    cart = await a_cart()
    trouble = Failing(sandbox, refusing(400, 4711, SAID), method="POST" if name == "checkoutCart" else "PUT")

    async with gateway_over(trouble) as gateway:
        (error,) = await refused(name, valid(name, cart), through=gateway)

    assert (error["partnerCenterCode"], error["correlationId"]) == ("4711", "of-partner-center")
    assert error["partnerCenterMessage"] == "See [address] with [token] for more."
    assert "example" not in str(error)
    assert "eyJ" not in str(error)
