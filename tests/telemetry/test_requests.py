"""One record a request, whatever becomes of it, and every correlation id of an answer is in the log."""

import json
from base64 import urlsafe_b64decode
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock

import httpx
import pytest
from starlette.types import Scope

from gateway.app import build_app
from gateway.dev.in_process import InProcess
from gateway.operations.documents import digest_of
from gateway.sandbox.app import Sandbox
from gateway.settings.manifest import read_manifest
from gateway.settings.model import Settings
from gateway.telemetry.requests import hashed
from tests.harness import Gateway, connected
from tests.logs import Logged
from tests.telemetry.counting import changes

_CUSTOMER = "query Company { customers(first: 1) { edges { node { companyName } } } }"
_FAULTS = "/_sandbox/faults"


@pytest.fixture
async def cached_gateway(sandbox: Sandbox) -> AsyncGenerator[Gateway]:
    """One whose catalog answers are used again."""
    settings = Settings(mode="development", upstream_url="http://127.0.0.1", catalog_ttl_s=300)
    async with connected(settings, sandbox) as http:
        yield Gateway(http, sandbox)


async def test_the_record_of_a_query_says_what_it_took(gateway: Gateway, logged: Logged) -> None:
    """Who asked for what, how it ended, and what it cost here and at Partner Center."""
    answer = await gateway.http.post("/graphql", json={"query": _CUSTOMER}, headers={"X-Request-Id": "from-the-shop"})

    (record,) = logged("request")
    duration_ms, upstream_ms = record.pop("duration_ms"), record.pop("upstream_ms")
    assert answer.status_code == 200
    assert 0 < upstream_ms <= duration_ms
    assert len(record.pop("caller")) == 16
    assert datetime.fromisoformat(record.pop("time")).tzinfo is UTC
    assert record == {
        "level": "info",
        "logger": "gateway.requests",
        "message": "request",
        "correlation_id": "from-the-shop",
        "operation": "Company",
        "operation_type": "query",
        "document": digest_of(_CUSTOMER),
        "status": 200,
        "outcome": "ok",
        "upstream_calls": 1,
        "cache_hits": 0,
        "cost": 1,
    }


@pytest.mark.parametrize(
    ("sent", "headers", "status", "code"),
    [
        pytest.param(b"{", {}, 400, "BAD_USER_INPUT", id="a body that is not JSON"),
        pytest.param(b"{}", {}, 422, "BAD_USER_INPUT", id="no document"),
        pytest.param(b'{"query": "{ x "}', {}, 400, "GRAPHQL_PARSE_FAILED", id="a syntax error"),
        pytest.param(b'{"query": "{ x }"}', {}, 422, "GRAPHQL_VALIDATION_FAILED", id="an unknown field"),
        pytest.param(b'{"query": "query($x: Int!) { __typename @skip(if: false) a: node(id: $x) { id } }"}', {}, 422, "GRAPHQL_VALIDATION_FAILED", id="a wrong type"),
        pytest.param(b'{"query": "query($x: ID!) { node(id: $x) { id } }"}', {}, 422, "BAD_USER_INPUT", id="a variable that is missing"),
        pytest.param(b'{"query": "{ node(id: \\"x\\") { id } }"}', {}, 200, None, id="an id that is none"),
        pytest.param(b'{"query": "query A { __typename } query B { __typename }"}', {}, 422, "BAD_USER_INPUT", id="two operations"),
        pytest.param(b'{"query": "{ __typename }"}', {"Accept": "text/plain"}, 406, "BAD_USER_INPUT", id="an answer that is not on offer"),
        pytest.param(b'{"query": "{ __typename }"}', {"Content-Type": "text/plain"}, 415, "BAD_USER_INPUT", id="a body of another type"),
        pytest.param(b'{"query": "{ __typename }"}', {"Origin": "https://evil.example"}, 403, "FORBIDDEN", id="a foreign page"),
        pytest.param(b'{"query": "{ __typename }"}', {"Authorization": "Basic x"}, 401, "UNAUTHENTICATED", id="no token"),
        pytest.param(b'{"query": "{ a: __typename b: __typename }"}' + b" " * 300_000, {}, 413, "LIMIT_EXCEEDED", id="too large a body"),
    ],
)  # fmt: skip
async def test_every_correlation_id_of_an_answer_is_in_the_log(
    gateway: Gateway, logged: Logged, sent: bytes, headers: dict[str, str], status: int, code: str | None
) -> None:
    """At whatever phase it was given, in one record that has the status and the codes."""
    with changes() as counted:
        answer = await gateway.http.post(
            "/graphql", content=sent, headers={"Content-Type": "application/json", **headers}
        )

    errors: list[dict[str, Any]] = answer.json().get("errors", [])
    (record,) = logged("request")
    assert answer.status_code == record["status"] == status
    assert record["correlation_id"] == answer.headers["X-Request-Id"]
    assert {error["extensions"]["correlationId"] for error in errors} <= {record["correlation_id"]}
    if code is not None:
        assert code in record["codes"]
        assert counted("graphql_server_errors_total", error_type=code) == record["codes"][code]
    assert counted("graphql_server_active_requests") == 0


