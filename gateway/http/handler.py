"""The /graphql endpoint: GraphQL over HTTP, one answer for each request. It knows no type of the schema and no cart."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from gateway.errors import GatewayError
from gateway.http.browsers import Origins, check_page
from gateway.http.disconnects import WhileConnected
from gateway.http.graphiql import IDE
from gateway.http.incoming import Incoming
from gateway.http.negotiation import GRAPHQL, HTML, JSON, preferred
from gateway.http.requests import check_headers, read
from gateway.http.responses import (
    Answer,
    Encoded,
    HTTPError,
    answer_broken,
    answer_completed,
    answer_not_admitted,
    answer_refused,
    answer_rejected,
    encode,
)
from gateway.http.running import run, send_reported
from gateway.http.tracing import new_correlation_id, requested_correlation_id, trace_context
from gateway.operations.documents import Rejected
from gateway.operations.failures import Failure
from gateway.operations.limits import Limits
from gateway.operations.persisted import PersistedOperations
from gateway.partner_center.callers import Caller
from gateway.telemetry.requests import RequestReport, Tally

_DATA = (JSON, GRAPHQL)
_WITH_PAGE = (*_DATA, HTML)


class Runtime(Protocol):
    """Admits requests, and gives each the context for its resolvers."""

    async def admit(self, headers: Headers, /) -> Caller:
        """The caller, before the body is read. May raise GatewayError, above all Unauthenticated and Overloaded."""
        ...

    def request_context(self, caller: Caller, tally: Tally, /) -> AbstractAsyncContextManager[object]:
        """The context in which the request runs; what it takes is counted in *tally*. May raise GatewayError, above all Overloaded."""
        ...


class GraphQLEndpoint:
    """An ASGI application for one path.

    When the caller closes the connection, a query is cancelled, and so is a request that still waits to begin. A
    mutation that has begun runs to its end.
    """

    def __init__(
        self,
        *,
        operations: PersistedOperations,
        runtime: Runtime,
        origins: Origins | None = None,
        body_s: float = 10,
        limits: Limits | None = None,
        ide: IDE | None = None,
        new_correlation_id: Callable[[], str] = new_correlation_id,
    ) -> None:
        self._operations = operations
        self._runtime = runtime
        self._origins = origins or Origins()
        self._limits = limits or Limits()
        self._body_s = body_s
        self._ide = ide
        self._new_correlation_id = new_correlation_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Incoming(scope, receive)
        media_type = self._media_type(request)
        if media_type == HTML and self._ide is not None:
            await self._ide.page(scope, receive, send)
            return
        correlation_id = requested_correlation_id(request.headers) or self._new_correlation_id()
        report = RequestReport(correlation_id, trace_context(request.headers))
        await send_reported(self._encoded(request, media_type, correlation_id, report), report, send)

    async def _encoded(
        self, request: Incoming, media_type: str | None, correlation_id: str, report: RequestReport
    ) -> Encoded:
        try:
            answer = await self._answer(request, media_type, correlation_id, report)
            report.add_errors(answer.codes)
            return await encode(answer, request.headers, media_type, correlation_id)
        except ClientDisconnect:
            raise
        except Exception as error:  # noqa: BLE001 - the last place before a bare 500
            broken = answer_broken(error, correlation_id)
            report.add_errors(broken.codes)
            return await encode(broken, request.headers, media_type, correlation_id)

    def _media_type(self, request: Incoming) -> str | None:
        """The media type of the answer; None when the caller accepts none of ours."""
        may_be_page = self._ide is not None and request.method == "GET" and request.document_id is None
        return preferred(request.headers.joined("accept"), _WITH_PAGE if may_be_page else _DATA)

    async def _answer(
        self, request: Incoming, media_type: str | None, correlation_id: str, report: RequestReport
    ) -> Answer:
        try:
            _check_accept(media_type)
            check_page(request.headers, request.method, self._origins)
            check_headers(request)
            caller = await self._runtime.admit(request.headers)
            report.caller = caller.identity
            graphql_request = await read(request, max_bytes=self._limits.body_bytes, timeout_s=self._body_s)
            with WhileConnected(request.receive) as connected:
                async with self._runtime.request_context(caller, report.tally) as context:
                    may_write = request.method == "POST"
                    result = await run(
                        self._operations, graphql_request, context, connected, report, may_write=may_write
                    )
        except HTTPError as error:
            return answer_refused(error, correlation_id)
        except GatewayError as error:
            return answer_not_admitted(error, correlation_id)
        if isinstance(result, Rejected):
            return answer_rejected(result, correlation_id)
        return answer_completed(result, correlation_id, media_type)


def _check_accept(media_type: str | None) -> None:
    """Raises HTTPError for a request that accepts none of the media types that an answer can have."""
    if media_type is None:
        raise HTTPError(406, Failure(f"Accept {GRAPHQL} or {JSON}, in UTF-8.", "BAD_USER_INPUT"))
