"""What no caller's code can mend by itself stands in the answer's `errors`, with a code and without anybody's secrets."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from gateway.sandbox.app import Sandbox
from gateway.schema.node import Kind, node_id
from tests.harness import Clock, Gateway
from tests.logs import Logged
from tests.schema.failing import Failing, Handler, answering, refusing
from tests.shop_ids import CONTOSO, DEMO_CART

ACart = Callable[..., Awaitable[dict[str, Any]]]
GatewayOver = Callable[..., AbstractAsyncContextManager[Gateway]]

DEMO_ID = node_id(Kind.CART, CONTOSO, DEMO_CART)
UPSTREAM = "https://upstream.internal.example"
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzZWNyZXQiOnRydWV9.c2lnbmF0dXJl"
SAID = f"See {UPSTREAM}/v1/customers, Bearer {TOKEN}"  # what must not be repeated to callers
CART = f'{{ cart(by: {{ id: "{DEMO_ID}" }}) {{ status }} }}'
ADD = f"""mutation {{ addCartLineItems(input: {{
  cartId: "{DEMO_ID}", lineItems: [{{ catalogItemId: "CFQ7TTC0LH18:0001:CFQ7TTC0K971", quantity: 1, billingCycle: MONTHLY }}]
}}) {{ errors {{ code }} }} }}"""
CREATE = f"""mutation {{ createCart(input: {{
  customer: {{ tenantId: "{CONTOSO}" }}
  lineItems: [{{ catalogItemId: "CFQ7TTC0LH18:0001:CFQ7TTC0K971", quantity: 1, billingCycle: MONTHLY }}]
}}) {{ errors {{ code }} }} }}"""
BUY = f'mutation {{ checkoutCart(input: {{ cartId: "{DEMO_ID}" }}) {{ errors {{ code }} }} }}'


async def hanging(_: httpx.Request) -> httpx.Response:
    await asyncio.Event().wait()
    raise AssertionError("nobody sets the event")


async def breaking(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadError(f"{UPSTREAM}{request.url.path} closed the connection")


async def ask(gateway: Gateway, document: str, *, token: str | None = None) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return await gateway.http.post("/graphql", json={"query": document}, headers=headers)


FAULTS = [
    pytest.param(refusing(500, 20002, SAID), "UPSTREAM_UNAVAILABLE", True, id="500"),
    pytest.param(answering(503, b"<html>nginx</html>"), "UPSTREAM_UNAVAILABLE", True, id="503 from a proxy"),
    pytest.param(answering(404, b"<html>nginx</html>"), "UPSTREAM_INVALID", True, id="404 from a proxy"),
    pytest.param(answering(400, b""), "UPSTREAM_INVALID", True, id="400 without a word"),
    pytest.param(refusing(200, 800003, SAID), "UPSTREAM_UNAVAILABLE", True, id="a service error with status 200"),
    pytest.param(refusing(200, 20002, SAID), "FORBIDDEN", False, id="no right with status 200"),
    pytest.param(breaking, "UPSTREAM_UNAVAILABLE", True, id="a broken connection"),
    pytest.param(hanging, "UPSTREAM_TIMEOUT", True, id="no answer"),
    pytest.param(answering(200, b'{"id": '), "UPSTREAM_INVALID", True, id="half an answer"),
    pytest.param(answering(200, b"[]"), "UPSTREAM_INVALID", True, id="an answer of another shape"),
    pytest.param(answering(200, b""), "UPSTREAM_INVALID", True, id="an empty answer"),
    pytest.param(answering(302, b"", location=f"{UPSTREAM}/v1"), "UPSTREAM_INVALID", True, id="a redirect"),
    pytest.param(answering(429, b"", retry_after="57"), "UPSTREAM_THROTTLED", True, id="too many requests"),
    pytest.param(refusing(403, 20002, SAID), "FORBIDDEN", False, id="no right"),
    pytest.param(refusing(401, 20002, SAID), "UNAUTHENTICATED", False, id="a token that is refused"),
]
FORBIDDEN_IN_ANSWERS = (
    UPSTREAM,
    "internal.example",
    TOKEN,
    "Bearer",
    "Traceback",
    ".py",
    "httpx",
    "msgspec",
    "/v1/",
    "nginx",
)


@pytest.mark.parametrize(("fail", "code", "retryable"), FAULTS)
@pytest.mark.parametrize("document", [CART, ADD, CREATE, BUY], ids=["reading", "adding", "creating", "buying"])
async def test_a_fault_has_a_code_and_gives_nothing_away(
    gateway_over: GatewayOver, sandbox: Sandbox, fail: Handler, code: str, retryable: bool, document: str
) -> None:
    """The field is null, the entry says what happened and whether to try again, and whom to quote it to."""
    async with gateway_over(Failing(sandbox, fail), upstream_url=UPSTREAM, attempt_s=0.05, deadline_s=1) as gateway:
        response = await ask(gateway, document, token=TOKEN)

    answer = response.json()
    (error,) = answer["errors"]
    assert list(answer["data"].values()) == [None]
    assert error["path"] == list(answer["data"])
    assert (error["extensions"]["code"], error["extensions"]["retryable"]) == (code, retryable)
    assert error["extensions"]["correlationId"] == response.headers["X-Request-Id"]
    assert not [each for each in FORBIDDEN_IN_ANSWERS if each in response.text]


async def test_a_refused_read_keeps_its_words(gateway_over: GatewayOver, sandbox: Sandbox) -> None:
    """A query has no payload, so what Partner Center refuses there is a top-level error too, with its code."""
    refusal = refusing(400, 400030, "The target segment is not allowed.")

    async with gateway_over(Failing(sandbox, refusal)) as gateway:
        answer = await gateway.ask(CART)

    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "UPSTREAM_REJECTED"
    assert "The target segment is not allowed (code 400030)." in error["message"]


@pytest.mark.parametrize(
    ("fail", "code", "partner_center_code"),
    [
        pytest.param(refusing(400, 400030), "UPSTREAM_REJECTED", "400030", id="a refusal"),
        pytest.param(refusing(200, 400030), "UPSTREAM_REJECTED", "400030", id="a refusal with status 200"),
        pytest.param(refusing(403, 20002), "FORBIDDEN", "20002", id="no right"),
        pytest.param(refusing(409, 800064), "CONFLICT", "800064", id="a cart in use"),
        pytest.param(answering(429, b"", retry_after="57"), "UPSTREAM_THROTTLED", None, id="too many requests"),
    ],
)
async def test_a_refusal_says_what_to_quote_to_microsoft(
    gateway_over: GatewayOver, sandbox: Sandbox, fail: Handler, code: str, partner_center_code: str | None
) -> None:
    """Partner Center's code and correlation id, beside the gateway's own correlation id."""
    async with gateway_over(Failing(sandbox, fail)) as gateway:
        response = await ask(gateway, CART)

    extensions = response.json()["errors"][0]["extensions"]
    assert (extensions["code"], extensions.get("partnerCenterCode")) == (code, partner_center_code)
    assert extensions["partnerCenterCorrelationId"] == "of-partner-center"
    assert extensions["correlationId"] == response.headers["X-Request-Id"]


@pytest.mark.parametrize("fail", [refusing(500, 20002, "SqlException"), refusing(503, 20002, "SqlException")])
@pytest.mark.parametrize("document", [CART, ADD, CREATE, BUY], ids=["reading", "adding", "creating", "buying"])
async def test_the_words_of_a_failure_stay_in_the_log(
    gateway_over: GatewayOver, sandbox: Sandbox, fail: Handler, document: str, logged: Logged
) -> None:
    """What Partner Center says when it breaks down is for the operator."""
    async with gateway_over(Failing(sandbox, fail), attempt_s=0.5, deadline_s=1) as gateway:
        answer = await gateway.ask(document)

    assert answer["errors"]
    assert "SqlException" not in str(answer)
    assert {(record["words"], record["ms_correlation_id"]) for record in logged("Partner Center failed")} == {
        ("SqlException", "of-partner-center")
    }


@pytest.mark.parametrize("correlation_id", ["https://internal.example/x", "Bearer abc", "x" * 101, ""])
async def test_a_correlation_id_that_is_none_is_not_passed_on(
    gateway_over: GatewayOver, sandbox: Sandbox, correlation_id: str
) -> None:
    """The one that was sent stands in for it: Partner Center has that too."""
    refusal = answering(400, b'{"code": 7}', MS_CorrelationId=correlation_id)

    async with gateway_over(Failing(sandbox, refusal)) as gateway:
        answer = await gateway.ask(CART)

    correlation_id = answer["errors"][0]["extensions"]["partnerCenterCorrelationId"]
    assert str(UUID(correlation_id)) == correlation_id


@pytest.mark.parametrize(
    ("status", "code"), [(429, "UPSTREAM_THROTTLED"), (503, "UPSTREAM_UNAVAILABLE")], ids=["429", "503"]
)
async def test_a_pause_says_how_long_to_wait(
    gateway_over: GatewayOver, sandbox: Sandbox, status: int, code: str
) -> None:
    """Partner Center's Retry-After is passed on, in seconds, to all whose calls would come too early."""
    async with gateway_over(Failing(sandbox, answering(status, b"", retry_after="57"))) as gateway:
        answers = [await gateway.ask(CART) for _ in range(2)]

    extensions = [answer["errors"][0]["extensions"] for answer in answers]
    assert [each["code"] for each in extensions] == [code, code]
    assert extensions[0]["retryAfter"] == 57
    assert 50 < extensions[1]["retryAfter"] <= 57


