"""Calls of tools by the protocol's own client, against the gateway in front of the sandbox."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import httpx
import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError

from gateway.dev.development import Development
from gateway.operations.documents import digest_of
from gateway.schema.node import Kind, node_id
from gateway.settings.model import Settings
from tests.mcp.conftest import Connect
from tests.shop_ids import CONTOSO, DEMO_CART

CART = {"id": node_id(Kind.CART, CONTOSO, DEMO_CART)}
KEY = "0b9f6c1e-5d0f-4d55-9a55-0d6f0e6f7d10"
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}


async def _names(client: Client) -> list[str]:
    return [tool.name for tool in (await client.list_tools()).tools]


@pytest.mark.parametrize(
    ("revision", "spoken"),
    [
        pytest.param("auto", "2026-07-28", id="the newest"),
        pytest.param("legacy", "2025-11-25", id="one with a greeting"),
    ],
)
async def test_every_revision_lists_and_calls(connect: Connect, revision: str, spoken: str) -> None:
    """The answer is GraphQL's, null and all, as structured content and as text."""
    async with connect(revision=revision) as client:
        names = await _names(client)
        result = await client.call_tool("what_became_of_cart", {"cart": CART})

        assert client.protocol_version == spoken
    assert names == sorted(names)
    assert {"create_cart", "check_out"} <= set(names)
    assert result.is_error is False
    assert result.structured_content["data"]["cart"]["checkout"] is None
    (text,) = result.content
    assert json.loads(getattr(text, "text", "")) == result.structured_content


async def test_reading_agents_have_queries_only(connect: Connect) -> None:
    """The others are not listed, and do not exist for a call either."""
    async with connect(mcp="read") as client:
        names = await _names(client)
        result = await client.call_tool("get_cart", {"cart": CART})
        with pytest.raises(MCPError):
            await client.call_tool("check_out", {"input": {}})

    assert names == ["get_cart", "orders", "promotions", "search_catalog", "subscriptions", "what_became_of_cart"]
    assert result.is_error is False


@pytest.mark.parametrize(
    ("sent", "lacking"),
    [
        pytest.param({}, ["expectedVersion", "idempotencyKey"], id="neither"),
        pytest.param({"expectedVersion": "1"}, ["idempotencyKey"], id="no key"),
        pytest.param({"idempotencyKey": KEY, "expectedVersion": ""}, ["expectedVersion"], id="an empty version"),
    ],
)
async def test_nothing_is_bought_without_version_and_key(
    connect: Connect, sent: dict[str, str], lacking: list[str]
) -> None:
    """The schema of the tool requires them, and so does the call."""
    async with connect() as client:
        result = await client.call_tool("check_out", {"input": {"cartId": CART["id"], **sent}})
        became = await client.call_tool("what_became_of_cart", {"cart": CART})

    assert result.is_error is True
    messages = [entry["message"] for entry in result.structured_content["errors"]]
    assert messages == [f"Send input.{name} too: this tool requires it." for name in lacking]
    assert became.structured_content["data"]["cart"]["status"] == "ACTIVE"


async def test_a_refusal_in_a_payload_is_an_error_with_its_data(connect: Connect) -> None:
    """An outdated version: nothing is bought, and the agent sees the cart as it is now."""
    purchase = {"cartId": CART["id"], "expectedVersion": "outdated", "idempotencyKey": KEY}
    async with connect() as client:
        result = await client.call_tool("check_out", {"input": purchase})

    assert result.is_error is True
    assert "errors" not in result.structured_content
    (refusal,) = result.structured_content["data"]["checkoutCart"]["errors"]
    assert refusal["code"] == "CART_VERSION_CONFLICT"
    assert refusal["cart"]["lineItems"]


async def test_a_creation_is_repeated_without_a_second_cart(connect: Connect) -> None:
    """With the same key the answer is the same."""
    line = {
        "catalogItemId": "CFQ7TTC0LH18:0001:CFQ7TTC0K971",
        "quantity": 1,
        "termDuration": "P1Y",
        "billingCycle": "MONTHLY",
    }
    creation = {"customer": {"tenantId": CONTOSO}, "lineItems": [line], "idempotencyKey": KEY}
    async with connect() as client:
        first = await client.call_tool("create_cart", {"input": creation})
        again = await client.call_tool("create_cart", {"input": creation})

    ids = [each.structured_content["data"]["createCart"]["cart"]["id"] for each in (first, again)]
    assert ids[0] == ids[1]


async def test_the_cost_of_a_call_is_limited(connect: Connect) -> None:
    """By the limit of /graphql, with its message."""
    async with connect(limit_cost=1) as client:
        result = await client.call_tool("search_catalog", {"query": "business"})

    assert result.is_error is True
    (entry,) = result.structured_content["errors"]
    assert entry["extensions"]["code"] == "LIMIT_EXCEEDED"
    assert "at most 1 are allowed" in entry["message"]


