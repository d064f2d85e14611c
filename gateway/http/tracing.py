"""Traces a request: the correlation id that its caller chose, and the trace that it belongs to."""

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from uuid import uuid4

from starlette.datastructures import Headers

from gateway.telemetry.logs import add_to_log

_CORRELATION_ID = re.compile(r"[A-Za-z0-9_.:/+=@-]{1,128}")
"""Fits UUIDs and the ids of proxies and clouds. It needs no quoting in a header, in JSON or in a log record."""

_TRACEPARENT = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class TraceContext:
    """The trace that the request is part of, and the caller's span in it. Both in lower-case hex."""

    trace_id: str
    parent_id: str


def new_correlation_id() -> str:
    return str(uuid4())


def trace_request(headers: Headers, new_correlation_id: Callable[[], str]) -> str:
    """The request's correlation id: the caller's, if it sent one. The running task logs it from now on."""
    correlation_id = requested_correlation_id(headers) or new_correlation_id()
    trace = trace_context(headers)
    add_to_log({"correlation_id": correlation_id, **(asdict(trace) if trace else {})})
    return correlation_id


def requested_correlation_id(headers: Headers) -> str | None:
    """The caller's X-Request-Id; None without one, with several, and for one that is too long or has odd characters."""
    given = headers.getlist("x-request-id")
    return given[0] if len(given) == 1 and _CORRELATION_ID.fullmatch(given[0]) else None


def trace_context(headers: Headers) -> TraceContext | None:
    """The header `traceparent`; None without a valid one. Source: W3C Trace Context Level 2, 3.2 and 4.3.

    Later versions may have further fields after those of version 00.
    """
    given = headers.getlist("traceparent")
    found = _TRACEPARENT.fullmatch(given[0]) if len(given) == 1 else None
    if found is None:
        return None
    version, trace_id, parent_id, more = found.groups()
    if version == "ff" or (version == "00" and more) or not int(trace_id, 16) or not int(parent_id, 16):
        return None
    return TraceContext(trace_id, parent_id)