@pytest.mark.parametrize("seconds", ["999999999", "Sat, 01 Mar 99999 12:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 -2359"])
@pytest.mark.parametrize("status", [429, 503])
async def test_an_absurd_pause_is_five_minutes(
    gateway_over: GatewayOver, sandbox: Sandbox, status: int, seconds: str
) -> None:
    """Nobody is silenced for longer, and nothing breaks."""
    async with gateway_over(Failing(sandbox, answering(status, b"", retry_after=seconds))) as gateway:
        answer = await gateway.ask(CART)

    assert answer["errors"][0]["extensions"]["retryAfter"] == 300


@pytest.mark.parametrize(
    ("fail", "code", "outcome"),
    [
        pytest.param(refusing(500, 20002, SAID), "CHECKOUT_OUTCOME_UNKNOWN", "UNKNOWN", id="500"),
        pytest.param(breaking, "CHECKOUT_OUTCOME_UNKNOWN", "UNKNOWN", id="a broken connection"),
        pytest.param(hanging, "CHECKOUT_OUTCOME_UNKNOWN", "UNKNOWN", id="no answer"),
        pytest.param(answering(200, b'{"ord'), "CHECKOUT_OUTCOME_UNKNOWN", "UNKNOWN", id="half an answer"),
        pytest.param(refusing(409, 800064), "CHECKOUT_OUTCOME_UNKNOWN", "UNKNOWN", id="a cart in use"),
        pytest.param(answering(429, b""), "UPSTREAM_THROTTLED", "NOT_PLACED", id="too many requests"),
        pytest.param(refusing(403, 20002, SAID), "FORBIDDEN", "NOT_PLACED", id="no right"),
        pytest.param(refusing(401, 20002, SAID), "UNAUTHENTICATED", "NOT_PLACED", id="a token that is refused"),
    ],
)
async def test_a_failed_checkout_says_what_is_known_of_it(
    gateway_over: GatewayOver, sandbox: Sandbox, fail: Handler, code: str, outcome: str
) -> None:
    """Once the order was sent, only a refusal proves that nothing was bought."""
    async with gateway_over(Failing(sandbox, fail, method="POST"), attempt_s=0.05, deadline_s=1) as gateway:
        answer = await gateway.ask(BUY)

    (error,) = answer["errors"]
    assert answer["data"] == {"checkoutCart": None}
    assert (error["extensions"]["code"], error["extensions"]["outcome"]) == (code, outcome)
    assert error["extensions"]["retryable"] == (outcome == "UNKNOWN" or code == "UPSTREAM_THROTTLED")


