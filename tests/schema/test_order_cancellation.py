"""Cancelling an order through the graph: what it does, what it refuses, and what is known of its end."""

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
from tests.shop_ids import ALPINE, CONTOSO

Over = Callable[..., AbstractAsyncContextManager[Gateway]]
Payload = dict[str, Any]

SOFTWARE = {"catalogItemId": "DG7GMGF0DWTL:0001:DG7GMGF0DSFM", "billingCycle": "one_time"}
CANCEL = """
mutation Cancel($input: CancelOrderInput!) {
  cancelOrder(input: $input) {
    order { id status lineItems { lineItemNumber quantity } customer { tenantId } }
    isChanged
    errors {
      __typename code path
      ... on OrderNotFoundError { orderId }
      ... on PartnerCenterRejectedError { reason partnerCenterCode }
    }
  }
}
"""


@pytest.fixture
async def order(sandbox: Sandbox) -> str:
    """Partner Center's id of an order of Contoso's: 3 and 1 of some software."""
    token = {"Authorization": f"Bearer {sandbox.demo_token()}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(sandbox), base_url="http://sandbox") as http:
        lines = [{**SOFTWARE, "quantity": quantity} for quantity in (3, 1)]
        carts = f"/v1/customers/{CONTOSO}/carts"
        cart = (await http.post(carts, json={"lineItems": lines}, headers=token)).json()
        bought = (await http.post(f"{carts}/{cart['id']}/checkout", headers=token)).json()
        await http.delete("/_sandbox/calls")
    found: str = bought["orders"][0]["id"]
    return found


def order_id(of: str) -> str:
    return node_id(Kind.ORDER, CONTOSO, of)


async def cancel(gateway: Gateway, of: str, *numbers: int) -> Payload:
    given = {"orderId": order_id(of), **({"lineItemNumbers": numbers} if numbers else {})}
    payload: Payload = (await gateway.data(CANCEL, {"input": given}))["cancelOrder"]
    return payload


def path(of: str) -> str:
    return f"/v1/customers/{CONTOSO}/orders/{of}"


async def test_an_order_is_cancelled_once(gateway: Gateway, order: str) -> None:
    """By one read and one write; a repetition finds it cancelled."""
    first = await cancel(gateway, order)
    calls = await gateway.calls()
    second = await cancel(gateway, order)

    assert first["order"] == {
        "id": order_id(order),
        "status": "CANCELLED",
        "lineItems": [{"lineItemNumber": 0, "quantity": 0}, {"lineItemNumber": 1, "quantity": 0}],
        "customer": {"tenantId": CONTOSO},
    }
    assert (first["isChanged"], first["errors"]) == (True, [])
    assert second == {**first, "isChanged": False}
    assert calls == [f"GET {path(order)}", f"PATCH {path(order)}"]
    assert await gateway.calls() == [f"GET {path(order)}"]


async def test_one_item_is_cancelled(gateway: Gateway, order: str) -> None:
    """The rest stays, and can be cancelled later."""
    partly = await cancel(gateway, order, 1)
    again = await cancel(gateway, order, 1)
    wholly = await cancel(gateway, order, 0, 1)

    assert [line["quantity"] for line in partly["order"]["lineItems"]] == [3, 0]
    assert [each["order"]["status"] for each in (partly, wholly)] == ["COMPLETED", "CANCELLED"]
    assert [each["isChanged"] for each in (partly, again, wholly)] == [True, False, True]


async def test_all_problems_of_an_input_are_named_at_once(gateway: Gateway) -> None:
    """A broken identifier and an empty list, before any call."""
    payload = (await gateway.data(CANCEL, {"input": {"orderId": "x", "lineItemNumbers": []}}))["cancelOrder"]

    assert [each["code"] for each in payload["errors"]] == ["ORDER_NOT_FOUND", "INVALID_INPUT"]
    assert await gateway.calls() == []


async def test_what_is_cancelled_at_its_subscription_is_refused(gateway: Gateway) -> None:
    """Licences, for instance."""
    given = {"orderId": node_id(Kind.ORDER, ALPINE, "a1b000000001")}

    (error,) = (await gateway.data(CANCEL, {"input": given}))["cancelOrder"]["errors"]

    assert (error["code"], error["reason"], error["partnerCenterCode"]) == (
        "PARTNER_CENTER_REJECTED",
        "NOT_CANCELLABLE",
        "800063",
    )


async def test_a_cancellation_after_its_window_is_refused(gateway: Gateway, order: str, clock: Clock) -> None:
    """Thirty days for what has no term."""
    clock.advance(timedelta(days=31))

    (error,) = (await cancel(gateway, order))["errors"]

    assert (error["reason"], error["partnerCenterCode"]) == ("NOT_CANCELLABLE", "900117")


async def test_a_lost_answer_is_success(gateway_over: Over, sandbox: Sandbox, order: str) -> None:
    """The order is found to be cancelled."""
    async with gateway_over(LosingAnAnswer(sandbox, method="PATCH")) as over:
        payload = await cancel(over, order)

    assert (payload["isChanged"], payload["order"]["status"]) == (True, "CANCELLED")


@pytest.mark.parametrize(
    ("fail", "method", "code", "outcome"),
    [
        pytest.param(refusing(500, 800003), "PATCH", "CHANGE_OUTCOME_UNKNOWN", "UNKNOWN", id="500, twice"),
        pytest.param(answering(200, b"null"), "PATCH", "CHANGE_OUTCOME_UNKNOWN", "UNKNOWN", id="no answer that counts"),
        pytest.param(refusing(403, 20002), "PATCH", "FORBIDDEN", "NOT_DONE", id="no right to write"),
        pytest.param(refusing(403, 20002), "GET", "FORBIDDEN", "NOT_DONE", id="no right to look"),
    ],
)
async def test_a_failure_says_what_is_known(
    *, gateway_over: Over, sandbox: Sandbox, order: str, fail: Handler, method: str, code: str, outcome: str
) -> None:
    """NOT_DONE only where nothing was cancelled for certain."""
    async with gateway_over(Failing(sandbox, fail, method=method)) as over:
        answer = await over.ask(CANCEL, {"input": {"orderId": order_id(order)}})

    (error,) = answer["errors"]
    assert (error["extensions"]["code"], error["extensions"]["outcome"]) == (code, outcome)
    assert answer["data"] == {"cancelOrder": None}
