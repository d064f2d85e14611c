"""The calls for provisioning and registration status."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

Create = Callable[..., Awaitable[dict[str, Any]]]

CONTOSO, FABRIKAM = (
    "/v1/customers/28045616-f6b9-462f-9701-0d89b5e65c44",
    "/v1/customers/6f4ce4d8-f42e-45e0-8661-92ad6ac9d003",
)
OWNED = "a4c1340d-6911-4758-bba3-0c4c6007d161"
UNREGISTERED = "00000000-0000-0000-0000-000000000001"
RESERVED = {
    "catalogItemId": "DZH318Z0BQ36:004J:DZH318Z08B8X",
    "billingCycle": "one_time",
    "termDuration": "P3Y",
    "provisioningContext": {"scope": "single", "subscriptionId": UNREGISTERED},
}


@pytest.mark.parametrize("path", [f"{FABRIKAM}/subscriptions/{OWNED}", f"/v1/subscriptions/{OWNED.upper()}"])
async def test_a_subscription_is_provisioned(api: httpx.AsyncClient, path: str) -> None:
    """By customer, and at the address that order lines link (get-subscription-provisioning-status.md)."""
    answer = await api.get(f"{path}/provisioningstatus")

    assert answer.status_code == 200
    assert {**answer.json(), "skuId": "", "endDate": ""} == {
        "skuId": "",
        "status": "success",
        "quantity": 4,
        "endDate": "",
        "attributes": {"objectType": "SubscriptionProvisioningStatus"},
    }


@pytest.mark.parametrize("path", [f"{CONTOSO}/subscriptions/{OWNED}", "/v1/subscriptions/nothing"])
async def test_another_subscription_is_not_found(api: httpx.AsyncClient, path: str) -> None:
    """Neither another customer's nor an unknown one."""
    answer = await api.get(f"{path}/provisioningstatus")

    assert (answer.status_code, answer.json()["code"]) == (404, 20003)


async def test_a_registered_subscription_accepts_reservations(api: httpx.AsyncClient, create: Create) -> None:
    """Registering answers 202 with the status address and no body (register-a-subscription.md), and takes a minute."""
    path = f"{CONTOSO}/subscriptions/{UNREGISTERED}"
    before = await status(api, path)

    answer = await api.post(f"{path}/registrations")

    meanwhile, refused = await status(api, path), (await create(RESERVED))["lineItems"][0]
    await api.post("/_sandbox/clock", json={"advanceSeconds": 60})
    after = (await api.get(f"/v1{answer.headers['Location']}")).json()["status"]
    assert (answer.status_code, answer.content) == (202, b"")
    assert (before, meanwhile, after) == ("NotRegistered", "Registering", "Registered")
    assert refused["error"]["errorCode"] == 10011
    assert "error" not in (await create(RESERVED))["lineItems"][0]


async def status(api: httpx.AsyncClient, path: str) -> str:
    return str((await api.get(f"{path}/registrationstatus")).json()["status"])


async def test_a_repeated_registration_begins_nothing(api: httpx.AsyncClient) -> None:
    """The first one ends when it would have."""
    path = f"{CONTOSO}/subscriptions/{UNREGISTERED}"
    await api.post(f"{path}/registrations")
    await api.post("/_sandbox/clock", json={"advanceSeconds": 40})

    again = await api.post(f"{path}/registrations")

    await api.post("/_sandbox/clock", json={"advanceSeconds": 20})
    assert (again.status_code, await status(api, path)) == (202, "Registered")


async def test_provisioning_can_take_time(api: httpx.AsyncClient, create: Create) -> None:
    """Until it is over, lists leave the subscription out; by its id it is pending, and so is its order line."""
    await api.post("/_sandbox/switches", json={"provisioningSeconds": 600})
    cart = await create({})
    order = (await api.post(f"{CONTOSO}/carts/{cart['id']}/checkout")).json()["orders"][0]
    bought = f"{CONTOSO}/subscriptions/{order['lineItems'][0]['subscriptionId']}"
    views = [
        f"{CONTOSO}/subscriptions?order_id={order['id']}",
        bought,
        f"{bought}/provisioningstatus",
        f"{CONTOSO}/orders/{order['id']}/provisioningstatus",
    ]

    before = [(await api.get(view)).json() for view in views]
    await api.post("/_sandbox/clock", json={"advanceSeconds": 600})
    after = [(await api.get(view)).json() for view in views]

    shown = [(a["totalCount"], b["status"], c["status"], d["items"][0]["status"]) for a, b, c, d in (before, after)]
    assert shown == [(0, "pending", "pending", "prefulfillmentPending"), (1, "active", "success", "fulfilled")]


async def test_a_cancelled_order_is_not_fulfilled(api: httpx.AsyncClient, create: Create) -> None:
    """Its lines say so (get-order-provisioning-status.md)."""
    software = {"catalogItemId": "DG7GMGF0DWTL:0001:DG7GMGF0DSFM", "billingCycle": "one_time", "termDuration": None}
    cart = await create(software)
    order = (await api.post(f"{CONTOSO}/carts/{cart['id']}/checkout")).json()["orders"][0]["id"]
    await api.patch(f"{CONTOSO}/orders/{order}", json={"id": order, "status": "cancelled"})

    answer = (await api.get(f"{CONTOSO}/orders/{order}/provisioningstatus")).json()

    assert [each["status"] for each in answer["items"]] == ["unfulfilled"]


async def test_only_azure_subscriptions_can_be_registered(api: httpx.AsyncClient) -> None:
    """A licence is not found."""
    answers = [
        await api.get(f"{FABRIKAM}/subscriptions/{OWNED}/registrationstatus"),
        await api.post(f"{FABRIKAM}/subscriptions/{OWNED}/registrations"),
    ]

    assert [(each.status_code, each.json()["code"]) for each in answers] == [(404, 20003)] * 2
