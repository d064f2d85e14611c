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
    """Registering answers 202 with the status address and no body (register-a-subscription.md)."""
    path = f"{CONTOSO}/subscriptions/{UNREGISTERED}"
    before = (await api.get(f"{path}/registrationstatus")).json()
    refused = (await create(RESERVED))["lineItems"][0]

    answer = await api.post(f"{path}/registrations")

    after = await api.get(f"/v1{answer.headers['Location']}")
    assert (answer.status_code, answer.content) == (202, b"")
    assert (before["status"], after.json()["status"]) == ("NotRegistered", "Registered")
    assert refused["error"]["errorCode"] == 10011
    assert "error" not in (await create(RESERVED))["lineItems"][0]


async def test_only_azure_subscriptions_can_be_registered(api: httpx.AsyncClient) -> None:
    """A licence is not found."""
    answers = [
        await api.get(f"{FABRIKAM}/subscriptions/{OWNED}/registrationstatus"),
        await api.post(f"{FABRIKAM}/subscriptions/{OWNED}/registrations"),
    ]

    assert [(each.status_code, each.json()["code"]) for each in answers] == [(404, 20003)] * 2
