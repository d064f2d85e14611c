"""Gateway and sandbox in one process: whose pages may order from the sandbox, and what a reset makes them forget."""

from collections.abc import AsyncGenerator, Mapping
from typing import Any

import httpx
import pytest

from gateway.dev import Development
from gateway.settings import Settings


@pytest.fixture
async def development() -> AsyncGenerator[httpx.AsyncClient]:
    app = Development(Settings(mode="development"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000") as http:
        yield http
    app.close()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({}, 200, id="a program"),
        pytest.param({"Sec-Fetch-Site": "none"}, 200, id="somebody who types the address"),
        pytest.param({"Origin": "http://127.0.0.1:8000", "Sec-Fetch-Site": "same-origin"}, 200, id="a page of its own"),
        pytest.param({"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}, 403, id="a stranger's page"),
        pytest.param({"Origin": "null"}, 403, id="a page of nowhere"),
    ],
)
async def test_no_stranger_orders_from_the_sandbox(
    development: httpx.AsyncClient, headers: Mapping[str, str], status: int
) -> None:
    """A page that somebody happens to open must not reset what is being tried out."""
    answer = await development.post("/_sandbox/reset", headers=headers)

    assert answer.status_code == status


async def test_a_reset_makes_the_gateway_forget(development: httpx.AsyncClient) -> None:
    """After it the demo cart can be bought again: what was kept of the purchase is of a world that is gone."""

    async def buy() -> dict[str, Any]:
        query = "query Demo($own: PartnerCenterCartInput!) { cart(by: {partnerCenter: $own}) { id } }"
        own = {
            "customerTenantId": "28089560-09e9-4305-9944-5fb2b1a786e5",
            "cartId": "29982361-779a-41ea-991a-6ee4c320e033",
        }
        found = await development.post("/graphql", json={"query": query, "variables": {"own": own}})
        checkout = "mutation Buy($id: ID!) { checkoutCart(input: {cartId: $id}) { replayed result { outcome } } }"
        variables = {"id": found.json()["data"]["cart"]["id"]}
        answer = await development.post("/graphql", json={"query": checkout, "variables": variables})
        payload: dict[str, Any] = answer.json()["data"]["checkoutCart"]
        return payload

    first, again = await buy(), await buy()
    await development.post("/_sandbox/reset")
    after = await buy()

    assert (first["replayed"], again["replayed"], after["replayed"]) == (False, True, False)
    assert len((await development.get("/_sandbox/purchases")).json()["purchases"]) > 0
