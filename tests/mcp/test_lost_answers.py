"""An agent whose purchase was carried out and whose answer was lost, in the sandbox's scenario of that name."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from gateway.dev.development import Development
from gateway.sandbox.scenarios.control import SCENARIOS
from gateway.schema.node import Kind, node_id
from gateway.settings.model import Settings
from tests import virtual_time

_SCENARIO = SCENARIOS["lost-answer"]
CART = {"id": node_id(Kind.CART, _SCENARIO.customer_id, _SCENARIO.cart_id)}
KEY = "0b9f6c1e-5d0f-4d55-9a55-0d6f0e6f7d10"
BASE = "http://127.0.0.1:8000"


@asynccontextmanager
async def _agent() -> AsyncGenerator[tuple[Client, Development]]:
    """A client of `gateway dev --mcp all --scenario lost-answer`, with the application."""
    app = Development(Settings(mode="development", mcp="all"), scenario=_SCENARIO.name)
    try:
        async with (
            httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=BASE) as http,
            Client(streamable_http_client(f"{BASE}/mcp", http_client=http)) as client,
        ):
            yield client, app
    finally:
        app.close()


async def _purchases(app: Development) -> list[str]:
    """The ids of the orders that the sandbox placed from the cart."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE) as http:
        found: list[dict[str, Any]] = (await http.get("/_sandbox/purchases")).json()["purchases"]
    return [each["orderId"] for each in found if each["cartId"] == _SCENARIO.cart_id]


def test_an_agent_that_repeats_a_lost_purchase_finds_it() -> None:
    """With the same key: the error says that the outcome is unknown, the repetition has the orders, once each."""

    async def main() -> None:
        async with _agent() as (client, app):
            cart = (await client.call_tool("get_cart", {"cart": CART})).structured_content["data"]["cart"]
            purchase = {"cartId": cart["id"], "expectedVersion": cart["version"], "idempotencyKey": KEY}

            lost = await client.call_tool("check_out", {"input": purchase})
            found = await client.call_tool("check_out", {"input": purchase})

            bought = await _purchases(app)
        extensions = lost.structured_content["errors"][0]["extensions"]
        assert (lost.is_error, extensions["code"]) == (True, "CHECKOUT_OUTCOME_UNKNOWN")
        assert (extensions["outcome"], extensions["retryable"]) == ("UNKNOWN", True)
        result = found.structured_content["data"]["checkoutCart"]["result"]
        assert (found.is_error, result["outcome"]) == (False, "SUCCEEDED")
        assert bought == [each["partnerCenterId"] for each in result["orders"]]

    virtual_time.run(main())


def test_a_cart_looks_unsold_for_a_while_after_a_lost_purchase() -> None:
    """So the instructions name the repetition, and not `what_became_of_cart`, as what settles it."""

    async def main() -> None:
        async with _agent() as (client, app):
            cart = (await client.call_tool("get_cart", {"cart": CART})).structured_content["data"]["cart"]
            purchase = {"cartId": cart["id"], "expectedVersion": cart["version"], "idempotencyKey": KEY}

            await client.call_tool("check_out", {"input": purchase})
            became = await client.call_tool("what_became_of_cart", {"cart": CART})

            assert await _purchases(app)
            instructions = client.instructions or ""
        shown = became.structured_content["data"]["cart"]
        assert (shown["status"], shown["checkout"]) == ("ACTIVE", None)
        assert {line["isOrdered"] for line in shown["lineItems"]} == {None}
        assert "ACTIVE" in instructions

    virtual_time.run(main())
