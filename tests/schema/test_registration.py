"""Registering an Azure subscription through the graph: what it changes, what it refuses, and what is known of its end."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import pytest

from gateway.sandbox.app import Sandbox
from gateway.schema.node import Kind, node_id
from tests.harness import Gateway
from tests.shop_ids import ALPINE, FJORD

Over = Callable[..., AbstractAsyncContextManager[Gateway]]

PLAN = "962fd6d4-e7b0-49bd-af75-df6113456fda"
LICENSES = "a1b00001-52f7-4a0e-8d7e-6c1f3b0f9a01"
ID = node_id(Kind.SUBSCRIPTION, FJORD, PLAN)
U = f"/v1/customers/{FJORD}/subscriptions/{PLAN}"
REGISTER = """
mutation Register($id: ID!) {
  registerSubscription(input: {subscriptionId: $id}) {
    subscription { partnerCenterId registrationStatus } isChanged
    errors { __typename code path ... on SubscriptionNotFoundError { subscriptionId } ... on PartnerCenterRejectedError { partnerCenterCode } }
  }
}
"""


async def registered(gateway: Gateway, subscription: str = ID) -> Any:
    return (await gateway.data(REGISTER, {"id": subscription}))["registerSubscription"]


async def test_a_registration_is_begun_once(gateway: Gateway) -> None:
    """The payload shows the state it is in now; a repetition finds it and sends nothing."""
    first = await registered(gateway)
    calls = await gateway.calls()
    second = await registered(gateway)

    shown = {"partnerCenterId": PLAN, "registrationStatus": "REGISTERING"}
    assert first == {"subscription": shown, "isChanged": True, "errors": []}
    assert second == {"subscription": shown, "isChanged": False, "errors": []}
    assert calls == [
        f"GET {U}/registrationstatus",
        f"POST {U}/registrations",
        f"GET {U}",
        f"GET {U}/registrationstatus",
    ]
    assert f"POST {U}/registrations" not in await gateway.calls()


async def test_licenses_cannot_be_registered(gateway: Gateway) -> None:
    """Partner Center knows no registration of theirs; the error has the identifier that was sent, and nothing is sent on."""
    licenses = node_id(Kind.SUBSCRIPTION, ALPINE, LICENSES)

    shown = await registered(gateway, licenses)

    error = {
        "__typename": "SubscriptionNotFoundError",
        "code": "SUBSCRIPTION_NOT_FOUND",
        "path": ["input", "subscriptionId"],
        "subscriptionId": licenses,
    }
    assert shown == {"subscription": None, "isChanged": False, "errors": [error]}
    assert len(await gateway.calls()) == 1


class Scripted(httpx.AsyncBaseTransport):
    """The sandbox, with another answer to the calls of this method."""

    def __init__(self, sandbox: Sandbox, method: str, answer: httpx.Response | Exception) -> None:
        self._inner = httpx.ASGITransport(sandbox)
        self._method = method
        self._answer = answer

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method != self._method:
            return await self._inner.handle_async_request(request)
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


async def test_a_refusal_is_data(gateway_over: Over, sandbox: Sandbox) -> None:
    """With Partner Center's own code."""
    refusal = httpx.Response(400, json={"code": 2001, "description": "Suspended.", "data": []})

    async with gateway_over(Scripted(sandbox, "POST", refusal)) as over:
        (error,) = (await registered(over))["errors"]

    assert (error["__typename"], error["partnerCenterCode"]) == ("PartnerCenterRejectedError", "2001")


@pytest.mark.parametrize(
    ("method", "answer", "code", "outcome"),
    [
        pytest.param("POST", httpx.ReadError("gone"), "CHANGE_OUTCOME_UNKNOWN", "UNKNOWN", id="no answer to the write"),
        pytest.param("POST", httpx.Response(403, json={"code": 900329, "description": "No."}), "FORBIDDEN", "NOT_DONE", id="no right to write"),
        pytest.param("GET", httpx.Response(403, json={"code": 900329, "description": "No."}), "FORBIDDEN", "NOT_DONE", id="no right to look"),
    ],
)  # fmt: skip
async def test_a_failure_says_what_is_known(
    gateway_over: Over, sandbox: Sandbox, method: str, answer: httpx.Response | Exception, code: str, outcome: str
) -> None:
    """NOT_DONE only where nothing was begun for certain."""
    async with gateway_over(Scripted(sandbox, method, answer)) as over:
        failed = await over.ask(REGISTER, {"id": ID})

    (error,) = failed["errors"]
    assert (error["extensions"]["code"], error["extensions"]["outcome"]) == (code, outcome)
    assert failed["data"] == {"registerSubscription": None}


async def test_what_fails_below_the_payload_leaves_it(gateway_over: Over, sandbox: Sandbox) -> None:
    """The registration is done, and the error beside it says so."""
    down = httpx.Response(400, json={"code": 800002, "description": "No.", "data": []})

    class WithoutSubscriptions(Scripted):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            return down if request.url.path.endswith(PLAN) else await super().handle_async_request(request)

    async with gateway_over(WithoutSubscriptions(sandbox, "PATCH", down)) as over:
        answer = await over.ask(REGISTER, {"id": ID})

    assert answer["data"]["registerSubscription"] == {"subscription": None, "isChanged": True, "errors": []}
    (error,) = answer["errors"]
    assert (error["path"], error["extensions"]["outcome"]) == (["registerSubscription", "subscription"], "DONE")
