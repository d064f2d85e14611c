"""What a caller asks for, read from a query string or a JSON body. Source: GraphQL over HTTP, "Request"."""

from typing import Any, TypeVar
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request

from gateway.http.failures import Failure, HTTPError
from gateway.http.negotiation import GRAPHQL, JSON, is_json

_Read = TypeVar("_Read")

_EXAMPLE = '{"query": "{ __typename }"}'


class GraphQLRequest(msgspec.Struct, frozen=True, rename="camel"):
    """The members of a request; others are ignored, as GraphQL over HTTP wants it. Extensions are the caller's own."""

    query: str
    variables: dict[str, Any] | None = None
    operation_name: str | None = None
    extensions: dict[str, Any] | None = None


async def read(request: Request, *, most_bytes: int) -> GraphQLRequest:
    """The request in *request*, a GET or a POST. Raises HTTPError, or ClientDisconnect when the caller left."""
    asked = _from_query(request, most_bytes) if request.method == "GET" else await _from_body(request, most_bytes)
    if not asked.query:
        raise _malformed(f"The member query is empty; send a GraphQL document, such as {_EXAMPLE}.")
    return asked


def check_headers(request: Request, answer_in: str | None) -> None:
    """Refuse what the headers alone show to be wrong, before anything is spent on it.

    *answer_in* is the media type negotiated for the answer, None when there is none that both sides know.
    """
    if answer_in is None:
        raise HTTPError(406, Failure(f"Accept {GRAPHQL} or {JSON}, in UTF-8.", "BAD_USER_INPUT"))
    if request.method not in {"GET", "POST"}:
        failure = Failure("Use GET for queries, POST for any operation.", "BAD_USER_INPUT")
        raise HTTPError(405, failure, {"Allow": "GET, POST"})
    if request.method == "POST" and not is_json(request.headers.get("content-type", "")):
        failure = Failure("Send the request with Content-Type: application/json, in UTF-8.", "BAD_USER_INPUT")
        raise HTTPError(415, failure)


def _from_query(request: Request, most_bytes: int) -> GraphQLRequest:
    query_string: bytes = request.scope["query_string"]
    if len(query_string) > most_bytes:
        raise _too_large(414, most_bytes)
    try:
        pairs = parse_qsl(query_string.decode("ascii"), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        raise _malformed("The query string must be percent-encoded UTF-8.") from None
    members: dict[str, object] = dict(pairs)
    for name in ("variables", "extensions"):
        if name in members:
            members[name] = _decoded(
                str(members[name]).encode(), dict[str, Any], f"The parameter {name}", '{"id": "1"}'
            )
    try:
        return msgspec.convert(members, GraphQLRequest)
    except msgspec.ValidationError:
        raise _malformed("Send the GraphQL document in the parameter query, such as ?query={__typename}.") from None


async def _from_body(request: Request, most_bytes: int) -> GraphQLRequest:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most_bytes:
            raise _too_large(413, most_bytes)
    return _decoded(bytes(body), GraphQLRequest, "The body", _EXAMPLE)


def _decoded(json: bytes, shape: type[_Read], what: str, example: str) -> _Read:
    """*json* in the given shape. A wrong shape and a wrong syntax are told apart: the caller mends other things."""
    try:
        return msgspec.json.decode(json, type=shape)
    except msgspec.ValidationError as error:
        raise _malformed(f"{what} must be a JSON object such as {example}: {error}.") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise _malformed(f"{what} must be a JSON object in UTF-8, such as {example}.") from None
    except RecursionError:
        raise _malformed(f"{what} is nested too deeply.") from None


def _malformed(message: str) -> HTTPError:
    return HTTPError(400, Failure(message, "BAD_USER_INPUT"))


def _too_large(status: int, most_bytes: int) -> HTTPError:
    return HTTPError(status, Failure(f"The request is larger than {most_bytes:,} bytes.", "LIMIT_EXCEEDED"))
