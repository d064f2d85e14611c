"""Gateway and sandbox in one process: who may order from them, and what a reset makes them forget."""

import re
from collections.abc import AsyncGenerator, Mapping
from typing import Any

import httpx
import pytest

from gateway.dev.development import Development
from gateway.settings.model import Settings


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


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        pytest.param("POST", "/graphql", 401, id="the demo partner's carts"),
        pytest.param("GET", "/_sandbox/calls", 403, id="what the gateway asked"),
        pytest.param("DELETE", "/_sandbox/tokens", 403, id="a fresh token"),
        pytest.param("GET", "/v1/customers", 401, id="Partner Center's customers"),
        pytest.param("GET", "/v1.0/customers", 401, id="Partner Center's customers, by the other spelling"),
    ],
)
async def test_a_page_whose_name_was_pointed_here_gets_nothing(
    development: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    """To its browser the gateway is where it came from, so it may call without being asked; but it has no token."""
    page = {"Host": "evil.example:8000", "Origin": "http://evil.example:8000", "Sec-Fetch-Site": "same-origin"}

    answer = await development.request(method, path, headers=page, json={"query": "{ __typename }"})

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        pytest.param("POST", "/graphql", 401, id="the demo partner's carts"),
        pytest.param("POST", "/_sandbox/reset", 403, id="a reset"),
        pytest.param("DELETE", "/_sandbox/tokens", 403, id="a fresh token"),
    ],
)
async def test_a_request_through_a_proxy_gets_nothing_without_a_token(
    development: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    """It may come from anywhere, although the proxy calls this machine by its own name."""
    proxied = {"X-Forwarded-For": "203.0.113.7"}

    answer = await development.request(method, path, headers=proxied, json={"query": "{ __typename }"})

    assert (answer.status_code, "x-forwarded-for" in answer.text) == (status, True)


async def test_where_other_machines_can_call_they_are_told_a_token() -> None:
    """With it they may call by any name, as containers do; where they cannot, none is told."""
    alone, shared = (Development(Settings(mode="development", host=host)) for host in ("127.0.0.1", "0.0.0.0"))
    token = re.findall(r"proxy: (\S+)\n", shared.welcome("http://127.0.0.1:8000"))[0]
    headers = {"Host": "gateway:8000", "Authorization": f"Bearer {token}"}

    async with httpx.AsyncClient(transport=httpx.ASGITransport(shared), headers=headers) as http:
        answer = await http.post("http://gateway:8000/graphql", json={"query": "{ customers { totalCount } }"})

    assert answer.json()["data"] == {"customers": {"totalCount": 13}}
    assert "Token" not in alone.welcome("http://127.0.0.1:8000")
    alone.close()
    shared.close()


@pytest.mark.parametrize(
    ("path", "accept"),
    [pytest.param("/graphql", "text/html", id="GraphiQL"), pytest.param("/schema.graphql", "*/*", id="the schema")],
)
async def test_what_is_the_same_for_everybody_is_shown_by_any_name(
    development: httpx.AsyncClient, path: str, accept: str
) -> None:
    """Both are in the package; in GraphiQL a token can be given."""
    answer = await development.get(path, headers={"Host": "gateway:8000", "Accept": accept})

    assert answer.status_code == 200


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
