"""A page while Partner Center's catalog does not answer, and what the answer says about it."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import httpx
import pytest

from gateway.dev.in_process import InProcess
from gateway.sandbox.app import Sandbox
from gateway.schema.node import Kind, node_id
from tests.harness import Gateway
from tests.shop_ids import CONTOSO, DEMO_CART

PAGE = f"""{{
  cart(by: {{ id: "{node_id(Kind.CART, CONTOSO, DEMO_CART)}" }}) {{ lineItems {{ product {{ title }} }} }}
}}"""
ITEMS = 3  # that the demo cart sells


class Failing(httpx.AsyncBaseTransport):
    """The sandbox, until the catalog and the customers answer with `status` instead."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = InProcess(sandbox)
        self.status: int | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.status is None or "/carts/" in request.url.path:
            return await self._sandbox.handle_async_request(request)
        return httpx.Response(self.status)


@pytest.mark.parametrize(
    ("status", "ttl_s", "code", "stale"),
    [
        pytest.param(500, 0.001, None, 1 + ITEMS, id="an outage"),
        pytest.param(403, 0.001, "FORBIDDEN", 0, id="a refusal"),
        pytest.param(500, 0, "UPSTREAM_UNAVAILABLE", 0, id="an outage without a cache"),
    ],
)
async def test_stale_answers_stand_in_for_an_outage(
    gateway_over: Callable[..., AbstractAsyncContextManager[Gateway]],
    sandbox: Sandbox,
    status: int,
    ttl_s: float,
    code: str | None,
    stale: int,
) -> None:
    """The page is whole, and its `extensions` count them. A refusal is shown, and so is an outage without a cache."""
    upstream = Failing(sandbox)
    async with gateway_over(upstream, catalog_ttl_s=ttl_s) as gateway:
        before = await gateway.data(PAGE)
        upstream.status = status

        answer = await gateway.ask(PAGE)

    assert {error["extensions"]["code"] for error in answer.get("errors", [])} == ({code} if code else set())
    assert (answer["data"] == before) is (code is None)
    assert answer["extensions"]["cost"]["staleAnswers"] == stale
