"""What telemetry costs a request in CPU time: records and metrics, and traces of which one in ten is sampled.

One process asks itself, without sockets, in rounds that alternate between the variants: nothing is reported; records and
metrics, without an exporter of traces; the same with one. Records go to a file, spans to a receiver that is another
process. The exporter's own thread counts. Prints the median difference of adjacent rounds, and the range of nine
differences in ten; asserts nothing.

Run: .venv/bin/python -m benchmarks.telemetry
"""

import asyncio
import gc
import json
import logging
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Generator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from types import MappingProxyType
from unittest.mock import patch

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import TraceIdRatioBased
from starlette.types import ASGIApp, Message, Scope

from gateway.app import build_app
from gateway.dev.in_process import InProcess
from gateway.sandbox.app import Sandbox, build_sandbox
from gateway.settings.model import Settings
from gateway.telemetry.logs import start_logging

_ROUNDS = 300
_REQUESTS = 20
_SAMPLED = 0.1
_MODULES_WITH_METRICS = (
    "gateway.operations.documents",
    "gateway.operations.execution",
    "gateway.telemetry.calls",
    "gateway.telemetry.events",
    "gateway.telemetry.purchases",
    "gateway.telemetry.requests",
)
_RECEIVER = """
import sys
from tests.telemetry.receiver import receiving
with receiving() as receiver:
    print(receiver.address, flush=True)
    sys.stdin.read()
"""

Send = Callable[[], Awaitable[object]]


class _Nothing:
    """Stands for the metrics, an instrument and a span, and does nothing."""

    ids: Mapping[str, str] = MappingProxyType({})

    def __getattr__(self, _: str) -> "_Nothing":
        return self

    def __call__(self, *_: object, **__: object) -> "_Nothing":
        return self

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


@contextmanager
def nothing() -> Generator[None]:
    silent = _Nothing()
    with ExitStack() as stack:
        for module in _MODULES_WITH_METRICS:
            stack.enter_context(patch(f"{module}.metrics", silent))
        for module in ("gateway.telemetry.calls", "gateway.telemetry.requests"):
            stack.enter_context(patch(f"{module}.ActiveSpan", silent))
        stack.enter_context(patch("gateway.partner_center.sending.transport.add_trace_headers", silent))
        logging.disable(logging.CRITICAL)
        stack.callback(logging.disable, logging.NOTSET)
        yield


@contextmanager
def records_and_metrics() -> Generator[None]:
    yield


def traces(provider: TracerProvider) -> Callable[[], AbstractContextManager[object]]:
    tracer = provider.get_tracer("benchmark")
    return lambda: patch("gateway.telemetry.tracing.tracer", lambda: tracer)


async def main() -> None:
    with tempfile.TemporaryFile("w") as log, receiver() as address, patch.object(sys, "stderr", log):
        start_logging(level="info", form="json")
        provider = TracerProvider(sampler=TraceIdRatioBased(_SAMPLED))
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(f"{address}/v1/traces")))
        sandbox = build_sandbox()
        token = sandbox.demo_token()
        app = build_app(
            Settings(mode="development", upstream_url="http://127.0.0.1"),
            transport=InProcess(sandbox),
            token_without_sign_in=lambda: token,
        )
        async with app.router.lifespan_context(app):
            for name, document in documents(sandbox).items():
                await compare(name, app, document, traces(provider))
        provider.shutdown()


async def compare(
    name: str, app: ASGIApp, document: str, with_traces: Callable[[], AbstractContextManager[object]]
) -> None:
    body = json.dumps({"query": document}).encode()

    async def send() -> None:
        incoming = [{"type": "http.request", "body": body}]
        await app(_scope(), lambda: _next(incoming), _ignore)

    await round_of(send)
    gc.collect()
    gc.freeze()  # as the server does at its start
    bare, reported, traced = [], [], []
    for _ in range(_ROUNDS):
        for taken, variant in ((bare, nothing), (reported, records_and_metrics), (traced, with_traces)):
            with variant():
                await send()
                taken.append(await round_of(send))
    print(f"{name}: {statistics.median(bare):.0f} us a request with nothing reported, the sandbox included")
    print(f"  records and metrics  {spread(bare, reported)}")
    print(f"  traces               {spread(reported, traced)}  on top, {_SAMPLED:.0%} sampled")


def _scope() -> Scope:
    headers = [(b"host", b"localhost"), (b"content-type", b"application/json"), (b"accept", b"application/json")]
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/graphql",
        "query_string": b"",
        "headers": headers,
        "server": ("localhost", 8000),
        "client": ("127.0.0.1", 5000),
    }


async def _next(incoming: list[Message]) -> Message:
    if incoming:
        return incoming.pop()
    await asyncio.Event().wait()  # the caller stays connected
    raise AssertionError


async def _ignore(_: Message) -> None: ...


async def round_of(send: Send) -> float:
    """Microseconds of CPU a request."""
    started_at = time.process_time()
    for _ in range(_REQUESTS):
        await send()
    return (time.process_time() - started_at) / _REQUESTS * 1e6


def spread(before: list[float], after: list[float]) -> str:
    differences = sorted(b - a for a, b in zip(before, after, strict=True))
    low, high = differences[len(differences) // 20], differences[-len(differences) // 20 - 1]
    return f"{statistics.median(differences):+6.1f} us ({low:+.1f} to {high:+.1f})"


@contextmanager
def receiver() -> Generator[str]:
    command = [sys.executable, "-c", _RECEIVER]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.communicate()


def documents(sandbox: Sandbox) -> dict[str, str]:
    demo = sandbox.demo
    by = f'{{partnerCenter: {{customerTenantId: "{demo.customer_id}", cartId: "{demo.cart_id}"}}}}'
    page = "id version totals { wholeTerms } customer { companyName } lineItems { id quantity product { title } sku { title } }"
    # The page first: Partner Center then has accepted the token, and no request waits among those of unknown callers.
    return {"a cart page, one call": f"{{ cart(by: {by}) {{ {page} }} }}", "a query without a call": "{ __typename }"}


if __name__ == "__main__":
    asyncio.run(main())
