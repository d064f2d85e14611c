"""What a request says of itself: the correlation id that its caller chose, and the trace that it belongs to."""

import os
import re

from opentelemetry.context import Context
from starlette.datastructures import Headers

from gateway.telemetry.tracing import caller_context

_CORRELATION_ID = re.compile(r"[A-Za-z0-9_.:/+=@-]{1,128}")
"""Fits UUIDs and the ids of proxies and clouds. It needs no quoting in a header, in JSON or in a log record."""

_LONGEST_TRACEPARENT = 512
"""Characters that OpenTelemetry looks at; it logs a warning for more."""


def new_correlation_id() -> str:
    """A random UUID, made without the object that `uuid` makes first. Source: RFC 9562, 5.4."""
    digits = os.urandom(16).hex()
    variant = "89ab"[int(digits[16], 16) & 3]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


def requested_correlation_id(headers: Headers) -> str | None:
    """The caller's X-Request-Id; None without one, with several, and for one that is too long or has odd characters."""
    given = headers.getlist("x-request-id")
    return given[0] if len(given) == 1 and _CORRELATION_ID.fullmatch(given[0]) else None


def trace_context(headers: Headers) -> Context | None:
    """The caller's place in its trace, from the header `traceparent`; None without one, and with several."""
    given = headers.getlist("traceparent")
    if len(given) != 1 or len(given[0]) > _LONGEST_TRACEPARENT:
        return None
    return caller_context(given[0], ",".join(headers.getlist("tracestate"))[:_LONGEST_TRACEPARENT]) or None