@pytest.mark.parametrize(("fail", "code", "retryable"), FAULTS)
async def test_a_checkout_that_was_never_sent_is_not_placed(
    gateway_over: GatewayOver, sandbox: Sandbox, fail: Handler, code: str, retryable: bool
) -> None:
    """When already the read of the cart fails, nothing was bought for certain."""
    async with gateway_over(Failing(sandbox, fail, method="GET"), attempt_s=0.05, deadline_s=1) as gateway:
        answer = await gateway.ask(BUY)

    extensions = answer["errors"][0]["extensions"]
    assert (extensions["code"], extensions["outcome"], extensions["retryable"]) == (code, "NOT_PLACED", retryable)


async def test_a_request_without_a_token_is_refused(gateway_over: GatewayOver) -> None:
    """In production there is no caller without a token, and Partner Center is not asked."""
    async with gateway_over(signed_in=False, mode="production") as gateway:
        response = await ask(gateway, CART)

        assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
        assert "data" not in response.json()
        assert await gateway.calls() == []


@pytest.mark.parametrize("other", ["Bearer another", "Basic abc", ""], ids=["another token", "another scheme", "none"])
async def test_two_identities_are_none(gateway: Gateway, sandbox: Sandbox, other: str) -> None:
    """A good token beside another Authorization header is refused: a proxy in front may have judged by the other one."""
    headers = [("Authorization", f"Bearer {sandbox.demo_token()}"), ("Authorization", other)]

    response = await gateway.http.post("/graphql", json={"query": CART}, headers=headers)

    (error,) = response.json()["errors"]
    assert (response.status_code, error["extensions"]["code"]) == (401, "UNAUTHENTICATED")
    assert "once" in error["message"]
    assert await gateway.calls() == []


