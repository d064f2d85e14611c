"""Who is let in, and in which order mutations run."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from gateway.errors import Forbidden, GatewayError, InvalidInput, Throttled, Unauthenticated, Unavailable

Ask = Callable[..., Awaitable[dict[str, Any]]]


@pytest.mark.parametrize(
    ("error", "status", "headers"),
    [
        pytest.param(Unauthenticated("Send a token."), 401, {"www-authenticate": "Bearer"}, id="no token"),
        pytest.param(Forbidden("Not yours.", http_status=403), 403, {}, id="no right"),
        pytest.param(InvalidInput("No such country."), 400, {}, id="a wrong header"),
        pytest.param(Unavailable("Sign-in does not answer."), 503, {}, id="sign-in is down"),
        pytest.param(
            Throttled("Too many.", http_status=429, retry_after_s=2.4), 503, {"retry-after": "2"}, id="sign-in is busy"
        ),
        pytest.param(GatewayError("Broken."), 500, {}, id="no use in trying again"),
    ],
)
async def test_who_gets_no_context_is_turned_away(
    connect: Callable[..., httpx.AsyncClient], error: GatewayError, status: int, headers: dict[str, str]
) -> None:
    """The answer is a GraphQL error with the failure's code, before the document is looked at."""
    client = connect(turned_away=error)

    answer = await client.post("/graphql", json={"query": "no GraphQL at all"})

    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in headers} == headers
    (entry,) = answer.json()["errors"]
    assert (entry["message"], entry["extensions"]["code"]) == (error.message, error.code)


async def test_a_bug_on_the_way_in_is_a_plain_500(
    connect: Callable[..., httpx.AsyncClient], correlation_id: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Even then the answer is GraphQL's, and the log has the reason."""
    client = connect(turned_away=RuntimeError("secret detail"))

    answer = await client.post("/graphql", json={"query": "{ echo }"})

    assert answer.status_code == 500
    assert answer.json()["errors"][0]["extensions"] == {
        "code": "INTERNAL",
        "retryable": False,
        "correlationId": correlation_id,
    }
    assert "secret detail" in caplog.text


async def test_mutation_fields_run_in_the_order_given(ask: Ask, sold: asyncio.Queue[str]) -> None:
    """The second begins when the first has ended."""
    await ask('mutation { a: buy(name: "first") { name } b: buy(name: "second") { name } }')

    assert [sold.get_nowait(), sold.get_nowait()] == ["first", "second"]
