"""What became of an order: its subscriptions, how far its lines have been handed over, and where they are activated."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from gateway.sandbox.app import Sandbox
from tests.harness import Gateway
from tests.schema.conftest import Cart
from tests.shop import SEED
from tests.shop_ids import ALPINE, BASIC, CONTOSO

SERVICE = "a1b00000000c"
"""Alpine Ski House's order of software as a service by another publisher."""
SERVICE_SUBSCRIPTION = "a1b0000c-52f7-4a0e-8d7e-6c1f3b0f9a0c"
LICENSES = "a1b000000001"
SOFTWARE = "DG7GMGF0D8H4:0003:DG7GMGF0Q6SW"
OLD_CATALOG = "91FD106F-4B2C-4938-95AC-F54F74E9A239"


async def ordered(gateway: Gateway, fields: str, *, of: str = SERVICE, customer: str = ALPINE) -> Any:
    """These fields of one order."""
    by = f'{{ partnerCenter: {{ customerTenantId: "{customer}", orderId: "{of}" }} }}'
    return (await gateway.data(f"{{ order(by: {by}) {{ {fields} }} }}"))["order"]


async def control(sandbox: Sandbox, path: str, body: object) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(sandbox), base_url="http://sandbox") as client:
        assert (await client.post(f"/_sandbox/{path}", json=body)).status_code == 200


Buy = Callable[..., Awaitable[str]]


@pytest.fixture
def bought(gateway: Gateway, a_cart: Callable[..., Awaitable[Cart]]) -> Buy:
    """The identifier of the one order for these items of Contoso's; the calls for it are forgotten."""

    async def buy(*lines: dict[str, object]) -> str:
        cart = await a_cart(*lines)
        document = f'mutation {{ checkoutCart(input: {{ cartId: "{cart["id"]}" }}) {{ result {{ orders {{ partnerCenterId }} }} errors {{ message }} }} }}'
        answer = (await gateway.data(document))["checkoutCart"]
        assert answer["errors"] == []
        await gateway.calls()
        return str(answer["result"]["orders"][0]["partnerCenterId"])

    return buy


async def test_an_order_leads_to_its_subscriptions(gateway: Gateway) -> None:
    """From the order and from each of its lines, by one call for all of them."""
    shown = await ordered(
        gateway, "subscriptions { partnerCenterId } lineItems { subscription { friendlyName order { id } } }"
    )

    assert shown["subscriptions"] == [{"partnerCenterId": SERVICE_SUBSCRIPTION}]
    assert [line["subscription"]["friendlyName"] for line in shown["lineItems"]] == ["Signatures"]
    assert await gateway.calls() == [
        f"GET /v1/customers/{ALPINE}/orders/{SERVICE}",
        f"GET /v1/customers/{ALPINE}/subscriptions",
    ]


async def test_an_order_has_no_subscriptions_until_they_are_set_up(gateway: Gateway, sandbox: Sandbox, bought: Buy) -> None:  # fmt: skip
    """Its lines name them already; that they can be read comes later."""
    await control(sandbox, "switches", {"provisioningSeconds": 600})
    order = await bought({"catalogItemId": BASIC})
    fields = "subscriptions { status } lineItems { subscription { status } provisioningStatus }"

    before = await ordered(gateway, fields, of=order, customer=CONTOSO)
    await control(sandbox, "clock", {"advanceSeconds": 600})
    after = await ordered(gateway, fields, of=order, customer=CONTOSO)

    assert before == {"subscriptions": [], "lineItems": [{"subscription": None, "provisioningStatus": "PENDING"}]}
    assert after == {
        "subscriptions": [{"status": "ACTIVE"}],
        "lineItems": [{"subscription": {"status": "ACTIVE"}, "provisioningStatus": "SUCCEEDED"}],
    }


async def test_what_is_no_subscription_leads_to_none(gateway: Gateway, bought: Buy) -> None:
    """Perpetual software becomes none, and its line asks for none."""
    order = await bought({"catalogItemId": SOFTWARE, "billingCycle": "ONE_TIME", "termDuration": None})

    shown = await ordered(gateway, "lineItems { subscriptionId subscription { id } }", of=order, customer=CONTOSO)

    assert shown["lineItems"] == [{"subscriptionId": None, "subscription": None}]
    assert len(await gateway.calls()) == 1


async def test_only_what_a_publisher_activates_has_addresses(gateway: Gateway) -> None:
    """A license of Microsoft's needs none; each line costs a call."""
    service = await ordered(gateway, "lineItems { activationLinks }")
    licenses = await ordered(gateway, "lineItems { activationLinks }", of=LICENSES)

    assert service["lineItems"] == [{"activationLinks": [f"https://activation.example/{SERVICE_SUBSCRIPTION}"]}]
    assert licenses["lineItems"] == [{"activationLinks": []}]
    assert len(await gateway.calls()) == 4


async def test_lines_share_the_status_of_their_order(gateway: Gateway, bought: Buy) -> None:
    """One call answers for all of them, and so says the estimate."""
    order = await bought({"catalogItemId": BASIC}, {"catalogItemId": BASIC, "quantity": 2})
    by = f'{{ partnerCenter: {{ customerTenantId: "{CONTOSO}", orderId: "{order}" }} }}'
    document = f"{{ order(by: {by}) {{ lineItems {{ provisioningStatus subscription {{ quantity }} }} subscriptions {{ id }} }} }}"

    response = await gateway.http.post("/graphql", json={"query": document, "extensions": {"cost": True}})

    answer = response.json()
    assert [line["provisioningStatus"] for line in answer["data"]["order"]["lineItems"]] == ["SUCCEEDED"] * 2
    assert [line["subscription"]["quantity"] for line in answer["data"]["order"]["lineItems"]] == [1, 2]
    assert answer["extensions"]["cost"] == {"estimate": 3, "upstreamCalls": 3, "staleAnswers": 0}


async def test_a_status_without_a_user_costs_its_field_alone(gateway: Gateway, sandbox: Sandbox) -> None:
    """A token of an application may not ask how far something is; everything beside it is answered."""
    by = f'{{ partnerCenter: {{ customerTenantId: "{ALPINE}", orderId: "{LICENSES}" }} }}'
    document = f"{{ order(by: {by}) {{ status lineItems {{ provisioningStatus activationLinks subscription {{ quantity provisioningStatus }} }} }} }}"
    headers = {"Authorization": f"Bearer {await application_token(sandbox)}"}

    answer = (await gateway.http.post("/graphql", json={"query": document}, headers=headers)).json()

    line = ["order", "lineItems", 0]
    assert [(error["path"], error["extensions"]["code"]) for error in answer["errors"]] == [
        ([*line, "provisioningStatus"], "FORBIDDEN"),
        ([*line, "subscription", "provisioningStatus"], "FORBIDDEN"),
    ]
    assert answer["data"]["order"] == {
        "status": "COMPLETED",
        "lineItems": [
            {
                "provisioningStatus": None,
                "activationLinks": [],
                "subscription": {"quantity": 25, "provisioningStatus": None},
            }
        ],
    }


async def application_token(sandbox: Sandbox) -> str:
    """A token without a user, from the sandbox's own authority."""
    partner = SEED["partner"]
    form = {
        "grant_type": "client_credentials",
        "client_id": partner["clientId"],
        "client_secret": partner["clientSecret"],
        "resource": "https://api.partnercenter.microsoft.com",
    }
    async with httpx.AsyncClient(transport=httpx.ASGITransport(sandbox), base_url="http://sandbox") as client:
        return str((await client.post(f"/{partner['tenantId']}/oauth2/token", data=form)).json()["access_token"])
