"""Reads a GraphQL request from a query string or a JSON body. Source: GraphQL over HTTP, "Request"."""

import asyncio
import json
import re
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import ClientDisconnect
from starlette.types import Receive

from gateway.http.incoming import Incoming
from gateway.http.negotiation import is_json
from gateway.http.responses import HTTPError, malformed
from gateway.operations.failures import Failure
from gateway.operations.persisted import GraphQLRequest
from gateway.settings.manifest import hash_of

_Read = TypeVar("_Read")

_EXAMPLE = '{"query": "{ __typename }"}'
_OBJECT_OR_NULL: Any = dict[str, Any] | None
"""A union is a type to msgspec, but not to type checkers."""
_PARAMETERS = frozenset(field.encode_name for field in msgspec.structs.fields(GraphQLRequest))

_MAX_DEPTH = 64
_MAX_DIGITS = 100
"""Characters. No real number is longer, and Python refuses to print numbers of several thousand digits."""

_STRINGS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_ALL_BUT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


async def read(request: Incoming, *, max_bytes: int, timeout_s: float) -> GraphQLRequest:
    """The GraphQL request in a GET or a POST.

    Raises HTTPError, or ClientDisconnect when the caller has disconnected.
    """
    if request.method == "GET":
        graphql_request = _from_query(request, max_bytes)
    else:
        graphql_request = _from_body(await read_body(request, max_bytes=max_bytes, timeout_s=timeout_s))
    path_id = request.document_id
    if graphql_request.operation_name == "":  # some clients send this when they name no operation
        graphql_request = msgspec.structs.replace(graphql_request, operation_name=None)
    if path_id is None:
        return graphql_request
    if graphql_request.document_id is not None and hash_of(graphql_request.document_id) != hash_of(path_id):
        raise malformed("The request names two documents.")
    return msgspec.structs.replace(graphql_request, document_id=path_id)


def check_headers(request: Incoming) -> None:
    """Raises HTTPError when the headers alone show that the request is wrong, before any work is done."""
    if request.method not in {"GET", "POST"}:
        failure = Failure("Use GET for queries, POST for any operation.", "BAD_USER_INPUT")
        raise HTTPError(405, failure, {"Allow": "GET, POST"})
    if request.method == "GET":
        return
    if not is_json(request.headers.joined("content-type")):
        failure = Failure("Send the request with Content-Type: application/json, in UTF-8.", "BAD_USER_INPUT")
        raise HTTPError(415, failure)
    codings = request.headers.joined("content-encoding") or "identity"
    if codings.lower() != "identity":
        failure = Failure("Send the request uncompressed, without Content-Encoding.", "BAD_USER_INPUT")
        raise HTTPError(415, failure, {"Accept-Encoding": "identity"})


def _from_query(request: Incoming, max_bytes: int) -> GraphQLRequest:
    if len(request.query_string) > max_bytes:
        raise _too_large(414, max_bytes)
    try:
        # parse_qsl leaves out empty values: they mean the same as an absent parameter.
        parsed = parse_qsl(request.query_string.decode("ascii"), errors="strict")
    except UnicodeDecodeError:
        raise _unreadable("The query string must be percent-encoded UTF-8.") from None
    pairs = [(name, value) for name, value in parsed if name in _PARAMETERS]
    members: dict[str, object] = dict(pairs)
    if len(members) < len(pairs):
        raise malformed("The query string names a parameter twice.")
    for name in ("variables", "extensions"):
        if name in members:
            members[name] = _decoded(
                str(members[name]).encode(),
                _OBJECT_OR_NULL,
                f"The parameter {name}",
                '{"id": "1"}',
                unreadable=malformed,
            )
    return msgspec.convert(members, GraphQLRequest)


def check_json(body: bytes) -> None:
    """Raises HTTPError for a body that is not JSON, or that no real request would contain."""
    try:
        _check_json(body)
    except _Unfit as error:
        raise _unreadable(f"The body {error}.") from None
    except ValueError:
        raise _unreadable("The body must be JSON in UTF-8.") from None