async def test_a_failure_of_partner_center_is_a_warning_with_its_ids(gateway: Gateway, logged: Logged) -> None:
    """The records of one request are joined by its correlation id, and name Partner Center's."""
    await _break(gateway, {"calls": "GET customers", "fault": 500, "times": 9})

    with changes() as counted:
        answer = await gateway.ask(_CUSTOMER)

    records = logged()
    (failure,) = logged("failure")
    (request,) = logged("request")
    assert {record["correlation_id"] for record in records} == {answer["errors"][0]["extensions"]["correlationId"]}
    assert (failure["level"], request["level"]) == ("warning", "warning")
    assert (failure["code"], failure["path"]) == ("UPSTREAM_UNAVAILABLE", "customers")
    assert failure["ms_correlation_id"]
    assert [record["attempt"] for record in logged("retry")] == [2, 3, 4]
    assert {record["ms_request_id"] for record in logged("retry")} != {None}
    assert (request["codes"], request["upstream_calls"]) == ({"UPSTREAM_UNAVAILABLE": 1}, 4)
    assert counted("gateway_upstream_retries_total", error_type="UPSTREAM_UNAVAILABLE") == 3
    labels = {
        "http_request_method": "GET",
        "url_template": "/v1/customers",
        "http_response_status_code": "500",
        "error_type": "UPSTREAM_UNAVAILABLE",
    }
    assert counted("http_client_request_duration_seconds_count", **labels) == 4


async def test_a_pause_is_reported_when_it_is_asked_for(gateway: Gateway, logged: Logged) -> None:
    """With its length, and the call that is not sent because of it."""
    await _break(gateway, {"calls": "GET customers", "fault": 429, "retryAfter": 57, "times": 1})

    with changes() as counted:
        await gateway.ask(_CUSTOMER)
        await gateway.ask(_CUSTOMER)

    (pause,) = logged("Partner Center asked for a pause")
    assert (pause["level"], pause["http_status"], pause["pause_s"]) == ("warning", 429, 57)
    assert [record["reason"] for record in logged("call not sent")] == ["pause"]
    assert counted("gateway_upstream_pauses_total", http_response_status_code="429") == 1
    assert counted("gateway_upstream_pause_seconds_total") == 57
    assert counted("gateway_upstream_unsent_total", reason="pause") == 1


async def test_a_caller_that_goes_away_leaves_a_record(sandbox: Sandbox, logged: Logged) -> None:
    """With neither status nor answer."""
    settings = Settings(mode="development", upstream_url="http://127.0.0.1")
    app = build_app(settings, transport=InProcess(sandbox), token_without_sign_in=sandbox.demo_token)
    headers = [(b"content-type", b"application/json"), (b"host", b"localhost"), (b"accept", b"application/json")]
    scope: Scope = {
        "type": "http",
        "method": "POST",
        "path": "/graphql",
        "query_string": b"",
        "headers": headers,
        "server": ("localhost", 80),
        "client": ("127.0.0.1", 1),
    }
    receive = AsyncMock(return_value={"type": "http.disconnect"})

    async with app.router.lifespan_context(app):
        await app(scope, receive, AsyncMock())

    (record,) = logged("request")
    assert (record["outcome"], "status" in record) == ("disconnected", False)


