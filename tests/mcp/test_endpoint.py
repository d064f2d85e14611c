"""/mcp as HTTP: who is let in, what is refused before it is read, and what becomes of a call whose caller goes."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Any

import httpx
import pytest
import strawberry
from starlette.types import Message, Scope

from gateway.errors import Forbidden, GatewayError, Throttled, Unauthenticated, Unavailable
from gateway.http.browsers import Origins
from gateway.mcp.endpoint import MCPEndpoint
from gateway.mcp.tools import Tools
from gateway.operations.documents import Documents, digest_of
from gateway.operations.limits import Limits
from gateway.operations.persisted import PersistedOperations
from tests.endpoint import Shop, ShopRuntime
from tests.logs import Logged

TOOLS = (
    '"Sells slowly." mutation BuySlowly($name: String!) { buySlowly(name: $name) { name } }',
    '"Looks slowly." query LookSlowly { lookSlowly }',
    '"Fails." query Fail($how: String!) { fail(how: $how) }',
    '"Fails and has no data." query FailAltogether { mustNotFail }',
)
HEADERS = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
Make = Callable[..., MCPEndpoint]


def _call(name: str, /, **arguments: object) -> dict[str, object]:
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": arguments}}


@pytest.fixture
def make(
    schema: strawberry.Schema,
    sold: asyncio.Queue[str],
    begun: asyncio.Event,
    may_end: asyncio.Event,
    cancelled: asyncio.Event,
    correlation_id: str,
) -> Make:
    """Makes an endpoint with tools over the small schema."""

    def make(*, turned_away: Exception | None = None, limits: Limits | None = None, body_s: float = 10) -> MCPEndpoint:
        documents = Documents(schema, limits=limits)
        texts = {digest_of(each): each for each in TOOLS}
        return MCPEndpoint(
            tools=Tools(documents, lambda: texts, may_write=True),
            operations=PersistedOperations(documents),
            runtime=ShopRuntime(Shop(sold, begun, may_end, cancelled), turned_away),
            origins=Origins(["https://agent.example"]),
            limits=limits or Limits(),
            body_s=body_s,
            new_correlation_id=lambda: correlation_id,
        )

    return make


@pytest.fixture
async def client(make: Make) -> AsyncGenerator[httpx.AsyncClient]:
    async with _client(make()) as client:
        yield client


def _client(endpoint: MCPEndpoint) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(endpoint), base_url="http://gateway.test", headers=HEADERS)


@pytest.mark.parametrize(
    ("error", "status", "headers"),
    [
        pytest.param(Unauthenticated("Send a token."), 401, {"www-authenticate": "Bearer"}, id="no token"),
        pytest.param(Forbidden("Not yours.", http_status=403), 403, {}, id="no right"),
        pytest.param(Unavailable("Sign-in does not answer."), 503, {}, id="sign-in is down"),
        pytest.param(Throttled("Many.", http_status=429, retry_after_s=2.4), 503, {"retry-after": "2"}, id="overload"),
        pytest.param(GatewayError("Broken."), 500, {}, id="no use in trying again"),
    ],
)
async def test_who_is_not_admitted_is_refused_as_at_graphql(
    make: Make, error: GatewayError, status: int, headers: Mapping[str, str]
) -> None:
    """With the same status and headers, before the message is read; the body is an error of JSON-RPC."""
    async with _client(make(turned_away=error)) as client:
        answer = await client.post("/mcp", content=b"no JSON at all")

    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in headers} == headers
    refusal = answer.json()
    assert (refusal["jsonrpc"], refusal["id"]) == ("2.0", None)
    assert (refusal["error"]["message"], refusal["error"]["data"]["code"]) == (error.message, error.code)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({}, 200, id="no page"),
        pytest.param({"Origin": "https://agent.example"}, 200, id="a page that may call"),
        pytest.param({"Origin": "http://gateway.test"}, 200, id="a page of the gateway itself"),
        pytest.param({"Origin": "https://evil.example"}, 403, id="a page of another origin"),
        pytest.param({"Origin": "null"}, 403, id="a page of no origin"),
        pytest.param({"Sec-Fetch-Site": "cross-site"}, 403, id="a page that hides its origin"),
        pytest.param({"Content-Type": "text/plain"}, 415, id="what a form could send"),
        pytest.param({"Content-Encoding": "gzip"}, 415, id="a compressed body"),
        pytest.param({"Accept": "text/html"}, 406, id="no JSON accepted"),
        pytest.param({"Accept": "application/json"}, 200, id="only JSON accepted"),
    ],
)
async def test_pages_and_headers_are_checked_as_at_graphql(
    client: httpx.AsyncClient, headers: dict[str, str], status: int
) -> None:
    """One policy for both."""
    answer = await client.post("/mcp", json=LIST, headers=headers)

    assert answer.status_code == status


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "PATCH"])
async def test_messages_are_posted(client: httpx.AsyncClient, method: str) -> None:
    """There is no stream to open, and no session to end."""
    answer = await client.request(method, "/mcp", headers={"Accept": "text/event-stream"})

    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        pytest.param(b"{", 400, "The body must be JSON in UTF-8.", id="no JSON"),
        pytest.param(b"[" * 65 + b"]" * 65, 400, "The body is nested too deeply: at most 64 levels are read.", id="too deep"),
        pytest.param(b'{"id": 1, "id": 2}', 400, "The body names a member twice.", id="a member twice"),
        pytest.param(b'"' + b"x" * 1100 + b'"', 413, "The request is larger than 1,024 bytes.", id="too large"),
    ],
)  # fmt: skip
async def test_bodies_have_the_limits_of_graphql(make: Make, body: bytes, status: int, message: str) -> None:
    async with _client(make(limits=Limits(body_bytes=1024))) as client:
        answer = await client.post("/mcp", content=body)

    assert (answer.status_code, answer.json()["error"]["message"]) == (status, message)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param([LIST, LIST], id="a batch"),
        pytest.param({"jsonrpc": "2.0", "id": 1, "result": {}}, id="an answer"),
        pytest.param("text", id="a text"),
    ],
)
async def test_one_post_is_one_call_at_most(client: httpx.AsyncClient, logged: Logged, body: object) -> None:
    """A batch would run several calls in one slot."""
    answer = await client.post("/mcp", json=body)

    assert answer.status_code in {202, 400}
    assert "result" not in answer.text
    assert len(logged("request")) == 1


async def test_no_session_is_begun(client: httpx.AsyncClient) -> None:
    """So any process can answer the next message; a call needs no greeting."""
    hello = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "a", "version": "1"}}
    greeting = await client.post("/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello})
    listing = await client.post("/mcp", json=LIST, headers={"Mcp-Session-Id": "of another process"})

    assert "mcp-session-id" not in greeting.headers
    assert "idempotencyKey" in greeting.json()["result"]["instructions"]
    assert (listing.headers["content-type"], len(listing.json()["result"]["tools"])) == ("application/json", 4)
    assert listing.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("name", "arguments", "code"),
    [
        pytest.param("fail", {"how": "absent"}, "NOT_FOUND", id="a field that failed"),
        pytest.param("fail_altogether", {}, "NOT_FOUND", id="no data"),
        pytest.param("fail", {"how": "bug"}, "INTERNAL", id="a bug"),
        pytest.param("fail", {"how": 1}, "BAD_USER_INPUT", id="an argument of a wrong type"),
        pytest.param("fail", {}, "BAD_USER_INPUT", id="an argument left out"),
        pytest.param("fail", {"how": "absent", "hwo": "absent"}, "BAD_USER_INPUT", id="an argument that is unknown"),
    ],
)
async def test_an_answer_with_errors_is_an_error(
    client: httpx.AsyncClient, correlation_id: str, name: str, arguments: dict[str, object], code: str
) -> None:
    """Of the tool and not of the protocol, so that the agent reads it; nothing internal shows."""
    answer = await client.post("/mcp", json=_call(name, **arguments))

    result = answer.json()["result"]
    assert result["isError"] is True
    assert result["structuredContent"] == json.loads(result["content"][0]["text"])
    (entry,) = result["structuredContent"]["errors"]
    assert (entry["extensions"]["code"], entry["extensions"]["correlationId"]) == (code, correlation_id)
    assert "secret" not in answer.text


async def test_few_unknown_arguments_are_named(client: httpx.AsyncClient) -> None:
    """So that an answer is not larger than what was sent."""
    unknown = {f"n{number}": 1 for number in range(1000)}
    answer = await client.post("/mcp", json=_call("look_slowly", **unknown))

    assert len(answer.json()["result"]["structuredContent"]["errors"]) == 10


async def test_an_unknown_tool_is_an_error_of_the_protocol(client: httpx.AsyncClient) -> None:
    answer = await client.post("/mcp", json=_call("nothing"))

    assert answer.json()["error"]["code"] == -32602


async def test_a_call_leaves_the_record_of_its_operation(client: httpx.AsyncClient, logged: Logged) -> None:
    """Marked as MCP; the record of a listing has no operation."""
    await client.post("/mcp", json=_call("fail", how="absent"))
    await client.post("/mcp", json=LIST)

    call, listing = logged("request")
    assert (call["protocol"], call["operation"], call["operation_type"]) == ("mcp", "Fail", "query")
    assert (call["status"], call["outcome"], call["codes"]) == (200, "errors", {"NOT_FOUND": 1})
    assert (listing["protocol"], listing["status"], listing["outcome"]) == ("mcp", 200, "ok")
    assert "operation" not in listing


async def test_a_mutation_outlives_its_caller(
    make: Make, sold: asyncio.Queue[str], begun: asyncio.Event, may_end: asyncio.Event
) -> None:
    """What has begun is done, as at /graphql."""
    caller = _Caller(_call("buy_slowly", name="apple"))
    running = asyncio.create_task(caller.send_to(make()))
    await begun.wait()
    caller.is_gone.set()
    for _ in range(20):
        await asyncio.sleep(0)
    may_end.set()
    await running

    assert sold.get_nowait() == "apple"


async def test_a_query_is_cancelled_when_its_caller_goes(
    make: Make, begun: asyncio.Event, cancelled: asyncio.Event, logged: Logged
) -> None:
    """Nobody is left to read the answer."""
    caller = _Caller(_call("look_slowly"))
    running = asyncio.create_task(caller.send_to(make()))
    await begun.wait()
    caller.is_gone.set()
    await running

    assert cancelled.is_set()
    assert caller.answer == []
    assert [record["outcome"] for record in logged("request")] == ["disconnected"]


class _Caller:
    """One POST over a connection that can be closed."""

    def __init__(self, message: Mapping[str, object]) -> None:
        self._unsent = [json.dumps(message).encode()]
        self.is_gone = asyncio.Event()
        self.answer: list[Message] = []

    async def send_to(self, endpoint: MCPEndpoint) -> None:
        headers = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
        scope: Scope = {"type": "http", "method": "POST", "path": "/mcp", "query_string": b"", "headers": headers}
        await endpoint(scope, self._receive, self._send)

    async def _receive(self) -> Message:
        if self._unsent:
            return {"type": "http.request", "body": self._unsent.pop(), "more_body": False}
        await self.is_gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        self.answer.append(message)