async def read_body(request: Incoming, *, max_bytes: int, timeout_s: float) -> bytes:
    """The whole body of a POST. Raises HTTPError, or ClientDisconnect when the caller has disconnected."""
    if request.body is not None:
        if len(request.body) > max_bytes:
            raise _too_large(413, max_bytes)
        return request.body
    declared = request.headers.joined("content-length")
    if declared.isdecimal() and int(declared) > max_bytes:
        raise _too_large(413, max_bytes)  # before a client that sent `Expect: 100-continue` sends the body
    try:
        async with asyncio.timeout(timeout_s):
            return await _received(request.receive, max_bytes)
    except TimeoutError:
        failure = Failure(f"The body did not arrive within {timeout_s:g} s.", "LIMIT_EXCEEDED", retryable=True)
        raise HTTPError(408, failure, {"Connection": "close"}) from None


async def _received(receive: Receive, max_bytes: int) -> bytes:
    pieces: list[bytes] = []
    size, is_complete = 0, False
    while not is_complete:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        pieces.append(message.get("body", b""))
        size += len(pieces[-1])
        if size > max_bytes:
            raise _too_large(413, max_bytes)
        is_complete = not message.get("more_body", False)
    return b"".join(pieces)


def _from_body(body: bytes) -> GraphQLRequest:
    try:
        return _decoded(body, GraphQLRequest, "The body", _EXAMPLE, unreadable=_unreadable)
    except HTTPError as error:
        if error.status == 422 and body.lstrip().startswith(b"["):
            raise malformed(
                f"Batches are not served: send one operation per request, as a JSON object such as {_EXAMPLE}."
            ) from None
        raise


def _decoded(
    text: bytes,
    shape: type[_Read],
    what: str,
    example: str,
    *,
    unreadable: Callable[[str], HTTPError],
) -> _Read:
    """Decode *text* into *shape*. Invalid JSON and JSON of a wrong shape get different messages."""
    try:
        _check_json(text)
        return msgspec.json.decode(text, type=shape)
    except _Unfit as error:
        raise unreadable(f"{what} {error}.") from None
    except msgspec.ValidationError as error:
        raise malformed(f"{what} must be a JSON object such as {example}: {error}.") from None
    except (msgspec.DecodeError, ValueError):
        raise unreadable(f"{what} must be a JSON object in UTF-8, such as {example}.") from None


def _unreadable(message: str) -> HTTPError:
    return HTTPError(400, Failure(message, "BAD_USER_INPUT"))


def _too_large(status: int, max_bytes: int) -> HTTPError:
    return HTTPError(status, Failure(f"The request is larger than {max_bytes:,} bytes.", "LIMIT_EXCEEDED"))


class _Unfit(Exception):
    """Says what is wrong with a JSON text, as the end of a sentence about it."""


def _check_json(text: bytes) -> None:
    """Raises _Unfit for JSON that no real request contains, and ValueError for bytes that are not JSON in UTF-8.

    The whole text is checked, including members that are never read. NaN and Infinity pass, though they are not JSON.
    """
    if text.startswith(b"\xef\xbb\xbf"):
        raise _Unfit("must not begin with a byte order mark")
    if _is_too_deep(text):
        raise _Unfit(f"is nested too deeply: at most {_MAX_DEPTH} levels are read")
    _READER.raw_decode(text.decode().lstrip())  # what follows the value is left to msgspec


def _is_too_deep(text: bytes) -> bool:
    """Counts brackets outside of strings, if there are enough of them to matter."""
    if text.count(b"[") + text.count(b"{") <= _MAX_DEPTH:
        return False
    depth = 0
    for bracket in _STRINGS.sub(b"", text).translate(None, _ALL_BUT_BRACKETS):
        depth += 1 if bracket in b"[{" else -1
        if depth > _MAX_DEPTH:
            return True
    return False


def _members(pairs: list[tuple[str, object]]) -> None:
    if len({name for name, _ in pairs}) < len(pairs):
        raise _Unfit("names a member twice")


def _number(digits: str) -> None:
    if len(digits) > _MAX_DIGITS or abs(float(digits)) == float("inf"):
        raise _Unfit("holds a number that is out of range")


_READER = json.JSONDecoder(object_pairs_hook=_members, parse_float=_number, parse_int=_number)
