"""A receiver of traces that speaks OTLP over HTTP in its protobuf form, for one process."""

import gzip
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from tests.loopback import Reply, Request, serving


@dataclass(frozen=True)
class ReceivedSpan:
    """Ids are in hex; `parent_id` is empty for a root. `kind` is OTLP's: 2 for a server, 3 for a client."""

    name: str
    kind: int
    trace_id: str
    span_id: str
    parent_id: str
    has_failed: bool
    attributes: dict[str, Any]
    events: list[tuple[str, dict[str, Any]]]


@dataclass
class Receiver:
    address: str = ""
    spans: list[ReceivedSpan] = field(default_factory=list[ReceivedSpan])
    resource: dict[str, Any] = field(default_factory=dict[str, Any])
    raw: bytes = b""

    def receive(self, request: Request) -> Reply:
        body = gzip.decompress(request.body) if request.headers.get("content-encoding") == "gzip" else request.body
        self.raw += body
        exported = ExportTraceServiceRequest.FromString(body)
        for group in exported.resource_spans:
            self.resource = _attributes(group.resource.attributes)
            self.spans += [_received(span) for scope in group.scope_spans for span in scope.spans]
        return Reply(200, ExportTraceServiceResponse().SerializeToString())


@contextmanager
def receiving() -> Generator[Receiver]:
    receiver = Receiver()
    with serving(receiver.receive) as address:
        receiver.address = address
        yield receiver


def _received(span: Any) -> ReceivedSpan:
    return ReceivedSpan(
        name=span.name,
        kind=span.kind,
        trace_id=span.trace_id.hex(),
        span_id=span.span_id.hex(),
        parent_id=span.parent_span_id.hex(),
        has_failed=span.status.code == 2,
        attributes=_attributes(span.attributes),
        events=[(event.name, _attributes(event.attributes)) for event in span.events],
    )


def _attributes(pairs: Any) -> dict[str, Any]:
    return {pair.key: getattr(pair.value, pair.value.WhichOneof("value")) for pair in pairs}
