"""Traces as a receiver gets them: the program, the sandbox and an OTLP receiver, each on a socket of its own."""

import subprocess
import sys
import time
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from tests.loopback import Reply, Request, serving
from tests.programs import run, running
from tests.shop import DEMO, Shop, open_shop, until
from tests.telemetry.receiver import ReceivedSpan, Receiver, receiving

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
SERVER, CLIENT = 2, 3
PAGE = (
    f'query Page {{ cart(by: {{partnerCenter: {{customerTenantId: "{DEMO["customerId"]}", cartId: "{DEMO["cartId"]}"}}}}) '
    "{ lineItems { product { title } sku { title } } customer { companyName } } }"
)


@dataclass
class Upstream:
    """What Partner Center is sent, on its way to the sandbox."""

    address: str
    seen: list[Request] = field(default_factory=list[Request])

    def pass_on(self, request: Request) -> Reply:
        self.seen.append(request)
        headers = {name: value for name, value in request.headers.items() if name != "host"}
        answer = httpx.request(request.method, f"{self.address}{request.path}", headers=headers, content=request.body)
        return Reply(answer.status_code, answer.content)


@dataclass(frozen=True)
class Traced:
    """A gateway that sends its spans to the receiver once it ends."""

    address: str
    process: subprocess.Popen[str]
    receiver: Receiver
    upstream: Upstream
    shop: Shop

    def ask(self, query: str, **headers: str) -> dict[str, Any]:
        given = {**self.shop.headers, **headers}
        answer: dict[str, Any] = httpx.post(
            f"{self.address}/graphql", json={"query": query}, headers=given, timeout=60
        ).json()
        return answer

    def spans(self) -> list[ReceivedSpan]:
        self.process.terminate()
        assert self.process.wait(timeout=30) == 0
        return self.receiver.spans


@pytest.fixture
def receiver() -> Generator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def settings() -> dict[str, str]:
    return {}


@pytest.fixture
def traced(receiver: Receiver, settings: dict[str, str]) -> Generator[Traced]:
    with open_shop() as shop:
        upstream = Upstream(shop.address)
        with (
            serving(upstream.pass_on) as address,
            running(
                "serve",
                GATEWAY_UPSTREAM_URL=address,
                OTEL_EXPORTER_OTLP_ENDPOINT=receiver.address,
                OTEL_RESOURCE_ATTRIBUTES="deployment.environment.name=test",
                **settings,
            ) as (gateway, process),
        ):
            yield Traced(gateway, process, receiver, upstream, shop)


def test_a_page_is_one_span_and_one_for_each_call(traced: Traced) -> None:
    """In the caller's trace, with the batches as events; none for a field. Partner Center is told the same trace."""
    answer = traced.ask(PAGE, traceparent=f"00-{TRACE}-{PARENT}-01")
    spans = traced.spans()

    assert "errors" not in answer
    (operation,) = [span for span in spans if span.kind == SERVER]
    calls = [span for span in spans if span.kind == CLIENT]
    assert len(spans) == 1 + len(calls) == 1 + len(traced.upstream.seen)
    assert (operation.name, operation.trace_id, operation.parent_id) == ("query", TRACE, PARENT)
    assert operation.attributes["graphql.operation.type"] == "query"
    assert operation.attributes["http.response.status_code"] == 200
    assert "graphql.operation.name" not in operation.attributes  # a caller's text, unless the document is trusted
    assert {(span.trace_id, span.parent_id) for span in calls} == {(TRACE, operation.span_id)}
    assert {span.attributes["url.template"] for span in calls} >= {
        "/v1/customers/{id}/carts/{id}",
        "/v1/customers/{id}",
    }
    assert all(span.attributes["partner_center.correlation_id"] for span in calls)
    sent = {request.headers["traceparent"] for request in traced.upstream.seen}
    assert sent == {f"00-{TRACE}-{span.span_id}-01" for span in calls}
    assert "batch" in {name for name, _ in operation.events}
    assert traced.receiver.resource["service.name"] == "partner-center-gateway"
    assert traced.receiver.resource["deployment.environment.name"] == "test"


