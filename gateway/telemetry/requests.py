"""The report of one request: gathered on the way, and written as one log record and a few metrics at its end."""

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Literal

from opentelemetry.context import Context
from opentelemetry.trace import SpanKind
from opentelemetry.util.types import AttributeValue

from gateway.telemetry.events import gravest, level_of
from gateway.telemetry.logs import log, set_log_fields
from gateway.telemetry.metrics import metrics
from gateway.telemetry.tracing import ActiveSpan

_LOG = logging.getLogger("gateway.requests")

Protocol = Literal["mcp"]
"""What operations are sent by, apart from GraphQL over HTTP."""

_LONGEST_NAME = 100
"""Characters of an operation's name in the log."""


@dataclass(slots=True)
class Tally:
    """What a request took so far: attempts at calls to Partner Center, the seconds they took together, look-ups that the
    catalog cache answered, and answers older than their time to live.
    """

    attempts: int = 0
    seconds: float = 0.0
    cache_hits: int = 0
    stale_answers: int = 0


class RequestReport:
    """What is known of a request so far. Members are None until the phase that sets them."""

    __slots__ = (
        "_codes",
        "_span",
        "_started_at",
        "caller",
        "cost",
        "digest",
        "is_trusted",
        "operation_name",
        "operation_type",
        "protocol",
        "tally",
    )

    def __init__(self, correlation_id: str, trace: Context | None = None, *, protocol: Protocol | None = None) -> None:
        """*trace* is the caller's place in its trace. *protocol* is None for GraphQL over HTTP."""
        self._started_at = time.perf_counter()
        self._codes: list[str] = []
        self.protocol = protocol
        self.caller: str | None = None
        """The identity of the caller; only its hash is written."""
        self.digest: str | None = None
        """The SHA-256 of the document."""
        self.is_trusted = False
        self.operation_name: str | None = None
        self.operation_type: str | None = None
        self.cost: int | None = None
        """Calls to Partner Center, as estimated."""
        self.tally = Tally()
        self._span = ActiveSpan("GraphQL Operation", SpanKind.SERVER, trace)
        set_log_fields({"correlation_id": correlation_id, **self._span.ids})
        metrics().active_requests.inc()

    def add_errors(self, codes: Iterable[str]) -> None:
        """The error codes of entries of `errors` in the answer."""
        self._codes.extend(codes)

    def finish(self, *, status: int | None) -> None:
        """*status* is the HTTP status of the answer; None when the caller went away before it."""
        duration_s = time.perf_counter() - self._started_at
        code = gravest(self._codes) if self._codes else None
        self._count(duration_s, code)
        tally = self.tally
        fields = {
            "protocol": self.protocol,
            "operation": self.operation_name and self.operation_name[:_LONGEST_NAME],
            "operation_type": self.operation_type,
            "document": self.digest,
            "caller": self.caller and hashed(self.caller),
            "status": status,
            "outcome": _outcome(status, code),
            "codes": _counts(self._codes) if code else None,
            "duration_ms": round(duration_s * 1000, 2),
            "upstream_calls": tally.attempts,
            "upstream_ms": round(tally.seconds * 1000, 2),
            "cache_hits": tally.cache_hits,
            "cost": self.cost,
        }
        log(_LOG, level_of(code), "request", fields)
        self._end_span(status, code)

    def _count(self, duration_s: float, code: str | None) -> None:
        m = metrics()
        m.active_requests.dec()
        name = self.operation_name if self.is_trusted else None
        m.requests(self.operation_type or "", name or "", code or "").observe(duration_s)
        for each in self._codes:
            m.errors(each).inc()

    def _end_span(self, status: int | None, code: str | None) -> None:
        self._span.end(self._attributes(status) if self._span.is_recorded else {}, name=self.operation_type, error=code)

    def _attributes(self, status: int | None) -> dict[str, AttributeValue | None]:
        return {
            "graphql.operation.type": self.operation_type,
            "graphql.operation.name": self.operation_name if self.is_trusted else None,
            "graphql.document.hash": self.digest and f"sha256:{self.digest}",
            "http.response.status_code": status,
            "partner_center.attempts": self.tally.attempts,
        }


@lru_cache(maxsize=1024)
def hashed(secret: str) -> str:
    """16 hex digits that stand for a caller or a key in the log."""
    return sha256(secret.encode()).hexdigest()[:16]


def _outcome(status: int | None, code: str | None) -> str:
    if status is None:
        return "disconnected"
    if status >= 400:
        return "refused"
    return "errors" if code else "ok"


def _counts(codes: list[str]) -> dict[str, int]:
    return {code: codes.count(code) for code in sorted(set(codes))}
