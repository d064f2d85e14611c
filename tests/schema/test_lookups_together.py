"""Look-ups run at once within a bound, and are cached for a while, for one caller alone."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import httpx
import pytest

from gateway.sandbox.app import Sandbox
from gateway.schema.node import Kind, node_id
from tests.harness import Gateway
from tests.shop_ids import CONTOSO, DEMO_CART

GatewayOver = Callable[..., AbstractAsyncContextManager[Gateway]]

THE_CART = f"GET /v1/customers/{CONTOSO}/carts/{DEMO_CART}"
PAGE = f"""{{
  cart(by: {{ id: "{node_id(Kind.CART, CONTOSO, DEMO_CART)}" }}) {{ lineItems {{ product {{ title }} }} }}
}}"""
ITEMS = 3  # that the demo cart sells


class Gathering(httpx.AsyncBaseTransport):
    """The sandbox, but that the look-ups of items wait until `together` of them are there."""

    def __init__(self, sandbox: Sandbox, together: int) -> None:
        self._sandbox = httpx.ASGITransport(sandbox)
        self._full = asyncio.Barrier(together)
        self._there = 0
        self.most = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if "/availabilities/" not in request.url.path:
            return await self._sandbox.handle_async_request(request)
        self._there += 1
        self.most = max(self.most, self._there)
        await self._full.wait()
        await asyncio.sleep(0)  # whoever else may come is here then
        self._there -= 1
        return await self._sandbox.handle_async_request(request)


async def test_look_ups_run_at_once(gateway_over: GatewayOver, sandbox: Sandbox) -> None:
    """Each item's look-up is under way before any has ended: none waits for another."""
    upstream = Gathering(sandbox, together=ITEMS)

    async with gateway_over(upstream, attempt_s=5) as gateway:
        page = await gateway.data(PAGE)

    assert all(line["product"]["title"] for line in page["cart"]["lineItems"])
    assert upstream.most == ITEMS


@pytest.mark.parametrize(("allowed", "most"), [(1, 1), (2, 2), (150, ITEMS)])
async def test_look_ups_keep_the_bound(gateway_over: GatewayOver, sandbox: Sandbox, allowed: int, most: int) -> None:
    """No more calls are in flight than the settings allow, whatever one request asks for."""
    upstream = Gathering(sandbox, together=1)

    async with gateway_over(upstream, upstream_concurrency=allowed) as gateway:
        await gateway.data(PAGE)

    assert upstream.most == most


@pytest.mark.parametrize(("seconds", "calls"), [(300, 0), (0, ITEMS + 1)], ids=["cached", "never cached"])
async def test_look_ups_are_cached_as_long_as_the_settings_say(
    gateway_over: GatewayOver, seconds: int, calls: int
) -> None:
    """The catalog and the customer's market are, and a cart never is."""
    async with gateway_over(catalog_ttl_s=seconds) as gateway:
        first = await gateway.data(PAGE)
        await gateway.calls()

        second = await gateway.data(PAGE)

        seen = await gateway.calls()
    assert second == first
    assert seen[0] == THE_CART
    assert len(seen) == 1 + calls


async def test_two_callers_never_share_a_look_up(gateway_over: GatewayOver, another_token: str) -> None:
    """What one token was shown is asked for again when another token comes."""
    async with gateway_over(catalog_ttl_s=300) as gateway:
        await gateway.data(PAGE)
        await gateway.calls()

        await gateway.http.post("/graphql", json={"query": PAGE}, headers={"Authorization": f"Bearer {another_token}"})

        assert len(await gateway.calls()) == 2 + ITEMS


@pytest.mark.parametrize("ttl_s", [300, 0], ids=["cached", "never cached"])
async def test_a_look_up_under_way_is_shared_by_one_caller_alone(
    gateway_over: GatewayOver, another_token: str, ttl_s: int
) -> None:
    """Of three pages at once, the two of one token share their look-ups and the third has its own. Each reads the cart."""
    other = {"Authorization": f"Bearer {another_token}"}

    async with gateway_over(catalog_ttl_s=ttl_s) as gateway:
        await asyncio.gather(
            gateway.data(PAGE),
            gateway.data(PAGE),
            gateway.http.post("/graphql", json={"query": PAGE}, headers=other),
        )

        calls = await gateway.calls()

    assert calls.count(THE_CART) == 3
    assert len(calls) == 3 + 2 * (1 + ITEMS)


async def test_look_ups_count_against_the_rate_limit(gateway_over: GatewayOver) -> None:
    """A shared look-up counts for the request that begins it, so a page gets no more calls than the limit."""
    async with gateway_over(limit_calls_a_minute=1, limit_calls_at_once=2) as gateway:
        answer = await gateway.ask(PAGE)

        assert len(await gateway.calls()) == 2
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"OVERLOADED"}
