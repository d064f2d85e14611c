"""HTTP answers: refusals before any GraphQL, results of operations, and their encoding and compression.

Compressing a secret beside text that an attacker chose lets the attacker guess it by the length (BREACH). That needs a
victim's browser to send the attacker's text with the victim's rights. Here no browser adds rights by itself: there are
no cookies, callers send a bearer token, and where none is needed `browsers` refuses pages of other origins.
"""

import asyncio
import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
from graphql import ExecutionResult
from starlette.types import Send

from gateway.errors import GatewayError
from gateway.http.incoming import IndexedHeaders
from gateway.http.negotiation import GRAPHQL, JSON, accepts_gzip
from gateway.operations.documents import Rejected
from gateway.operations.failures import Failure, in_execution, internal, of_gateway

MIN_COMPRESSED = 1000
"""Bytes; a smaller body fits in one packet anyway."""

SECURITY_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
)
"""Of every answer."""
_HEADERS = {
    media_type: (
        (b"content-type", f"{media_type}; charset=utf-8".encode()),
        (b"vary", b"Accept, Accept-Encoding, Origin"),
        *SECURITY_HEADERS,
    )
    for media_type in (JSON, GRAPHQL)
}
"""Of the answers of the endpoint, by media type."""
_GZIP = (b"content-encoding", b"gzip")

_LEVEL = 3
"""Of gzip's 9 levels. A page of products, 3.5 KB, comes out 5 % larger than at the highest level, in two
thirds of the time.
"""
_MAX_INLINE = 128 * 1024
"""Bytes that take about a millisecond to compress. More is compressed in a thread, so that other requests go on."""

_JSON = msgspec.json.Encoder(decimal_format="number")
"""Decimals in an answer occur only in values of the scalar JSON; Partner Center sent them as numbers with these digits."""

_STATUS_OF_CODE = {"UNAUTHENTICATED": 401, "FORBIDDEN": 403, "BAD_USER_INPUT": 400}
"""The HTTP status of an error before the document is read.

Other codes: 503 if the request may be repeated, else 500.
"""


class HTTPError(Exception):
    """The request is refused before any GraphQL: with this HTTP status, these headers and one entry of `errors`."""

    def __init__(self, status: int, failure: Failure, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(failure.message)
        self.status = status
        self.failure = failure
        self.headers = headers or {}


def malformed(message: str) -> HTTPError:
    """The refusal of a request that can be parsed but is not well-formed. Source: GraphQL over HTTP, "Status Codes"."""
    return HTTPError(422, Failure(message, "BAD_USER_INPUT"))


@dataclass(slots=True)
class Answer:
    status: int
    body: Mapping[str, object]
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    codes: Sequence[str] = ()
    """The error codes in the body."""


def encoded_part(value: object) -> tuple[msgspec.Raw, int]:
    """A part of an answer, encoded in advance, and the number of its bytes."""
    text = _JSON.encode(value)
    return msgspec.Raw(text), len(text)


def answer_refused(error: HTTPError, correlation_id: str) -> Answer:
    return _refused(error.status, error.failure, correlation_id, error.headers)


def answer_not_admitted(error: GatewayError, correlation_id: str) -> Answer:
    """The answer to a caller that is not authenticated or not admitted."""
    status = _STATUS_OF_CODE.get(error.code, 503 if error.retryable else 500)
    headers: dict[str, str] = {}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if error.retry_after_s is not None:
        headers["Retry-After"] = str(max(1, round(error.retry_after_s)))
    return _refused(status, of_gateway(error), correlation_id, headers)


def answer_broken(error: Exception, correlation_id: str) -> Answer:
    """The answer to a request that ran into a bug in the gateway. Logs the error."""
    return _refused(500, internal(error), correlation_id)


def answer_rejected(rejected: Rejected, correlation_id: str) -> Answer:
    """The answer to an operation that was not run."""
    return _failed(rejected.status, rejected.failures, correlation_id)


def answer_completed(result: ExecutionResult, correlation_id: str, media_type: str | None) -> Answer:
    """The answer to an operation that ran: it has data, even if every field failed and data is null.

    With errors its status is 294 in GraphQL's own media type, and 200 in plain JSON, for which 294 has no meaning.
    Source: GraphQL over HTTP, "Partial success".
    """
    body: dict[str, object] = {"data": result.data}
    failures = [in_execution(error) for error in result.errors or ()]
    if failures:
        body = {"errors": [failure.entry(correlation_id) for failure in failures], **body}
    if result.extensions:
        body["extensions"] = result.extensions
    partial_success = 294 if media_type == GRAPHQL else 200
    return Answer(partial_success if failures else 200, body, {}, [failure.code for failure in failures])


@dataclass(slots=True)
class Encoded:
    """An answer as it is sent."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    async def send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body})


async def encode(answer: Answer, headers: IndexedHeaders, media_type: str | None, correlation_id: str) -> Encoded:
    """A 2xx answer has the negotiated media type, any other GraphQL's own. *headers* are those of the request.

    A 4xx or 5xx in plain JSON could come from any proxy in between. Source: GraphQL over HTTP, "Body".
    """
    is_success = 200 <= answer.status < 300
    given = [*_HEADERS[media_type if is_success and media_type else GRAPHQL]]
    given += [(name.lower().encode(), value.encode("latin-1")) for name, value in answer.headers.items()]
    return await encoded_body(answer.status, _JSON.encode(answer.body), given, headers, correlation_id)


async def encoded_body(
    status: int,
    body: bytes,
    given: list[tuple[bytes, bytes]],
    headers: IndexedHeaders,
    correlation_id: str,
) -> Encoded:
    """The answer with the headers *given* and those of every answer. *headers* are those of the request."""
    if len(body) >= MIN_COMPRESSED and accepts_gzip(headers.joined("accept-encoding")):
        body = await gzipped(body)
        given.append(_GZIP)
    given += [(b"x-request-id", correlation_id.encode()), (b"content-length", b"%d" % len(body))]
    return Encoded(status, given, body)


async def gzipped(body: bytes) -> bytes:
    if len(body) <= _MAX_INLINE:
        return _gzipped(body)
    return await asyncio.to_thread(_gzipped, body)


def _gzipped(body: bytes) -> bytes:
    return gzip.compress(body, _LEVEL, mtime=0)


def _refused(status: int, failure: Failure, correlation_id: str, headers: Mapping[str, str] | None = None) -> Answer:
    return _failed(status, [failure], correlation_id, headers)


def _failed(
    status: int, failures: Sequence[Failure], correlation_id: str, headers: Mapping[str, str] | None = None
) -> Answer:
    body = {"errors": [failure.entry(correlation_id) for failure in failures]}
    return Answer(status, body, headers or {}, [failure.code for failure in failures])
