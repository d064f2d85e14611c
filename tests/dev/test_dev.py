"""Gateway and sandbox in one process: which callers they serve, and what a reset deletes."""

import hashlib
import json
import re
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
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
        pytest.param({"Sec-Fetch-Site": "none"}, 200, id="a typed address"),
        pytest.param({"Origin": "http://127.0.0.1:8000", "Sec-Fetch-Site": "same-origin"}, 200, id="its own page"),
        pytest.param(
            {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}, 403, id="a page of another site"
        ),
        pytest.param({"Origin": "null"}, 403, id="a page without an origin"),
    ],
)
async def test_pages_of_other_sites_cannot_control_the_sandbox(
    development: httpx.AsyncClient, headers: Mapping[str, str], status: int
) -> None:
    """A page that the developer happens to open must not reset the sandbox."""
    answer = await development.post("/_sandbox/reset", headers=headers)

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        pytest.param("POST", "/graphql", 401, id="the demo partner's carts"),
        pytest.param("GET", "/_sandbox/calls", 403, id="calls of the gateway"),
        pytest.param("DELETE", "/_sandbox/tokens", 403, id="a fresh token"),
        pytest.param("GET", "/v1/customers", 401, id="Partner Center's customers"),
        pytest.param("GET", "/v1.0/customers", 401, id="Partner Center's customers, in version 1.0"),
    ],
)
async def test_dns_rebinding_gives_a_page_nothing(
    development: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    """A page whose host name resolves to this machine is same-origin to its browser, but has no token."""
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
    """It may come from any machine, although the proxy sends it to localhost."""
    proxied = {"X-Forwarded-For": "203.0.113.7"}

    answer = await development.request(method, path, headers=proxied, json={"query": "{ __typename }"})

    assert (answer.status_code, "x-forwarded-for" in answer.text) == (status, True)


async def test_a_token_is_shown_where_other_machines_can_call() -> None:
    """With it they may use any host name, as containers do. On loopback none is shown."""
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
async def test_public_pages_are_served_under_any_host_name(
    development: httpx.AsyncClient, path: str, accept: str
) -> None:
    """They contain no data; GraphiQL has a field for a token."""
    answer = await development.get(path, headers={"Host": "gateway:8000", "Accept": accept})

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("path", "body", "forgets"),
    [
        pytest.param("/_sandbox/reset", {}, True, id="a reset"),
        pytest.param("/_sandbox/scenario", {"name": "slow-provisioning"}, True, id="a scenario"),
        pytest.param("/_sandbox/scenario", {"name": None}, True, id="the end of a scenario"),
        pytest.param("/_sandbox/scenario", {"name": "fire"}, False, id="not a scenario that does not exist"),
    ],
)
async def test_a_reset_makes_the_gateway_forget(
    development: httpx.AsyncClient, path: str, body: Mapping[str, object], forgets: bool
) -> None:
    """The demo cart can be bought again: the record of the first purchase is deleted."""

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
    await development.post(path, json=body)
    after = await buy()

    assert (first["replayed"], again["replayed"], after["replayed"]) == (False, True, not forgets)
    assert len((await development.get("/_sandbox/purchases")).json()["purchases"]) > 0


@pytest.mark.parametrize(
    ("now", "known"),
    [
        pytest.param(["{ a: __typename }"], "{ a: __typename }", id="the new documents"),
        pytest.param([], "{ __typename }", id="those from before, if the file is empty"),
    ],
)
async def test_a_reset_reads_the_trusted_documents_again(tmp_path: Path, now: list[str], known: str) -> None:
    """A page that was built meanwhile finds its documents at once."""
    file = tmp_path / "documents.json"
    file.write_text(_manifest("{ __typename }"))
    app = Development(Settings.model_validate({"mode": "development", "trusted_documents": str(file)}))
    file.write_text(_manifest(*now))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000") as http:
        await http.post("/_sandbox/reset", json={})

        answer = await http.post(f"/graphql/{_sha256(known)}", json={})

    app.close()
    assert answer.status_code == 200


def _manifest(*texts: str) -> str:
    return json.dumps({_sha256(text): text for text in texts})


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
