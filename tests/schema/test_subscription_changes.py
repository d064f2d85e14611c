"""Changing and cancelling subscriptions through the graph: what it does, what it refuses, and what is known of its end."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any

import httpx
import pytest

from gateway.sandbox.app import Sandbox
from gateway.schema.node import Kind, node_id
from tests.harness import Clock, Gateway
from tests.schema.failing import Failing, Handler, LosingAnAnswer, answering, refusing
from tests.shop_ids import ALPINE, ALPINES_SEATS, CONTOSO

Over = Callable[..., AbstractAsyncContextManager[Gateway]]
Payload = dict[str, Any]

"""25 seats, of which 20 and 5 can be given back; bought two days ago."""
LATE = "a1b00002-52f7-4a0e-8d7e-6c1f3b0f9a02"
"""Can be cancelled for four more hours."""
SCHEDULED = "a1b00003-52f7-4a0e-8d7e-6c1f3b0f9a03"
"""40 seats, of which 35 are left at renewal."""
OLD = "a1b00005-52f7-4a0e-8d7e-6c1f3b0f9a05"
"""10 seats, two months old."""
SUSPENDED = "a1b00006-52f7-4a0e-8d7e-6c1f3b0f9a06"
DELETED = "a1b00009-52f7-4a0e-8d7e-6c1f3b0f9a09"

READ = "query Read($id: ID!) { subscription(by: {id: $id}) { version quantity status autoRenewEnabled friendlyName } }"
SHOWN = """
    subscription { id version quantity status autoRenewEnabled friendlyName nextTerm { quantity } customer { tenantId } }
    isChanged isPending
    errors {
      __typename code message path
      ... on SubscriptionNotFoundError { subscriptionId }
      ... on SubscriptionVersionConflictError { expectedVersion subscription { version quantity } }
      ... on PartnerCenterRejectedError { reason partnerCenterCode }
    }