@pytest.mark.parametrize("document", [CART, BUY], ids=["reading", "buying"])
async def test_a_stale_token_is_refused(gateway: Gateway, sandbox: Sandbox, clock: Clock, document: str) -> None:
    """Partner Center tells no old token from a bad one, and neither do we."""
    token = sandbox.demo_token()
    clock.advance(timedelta(hours=2))

    response = await ask(gateway, document, token=token)

    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] == "UNAUTHENTICATED"
    assert token not in response.text


async def test_one_failed_mutation_does_not_hide_the_other(
    gateway_over: GatewayOver, sandbox: Sandbox, a_cart: ACart
) -> None:
    """Each field of a document fails alone: what was done is shown beside what was not."""
    cart = await a_cart()
    document = f"""mutation {{
      done: removeCartLineItems(input: {{ cartId: "nonsense", lineItemIds: ["x"] }}) {{ errors {{ code }} }}
      failed: addCartLineItems(input: {{ cartId: "{cart["id"]}", lineItems: [{{ catalogItemId: "x", quantity: 1, billingCycle: MONTHLY }}] }}) {{
        errors {{ code }}
      }}
    }}"""

    async with gateway_over(Failing(sandbox, refusing(500, 20002, SAID), method="PUT")) as gateway:
        answer = await gateway.ask(document)

    assert answer["data"] == {
        "done": {"errors": [{"code": "CART_NOT_FOUND"}, {"code": "CART_LINE_ITEM_NOT_FOUND"}]},
        "failed": None,
    }
    assert [error["path"] for error in answer["errors"]] == [["failed"]]


async def test_a_bug_of_ours_in_a_checkout_denies_no_order(
    gateway_over: GatewayOver, sandbox: Sandbox, a_cart: ACart, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever went wrong here, the orders may exist; the log has the rest."""
    cart = await a_cart()

    async def break_down(_: httpx.Request) -> httpx.Response:
        raise ZeroDivisionError("secret detail")

    document = f'mutation {{ checkoutCart(input: {{ cartId: "{cart["id"]}" }}) {{ replayed }} }}'
    async with gateway_over(Failing(sandbox, break_down, ending="/checkout")) as gateway:
        answer = await gateway.ask(document)

    (error,) = answer["errors"]
    assert (error["extensions"]["code"], error["extensions"]["outcome"]) == ("CHECKOUT_OUTCOME_UNKNOWN", "UNKNOWN")
    assert "secret" not in str(answer)
    assert "secret detail" in caplog.text
