"""A stored answer is given only to a caller whose token Partner Center has accepted."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from gateway.dev.in_process import InProcess
from gateway.sandbox.app import Sandbox
from tests.harness import Gateway
from tests.shop_ids import BASIC, CONTOSO

GatewayOver = Callable[..., AbstractAsyncContextManager[Gateway]]

CREATE = "mutation M($i: CreateCartInput!) { createCart(input: $i) { replayed cart { id } } }"
CREATION = {
    "customer": {"tenantId": CONTOSO},
    "lineItems": [{"catalogItemId": BASIC, "quantity": 1, "billingCycle": "MONTHLY", "termDuration": "P1Y"}],
    "idempotencyKey": "one-intention",
}


@dataclass(frozen=True)
class WithoutTheCustomer:
    """The sandbox, except that reading the customer is answered with *status*, whatever the token."""

    sandbox: httpx.AsyncBaseTransport
    status: int

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET" and request.url.path == f"/v1/customers/{CONTOSO}":
            return httpx.Response(self.status, json={"code": "60003", "description": "The customer was not found."})
        return await self.sandbox.handle_async_request(request)


async def create(gateway: Gateway, token: str) -> dict[str, Any]:
    """The whole answer to the creation of a cart under a key."""
    answer = await gateway.http.post(
        "/graphql",
        json={"query": CREATE, "variables": {"i": CREATION}},
        headers={"Authorization": f"Bearer {token}"},
    )
    body: dict[str, Any] = answer.json()
    return body


@pytest.mark.parametrize(
    ("status", "code"),
    [
        pytest.param(404, "FORBIDDEN", id="absent"),
        pytest.param(401, "UNAUTHENTICATED", id="not for this token"),
    ],
)
async def test_a_customer_that_is_not_shown_proves_no_identity(
    gateway_over: GatewayOver, sandbox: Sandbox, status: int, code: str
) -> None:
    """Only an answer to this very token opens what is stored for the identity that it claims."""
    token = sandbox.demo_token()
    forged = token.rpartition(".")[0] + ".made-up"

    async with gateway_over(httpx.MockTransport(WithoutTheCustomer(InProcess(sandbox), status))) as gateway:
        await create(gateway, token)
        answer = await create(gateway, forged)
        again = await create(gateway, token)

    assert [error["extensions"]["code"] for error in answer["errors"]] == [code]
    assert answer["data"] == {"createCart": None}
    assert again["data"]["createCart"]["replayed"] is True
