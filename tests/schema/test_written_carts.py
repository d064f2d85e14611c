"""What a change sends to Partner Center: the cart as it was read, but for what was meant."""

import json
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from copy import deepcopy
from typing import Any

import httpx
import pytest

from gateway.schema.node import Kind, node_id
from tests.harness import Gateway
from tests.shop_ids import BASIC, CONTOSO, DEMO_CART

GatewayOver = Callable[..., AbstractAsyncContextManager[Gateway]]

CART_ID = node_id(Kind.CART, CONTOSO, DEMO_CART)
LINE_ID = node_id(Kind.LINE_ITEM, CONTOSO, DEMO_CART, BASIC.lower(), "0", "1")

FULL_LINE = """{
  "id": 0, "catalogItemId": "CFQ7TTC0LH18:0001:CFQ7TTC0K971", "quantity": 1, "friendlyName": "Front desk",
  "currencyCode": "USD", "billingCycle": "monthly", "termDuration": "P1Y",
  "participants": [{"key": "transaction_reseller", "value": "5357564"}],
  "provisioningContext": {"scope": "shared"}, "renewsTo": {"termDuration": "P1Y"}, "attestationAccepted": true,
  "promotionId": "39NFJQT1PHSN:0008:39NFJQT1Q5J0", "customTermEndDate": "2026-03-31T00:00:00Z",
  "purchaseCommitment": {"amount": 0.050, "currency": "usd", "grain": "hourly"}
}"""
OTHER_LINE = """{
  "id": 1, "catalogItemId": "CFQ7TTC0LCHC:0002:CFQ7TTC0KFFN", "quantity": 2, "billingCycle": "fortnightly",
  "pricing": {"price": 17.600, "surcharge": 0.10}, "ofTomorrow": {"exactly": 12345678901234567890.5, "big": 90071992547409931}
}"""
STORED = f"""{{
  "id": "{DEMO_CART}", "status": "Active", "lineItems": [{FULL_LINE}, {OTHER_LINE}],
  "lastModifiedTimestamp": "2026-03-02T09:30:00.1234567Z", "ofTomorrow": [1.10, {{"kept": null}}],
  "links": {{"self": {{"uri": "/customers/{CONTOSO}/carts/{DEMO_CART}", "method": "GET", "headers": []}}}}
}}"""


class Keeping:
    """Partner Center with one cart, which it takes and gives as it is. Numbers are read as texts: every digit counts."""

    def __init__(self) -> None:
        self.body = STORED.encode()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "PUT":
            self.body = request.content
        return httpx.Response(200, content=self.body)

    @property
    def cart(self) -> dict[str, Any]:
        written: dict[str, Any] = json.loads(self.body, parse_float=str, parse_int=str)
        return written


@pytest.fixture
def partner_center() -> Keeping:
    return Keeping()


@pytest.fixture
async def gateway(partner_center: Keeping, gateway_over: GatewayOver) -> AsyncGenerator[Gateway]:
    async with gateway_over(httpx.MockTransport(partner_center)) as opened:
        yield opened


async def change(gateway: Gateway, name: str, **given: object) -> None:
    kind = f"{name[0].upper()}{name[1:]}Input"
    document = f"mutation Change($input: {kind}!) {{ {name}(input: $input) {{ errors {{ message }} }} }}"
    answer = await gateway.data(document, {"input": {"cartId": CART_ID, **given}})
    assert answer[name]["errors"] == []


@pytest.mark.parametrize(
    ("given", "written"),
    [
        pytest.param({"quantity": 12}, {"quantity": "12"}, id="a quantity"),
        pytest.param({"friendlyName": "Back office"}, {"friendlyName": "Back office"}, id="a name"),
        pytest.param({"currencyCode": "SEK"}, {"currencyCode": "SEK"}, id="a currency"),
        pytest.param({"billingCycle": "ONE_TIME"}, {"billingCycle": "one_time"}, id="a billing cycle"),
        pytest.param({"termDuration": "P3Y"}, {"termDuration": "P3Y"}, id="a term"),
        pytest.param({"attestationAccepted": False}, {"attestationAccepted": False}, id="no longer agreed"),
        pytest.param({"promotionId": "A:B:C"}, {"promotionId": "A:B:C"}, id="a promotion"),
        pytest.param(
            {"participants": [{"type": "CONSUMPTION_RESELLER", "partnerId": "7"}]},
            {"participants": [{"key": "consumption_reseller", "value": "7"}]},
            id="participants",
        ),
        pytest.param({"participants": []}, {"participants": []}, id="no participants"),
        pytest.param(
            {"provisioningContext": [{"key": "scope", "value": "single"}, {"key": "entitlementId", "value": "x"}]},
            {"provisioningContext": {"scope": "single", "entitlementId": "x"}},
            id="a provisioning context",
        ),
        pytest.param({"renewsTo": [{"termDuration": "P1M"}]}, {"renewsTo": {"termDuration": "P1M"}}, id="a renewal"),
        pytest.param(
            {"customTermEndDate": "2026-04-30T02:00:00+02:00"},
            {"customTermEndDate": "2026-04-30T00:00:00Z"},
            id="an end in another time zone",
        ),
        pytest.param(
            {"purchaseCommitment": {"amount": "0.0700", "currencyCode": "EUR", "grain": "hourly"}},
            {"purchaseCommitment": {"amount": "0.0700", "currency": "eur", "grain": "hourly"}},
            id="a commitment, digit for digit",
        ),
        pytest.param(
            {"quantity": 2, "friendlyName": "Two"}, {"quantity": "2", "friendlyName": "Two"}, id="two at once"
        ),
        pytest.param({}, {}, id="nothing"),
    ],
)
async def test_members_left_out_keep_their_value(
    gateway: Gateway, partner_center: Keeping, given: Mapping[str, object], written: Mapping[str, object]
) -> None:
    """What is given is written in Partner Center's form; the rest of the cart goes back as it came."""
    wanted = deepcopy(partner_center.cart)
    wanted["lineItems"][0].update(written)

    await change(gateway, "updateCartLineItems", lineItems=[{"id": LINE_ID, **given}])

    assert partner_center.cart == wanted


