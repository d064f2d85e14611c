"""A request keeps the correlation id that its caller gave it, and its log lines name the trace that it belongs to."""

import io
import json
import logging
import re
from collections.abc import Callable, Generator

import httpx
import pytest
from opentelemetry import trace
from opentelemetry.context import Context
from starlette.datastructures import Headers

from gateway.errors import Unavailable
from gateway.http.tracing import requested_correlation_id, trace_context
from gateway.telemetry.logs import JSONLines, TextLines
from tests.harness import Gateway

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
FIELDS = f"{TRACE}-{PARENT}-01"
GUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"

Connect = Callable[..., httpx.AsyncClient]


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("7f1c5a4e-2f0b-4a53-9d5c-0d9a4a0f6a11", id="a UUID"),
        pytest.param("c8a54a1ef5ff4b1ea7a3c0a9a9a4f7d2", id="an id of nginx"),
        pytest.param("Root=1-67891233-abcdef012345678912345678", id="an id of AWS"),
        pytest.param("host/abc+def==:1.2@shop_1", id="every sign that may be in it"),
        pytest.param("x", id="the shortest"),
        pytest.param("x" * 128, id="the longest"),
    ],
)
async def test_the_id_that_a_caller_chose_is_the_request_s(connect: Connect, value: str) -> None:
    """In the answer's header, in its errors and for resolvers."""
    client = connect()

    query = '{ request fail(how: "absent") }'

    answer = await client.post("/graphql", json={"query": query}, headers={"X-Request-Id": value})

    assert answer.headers["X-Request-Id"] == value
    assert answer.json()["data"]["request"] == value
    assert answer.json()["errors"][0]["extensions"]["correlationId"] == value


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param([], id="none"),
        pytest.param([""], id="an empty one"),
        pytest.param(["x" * 129], id="one that is too long"),
        pytest.param(["one two"], id="one with a space"),
        pytest.param(['"quoted"'], id="one in quotes"),
        pytest.param(["<script>"], id="one with markup"),
        pytest.param(["caf\xe9"], id="one with other letters"),
        pytest.param(["one, two"], id="two in one header"),
        pytest.param(["one", "two"], id="two headers"),
        pytest.param(["one", "one"], id="the same twice"),
    ],
)
async def test_an_odd_id_is_replaced(connect: Connect, correlation_id: str, sent: list[str]) -> None:
    """The request is answered all the same, under an id of the gateway's own."""
    headers = [(b"x-request-id", value.encode("latin-1")) for value in sent]

    answer = await connect().post("/graphql", json={"query": "{ request }"}, headers=headers)

    assert answer.headers["X-Request-Id"] == correlation_id
    assert answer.json() == {"data": {"request": correlation_id}}