"""
UPDATE = f"""
mutation Update($input: UpdateSubscriptionInput!) {{
  updateSubscription(input: $input) {{ {SHOWN} droppedNextTerm {{ quantity termDuration catalogItemId }} }}
}}
"""
CANCEL = f"mutation Cancel($input: CancelSubscriptionInput!) {{ cancelSubscription(input: $input) {{ {SHOWN} }} }}"


def subscription_id(of: str = ALPINES_SEATS) -> str:
    return node_id(Kind.SUBSCRIPTION, ALPINE, of)


def path(of: str = ALPINES_SEATS) -> str:
    return f"/v1/customers/{ALPINE}/subscriptions/{of}"


async def read(gateway: Gateway, of: str = ALPINES_SEATS) -> dict[str, Any]:
    found: dict[str, Any] = (await gateway.data(READ, {"id": subscription_id(of)}))["subscription"]
    await gateway.calls()
    return found


async def update(gateway: Gateway, change: object, version: str, of: str = ALPINES_SEATS) -> Payload:
    given = {"subscriptionId": subscription_id(of), "expectedVersion": version, "change": change}
    payload: Payload = (await gateway.data(UPDATE, {"input": given}))["updateSubscription"]
    return payload


async def cancel(gateway: Gateway, version: str, of: str = ALPINES_SEATS) -> Payload:
    given = {"subscriptionId": subscription_id(of), "expectedVersion": version}
    payload: Payload = (await gateway.data(CANCEL, {"input": given}))["cancelSubscription"]
    return payload


async def control(sandbox: Sandbox, path: str, **body: object) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(sandbox), base_url="http://sandbox") as http:
        assert (await http.post(f"/_sandbox/{path}", json=body)).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"quantity": 30}, id="more seats"),
        pytest.param({"quantity": 20}, id="fewer seats"),
        pytest.param({"autoRenewEnabled": False}, id="renewal"),
        pytest.param({"friendlyName": "Ground floor"}, id="name"),
    ],
)
async def test_a_change_is_made_by_one_read_and_one_write(gateway: Gateway, change: dict[str, object]) -> None:
    """The payload shows the subscription as it is now, with its new version."""
    before = await read(gateway)

    payload = await update(gateway, change, before["version"])

    assert await gateway.calls() == [f"GET {path()}", f"PATCH {path()}"]
    assert (payload["isChanged"], payload["isPending"], payload["errors"]) == (True, False, [])
    assert (
        payload["subscription"].items() >= {**before, **change, "version": payload["subscription"]["version"]}.items()
    )
    assert payload["subscription"]["version"] != before["version"]
    assert await read(gateway) == {**before, **change, "version": payload["subscription"]["version"]}


async def test_the_same_change_again_is_not_sent(gateway: Gateway) -> None:
    """A second click has the version of before the first one, and all the same nothing happens."""
    version = (await read(gateway))["version"]
    first = await update(gateway, {"quantity": 30}, version)
    await gateway.calls()

    second = await update(gateway, {"quantity": 30}, version)

    assert second == {**first, "isChanged": False}
    assert await gateway.calls() == [f"GET {path()}"]


async def test_a_change_of_another_version_is_refused(gateway: Gateway) -> None:
    """A colleague has bought 30 seats since; 27 would take them back. The error shows what there is now."""
    version = (await read(gateway))["version"]
    colleague = await update(gateway, {"quantity": 30}, version)
    await gateway.calls()

    payload = await update(gateway, {"quantity": 27}, version)

    (error,) = payload["errors"]
    assert (error["code"], error["path"]) == ("SUBSCRIPTION_VERSION_CONFLICT", ["input", "expectedVersion"])
    assert error["expectedVersion"] == version
    assert error["subscription"] == {"quantity": 30, "version": colleague["subscription"]["version"]}
    assert (payload["subscription"], payload["isChanged"]) == (None, False)
    assert await gateway.calls() == [f"GET {path()}"]


async def test_what_was_scheduled_and_is_lost_is_named(gateway: Gateway) -> None:
    """Partner Center drops it with a change of seats."""
    version = (await read(gateway, SCHEDULED))["version"]

    payload = await update(gateway, {"quantity": 41}, version, SCHEDULED)

    assert payload["droppedNextTerm"] == {
        "quantity": 35,
        "termDuration": "P3Y",
        "catalogItemId": "CFQ7TTC0LCHC:0002:CFQ7TTC0KFFN",
    }
    assert payload["subscription"]["nextTerm"] is None


async def test_what_was_scheduled_and_is_left_is_not_named(gateway: Gateway) -> None:
    """A new name loses nothing: the instructions are sent along."""
    version = (await read(gateway, SCHEDULED))["version"]

    payload = await update(gateway, {"friendlyName": "Lifts"}, version, SCHEDULED)

    assert payload["droppedNextTerm"] is None
    assert payload["subscription"]["nextTerm"] == {"quantity": 35}


async def test_a_change_that_takes_time_is_pending(gateway: Gateway, sandbox: Sandbox, clock: Clock) -> None:
    """Meanwhile another one is refused as one that is under way."""
    await control(sandbox, "switches", acceptEveryTenthChange=True)
    version = (await read(gateway))["version"]
    for seats in range(26, 35):
        version = (await update(gateway, {"quantity": seats}, version))["subscription"]["version"]

    tenth = await update(gateway, {"quantity": 40}, version)
    meanwhile = await update(gateway, {"quantity": 41}, version)
    clock.advance(timedelta(minutes=1))
    later = await update(gateway, {"quantity": 40}, version)

    assert (tenth["isChanged"], tenth["isPending"], tenth["subscription"]["quantity"]) == (True, True, 40)
    (error,) = meanwhile["errors"]
    assert (error["code"], error["reason"]) == ("PARTNER_CENTER_REJECTED", "CHANGE_UNDER_WAY")
    assert (later["isChanged"], later["isPending"]) == (False, False)


@pytest.mark.parametrize(
    ("of", "change", "reason", "code"),
    [
        pytest.param(OLD, {"quantity": 9}, "SEATS_NOT_REMOVABLE", "800090", id="seats after their window"),
        pytest.param(SUSPENDED, {"friendlyName": "x"}, "STATE_DOES_NOT_ALLOW", "800091", id="suspended"),
        pytest.param(DELETED, {"friendlyName": "x"}, "STATE_DOES_NOT_ALLOW", "2011", id="cancelled"),
        pytest.param(ALPINES_SEATS, {"quantity": 301}, "QUANTITY_NOT_ALLOWED", "800088", id="more seats than a customer may have"),
    ],
)  # fmt: skip
async def test_a_refusal_says_what_can_be_done(
    gateway: Gateway, of: str, change: dict[str, object], reason: str, code: str
) -> None:
    """As data, and nothing is changed."""
    before = await read(gateway, of)

    payload = await update(gateway, change, before["version"], of)

    (error,) = payload["errors"]
    assert (error["code"], error["reason"], error["partnerCenterCode"]) == ("PARTNER_CENTER_REJECTED", reason, code)
    assert await read(gateway, of) == before


async def test_a_subscription_is_cancelled_once(gateway: Gateway) -> None:
    """A repetition finds it cancelled, whatever the version."""
    version = (await read(gateway))["version"]

    first = await cancel(gateway, version)
    calls = await gateway.calls()
    second = await cancel(gateway, version)

    assert (first["isChanged"], first["subscription"]["status"], first["errors"]) == (True, "DELETED", [])
    assert (second["isChanged"], second["subscription"]) == (False, first["subscription"])
    assert calls == [f"GET {path()}", f"PATCH {path()}"]
    assert await gateway.calls() == [f"GET {path()}"]


async def test_a_cancellation_needs_the_version_that_was_shown(gateway: Gateway) -> None:
    """Nobody gives up seats that they have not seen."""
    version = (await read(gateway))["version"]
    await update(gateway, {"quantity": 30}, version)

    (error,) = (await cancel(gateway, version))["errors"]

    assert (error["code"], error["subscription"]["quantity"]) == ("SUBSCRIPTION_VERSION_CONFLICT", 30)


async def test_a_cancellation_after_its_window_is_refused(gateway: Gateway, clock: Clock) -> None:
    """The subscription's own deadline has passed."""
    version = (await read(gateway, LATE))["version"]
    clock.advance(timedelta(hours=5))

    (error,) = (await cancel(gateway, version, LATE))["errors"]

    assert (error["reason"], error["partnerCenterCode"]) == ("NOT_CANCELLABLE", "900117")


