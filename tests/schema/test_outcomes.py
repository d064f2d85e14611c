"""Every error at or below a checkout says what is known of the orders, and only checkout itself says NOT_PLACED."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any

import httpx
import pytest

from gateway.sandbox.app import Sandbox
from tests.harness import Clock, Gateway
from tests.schema.failing import Failing, Handler, answering, refusing
from tests.shop_ids import CONTOSO

Cart = dict[str, Any]
GatewayOver = Callable[..., AbstractAsyncContextManager[Gateway]]
ACart = Callable[..., Awaitable[Cart]]

BUY = """mutation Buy($input: CheckoutCartInput!) {
  bought: checkoutCart(input: $input) {
    replayed
    result { outcome orders { partnerCenterId customer { companyName } } }
    cart { customer { companyName } }
    errors { code }
  }
}"""


async def buy(gateway: Gateway, cart: Cart, token: str | None = None, **more: object) -> dict[str, Any]:
    """The whole answer to a checkout."""
    body = {"query": BUY, "variables": {"input": {"cartId": cart["id"], **more}}}
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer: dict[str, Any] = (await gateway.http.post("/graphql", json=body, headers=headers)).json()
    return answer


def errors_of(answer: Mapping[str, Any]) -> list[tuple[str, str | None]]:
    """Code and outcome of each top-level error."""
    return [(error["extensions"]["code"], error["extensions"].get("outcome")) for error in answer.get("errors", [])]


class Switched(httpx.AsyncBaseTransport):
    """The sandbox; from when it is switched, reads of the customer end in what *fail* does."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._works = httpx.ASGITransport(sandbox)
        self._sandbox = sandbox
        self._fails: httpx.AsyncBaseTransport | None = None

    def switch(self, fail: Handler, *, ending: str = f"/customers/{CONTOSO}") -> None:
        self._fails = Failing(self._sandbox, fail, method="GET", ending=ending)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await (self._fails or self._works).handle_async_request(request)


@pytest.fixture
def upstream(sandbox: Sandbox) -> Switched:
    return Switched(sandbox)


@pytest.fixture
async def shop(upstream: Switched, gateway_over: GatewayOver) -> AsyncGenerator[Gateway]:
    async with gateway_over(upstream) as opened:
        yield opened


UNREADABLE = [
    pytest.param(refusing(503, 800003), "UPSTREAM_UNAVAILABLE", id="503"),
    pytest.param(refusing(403, 20002), "FORBIDDEN", id="403"),
    pytest.param(refusing(404, 60003), "NOT_FOUND", id="404"),
    pytest.param(refusing(403, 800073), "UPSTREAM_REJECTED", id="403 that is about business"),
    pytest.param(answering(429, b'{"statusCode": 429}', Retry_After="299"), "UPSTREAM_THROTTLED", id="429"),
]


@pytest.mark.parametrize(("fail", "code"), UNREADABLE)
async def test_a_failure_below_an_order_leaves_the_order(
    shop: Gateway, upstream: Switched, a_cart: ACart, fail: Handler, code: str
) -> None:
    """The customer is null, everything above it is there, and each error says that the orders were placed."""
    cart = await a_cart()
    upstream.switch(fail)

    answer = await buy(shop, cart)

    bought = answer["data"]["bought"]
    assert bought["result"]["outcome"] == "SUCCEEDED"
    assert [order["customer"] for order in bought["result"]["orders"]] == [None]
    assert bought["cart"] == {"customer": None}
    assert errors_of(answer) == [(code, "PLACED")] * 2