async def test_partner_center_gets_a_guid_whatever_the_caller_s_id(gateway: Gateway) -> None:
    """It takes nothing else for a correlation id, and each call has one of its own."""
    own = gateway.sandbox.demo
    query = f'{{ cart(by: {{partnerCenter: {{customerTenantId: "{own.customer_id}", cartId: "{own.cart_id}"}}}}) {{ id }} }}'

    answer = await gateway.http.post("/graphql", json={"query": query}, headers={"X-Request-Id": "mine"})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(gateway.sandbox), base_url="http://sandbox") as control:
        calls = (await control.get("/_sandbox/calls")).json()["calls"]

    assert answer.headers["X-Request-Id"] == "mine"
    assert "errors" not in answer.json()
    assert calls
    assert all(re.fullmatch(GUID, call["correlationId"]) for call in calls)


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        pytest.param([f"00-{FIELDS}"], (TRACE, PARENT), id="version 00"),
        pytest.param([f"00-{TRACE}-{PARENT}-ff"], (TRACE, PARENT), id="flags not known yet"),
        pytest.param([f"cc-{FIELDS}"], (TRACE, PARENT), id="a later version"),
        pytest.param([f"cc-{FIELDS}-more-fields"], (TRACE, PARENT), id="a later version with more fields"),
        pytest.param([], None, id="none"),
        pytest.param([""], None, id="an empty one"),
        pytest.param([f"00-{FIELDS}", f"00-{FIELDS}"], None, id="two"),
        pytest.param([f"00-{FIELDS}-more"], None, id="version 00 with more fields"),
        pytest.param([f"00-{FIELDS}-"], None, id="version 00 with a hyphen at the end"),
        pytest.param([f"cc-{FIELDS}.more"], None, id="a later version with something else behind it"),
        pytest.param([f"ff-{FIELDS}"], None, id="the version that is none"),
        pytest.param([f"0-{FIELDS}"], None, id="half a version"),
        pytest.param([f"00-{FIELDS.upper()}"], None, id="upper case"),
        pytest.param([f"00-{'0' * 32}-{PARENT}-01"], None, id="no trace"),
        pytest.param([f"00-{TRACE}-{'0' * 16}-01"], None, id="no parent"),
        pytest.param([f"00-{TRACE[1:]}-{PARENT}-01"], None, id="a trace that is too short"),
        pytest.param([f"00-{TRACE}-{PARENT}"], None, id="no flags"),
        pytest.param([f"00-{TRACE}-{PARENT[:-1]}g-01"], None, id="a letter that is not hex"),
    ],
)
def test_only_a_valid_traceparent_is_read(sent: list[str], found: tuple[str, str] | None) -> None:
    """As the recommendation has it; an invalid one is as good as none."""
    context = trace_context(Headers(raw=[(b"traceparent", value.encode()) for value in sent]))

    span = trace.get_current_span(context or Context()).get_span_context()
    ids = (trace.format_trace_id(span.trace_id), trace.format_span_id(span.span_id)) if span.is_valid else None
    assert ids == found


def test_an_id_with_a_line_end_is_odd() -> None:
    """The server refuses such a request; behind another server it does not forge a log line."""
    assert requested_correlation_id(Headers(raw=[(b"x-request-id", b"mine\n")])) is None


@pytest.fixture
def logged() -> Generator[dict[str, io.StringIO]]:
    """What is logged meanwhile, in either form."""
    root, level = logging.getLogger(), logging.getLogger().level
    streams = {"json": io.StringIO(), "text": io.StringIO()}
    handlers = [logging.StreamHandler(stream) for stream in streams.values()]
    handlers[0].setFormatter(JSONLines())
    handlers[1].setFormatter(TextLines("%(levelname)s %(message)s"))
    root.setLevel(logging.INFO)
    for handler in handlers:
        root.addHandler(handler)
    yield streams
    for handler in handlers:
        root.removeHandler(handler)
    root.setLevel(level)


async def test_log_lines_name_the_request_and_its_trace(connect: Connect, logged: dict[str, io.StringIO]) -> None:
    """Those of one request only: the next has its own id and no trace."""
    client = connect(turned_away=Unavailable("Sign-in does not answer."))
    headers = {"X-Request-Id": "mine", "traceparent": f"00-{FIELDS}"}

    await client.post("/graphql", json={"query": "{ echo }"}, headers=headers)
    await client.post("/graphql", json={"query": "{ echo }"}, headers={"X-Request-Id": "next"})

    first, second = [
        {name: line.get(name) for name in ("correlation_id", "trace_id")}
        for line in map(json.loads, logged["json"].getvalue().splitlines())
        if line["message"] == "request"
    ]
    assert first == {"correlation_id": "mine", "trace_id": TRACE}
    assert second == {"correlation_id": "next", "trace_id": None}
    texts = [line for line in logged["text"].getvalue().splitlines() if " request " in line]
    assert f"correlation_id=mine trace_id={TRACE}" in texts[0]
    assert "correlation_id=next" in texts[1]
    assert "trace_id" not in texts[1]