async def test_trusted_documents_are_the_tools(connect: Connect, tmp_path: Path) -> None:
    """In place of the collection, also where only they may run."""
    document = (
        '"The name of a customer." query CompanyName($c: CustomerReferenceInput!) { customer(by: $c) { companyName } }'
    )
    (tmp_path / "documents.json").write_text(json.dumps({digest_of(document): document}))
    manifest = str(tmp_path / "documents.json")
    async with connect(trusted_documents=manifest, trusted_documents_mode="enforce") as client:
        names = await _names(client)
        result = await client.call_tool("company_name", {"c": {"tenantId": CONTOSO}})

    assert names == ["company_name"]
    assert result.structured_content["data"]["customer"]["companyName"]


@pytest.mark.parametrize(
    ("headers", "settings", "status"),
    [
        pytest.param({}, {}, 200, id="this machine"),
        pytest.param({"Host": "evil.example"}, {}, 401, id="another name for this machine"),
        pytest.param(
            {"Host": "evil.example", "Origin": "http://evil.example"}, {}, 401, id="a page behind such a name"
        ),
        pytest.param({"X-Forwarded-For": "192.0.2.1"}, {}, 401, id="through a proxy"),
        pytest.param({"Authorization": "Basic eA=="}, {}, 401, id="not a bearer token"),
        pytest.param({}, {"mcp": "off"}, 404, id="switched off"),
    ],
)
async def test_callers_without_a_token_are_on_this_machine(
    http: Callable[..., httpx.AsyncClient], headers: dict[str, str], settings: dict[str, str], status: int
) -> None:
    """As at /graphql: a name that an attacker points here does not pass (DNS rebinding)."""
    async with http(**settings) as client:
        answer = await client.post("/mcp", json=LIST, headers=headers)

    assert answer.status_code == status
    assert answer.headers.get("www-authenticate") == ("Bearer" if status == 401 else None)


async def test_the_token_of_the_message_is_the_callers(http: Callable[..., httpx.AsyncClient]) -> None:
    """It goes to Partner Center, which does not know this one."""
    call: dict[str, Any] = {"name": "get_cart", "arguments": {"cart": CART}}
    async with http() as client:
        answer = await client.post(
            "/mcp",
            json={"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call},
            headers={"Authorization": "Bearer made-up"},
        )

    (entry,) = answer.json()["result"]["structuredContent"]["errors"]
    assert entry["extensions"]["code"] == "UNAUTHENTICATED"


async def test_a_caller_beyond_its_rate_is_refused(http: Callable[..., httpx.AsyncClient]) -> None:
    """One allowance for both paths: what a tool has used up is refused at /graphql too."""
    call: dict[str, Any] = {"name": "search_catalog", "arguments": {"query": "business"}}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
    async with http(limit_calls_a_minute=1, limit_calls_at_once=1, catalog_ttl_s=0) as client:
        answers = [await client.post("/mcp", json=message) for _ in range(4)]
        beside = await client.post("/graphql", json={"query": "{ __typename }"})

    refused = answers[-1]
    assert (answers[0].status_code, refused.status_code, beside.status_code) == (200, 503, 503)
    assert int(refused.headers["retry-after"]) > 1
    assert refused.json()["error"]["data"]["code"] == "OVERLOADED"


async def test_pages_may_send_the_headers_of_the_protocol(http: Callable[..., httpx.AsyncClient]) -> None:
    """Where it is served; an inspector in a browser needs them."""
    asked = "authorization,content-type,mcp-protocol-version,mcp-method,mcp-name"
    headers = {
        "Origin": "http://localhost:6274",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": asked,
    }
    async with http() as client, http(mcp="off") as without:
        allowed = await client.options("/mcp", headers=headers)
        refused = await without.options("/mcp", headers=headers)

    assert (allowed.status_code, allowed.text) == (200, "OK")
    assert "mcp-method" in refused.text


@pytest.mark.parametrize(("mode", "is_shown"), [("off", False), ("read", True)])
def test_the_welcome_of_dev_says_where_the_tools_are(mode: Literal["off", "read"], is_shown: bool) -> None:
    """Where there are any."""
    app = Development(Settings(mode="development", mcp=mode))
    welcome = app.welcome("http://127.0.0.1:8000")
    app.close()

    assert ("http://127.0.0.1:8000/mcp has tools for agents (read)" in welcome) is is_shown


async def test_the_tools_survive_a_reset_of_the_sandbox() -> None:
    """It makes a new gateway, which no server has started."""
    app = Development(Settings(mode="development", mcp="read"))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://localhost", headers={"Accept": "application/json"}
    ) as client:
        await client.post("/_sandbox/reset")
        answer = await client.post("/mcp", json=LIST)
    app.close()

    assert len(answer.json()["result"]["tools"]) == 6
