"""The /graphql endpoint: GraphQL over HTTP, one answer a request. It knows no type of the schema and no cart."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from inspect import isawaitable
from uuid import uuid4

import msgspec
from graphql import ExecutionResult, OperationType
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gateway.errors import GatewayError
from gateway.http.browsers import Origins, check_page
from gateway.http.compression import SMALLEST, gzipped, takes_gzip
from gateway.http.disconnects import WhileConnected
from gateway.http.errors import HTTPError
from gateway.http.graphiql import IDE
from gateway.http.negotiation import GRAPHQL, HTML, JSON, preferred
from gateway.http.requests import check_accept, check_headers, read
from gateway.http.tracing import trace_request
from gateway.operations.documents import Rejected
from gateway.operations.execution import execute, operation_of
from gateway.operations.failures import Failure, in_execution, internal, of_gateway
from gateway.operations.limits import Limits
from gateway.operations.persisted import PersistedOperations
from gateway.operations.request import GraphQLRequest

MakeContext = Callable[[Headers, str], object]
"""From the caller's headers and the request's correlation id to what resolvers see, or an awaitable of it.

Called before the body is read. May raise GatewayError, above all Unauthenticated.
"""

Place = Callable[[object], AbstractAsyncContextManager[object]]
"""From what resolvers see to the time in which the request is worked on. May raise GatewayError, above all Overloaded."""

_JSON = msgspec.json.Encoder(decimal_format="number")
"""Decimals that are left in an answer stand in bags of JSON, where they came as numbers with these digits."""

_STATUS_OF_CODE = {"UNAUTHENTICATED": 401, "FORBIDDEN": 403, "BAD_USER_INPUT": 400}
"""For a request that ended before its document was read. Others: 503 when it may be repeated, else 500."""


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: Mapping[str, object]
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


def _new_correlation_id() -> str:
    return str(uuid4())


class GraphQLEndpoint:
    """An ASGI application for one path.

    When the caller closes the connection, a query is cancelled, and so is what still waits to begin. A mutation that
    has begun comes to its end.
    """

    def __init__(
        self,
        *,
        operations: PersistedOperations,
        make_context: MakeContext,
        origins: Origins | None = None,
        body_s: float = 10,
        place: Place = nullcontext,
        limits: Limits | None = None,
        ide: IDE | None = None,
        new_correlation_id: Callable[[], str] = _new_correlation_id,
    ) -> None:
        self._operations = operations
        self._make_context = make_context
        self._place = place
        self._origins = origins or Origins()
        self._limits = limits or Limits()
        self._body_s = body_s
        self._ide = ide
        self._new_correlation_id = new_correlation_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        media_type = self._media_type(request)
        if media_type == HTML and self._ide is not None:
            await self._ide.page(scope, receive, send)
            return
        correlation_id = trace_request(request.headers, self._new_correlation_id)
        try:
            answer = await self._answer(request, media_type, correlation_id)
            response = await _response(answer, request, media_type, correlation_id)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 - the last place before a bare 500
            failure = internal(error, correlation_id)
            response = await _response(_refused(500, failure, correlation_id), request, media_type, correlation_id)
        await response(scope, receive, send)

    def _media_type(self, request: Request) -> str | None:
        """The media type of the answer; None when the caller takes none of ours."""
        may_be_page = self._ide is not None and request.method == "GET" and "document_id" not in request.path_params
        page = (HTML,) if may_be_page else ()
        return preferred(",".join(request.headers.getlist("accept")), (JSON, GRAPHQL, *page))

    async def _answer(self, request: Request, media_type: str | None, correlation_id: str) -> _Answer:
        try:
            check_accept(media_type)
            check_page(request.headers, request.method, self._origins)
            check_headers(request)
            context = self._make_context(request.headers, correlation_id)
            if isawaitable(context):
                context = await context
            asked = await read(request, most_bytes=self._limits.body_bytes, most_s=self._body_s)
            async with WhileConnected(request.receive) as connected, self._place(context):
                outcome = await self._run(asked, context, connected, may_write=request.method == "POST")
        except HTTPError as error:
            return _refused(error.status, error.failure, correlation_id, error.headers)
        except GatewayError as error:
            return _turned_away(error, correlation_id)
        if isinstance(outcome, Rejected):
            entries = [failure.entry(correlation_id) for failure in outcome.failures]
            return _Answer(outcome.status, {"errors": entries})
        return _completed(outcome, correlation_id, partial_success=294 if media_type == GRAPHQL else 200)

    async def _run(
        self, asked: GraphQLRequest, context: object, connected: WhileConnected, *, may_write: bool
    ) -> ExecutionResult | Rejected:
        prepared = self._operations.find(asked)
        if isinstance(prepared, Rejected):
            return prepared
        operation = operation_of(prepared, asked.operation_name)
        if isinstance(operation, Rejected):
            return operation
        if operation.kind is not OperationType.QUERY and not may_write:
            failure = Failure("Only queries may be sent with GET; send this one with POST.", "BAD_USER_INPUT")
            raise HTTPError(405, failure, {"Allow": "POST"})
        if operation.kind is OperationType.MUTATION:
            connected.finish()
        return await execute(prepared, operation, asked, context)


def _completed(result: ExecutionResult, correlation_id: str, *, partial_success: int) -> _Answer:
    """The answer to an operation that ran: it has data, even if every field failed and data is null.

    With errors its status is *partial_success*: 294 with GraphQL's own media type, without which 294 means nothing, and
    200 with plain JSON. Source: GraphQL over HTTP, "Partial success".
    """
    body: dict[str, object] = {"data": result.data}
    if result.errors:
        entries = [in_execution(error, correlation_id).entry(correlation_id) for error in result.errors]
        body = {"errors": entries, **body}
    if result.extensions:
        body["extensions"] = result.extensions
    return _Answer(partial_success if result.errors else 200, body)


def _turned_away(error: GatewayError, correlation_id: str) -> _Answer:
    """The answer when there is no context for this caller."""
    status = _STATUS_OF_CODE.get(error.code, 503 if error.retryable else 500)
    headers: dict[str, str] = {}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if error.retry_after_s is not None:
        headers["Retry-After"] = str(max(1, round(error.retry_after_s)))
    return _refused(status, of_gateway(error, correlation_id), correlation_id, headers)


def _refused(status: int, failure: Failure, correlation_id: str, headers: Mapping[str, str] | None = None) -> _Answer:
    return _Answer(status, {"errors": [failure.entry(correlation_id)]}, headers or {})


async def _response(answer: _Answer, request: Request, media_type: str | None, correlation_id: str) -> Response:
    """A 2xx answer has the negotiated media type, any other GraphQL's own.

    A 4xx or 5xx in plain JSON could come from any proxy in between. Source: GraphQL over HTTP, "Body".
    """
    body = _JSON.encode(answer.body)
    is_success = 200 <= answer.status < 300
    headers = {
        "Content-Type": f"{media_type if is_success and media_type else GRAPHQL}; charset=utf-8",
        "Cache-Control": "no-store",
        "Vary": "Accept, Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
        "X-Request-Id": correlation_id,
        **answer.headers,
    }
    if len(body) >= SMALLEST and takes_gzip(",".join(request.headers.getlist("accept-encoding"))):
        body = await gzipped(body)
        headers["Content-Encoding"] = "gzip"
    return Response(body, answer.status, headers)
