"""One record a purchase: what was bought, how it ended, and the ids by which it can be followed."""

import httpx
import pytest

from gateway.telemetry.requests import hashed
from tests.harness import Gateway
from tests.logs import Logged
from tests.telemetry.counting import changes

_KEY = "the-key-of-a-click"


async def test_a_purchase_that_was_placed(gateway: Gateway, logged: Logged) -> None:
    """With its orders, the common request id of its attempts, and the hash of the caller's key."""
    with changes() as counted:
        payload = (await gateway.data(await _checkout(gateway)))["checkoutCart"]

    (purchase,) = logged("purchase")
    demo = gateway.sandbox.demo
    assert purchase["level"] == "info"
    assert (purchase["outcome"], purchase["attempts"], purchase["replayed"]) == ("PLACED", 1, False)
    assert (purchase["customer"], purchase["cart"]) == (demo.customer_id, demo.cart_id)
    assert purchase["orders"] == [order["partnerCenterId"] for order in payload["result"]["orders"]]
    assert purchase["idempotency_key"] == hashed(_KEY)
    assert purchase["ms_request_id"]
    assert purchase["correlation_id"] == logged("request")[-1]["correlation_id"]
    assert counted("gateway_purchases_total", outcome="PLACED") == 1
    assert counted("gateway_purchase_attempts_total") == 1
    assert counted("gateway_idempotent_calls_total", result="executed") == 1


async def test_a_repeat_buys_nothing_and_says_so(gateway: Gateway, logged: Logged) -> None:
    """It is another request, and no other purchase."""
    document = await _checkout(gateway)
    await gateway.data(document)

    with changes() as counted:
        await gateway.data(document)

    assert len(logged("purchase")) == 1
    assert counted("gateway_purchases_total", outcome="PLACED") == 0
    assert counted("gateway_idempotent_calls_total", result="replayed") == 1


@pytest.mark.parametrize(
    "fault", [pytest.param("html", id="a page of a proxy"), pytest.param(503, id="a busy service")]
)
async def test_an_unknown_outcome_is_an_error_with_its_cause(
    gateway: Gateway, logged: Logged, fault: str | int
) -> None:
    """The person on call is to look now: the record says why, after how many attempts, and for which cart."""
    document = await _checkout(gateway)
    await _break(gateway, {"calls": "POST */checkout", "fault": fault})

    with changes() as counted:
        answer = await gateway.ask(document)

    (purchase,) = logged("purchase")
    (request,) = [record for record in logged("request") if record["operation_type"] == "mutation"]
    assert answer["errors"][0]["extensions"]["outcome"] == "UNKNOWN"
    assert (purchase["level"], purchase["outcome"]) == ("error", "UNKNOWN")
    assert purchase["code"] == answer["errors"][0]["extensions"]["code"]
    assert purchase["cause"]
    assert purchase["attempts"] > 1
    assert purchase["cart"] == gateway.sandbox.demo.cart_id
    assert counted("gateway_purchases_total", outcome="UNKNOWN") == 1
    assert request["correlation_id"] == purchase["correlation_id"]


async def test_a_refusal_is_no_alarm(gateway: Gateway, logged: Logged) -> None:
    """Nothing was ordered, for a reason that the caller has to mend."""
    document = await _checkout(gateway)
    await _break(gateway, {"calls": "POST */checkout", "fault": 400})

    with changes() as counted:
        await gateway.ask(document)

    (purchase,) = logged("purchase")
    assert (purchase["level"], purchase["outcome"], purchase["orders"]) == ("info", "NOT_PLACED", [])
    assert purchase["code"] == "UPSTREAM_REJECTED"
    assert counted("gateway_purchases_total", outcome="NOT_PLACED") == 1


async def test_a_caller_that_may_not_see_the_cart_is_no_alarm(gateway: Gateway, logged: Logged) -> None:
    """It is told UNKNOWN, since the record of the purchase is none of its business; nobody is to be woken for it."""
    document = await _checkout(gateway, key=False)
    headers = {"Authorization": f"Bearer {gateway.sandbox.demo_token()}"}
    await gateway.http.post("/graphql", json={"query": document}, headers=headers)
    async with _control(gateway) as control:
        await control.delete("/_sandbox/tokens")

    with changes() as counted:
        answer = await gateway.http.post("/graphql", json={"query": document}, headers=headers)

    purchase = logged("purchase")[-1]
    assert answer.json()["errors"][0]["extensions"]["outcome"] == "UNKNOWN"
    assert (purchase["outcome"], purchase["level"]) == ("REFUSED", "info")
    assert counted("gateway_purchases_total", outcome="UNKNOWN") == 0
    assert counted("gateway_purchases_total", outcome="REFUSED") == 1


async def _checkout(gateway: Gateway, *, key: bool = True) -> str:
    demo = gateway.sandbox.demo
    by = f'{{partnerCenter: {{customerTenantId: "{demo.customer_id}", cartId: "{demo.cart_id}"}}}}'
    cart = (await gateway.data(f"{{ cart(by: {by}) {{ id }} }}"))["cart"]["id"]
    given = f'cartId: "{cart}"' + (f' idempotencyKey: "{_KEY}"' if key else "")
    payload = "result { orders { partnerCenterId } } errors { code }"
    return f"mutation {{ checkoutCart(input: {{{given}}}) {{ {payload} }} }}"


async def _break(gateway: Gateway, *faults: dict[str, object]) -> None:
    async with _control(gateway) as control:
        (await control.post("/_sandbox/faults", json={"faults": faults})).raise_for_status()


def _control(gateway: Gateway) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(gateway.sandbox), base_url="http://sandbox")