async def test_a_name_of_an_operation_neither_forges_a_record_nor_becomes_a_label(
    gateway: Gateway, logged: Logged
) -> None:
    """It is a caller's text: cut to a length in the log, and absent from the metrics."""
    name = "A" * 300

    with changes() as counted:
        await gateway.ask(f"query {name} {{ __typename }}")

    (record,) = logged("request")
    assert record["operation"] == "A" * 100
    assert counted("graphql_server_request_duration_seconds_count", graphql_operation_name=name) == 0
    labels = {"graphql_operation_type": "query", "graphql_operation_name": "", "error_type": ""}
    assert counted("graphql_server_request_duration_seconds_count", **labels) == 1


async def test_operations_of_trusted_documents_are_named(sandbox: Sandbox, logged: Logged, tmp_path: Path) -> None:
    """Their number is bounded by the manifest, so they may be labels."""
    file = tmp_path / "documents.json"
    file.write_text(json.dumps({digest_of(_CUSTOMER): _CUSTOMER}), "utf-8")
    settings = Settings(
        mode="development",
        upstream_url="http://127.0.0.1",
        trusted_documents=read_manifest(file),
        trusted_documents_mode="log",
    )
    async with connected(settings, sandbox) as http:
        with changes() as counted:
            await http.post("/graphql", json={"documentId": digest_of(_CUSTOMER)})
            await http.post("/graphql", json={"query": "query Stranger { __typename }"})

    assert [record["operation"] for record in logged("request")] == ["Company", "Stranger"]
    labels = {"graphql_operation_type": "query", "error_type": ""}
    count = "graphql_server_request_duration_seconds_count"
    assert counted(count, graphql_operation_name="Company", **labels) == 1
    assert counted(count, graphql_operation_name="", **labels) == 1


async def test_look_ups_that_the_cache_answers_are_counted(cached_gateway: Gateway, logged: Logged) -> None:
    """The second page asks Partner Center for the cart alone."""
    demo = cached_gateway.sandbox.demo
    page = (
        f'{{ cart(by: {{partnerCenter: {{customerTenantId: "{demo.customer_id}", cartId: "{demo.cart_id}"}}}}) '
        "{ lineItems { product { title } } } }"
    )

    with changes() as counted:
        await cached_gateway.data(page)
        await cached_gateway.data(page)

    first, second = logged("request")
    assert first["cache_hits"] == 0
    assert second["cache_hits"] == first["upstream_calls"] - 1 > 0
    assert second["upstream_calls"] == 1
    assert counted("gateway_catalog_cache_lookups_total", result="hit") == second["cache_hits"]
    assert counted("gateway_catalog_cache_lookups_total", result="miss") == second["cache_hits"]


async def test_the_caller_is_written_as_a_hash(gateway: Gateway, logged: Logged) -> None:
    """Of its identity, the same for every token of one user."""
    token = gateway.sandbox.demo_token()
    await gateway.http.post("/graphql", json={"query": _CUSTOMER}, headers={"Authorization": f"Bearer {token}"})

    (record,) = logged("request")
    claims = json.loads(_decoded(token.split(".")[1]))
    assert record["caller"] == hashed(f"{claims['tid']}/{claims['oid']}")
    assert token not in json.dumps(logged())


async def test_no_personal_data_is_logged(gateway: Gateway, logged: Logged) -> None:
    """Neither names nor addresses of a customer, whether they are asked for, sent, or part of a failure."""
    await gateway.ask("{ customers(first: 5) { edges { node { companyName domain } } } }")
    await gateway.ask('{ customers(first: 5, companyNameStartsWith: "Contoso") { edges { node { id } } } }')
    await _break(gateway, {"calls": "GET customers/*", "fault": 500})
    await gateway.ask(f'{{ customer(by: {{tenantId: "{gateway.sandbox.demo.customer_id}"}}) {{ companyName }} }}')

    text = json.dumps(logged())
    assert len(logged("request")) == 3
    assert all(each not in text for each in ("Contoso", "contoso", "kim.akers", "Akers"))


def _decoded(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


async def _break(gateway: Gateway, fault: dict[str, object]) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(gateway.sandbox), base_url="http://sandbox") as control:
        (await control.post(_FAULTS, json={"faults": [fault]})).raise_for_status()
