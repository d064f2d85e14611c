"""The /mcp endpoint: the Model Context Protocol over streamable HTTP, without sessions.

Each POST is one message, which is authenticated, admitted and limited as a request to /graphql is, whatever its method.
The package mcp reads it and writes the answer; nothing outlives the request, so any process can answer the next one.
"""

import asyncio
from collections.abc import Callable, Mapping, MutableMapping
from importlib.metadata import version
from typing import Any

import msgspec
from mcp.server import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send

from gateway.errors import GatewayError
from gateway.http.browsers import Origins, check_page
from gateway.http.disconnects import WhileConnected
from gateway.http.handler import Runtime
from gateway.http.incoming import Incoming
from gateway.http.requests import check_headers, check_json, read_body
from gateway.http.responses import (
    SECURITY_HEADERS,
    Answer,
    Encoded,
    HTTPError,
    answer_broken,
    answer_not_admitted,
    answer_refused,
    encoded_body,
)
from gateway.http.running import send_reported
from gateway.http.tracing import new_correlation_id, requested_correlation_id, trace_context
from gateway.mcp.calls import Calls
from gateway.mcp.tools import Tools
from gateway.operations.failures import Failure
from gateway.operations.limits import Limits
from gateway.operations.persisted import PersistedOperations
from gateway.telemetry.requests import RequestReport

_INSTRUCTIONS = """\
The tools work on carts, orders and subscriptions of customers at Microsoft Partner Center.
A result is a GraphQL answer: read data, and errors at its top and in each payload.
Before a purchase show the buyer the cart and its prices, and send the version that you showed as expectedVersion.
Make a new idempotencyKey, such as a UUID, for each thing that the buyer asks for.
When you got no answer, or an outcome is UNKNOWN, call the same tool again with the same arguments and the same
idempotencyKey: nothing is then done twice. Never do so with a new key.
Do not conclude from a cart that is still ACTIVE that nothing was bought: for a while it looks as before the purchase.
"""

_INVALID_REQUEST, _INTERNAL_ERROR = -32600, -32603
"""Source: JSON-RPC 2.0, 5.1."""


class MCPEndpoint:
    """An ASGI application for one path."""

    def __init__(
        self,
        *,
        tools: Tools,
        operations: PersistedOperations,
        runtime: Runtime,
        origins: Origins,
        limits: Limits,
        body_s: float,
        new_correlation_id: Callable[[], str] = new_correlation_id,
    ) -> None:
        self._tools = tools
        self._operations = operations
        self._runtime = runtime
        self._origins = origins
        self._limits = limits
        self._body_s = body_s
        self._new_correlation_id = new_correlation_id
        self._version = version("partner-center-gateway")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Incoming(scope, receive)
        correlation_id = requested_correlation_id(request.headers) or self._new_correlation_id()
        report = RequestReport(correlation_id, trace_context(request.headers), protocol="mcp")
        await send_reported(self._encoded(scope, request, correlation_id, report), report, send)

    async def _encoded(self, scope: Scope, request: Incoming, correlation_id: str, report: RequestReport) -> Encoded:
        try:
            captured = await self._answer(scope, request, correlation_id, report)
        except ClientDisconnect:
            raise
        except HTTPError as error:
            captured = _refusal(answer_refused(error, correlation_id), report)
        except GatewayError as error:
            captured = _refusal(answer_not_admitted(error, correlation_id), report)
        except Exception as error:  # noqa: BLE001 - the last place before a bare 500
            captured = _refusal(answer_broken(error, correlation_id), report)
        given = [*captured.headers, *SECURITY_HEADERS, (b"vary", b"Accept-Encoding, Origin")]
        return await encoded_body(captured.status, captured.body, given, request.headers, correlation_id)

    async def _answer(self, scope: Scope, request: Incoming, correlation_id: str, report: RequestReport) -> "_Captured":
        _check_method(request)
        check_page(request.headers, request.method, self._origins)
        check_headers(request)
        caller = await self._runtime.admit(request.headers)
        report.caller = caller.identity
        body = await read_body(request, max_bytes=self._limits.body_bytes, timeout_s=self._body_s)
        check_json(body)
        with WhileConnected(request.receive) as connected:
            async with self._runtime.request_context(caller, report.tally) as context:
                calls = Calls(self._tools, self._operations, context, connected, report, correlation_id)
                return await self._exchange(scope, body, calls)

    async def _exchange(self, scope: Scope, body: bytes, calls: Calls) -> "_Captured":
        """The package's answer to one message. Host and Origin are not for it to check: `check_page` and the
        authentication have done so, as for /graphql.
        """
        server = Server[Any](
            "partner-center-gateway",
            version=self._version,
            instructions=_INSTRUCTIONS,
            on_list_tools=calls.list_tools,
            on_call_tool=calls.call_tool,
            get_tool_input_schema=_no_headers,
        )
        manager = StreamableHTTPSessionManager(
            server, json_response=True, stateless=True, max_request_body_size=self._limits.body_bytes
        )
        captured = _Captured()
        async with manager.run():
            await manager.handle_request(scope, _replayed(body), captured.send)
        return captured


class _Captured:
    """An answer that is complete before any of it is sent."""

    def __init__(self, status: int = 500, headers: list[tuple[bytes, bytes]] | None = None, body: bytes = b"") -> None:
        self.status = status
        self.headers = headers or []
        self.body = body

    async def send(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = [each for each in message.get("headers", ()) if each[0].lower() != b"content-length"]
        else:
            self.body += message.get("body", b"")


def _no_headers(_: str) -> None:
    """No tool declares an argument that a header repeats, so there is no schema to compare headers with."""


def _check_method(request: Incoming) -> None:
    """Raises HTTPError. There is no stream to open with GET, and no session to end with DELETE.

    Source: MCP 2026-07-28 and 2025-11-25, "Transports".
    """
    if request.method != "POST":
        raise HTTPError(405, Failure("Send each message with POST.", "BAD_USER_INPUT"), {"Allow": "POST"})


def _refusal(answer: Answer, report: RequestReport) -> _Captured:
    """The answer to a message that was not read, as an error of JSON-RPC without an id."""
    report.add_errors(answer.codes)
    entry = _first_error(answer.body)
    code = _INVALID_REQUEST if answer.status < 500 else _INTERNAL_ERROR
    error = {"code": code, "message": entry["message"], "data": entry["extensions"]}
    headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in answer.headers.items()]
    body = msgspec.json.encode({"jsonrpc": "2.0", "id": None, "error": error})
    return _Captured(answer.status, [(b"content-type", b"application/json"), *headers], body)


def _first_error(body: Mapping[str, Any]) -> Mapping[str, Any]:
    entry: Mapping[str, Any] = body["errors"][0]
    return entry


def _replayed(body: bytes) -> Receive:
    """Gives the body, and then nothing: the caller's disconnection is watched for outside."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        if not messages:
            await asyncio.Event().wait()  # until it is cancelled
        return messages.pop()

    return receive
