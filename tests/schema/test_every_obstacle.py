"""A purchase with every obstacle: the problems say beforehand what the checkout refuses, until nothing is left."""

import json
from collections.abc import AsyncGenerator, Generator
from datetime import timedelta
from importlib import resources
from typing import Any

import pytest

from gateway.sandbox.app import Sandbox, build_sandbox
from tests.harness import Clock, Gateway
from tests.schema.looking import (
    E3_FOR_THREE_YEARS,
    FOR_SCHOOLS,
    PLAN,
    RESELLER,
    UNAUTHORIZED,
    WITH_TERMS,
    ACart,
    Over,
    in_short,
    look,
    naming,
    reservation,
)  # fmt: skip
from tests.shop_ids import FJORD

FOR_MOVERS = "39NFJQT1XK5L:000J:39NFJQT1Q5D8"
REMOTE_ASSIST = {"catalogItemId": "CFQ7TTC0HBSJ:0001:CFQ7TTC0JQH3", "termDuration": "P1M"}
PURCHASE = (FOR_SCHOOLS, reservation(), WITH_TERMS, naming(), E3_FOR_THREE_YEARS, REMOTE_ASSIST)

CHECKOUT = """
mutation Buy($cart: ID!) {
  checkoutCart(input: {cartId: $cart}) {
    result { outcome orderErrors { code } }
    errors { ... on PartnerCenterRejectedError { reason } }
  }
}
"""
CONFIRM = """
mutation Confirm($input: ConfirmCustomerAgreementInput!) {
  confirmCustomerAgreement(input: $input) { agreement { isAccepted } }
}
"""
REGISTER = """
mutation Register($input: RegisterSubscriptionInput!) {
  registerSubscription(input: $input) { isChanged errors { message } }
}
"""
REMOVE = """
mutation Remove($input: RemoveCartLineItemsInput!) {
  removeCartLineItems(input: $input) { errors { message } }
}
"""
UPDATE = """
mutation Update($input: UpdateCartLineItemsInput!) {
  updateCartLineItems(input: $input) { errors { message } }
}
"""


@pytest.fixture
def sandbox(clock: Clock) -> Generator[Sandbox]:
    """The shop it is shipped with, but that one customer lacks the agreement beside all else."""
    seed: dict[str, Any] = json.loads(resources.files("gateway.sandbox").joinpath("seed.json").read_text("utf-8"))
    for customer in seed["customers"]:
        customer["agreementAccepted"] = customer["agreementAccepted"] and customer["id"] != FJORD
    sandbox = build_sandbox(clock=clock, seed=seed)
    yield sandbox
    sandbox.close()


@pytest.fixture(params=["on", "off"])
async def compiled(request: pytest.FixtureRequest, gateway_over: Over) -> AsyncGenerator[Gateway]:
    """A gateway with and without the compiler."""
    async with gateway_over(compile=request.param) as opened:
        yield opened


async def refusal(gateway: Gateway, cart: dict[str, Any]) -> set[str]:
    """What a checkout says stands in the way; empty when everything is ordered."""
    payload = (await gateway.data(CHECKOUT, {"cart": cart["id"]}))["checkoutCart"]
    if payload["errors"]:
        return {each["reason"] for each in payload["errors"]}
    codes = {each["code"] for each in payload["result"]["orderErrors"]}
    assert (payload["result"]["outcome"] == "SUCCEEDED") is not bool(codes)
    return codes


async def change(gateway: Gateway, cart: dict[str, Any], number: int, **members: object) -> None:
    """Changes the line that stood at this place when the cart was created."""
    lines = [{"id": cart["lineItems"][number]["id"], **members}]
    given = {"cartId": cart["id"], "lineItems": lines, "partnerOnRecordAttestationAccepted": True}
    assert (await gateway.data(UPDATE, {"input": given}))["updateCartLineItems"]["errors"] == []


