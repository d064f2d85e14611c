"""Answers the methods of MCP in one request: lists the tools, and calls one as /graphql runs its operation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from graphql import ExecutionResult
from mcp.server import ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
)

from gateway.http.disconnects import WhileConnected
from gateway.http.negotiation import JSON
from gateway.http.responses import Answer, answer_broken, answer_completed, answer_rejected, encoded_part
from gateway.http.running import run
from gateway.mcp.safeguards import missing
from gateway.mcp.tools import OperationTool, Tools
from gateway.operations.documents import Rejected
from gateway.operations.failures import Failure
from gateway.operations.persisted import GraphQLRequest, PersistedOperations
from gateway.telemetry.requests import RequestReport

_Context = ServerRequestContext[Any]

_LIST_TTL_MS = 60_000
"""For how long clients may use a list of tools again. It changes with the documents alone, and is about 40 KB."""
_MOST_UNKNOWN = 10
"""Unknown arguments that an answer names. A body could have thousands."""


@dataclass(frozen=True, slots=True)
class Calls:
    """The calls of one admitted request, of which there is one at most. They run in its `context`."""

    tools: Tools
    operations: PersistedOperations
    context: object
    connected: WhileConnected
    report: RequestReport
    correlation_id: str

    async def list_tools(self, _: _Context, __: PaginatedRequestParams | None) -> ListToolsResult:
        """All of them on one page, by name."""
        definitions = [tool.definition for tool in self.tools.current().values()]
        return ListToolsResult(tools=definitions, ttl_ms=_LIST_TTL_MS)

    async def call_tool(self, _: _Context, call: CallToolRequestParams) -> CallToolResult:
        """Raises MCPError when there is no such tool."""
        tool = self.tools.current().get(call.name)
        if tool is None:
            raise MCPError(INVALID_PARAMS, "There is no tool of this name here; tools/list has all of them.")
        self.report.operation_name = tool.operation
        try:
            answer = await self._answer(tool, call.arguments or {})
        except Exception as error:  # noqa: BLE001 - the last place before the library's own words
            answer = answer_broken(error, self.correlation_id)
        self.report.add_errors(answer.codes)
        return _result(tool, answer)

    async def _answer(self, tool: OperationTool, arguments: dict[str, Any]) -> Answer:
        wrong = _wrong_arguments(tool, arguments)
        if wrong:
            return answer_rejected(Rejected(tuple(wrong)), self.correlation_id)
        request = GraphQLRequest(query=tool.document, variables=arguments, operation_name=tool.operation)
        result = await run(self.operations, request, self.context, self.connected, self.report, may_write=True)
        if isinstance(result, ExecutionResult):
            return answer_completed(result, self.correlation_id, JSON)
        return answer_rejected(result, self.correlation_id)


def _wrong_arguments(tool: OperationTool, arguments: Mapping[str, object]) -> Sequence[Failure]:
    """What GraphQL lets pass, and agents must not: arguments of unknown names, and changes without their safeguards."""
    unknown = sorted(set(arguments) - tool.variables)
    known = ", ".join(sorted(tool.variables)) or "none"
    messages = [f"There is no argument {name[:60]}; there is: {known}." for name in unknown[:_MOST_UNKNOWN]]
    messages += [f"Send {path} too: this tool requires it." for path in missing(tool.safeguards, arguments)]
    return [Failure(message, "BAD_USER_INPUT") for message in messages]


def _result(tool: OperationTool, answer: Answer) -> CallToolResult:
    """The whole GraphQL answer, as structured content and as text.

    It is an error when the answer has errors or no data, and when a payload says in its own `errors` that nothing was
    done. Source: MCP 2026-07-28, "Tools", Error Handling: failures of the business are errors of the tool.
    """
    text, _ = encoded_part(answer.body)
    content: dict[str, Any] = msgspec.json.decode(bytes(text))
    return CallToolResult(
        content=[TextContent(text=bytes(text).decode())],
        structured_content=content,
        is_error="errors" in content or content.get("data") is None or _is_refused(tool, content["data"]),
    )


def _is_refused(tool: OperationTool, data: Mapping[str, Any]) -> bool:
    payloads = ((data.get(root), errors) for root, errors in tool.refusals)
    return any(payload and payload.get(errors) for payload, errors in payloads)