@pytest.mark.parametrize(("fail", "code"), UNREADABLE)
async def test_a_repeat_whose_identity_cannot_be_proven_denies_nothing(
    *, shop: Gateway, upstream: Switched, sandbox: Sandbox, clock: Clock, a_cart: ACart, fail: Handler, code: str
) -> None:
    """The answer that is stored is for the user of the token, which Partner Center cannot confirm now: nothing is known."""
    cart = await a_cart()
    first_token = sandbox.demo_token()
    first = await buy(shop, cart, first_token, idempotencyKey="click-0815")
    assert errors_of(first) == []
    clock.advance(timedelta(minutes=90))
    renewed = sandbox.demo_token()
    assert renewed != first_token
    upstream.switch(fail)

    answer = await buy(shop, cart, renewed, idempotencyKey="click-0815")

    assert answer["data"] == {"bought": None}
    ((found, outcome),) = errors_of(answer)
    assert outcome == "UNKNOWN"
    assert found in {code, "FORBIDDEN"}


async def test_a_repeat_with_a_renewed_token_gets_the_stored_result(
    shop: Gateway, sandbox: Sandbox, clock: Clock, a_cart: ACart
) -> None:
    """Once Partner Center has accepted it."""
    cart = await a_cart()
    token = sandbox.demo_token()
    first = await buy(shop, cart, token, idempotencyKey="click-0815")
    clock.advance(timedelta(minutes=90))
    renewed = sandbox.demo_token()
    assert renewed != token

    second = await buy(shop, cart, renewed, idempotencyKey="click-0815")

    assert second["data"]["bought"] == {**first["data"]["bought"], "replayed": True}


