"""The report of one attempt at a call to Partner Center: its metrics and its span. Retries report themselves."""

import time
from types import TracebackType
from typing import Self

from opentelemetry.trace import SpanKind
from opentelemetry.util.types import AttributeValue

from gateway.errors import GatewayError
from gateway.telemetry.metrics import metrics
from gateway.telemetry.requests import Tally
from gateway.telemetry.tracing import ActiveSpan, tracer


class CallReport:
    """A context manager around an attempt. A GatewayError that ends it gives the report its error code."""

    __slots__ = ("_method", "_route", "_span", "_started_at", "_tally", "correlation_id", "http_status")

    def __init__(self, method: str, route: str, tally: Tally) -> None:
        """*route* is the path with names in place of ids: `/v1/customers/{customer_id}/carts`."""
        self._method = method
        self._route = route
        self._tally = tally
        self.http_status: int | None = None
        """None until an answer has come."""
        self.correlation_id: str | None = None
        """Partner Center's own for its answer, else the one that it was sent."""

    def __enter__(self) -> Self:
        metrics().active_calls.inc()
        self._span = ActiveSpan(f"{self._method} {self._route}", SpanKind.CLIENT) if tracer() else None
        self._started_at = time.perf_counter()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        duration_s = time.perf_counter() - self._started_at
        self._tally.seconds += duration_s
        code = error.code if isinstance(error, GatewayError) else kind.__name__ if kind else None
        status = "" if self.http_status is None else str(self.http_status)
        metrics().active_calls.dec()
        metrics().calls(self._method, self._route, status, code or "").observe(duration_s)
        if self._span is not None:
            self._span.end(self._attributes() if self._span.is_recorded else {}, error=code)

    def _attributes(self) -> dict[str, AttributeValue | None]:
        return {
            "http.request.method": self._method,
            "url.template": self._route,
            "http.response.status_code": self.http_status,
            "partner_center.correlation_id": self.correlation_id,
        }