@pytest.mark.parametrize(
    "member",
    [
        "friendlyName", "currencyCode", "billingCycle", "termDuration", "participants", "provisioningContext", "renewsTo",
        "attestationAccepted", "promotionId", "customTermEndDate", "purchaseCommitment",
    ],
)  # fmt: skip
async def test_null_clears(gateway: Gateway, partner_center: Keeping, member: str) -> None:
    """The member is taken away, never sent as null, and the rest of the cart goes back as it came."""
    wanted = deepcopy(partner_center.cart)
    del wanted["lineItems"][0][member]

    await change(gateway, "updateCartLineItems", lineItems=[{"id": LINE_ID, member: None}])

    assert partner_center.cart == wanted


async def test_an_empty_renewal_clears(gateway: Gateway, partner_center: Keeping) -> None:
    """`renewsTo` is a list here and an object there, so the empty list means none."""
    none: list[object] = []

    await change(gateway, "updateCartLineItems", lineItems=[{"id": LINE_ID, "renewsTo": none}])

    assert "renewsTo" not in partner_center.cart["lineItems"][0]


async def test_other_lines_survive_an_addition(gateway: Gateway, partner_center: Keeping) -> None:
    """Members and values this program does not know go back digit for digit; the new line gets the next number."""
    wanted = deepcopy(partner_center.cart)
    wanted["lineItems"].append({"id": "2", "catalogItemId": BASIC, "quantity": "1", "billingCycle": "monthly"})

    await change(
        gateway,
        "addCartLineItems",
        lineItems=[{"catalogItemId": BASIC, "quantity": 1, "billingCycle": "MONTHLY", "friendlyName": None}],
    )

    assert partner_center.cart == wanted


async def test_other_lines_survive_a_removal(gateway: Gateway, partner_center: Keeping) -> None:
    """The line left keeps its number and whatever it holds."""
    wanted = deepcopy(partner_center.cart)
    del wanted["lineItems"][0]

    await change(gateway, "removeCartLineItems", lineItemIds=[LINE_ID])

    assert partner_center.cart == wanted


@pytest.mark.parametrize(
    ("given", "written"),
    [
        pytest.param({"partnerOnRecordAttestationAccepted": True}, True, id="accepted"),
        pytest.param({"partnerOnRecordAttestationAccepted": False}, False, id="refused"),
        pytest.param({"partnerOnRecordAttestationAccepted": None}, None, id="null"),
        pytest.param({}, None, id="not said"),
    ],
)
async def test_the_attestation_goes_along_when_it_is_said(
    gateway: Gateway, partner_center: Keeping, given: Mapping[str, object], written: object
) -> None:
    """Partner Center never gives it back, so it is sent with the change that names it."""
    await change(gateway, "updateCartLineItems", lineItems=[{"id": LINE_ID, "quantity": 2}], **given)

    assert partner_center.cart.get("partnerOnRecordAttestationAccepted") is written


async def test_ids_in_capitals_are_the_same_cart(gateway: Gateway, partner_center: Keeping) -> None:
    """However Partner Center writes a GUID, its cart and lines keep their ids here."""
    partner_center.body = partner_center.body.replace(DEMO_CART.encode(), DEMO_CART.upper().encode())

    answer = await gateway.data(f'{{ cart(by: {{ id: "{CART_ID}" }}) {{ id lineItems {{ id }} }} }}')

    assert answer["cart"]["id"] == CART_ID
    assert answer["cart"]["lineItems"][0]["id"] == LINE_ID