class Holding(httpx.AsyncBaseTransport):
    """The sandbox, which answers a checkout only when let go, and a read of the customer with 503."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = Failing(sandbox, refusing(503, 800003), method="GET", ending=f"/customers/{CONTOSO}")
        self.asked, self.may_answer = asyncio.Event(), asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/checkout"):
            self.asked.set()
            await self.may_answer.wait()
        return await self._sandbox.handle_async_request(request)


async def test_a_repeat_while_the_first_call_runs_denies_nothing(
    sandbox: Sandbox, gateway_over: GatewayOver, clock: Clock, a_cart: ACart
) -> None:
    """Its own token is not accepted yet and cannot be proven, so it does not learn what the first call does."""
    cart = await a_cart()
    token = sandbox.demo_token()
    clock.advance(timedelta(minutes=55))
    renewed = sandbox.demo_token()
    assert renewed != token
    upstream = Holding(sandbox)
    async with gateway_over(upstream) as gateway:
        first = asyncio.create_task(buy(gateway, cart, token, idempotencyKey="click-0815"))
        await upstream.asked.wait()

        second = await buy(gateway, cart, renewed, idempotencyKey="click-0815")

        upstream.may_answer.set()
        await first
    assert errors_of(second) == [("UPSTREAM_UNAVAILABLE", "UNKNOWN")]


async def test_an_answer_that_names_nothing_is_not_success(
    sandbox: Sandbox, gateway_over: GatewayOver, a_cart: ACart
) -> None:
    """The checkout is not repeated at once and its outcome is unknown; the next call gets the result."""
    cart = await a_cart()
    sent: list[str] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.headers["ms-requestid"])
        if len(sent) > 1:
            return await httpx.ASGITransport(sandbox).handle_async_request(request)
        return httpx.Response(200, json={"orders": [], "orderErrors": []})

    async with gateway_over(Failing(sandbox, answer, method="POST", ending="/checkout")) as gateway:
        first = await buy(gateway, cart, idempotencyKey="click-0815")
        attempts = len(sent)
        second = await buy(gateway, cart, idempotencyKey="click-0815")

    assert errors_of(first) == [("CHECKOUT_OUTCOME_UNKNOWN", "UNKNOWN")]
    assert attempts == 1
    assert second["data"]["bought"]["result"]["outcome"] == "SUCCEEDED"
    assert len(set(sent)) == 1


async def test_order_errors_without_orders_are_shown(
    sandbox: Sandbox, gateway_over: GatewayOver, a_cart: ACart
) -> None:
    """A list that is left out is an empty one: the checkout failed, after one attempt."""
    cart = await a_cart()
    attempts: list[object] = []

    async def answer(_: httpx.Request) -> httpx.Response:
        attempts.append(_)
        return httpx.Response(201, json={"orderErrors": [{"orderGroupId": "0", "code": 800005}]})

    async with gateway_over(Failing(sandbox, answer, method="POST", ending="/checkout")) as gateway:
        answer_ = await buy(gateway, cart)

    assert errors_of(answer_) == []
    assert answer_["data"]["bought"]["result"] == {"outcome": "FAILED", "orders": []}
    assert len(attempts) == 1


@pytest.mark.parametrize(
    "fail", [refusing(403, 800073), refusing(404, 60003), refusing(400, 2000)], ids=["403", "404", "400"]
)
async def test_a_refused_proof_is_no_refusal_of_the_earlier_add(
    *, shop: Gateway, upstream: Switched, sandbox: Sandbox, clock: Clock, a_cart: ACart, fail: Handler
) -> None:
    """A problem in the payload would say that nothing was changed, although the earlier call did."""
    cart = await a_cart()
    document = "mutation Add($input: AddCartLineItemsInput!) { addCartLineItems(input: $input) { errors { code } } }"
    line = {
        "catalogItemId": "CFQ7TTC0LH18:0001:CFQ7TTC0K971",
        "quantity": 1,
        "termDuration": "P1Y",
        "billingCycle": "MONTHLY",
    }
    given = {"cartId": cart["id"], "lineItems": [{**line, "billingCycle": "MONTHLY"}], "idempotencyKey": "click-0815"}
    body = {"query": document, "variables": {"input": given}}
    await shop.http.post("/graphql", json=body, headers={"Authorization": f"Bearer {sandbox.demo_token()}"})
    clock.advance(timedelta(minutes=90))
    upstream.switch(fail)

    answer = await shop.http.post("/graphql", json=body, headers={"Authorization": f"Bearer {sandbox.demo_token()}"})

    assert errors_of(answer.json()) == [("FORBIDDEN", None)]


UNFIT = [
    pytest.param(
        'mutation M($input: CheckoutCartInput = {cartId: "x"}) { bought: checkoutCart(input: $input) { replayed } }',
        {"input": None},
        id="no input",
    ),
    pytest.param(
        'mutation M($id: ID = "x") { ...Buy } fragment Buy on Mutation { bought: checkoutCart(input: {cartId: $id}) { replayed } }',
        {"id": None},
        id="no cart id, in a fragment",
    ),
]


@pytest.mark.parametrize("suggestions", ["on", "off"])
@pytest.mark.parametrize(("document", "variables"), UNFIT)
async def test_an_argument_that_does_not_fit_says_nothing_of_the_orders(
    gateway_over: GatewayOver, document: str, variables: Mapping[str, object], suggestions: str
) -> None:
    """The checkout never comes to a word, so an earlier one is not denied."""
    async with gateway_over(suggestions=suggestions) as gateway:
        answer = (await gateway.http.post("/graphql", json={"query": document, "variables": variables})).json()

    assert errors_of(answer) == [("BAD_USER_INPUT", "UNKNOWN")]


async def test_a_cart_that_was_not_shown_once_can_be_bought_under_the_same_key(
    shop: Gateway, upstream: Switched, a_cart: ACart
) -> None:
    """A read that finds no cart is not a refusal of the purchase, so it is not stored as the answer to the key."""
    cart = await a_cart()
    upstream.switch(refusing(404, 800008), ending=f"/carts/{cart['partnerCenterId']}")
    first = await buy(shop, cart, idempotencyKey="click-0815")
    upstream.switch(refusing(503, 800003), ending="/nowhere")

    second = await buy(shop, cart, idempotencyKey="click-0815")

    assert first["data"]["bought"]["errors"] == [{"code": "CART_NOT_FOUND"}]
    assert second["data"]["bought"]["result"]["outcome"] == "SUCCEEDED"