def test_each_attempt_is_a_span_and_the_failed_ones_say_so(traced: Traced) -> None:
    """A retry is seen beside the attempt that it follows."""
    fault = {"calls": "GET */carts/*", "fault": 503, "times": 1}
    httpx.post(f"{traced.shop.address}/_sandbox/faults", json={"faults": [fault]}).raise_for_status()

    traced.ask(PAGE)
    spans = traced.spans()

    carts = [span for span in spans if span.name == "GET /v1/customers/{id}/carts/{id}"]
    assert [(span.has_failed, span.attributes["http.response.status_code"]) for span in carts] == [
        (True, 503),
        (False, 200),
    ]
    assert carts[0].attributes["error.type"] == "UPSTREAM_UNAVAILABLE"


def test_no_token_is_in_a_span(traced: Traced) -> None:
    """Nor a key, an id of a customer's, or the text of a document."""
    traced.ask(PAGE)
    traced.spans()

    raw = traced.receiver.raw
    assert raw
    assert traced.shop.token.encode() not in raw
    assert DEMO["cartId"].encode() not in raw
    assert b"companyName" not in raw


@pytest.mark.parametrize("settings", [pytest.param({"OTEL_TRACES_SAMPLER": "always_off"}, id="none is sampled")])
def test_the_standard_variables_are_heeded(traced: Traced) -> None:
    """Here that of the sampler. The caller's trace is passed on all the same."""
    traced.ask(PAGE, traceparent=f"00-{TRACE}-{PARENT}-01")

    assert traced.spans() == []
    assert {request.headers["traceparent"].split("-")[1] for request in traced.upstream.seen} == {TRACE}


def test_a_trace_is_passed_on_by_a_gateway_that_sends_none() -> None:
    """Without an endpoint nothing is recorded; the caller's own span is then the parent of Partner Center's."""
    with open_shop() as shop:
        upstream = Upstream(shop.address)
        with serving(upstream.pass_on) as address, running("serve", GATEWAY_UPSTREAM_URL=address) as (gateway, _):
            given = {**shop.headers, "traceparent": f"00-{TRACE}-{PARENT}-01"}
            httpx.post(f"{gateway}/graphql", json={"query": PAGE}, headers=given, timeout=60).raise_for_status()

    assert {request.headers["traceparent"] for request in upstream.seen} == {f"00-{TRACE}-{PARENT}-01"}


def test_a_receiver_that_does_not_answer_holds_nothing_up() -> None:
    """Neither a request nor the end of the program."""
    with (
        open_shop() as shop,
        running("serve", GATEWAY_UPSTREAM_URL=shop.address, OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9") as (
            gateway,
            process,
        ),
    ):
        answer = httpx.post(f"{gateway}/graphql", json={"query": PAGE}, headers=shop.headers, timeout=60)
        started_at = time.monotonic()
        process.terminate()
        process.wait(timeout=30)

    assert "errors" not in answer.json()
    assert process.returncode == 0
    assert time.monotonic() - started_at < 15


def test_workers_send_their_spans_too(receiver: Receiver, tmp_path: object) -> None:
    """Each has an exporter of its own, which sends what is left when the worker ends."""
    with (
        open_shop() as shop,
        running(
            "serve",
            GATEWAY_UPSTREAM_URL=shop.address,
            GATEWAY_WORKERS="2",
            GATEWAY_STORE_URL=f"sqlite:{tmp_path}/store.sqlite",
            OTEL_EXPORTER_OTLP_ENDPOINT=receiver.address,
        ) as (gateway, process),
    ):
        for _ in range(6):
            httpx.post(f"{gateway}/graphql", json={"query": PAGE}, headers=shop.headers, timeout=60).raise_for_status()
        process.terminate()
        process.wait(timeout=30)

    until(lambda: len([span for span in receiver.spans if span.kind == SERVER]) == 6, "all have come")


_WITHOUT_THE_EXTRA = """
import sys
sys.modules["opentelemetry.sdk"] = None
from gateway.cli.main import main
main(["serve", "--port", "0"])
"""


def test_a_missing_exporter_is_told_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """By a sentence that says what to install."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")

    refused = subprocess.run(
        [sys.executable, "-c", _WITHOUT_THE_EXTRA], capture_output=True, text=True, timeout=60, check=False
    )

    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "partner-center-gateway[otel]" in refused.stderr
    assert run("schema").returncode == 0