async def confirm_agreement(gateway: Gateway) -> None:
    contact = {"firstName": "Siv", "lastName": "Berg", "email": "siv.berg@fjord.example"}
    given = {"customer": {"tenantId": FJORD}, "agreedAt": "2026-02-27T15:45:10Z", "contact": contact}
    await gateway.data(CONFIRM, {"input": given})


async def remove_line(gateway: Gateway, cart: dict[str, Any], number: int) -> None:
    given = {"cartId": cart["id"], "lineItemIds": [cart["lineItems"][number]["id"]]}
    given["partnerOnRecordAttestationAccepted"] = True
    assert (await gateway.data(REMOVE, {"input": given}))["removeCartLineItems"]["errors"] == []


async def register_plan(gateway: Gateway, cart: dict[str, Any]) -> None:
    """The subscription that the problem shows."""
    document = (
        f'{{ cart(by: {{id: "{cart["id"]}"}}) {{ problems(checks: REGISTRATION) {{ subscription {{ id }} }} }} }}'
    )
    (problem,) = (await gateway.data(document))["cart"]["problems"]
    given = {"subscriptionId": problem["subscription"]["id"]}
    assert (await gateway.data(REGISTER, {"input": given}))["registerSubscription"] == {"isChanged": True, "errors": []}


async def test_the_problems_say_what_the_checkout_refuses(compiled: Gateway, a_cart: ACart, clock: Clock) -> None:
    """One by one, in the checkout's order. After the last remedy the list is empty, and the cart is ordered."""
    cart = await a_cart(*PURCHASE, customer=FJORD, attested=True)
    found = await look(compiled, cart)

    assert in_short(found) == [
        *[f"LINE_ITEM_ERROR BLOCKER {number}" for number in (0, 1, 2)],
        "TERMS_NOT_ACCEPTED BLOCKER 2",
        "CUSTOMER_AGREEMENT_MISSING BLOCKER",
        "QUALIFICATION_MISSING BLOCKER 0",
        "AZURE_SUBSCRIPTION_NOT_READY BLOCKER 1",
        "RESELLER_NOT_ACCEPTED BLOCKER 3",
        *["PROMOTION_FOR_OTHER_TERM NOTICE 4"] * 2,
        "PROMOTION_NOT_APPLIED NOTICE 5",
    ]
    assert [each["subscription"] for each in found if each["subscription"]] == [{"partnerCenterId": PLAN}]
    assert {each["partnerId"] for each in found} == {None, UNAUTHORIZED}

    assert await refusal(compiled, cart) == {"CUSTOMER_AGREEMENT_MISSING"}
    await confirm_agreement(compiled)
    assert await refusal(compiled, cart) == {"LINE_ITEM_ERROR"}

    await register_plan(compiled, cart)
    assert "AZURE_SUBSCRIPTION_NOT_READY RISK 1" in in_short(await look(compiled, cart))
    clock.advance(timedelta(minutes=1))
    await remove_line(compiled, cart, 0)
    await change(compiled, cart, 2, attestationAccepted=True)
    left = await look(compiled, cart)

    assert {each["code"] for each in left if each["severity"] == "BLOCKER"} == {"RESELLER_NOT_ACCEPTED"}
    assert {each["severity"] for each in left} == {"BLOCKER", "NOTICE"}

    participants = [{"type": "TRANSACTION_RESELLER", "partnerId": RESELLER}]
    await change(compiled, cart, 4, termDuration="P1Y", billingCycle="MONTHLY")
    await change(compiled, cart, 5, promotionId=FOR_MOVERS)
    assert in_short(await look(compiled, cart)) == ["RESELLER_NOT_ACCEPTED BLOCKER 3"]
    assert await refusal(compiled, cart) == {"RESELLER_NOT_ACCEPTED"}

    await change(compiled, cart, 3, participants=participants)
    assert await look(compiled, cart) == []
    assert await refusal(compiled, cart) == set()
    assert in_short(await look(compiled, cart)) == ["CART_ORDERED BLOCKER"]
