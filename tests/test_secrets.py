"""No secret appears in an answer, a log or anything printed, whatever happens."""

import json
import logging
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from gateway.app import build_app
from gateway.settings.model import Settings
from tests.loopback import Answer, Reply, Request, serving
from tests.programs import run, running

CANARY = "canary"
SECRETS = {
    "client_secret": "canary-of-the-secret",
    "refresh_token": "canary-of-the-refresh-token",
    "caller_keys": "canary-of-the-shop-1,canary-of-the-shop-2",
}
AS_USER = {
    "auth": "app-user",
    "tenant_id": "00000000-0000-0000-0000-00000000000a",
    "client_id": "00000000-0000-0000-0000-00000000000b",
    **SECRETS,
}
QUERY = {"query": '{ customer(by: {tenantId: "28089560-09e9-4305-9944-5fb2b1a786e5"}) { companyName } }'}
TOKENS = {
    "expires_in": "3599",
    "access_token": "canary-of-a-token",
    "refresh_token": "canary-of-the-next-refresh-token",
}


def variables(**settings: str) -> dict[str, str]:
    return {f"GATEWAY_{name.upper()}": value for name, value in settings.items()}


def gives_tokens(_: Request) -> Reply:
    return Reply(200, json.dumps(TOKENS).encode())


def refuses(request: Request) -> Reply:
    """The worst case: the answer repeats the whole request."""
    return Reply(400, json.dumps({"error": "invalid_grant", "error_description": request.body.decode()}).encode())


def refuses_in_odd_words(request: Request) -> Reply:
    return Reply(400, json.dumps({"error": request.body.decode()}).encode())


def is_broken(request: Request) -> Reply:
    return Reply(500, request.body)


def gives_nonsense(_: Request) -> Reply:
    return Reply(200, json.dumps({**TOKENS, "access_token": "canary of no token", "expires_in": "canary"}).encode())


def hangs_up(_: Request) -> None:
    """No answer at all."""


def has_a_customer(_: Request) -> Reply:
    return Reply(200, b'{"id": "28089560-09e9-4305-9944-5fb2b1a786e5", "companyProfile": {"companyName": "Contoso"}}')


def takes_no_token(request: Request) -> Reply:
    """The answer repeats the token."""
    told = f"The token {request.headers['authorization']} is not good."
    return Reply(401, json.dumps({"code": 400, "description": told}).encode())


def breaks(request: Request) -> Reply:
    return Reply(503, request.headers["authorization"].encode())


@contextmanager
def serve(authority: Answer, partner_center: Answer, **more: str) -> Generator[tuple[str, Callable[[], str]]]:
    """Yields the program's address and a function that ends it and returns its output."""
    with serving(authority) as token_address, serving(partner_center) as address:
        settings = {**AS_USER, "authority_url": token_address, "upstream_url": address, "log_level": "debug", **more}
        with running("serve", **variables(**settings)) as (gateway, process):

            def end() -> str:
                process.terminate()
                _, told = process.communicate(timeout=30)
                return told

            yield gateway, end


@pytest.mark.parametrize(
    ("authority", "partner_center", "code"),
    [
        pytest.param(gives_tokens, has_a_customer, None, id="all is well"),
        pytest.param(refuses, has_a_customer, "UPSTREAM_UNAVAILABLE", id="the authority refuses"),
        pytest.param(refuses_in_odd_words, has_a_customer, "UPSTREAM_UNAVAILABLE", id="it refuses in odd words"),
        pytest.param(is_broken, has_a_customer, "UPSTREAM_UNAVAILABLE", id="the authority is broken"),
        pytest.param(gives_nonsense, has_a_customer, "UPSTREAM_UNAVAILABLE", id="the authority gives nonsense"),
        pytest.param(hangs_up, has_a_customer, "UPSTREAM_UNAVAILABLE", id="the authority hangs up"),
        pytest.param(gives_tokens, takes_no_token, "UPSTREAM_UNAVAILABLE", id="Partner Center takes no token"),
        pytest.param(gives_tokens, breaks, "UPSTREAM_UNAVAILABLE", id="Partner Center is broken"),
    ],
)
def test_a_program_that_logs_everything_reveals_no_secret(
    authority: Answer, partner_center: Answer, code: str | None
) -> None:
    """Secret, refresh tokens, access token and keys, at the level debug, right and wrong keys used; nor do its metrics."""
    with serve(authority, partner_center, mode="development") as (address, end):
        friend, stranger = (
            httpx.post(f"{address}/graphql", json=QUERY, headers={"Authorization": f"Bearer {key}"}, timeout=30)
            for key in ("canary-of-the-shop-1", "canary-of-a-stranger")
        )
        metrics = httpx.get(f"{address}/metrics").text
        told = end()

    failures = friend.json().get("errors", [])
    assert [failure["extensions"]["code"] for failure in failures] == ([code] if code else [])
    assert stranger.status_code == 401
    for text in (friend.text, str(friend.headers), stranger.text, str(stranger.headers), told, metrics):
        assert CANARY not in text
    assert told
    assert 'graphql_server_errors_total{error_type="UNAUTHENTICATED"} 1.0' in metrics


def test_wrong_settings_are_reported_without_the_values() -> None:
    """Every secret and the settings around it are wrong."""
    wrong = {
        **AS_USER,
        "host": "0.0.0.0",
        "tenant_id": "canary tenant",
        "client_id": "canary-client",
        "caller_keys": "canary",
        "client_secret_file": "/nowhere/canary",
        "refresh_token_file": "/nowhere/canary",
        "authority_url": "https://user:canary@login.example.com",
    }

    ended = run("serve", **variables(**wrong))

    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 6
    assert CANARY not in ended.stdout + ended.stderr


def test_help_shows_no_secret_of_the_environment() -> None:
    """Defaults are shown, values are not."""
    ended = run("serve", "--help", **variables(**AS_USER))

    assert ended.returncode == 0
    assert CANARY not in ended.stdout + ended.stderr


def given() -> dict[str, Any]:
    """Settings as a program would read them."""
    return {**AS_USER, "upstream_url": "http://127.0.0.1", "authority_url": "http://127.0.0.1"}


class Bug(httpx.AsyncBaseTransport):
    """Raises an unexpected error with the request in a local variable."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/token"):
            return httpx.Response(200, json=TOKENS)
        headers = dict(request.headers)
        raise RuntimeError(f"a bug, {len(headers)} headers away from home")


async def test_a_bug_is_logged_without_secrets(caplog: pytest.LogCaptureFixture) -> None:
    """The log has the traceback without values; the answer has an id."""
    caplog.set_level(logging.DEBUG)
    app = build_app(Settings(**given()), transport=Bug())

    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as http,
    ):
        answer = await http.post("/graphql", json=QUERY, headers={"Authorization": "Bearer canary-of-the-shop-1"})

    assert answer.json()["errors"][0]["extensions"]["code"] == "INTERNAL"
    assert "a bug" in caplog.text
    assert CANARY not in caplog.text + answer.text + str(answer.headers)


def test_printing_the_application_shows_no_secret() -> None:
    """Nor its routes, state and middleware."""
    settings = Settings(**given())
    app = build_app(settings, transport=Bug())

    assert (
        CANARY
        not in f"{settings!r} {settings} {app!r} {app.routes!r} {app.state!r} {app.user_middleware!r} {vars(app)!r}"
    )
