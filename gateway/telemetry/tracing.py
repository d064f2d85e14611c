"""Spans: one for each operation, one for each attempt at a call to Partner Center. OpenTelemetry's names and headers.

Without an exporter nothing is recorded, but the caller's trace is still passed on. The exporter and the SDK behind it
are an extra of the package, `otel`. Sources: W3C Trace Context Level 2; OpenTelemetry semantic conventions, "GraphQL
server spans" and "HTTP client spans".
"""

import os
from collections.abc import Mapping, MutableMapping
from contextvars import Token
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from threading import Thread

from opentelemetry import context as contexts
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.types import AttributeValue

_NAME = "partner-center-gateway"
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")

_STOP_S = 3
"""Seconds: a receiver that does not answer must not keep the process from ending."""

_propagator = TraceContextTextMapPropagator()


class ExporterMissing(Exception):
    """Traces are asked for, but the packages that send them are not installed."""

    def __init__(self) -> None:
        super().__init__(
            "traces cannot be sent, because OpenTelemetry's exporter is not installed. Install "
            "partner-center-gateway[otel], or unset OTEL_EXPORTER_OTLP_ENDPOINT."
        )


def is_wanted(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the environment names a receiver of traces."""
    is_disabled = environment.get("OTEL_SDK_DISABLED", "").lower() == "true"
    return not is_disabled and any(environment.get(name) for name in _ENDPOINTS)


@cache
def tracer() -> Tracer | None:
    """None where no spans are recorded."""
    return trace.get_tracer(_NAME) if is_wanted() else None


def check_exporter() -> None:
    """Raises ExporterMissing when traces are wanted and cannot be sent."""
    if is_wanted() and find_spec("opentelemetry.sdk") is None:
        raise ExporterMissing


def start_tracing() -> None:
    """Send spans where the `OTEL_*` variables say. Does nothing when they name no receiver.

    Call it once in each process that serves: the exporter has a thread, which a fork would lose.
    """
    if not is_wanted():
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - an extra
    from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, OTELResourceDetector, Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider as SDKProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    own = Resource.create({SERVICE_NAME: _NAME, SERVICE_VERSION: version(_NAME)})
    provider = SDKProvider(resource=own.merge(OTELResourceDetector().detect()))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)


def stop_tracing() -> None:
    """Send the spans that are still waiting, for a few seconds at most."""
    shutdown = getattr(trace.get_tracer_provider(), "shutdown", None)
    if shutdown is not None:
        sending = Thread(target=shutdown, daemon=True)
        sending.start()
        sending.join(_STOP_S)


def caller_context(traceparent: str, tracestate: str) -> Context:
    """The caller's place in its trace; an empty context when *traceparent* is not valid."""
    return _propagator.extract({"traceparent": traceparent, "tracestate": tracestate}, Context())


class ActiveSpan:
    """A span that is current in this task, and in those it starts, until it ends.

    Where none is recorded, only *context* is made current, so that the caller's trace is passed on: without an exporter,
    and within an operation that is not sampled.
    """

    __slots__ = ("_span", "_token")

    def __init__(self, name: str, kind: SpanKind, context: Context | None = None) -> None:
        recorder = tracer()
        if recorder and kind is not SpanKind.SERVER and not trace.get_current_span().is_recording():
            recorder = None
        self._span: Span | None = recorder.start_span(name, context, kind) if recorder else None
        current = trace.set_span_in_context(self._span, context) if self._span else context
        self._token: Token[Context] | None = None if current is None else contexts.attach(current)

    @property
    def is_recorded(self) -> bool:
        return self._span is not None and self._span.is_recording()

    @property
    def ids(self) -> Mapping[str, str]:
        """`trace_id` and, for a span that is recorded, `span_id`, in lower-case hex; empty outside a trace."""
        if self._token is None:
            return {}
        found = trace.get_current_span().get_span_context()
        if not found.is_valid:
            return {}
        ids = {"trace_id": trace.format_trace_id(found.trace_id)}
        return ids if found.is_remote else {**ids, "span_id": trace.format_span_id(found.span_id)}

    def end(
        self, attributes: Mapping[str, AttributeValue | None], *, name: str | None = None, error: str | None
    ) -> None:
        """*error* is the code of the failure that the span ended in. Attributes that are None are left out, and none is
        needed unless the span is recorded.
        """
        if self._span is not None:
            _end(self._span, attributes, name, error)
        if self._token is not None:
            contexts.detach(self._token)


def _end(span: Span, attributes: Mapping[str, AttributeValue | None], name: str | None, error: str | None) -> None:
    if span.is_recording():
        if name is not None:
            span.update_name(name)
        span.set_attributes({key: value for key, value in attributes.items() if value is not None})
        if error is not None:
            span.set_attribute("error.type", error)
            span.set_status(Status(StatusCode.ERROR))
    span.end()


def add_trace_headers(headers: MutableMapping[str, str]) -> None:
    """Pass on the trace of the current span, if there is one."""
    if contexts.get_current():
        _propagator.inject(headers)


def add_event(name: str, attributes: Mapping[str, AttributeValue]) -> None:
    """Note an event on the current span."""
    span = trace.get_current_span()
    if span.is_recording():
        span.add_event(name, attributes)