async def test_all_problems_of_an_input_are_named_at_once(gateway: Gateway) -> None:
    """A broken identifier and a wrong value."""
    given = {"subscriptionId": "nonsense", "expectedVersion": "any", "change": {"quantity": 0}}

    payload = (await gateway.data(UPDATE, {"input": given}))["updateSubscription"]

    assert [each["code"] for each in payload["errors"]] == ["SUBSCRIPTION_NOT_FOUND", "INVALID_INPUT"]


@pytest.mark.parametrize(
    ("fail", "method", "code", "outcome"),
    [
        pytest.param(refusing(500, 800003), "PATCH", "CHANGE_OUTCOME_UNKNOWN", "UNKNOWN", id="500, twice"),
        pytest.param(refusing(504, 0), "PATCH", "CHANGE_OUTCOME_UNKNOWN", "UNKNOWN", id="a proxy gave up"),
        pytest.param(answering(200, b'{"id'), "PATCH", "CHANGE_OUTCOME_UNKNOWN", "UNKNOWN", id="half an answer"),
        pytest.param(refusing(401, 800001), "PATCH", "UNAUTHENTICATED", "NOT_DONE", id="a token that is not accepted"),
        pytest.param(refusing(403, 20002), "PATCH", "FORBIDDEN", "NOT_DONE", id="no right to write"),
        pytest.param(answering(429, b"{}", Retry_After="299"), "PATCH", "UPSTREAM_THROTTLED", "NOT_DONE", id="throttled"),
        pytest.param(refusing(403, 20002), "GET", "FORBIDDEN", "NOT_DONE", id="no right to look"),
        pytest.param(answering(200, b"[]"), "GET", "UPSTREAM_INVALID", "NOT_DONE", id="no look possible"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["updateSubscription", "cancelSubscription"])
async def test_a_failure_says_what_is_known(
    *,
    gateway: Gateway,
    gateway_over: Over,
    sandbox: Sandbox,
    name: str,
    fail: Handler,
    method: str,
    code: str,
    outcome: str,
) -> None:
    """NOT_DONE only where nothing was changed for certain."""
    given: dict[str, object] = {
        "subscriptionId": subscription_id(),
        "expectedVersion": (await read(gateway))["version"],
    }
    document = CANCEL if name == "cancelSubscription" else UPDATE
    change = {} if name == "cancelSubscription" else {"change": {"quantity": 30}}

    async with gateway_over(Failing(sandbox, fail, method=method)) as over:
        answer = await over.ask(document, {"input": {**given, **change}})

    (error,) = answer["errors"]
    assert (error["extensions"]["code"], error["extensions"]["outcome"]) == (code, outcome)
    assert answer["data"] == {name: None}


async def test_a_lost_answer_is_success(gateway: Gateway, gateway_over: Over, sandbox: Sandbox) -> None:
    """The change is found to be made, and is not made again."""
    version = (await read(gateway))["version"]

    async with gateway_over(LosingAnAnswer(sandbox, method="PATCH")) as over:
        payload = await update(over, {"quantity": 30}, version)
        calls = await over.calls()

    assert (payload["isChanged"], payload["subscription"]["quantity"], payload["errors"]) == (True, 30, [])
    assert calls == [f"GET {path()}", f"PATCH {path()}", f"GET {path()}"]


class Down(httpx.AsyncBaseTransport):
    """The sandbox. Once a change was sent, which is carried out, nothing is answered until it is `up` again."""

    def __init__(self, sandbox: Sandbox, fail: Handler) -> None:
        self._sandbox = httpx.ASGITransport(sandbox)
        self.fail = fail
        self.is_up = True

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.is_up:
            answer = await self._sandbox.handle_async_request(request)
            self.is_up = request.method != "PATCH"
            if self.is_up:
                return answer
        return await self.fail(request)


@pytest.mark.parametrize(
    ("fail", "code"),
    [
        pytest.param(answering(502, b"<html>"), "CHANGE_OUTCOME_UNKNOWN", id="nothing can be asked"),
        pytest.param(refusing(401, 800001), "UNAUTHENTICATED", id="the token is not accepted"),
    ],
)
async def test_a_repetition_does_not_deny_what_the_first_call_may_have_done(
    gateway: Gateway, gateway_over: Over, sandbox: Sandbox, fail: Handler, code: str
) -> None:
    """It sends nothing itself, but says that the outcome is unknown; once Partner Center is up again it is found."""
    given = {"subscriptionId": subscription_id(), "expectedVersion": (await read(gateway))["version"]}
    down = Down(sandbox, answering(502, b"<html>"))

    async with gateway_over(down) as over:
        lost = await over.ask(CANCEL, {"input": given})
        down.fail = fail
        repeated = await over.ask(CANCEL, {"input": given})
        down.is_up = True
        found = await over.data(CANCEL, {"input": given})

    said = [answer["errors"][0]["extensions"] for answer in (lost, repeated)]
    assert [(each["code"], each["outcome"]) for each in said] == [
        ("CHANGE_OUTCOME_UNKNOWN", "UNKNOWN"),
        (code, "UNKNOWN"),
    ]
    assert found["cancelSubscription"]["subscription"]["status"] == "DELETED"


async def test_what_fails_below_the_payload_leaves_it(gateway: Gateway, gateway_over: Over, sandbox: Sandbox) -> None:
    """The change is made, and the error beside it says so."""
    version = (await read(gateway))["version"]
    given = {"subscriptionId": subscription_id(), "expectedVersion": version, "change": {"quantity": 30}}
    document = """mutation Update($input: UpdateSubscriptionInput!) {
      updateSubscription(input: $input) { isChanged subscription { quantity customer { companyName } } } }"""

    async with gateway_over(Failing(sandbox, refusing(403, 20002), method="GET", ending=ALPINE)) as over:
        answer = await over.ask(document, {"input": given})

    shown = {"quantity": 30, "customer": None}
    assert answer["data"]["updateSubscription"] == {"isChanged": True, "subscription": shown}
    (error,) = answer["errors"]
    assert (error["extensions"]["code"], error["extensions"]["outcome"]) == ("FORBIDDEN", "DONE")


@pytest.mark.parametrize(
    "other",
    [
        'checkoutCart(input: {cartId: "x"}) { replayed }',
        'cancelOrder(input: {orderId: "x"}) { isChanged }',
        'b: cancelSubscription(input: {subscriptionId: "x", expectedVersion: "x"}) { isChanged }',
        'updateSubscription(input: {subscriptionId: "x", expectedVersion: "x", change: {quantity: 1}}) { isChanged }',
    ],
    ids=lambda text: text.partition("(")[0],
)
async def test_an_operation_holds_one_decision_about_money(gateway: Gateway, other: str) -> None:
    """Half of two in one answer could succeed, and nobody could repeat the rest."""
    document = f'mutation {{ cancelSubscription(input: {{subscriptionId: "x", expectedVersion: "x"}}) {{ isChanged }} {other} }}'

    (error,) = (await gateway.ask(document))["errors"]

    assert error["extensions"]["code"] == "LIMIT_EXCEEDED"
    assert await gateway.calls() == []


async def test_a_token_without_a_user_is_enough(gateway: Gateway, another_token: str) -> None:
    """For changing and for cancelling."""
    headers = {"Authorization": f"Bearer {another_token}"}
    given = {"subscriptionId": subscription_id(), "expectedVersion": (await read(gateway))["version"]}
    body = {"query": UPDATE, "variables": {"input": {**given, "change": {"quantity": 30}}}}

    changed = (await gateway.http.post("/graphql", json=body, headers=headers)).json()["data"]["updateSubscription"]
    given["expectedVersion"] = changed["subscription"]["version"]
    body = {"query": CANCEL, "variables": {"input": given}}
    cancelled = (await gateway.http.post("/graphql", json=body, headers=headers)).json()["data"]["cancelSubscription"]

    assert changed["subscription"]["quantity"] == 30
    assert cancelled["subscription"]["status"] == "DELETED"


async def test_an_older_offer_is_changed_with_its_etag(gateway: Gateway, sandbox: Sandbox) -> None:
    """Again and again, because the subscription is read before each change."""
    token = {"Authorization": f"Bearer {sandbox.demo_token()}"}
    line = {"catalogItemId": "91FD106F-4B2C-4938-95AC-F54F74E9A239", "quantity": 5, "billingCycle": "monthly"}
    carts = f"/v1/customers/{CONTOSO}/carts"
    async with httpx.AsyncClient(transport=httpx.ASGITransport(sandbox), base_url="http://sandbox") as http:
        cart = (await http.post(carts, json={"lineItems": [line]}, headers=token)).json()
        bought = (await http.post(f"{carts}/{cart['id']}/checkout", headers=token)).json()
    owned = node_id(Kind.SUBSCRIPTION, CONTOSO, bought["orders"][0]["lineItems"][0]["subscriptionId"].lower())

    quantities: list[int] = []
    for quantity in (6, 7):
        version = (await gateway.data(READ, {"id": owned}))["subscription"]["version"]
        given = {"subscriptionId": owned, "expectedVersion": version, "change": {"quantity": quantity}}
        payload = (await gateway.data(UPDATE, {"input": given}))["updateSubscription"]
        quantities.append(payload["subscription"]["quantity"])

    assert quantities == [6, 7]
