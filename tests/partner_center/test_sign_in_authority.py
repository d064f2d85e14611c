"""Asking the token authority: what is sent, what of its answers is taken, and what of its failures is told."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from gateway.errors import GatewayError, SignInFailed, Unavailable
from gateway.partner_center.clouds import CLOUDS
from gateway.partner_center.http_client import open_http_client
from gateway.partner_center.sign_in.access_token import AccessToken
from gateway.partner_center.sign_in.authority import Authority, Granted
from gateway.partner_center.sign_in.grants import Application, AsApplication, AsUser
from gateway.partner_center.sign_in.refresh_tokens import InFile, InMemory
from tests.partner_center.conftest import WIRE

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CANARY = "canary-of-the-secret"
GOOD: Mapping[str, object] = {"token_type": "Bearer", "expires_in": "3599", "access_token": "an-access-token"}

Answer = Callable[[httpx.Request], httpx.Response] | Callable[[httpx.Request], Coroutine[Any, Any, httpx.Response]]


def authority(answer: Answer, *, attempt_s: float = 5) -> Authority:
    http = httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="https://login.test/")
    return Authority(http, attempt_s=attempt_s, now=lambda: NOON)


def application(cloud: str = "global") -> Application:
    return Application(
        tenant="the-tenant", client_id="the-client", client_secret=CANARY, resource=CLOUDS[cloud].resource
    )


class Seen:
    """An authority that gives tokens and remembers what it was asked."""

    def __init__(self, **more: str) -> None:
        self.requests: list[httpx.Request] = []
        self._more = more

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(200, json={**GOOD, **self._more})

    @property
    def forms(self) -> list[dict[str, str]]:
        return [dict(parse_qsl(request.content.decode())) for request in self.requests]


async def test_the_documented_answer_gives_its_token() -> None:
    """ "Partner Center authentication" prints numbers as texts."""
    body = (WIRE / "token.response.app-only-v1.json").read_bytes()

    granted = await authority(lambda _: httpx.Response(200, content=body)).request("/t/oauth2/token", {})

    assert granted == Granted(AccessToken("value-has-been-removed", 3600), None)
    assert "removed" not in repr(granted)


async def failure_of(answer: Answer, *, attempt_s: float = 5) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        await authority(answer, attempt_s=attempt_s).request("/t/oauth2/token", {"client_secret": CANARY})
    return caught.value


@pytest.mark.parametrize("cloud", sorted(CLOUDS))
async def test_an_application_asks_by_scope(cloud: str) -> None:
    """By the new endpoint, for everything it was given on the cloud's Partner Center."""
    seen = Seen()

    token = await AsApplication(authority(seen), application(cloud))()

    assert token == AccessToken("an-access-token", 3599)
    assert [(each.method, each.url.path) for each in seen.requests] == [("POST", "/the-tenant/oauth2/v2.0/token")]
    assert seen.forms == [
        {
            "grant_type": "client_credentials",
            "client_id": "the-client",
            "client_secret": CANARY,
            "scope": f"{CLOUDS[cloud].api_base}/.default",
        }
    ]


@pytest.mark.parametrize("cloud", sorted(CLOUDS))
async def test_a_user_is_signed_in_by_resource(cloud: str) -> None:
    """By the old endpoint, as "Enable the secure application model" has it; the next time with the new refresh token."""
    seen = Seen(refresh_token="second")
    grant = AsUser(authority(seen), application(cloud), InMemory("first"))

    await grant()
    await grant()

    assert {each.url.path for each in seen.requests} == {"/the-tenant/oauth2/token"}
    assert seen.forms == [
        {
            "grant_type": "refresh_token",
            "refresh_token": used,
            "client_id": "the-client",
            "client_secret": CANARY,
            "resource": CLOUDS[cloud].api_base,
        }
        for used in ("first", "second")
    ]


async def test_a_new_refresh_token_is_stored_before_the_token_is_used(tmp_path: Path) -> None:
    """A caller that gets the access token may rely on that."""
    file = tmp_path / "refresh-token"
    file.write_text("first", "utf-8")

    await AsUser(authority(Seen(refresh_token="second")), application(), InFile(file, "first"))()

    assert file.read_text("utf-8") == "second"


@pytest.mark.parametrize(
    ("change", "granted"),
    [
        pytest.param({}, Granted(AccessToken("an-access-token", 3599), None), id="a life in text"),
        pytest.param({"expires_in": 3600}, Granted(AccessToken("an-access-token", 3600), None), id="in a number"),
        pytest.param({"expires_in": None}, Granted(AccessToken("an-access-token", 300), None), id="unsaid"),
        pytest.param({"expires_in": 1e9}, Granted(AccessToken("an-access-token", 86400), None), id="for ever"),
        pytest.param({"token_type": "bearer"}, Granted(AccessToken("an-access-token", 3599), None), id="lower case"),
        pytest.param({"refresh_token": "r"}, Granted(AccessToken("an-access-token", 3599), "r"), id="a refresh token"),
        pytest.param(
            {"refresh_token": "r\n"}, Granted(AccessToken("an-access-token", 3599), None), id="one that is none"
        ),
    ],
)
async def test_the_answer_is_read_in_both_forms(change: dict[str, object], granted: Granted) -> None:
    """Numbers as texts or numbers, and what is not needed may be missing or odd."""
    asked = authority(lambda _: httpx.Response(200, json={**GOOD, **change}))

    assert await asked.request("/t/oauth2/token", {}) == granted


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(httpx.Response(200, json={"token_type": "Bearer"}), id="no token"),
        pytest.param(httpx.Response(200, json={**GOOD, "access_token": "a b"}), id="a token that breaks the header"),
        pytest.param(httpx.Response(200, json={**GOOD, "access_token": None}), id="null for a token"),
        pytest.param(httpx.Response(200, json={**GOOD, "token_type": "pop"}), id="a token of another kind"),
        pytest.param(httpx.Response(200, json={**GOOD, "expires_in": "soon"}), id="a life that is no number"),
        pytest.param(httpx.Response(200, json={**GOOD, "expires_in": 0}), id="a token that is over"),
        pytest.param(httpx.Response(200, json={**GOOD, "expires_in": "nan"}), id="a life that cannot be compared"),
        pytest.param(httpx.Response(200, json=[]), id="a list"),
        pytest.param(httpx.Response(200, text="<html>"), id="a page"),
        pytest.param(httpx.Response(200, content=b"\xff"), id="no text"),
        pytest.param(httpx.Response(200, content=b" " * 300_000), id="more than we read"),
        pytest.param(
            httpx.Response(200, content=b"x", headers={"Content-Encoding": "identity, br"}), id="packed oddly"
        ),
        pytest.param(httpx.Response(302, headers={"Location": "https://elsewhere.test"}), id="a redirect"),
        pytest.param(httpx.Response(500, text="<html>"), id="broken"),
        pytest.param(httpx.Response(503, json={"error": "temporarily_unavailable"}), id="closed for now"),
        pytest.param(httpx.Response(400, json={"error": "temporarily_unavailable"}), id="closed, in its own words"),
        pytest.param(httpx.Response(429), id="too many"),
    ],
)
async def test_an_unusable_answer_is_not_a_refusal(answer: httpx.Response) -> None:
    """Nothing reached Partner Center, and the same call may be sent again."""
    seen: list[str] = []

    def once(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.host)
        return answer

    error = await failure_of(once)

    assert isinstance(error, Unavailable)
    assert (error.code, error.retryable, error.sent, seen) == ("UPSTREAM_UNAVAILABLE", True, False, ["login.test"])


@pytest.mark.parametrize(
    ("header", "told"),
    [pytest.param("7", 7, id="seconds"), pytest.param("3600", 60, id="an hour"), pytest.param("", None, id="unsaid")],
)
async def test_a_pause_that_the_authority_asks_for_is_respected(header: str, told: float | None) -> None:
    """For up to a minute: the authority must not shut the gateway down for long."""
    error = await failure_of(lambda _: httpx.Response(429, headers={"Retry-After": header}))

    assert error.retry_after_s == told


async def test_an_authority_that_is_silent_has_an_end() -> None:
    """The limit is on the whole call."""

    async def silent(_: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError("nobody answers")

    assert isinstance(await failure_of(silent, attempt_s=0.01), Unavailable)


def in_words(error: object) -> Callable[[str], object]:
    """A refusal in the form of OAuth, whose description repeats all that was sent."""
    return lambda sent: {"error": error, "error_description": sent, "error_codes": [7000215]}


def wordless(_: str) -> object:
    return None


def listed(sent: str) -> object:
    return [sent]


@pytest.mark.parametrize(
    ("status", "body", "word"),
    [
        pytest.param(401, in_words("invalid_client"), "invalid_client", id="a wrong secret"),
        pytest.param(400, in_words("invalid_grant"), "invalid_grant", id="a refresh token that is over"),
        pytest.param(400, in_words("some_new_word"), "some_new_word", id="a word of the future"),
        pytest.param(400, in_words(f"{CANARY}: no"), "unknown", id="a word that is none"),
        pytest.param(400, in_words({"code": CANARY}), "unknown", id="another form"),
        pytest.param(403, wordless, "unknown", id="no words"),
        pytest.param(404, listed, "unknown", id="a list"),
    ],
)
async def test_a_refusal_is_logged_for_the_operator(
    caplog: pytest.LogCaptureFixture, status: int, body: Callable[[str], object], word: str
) -> None:
    """The log has the OAuth error and the remedy; callers only learn that it is not their fault."""

    def refuse(request: httpx.Request) -> httpx.Response:
        return httpx.Response(status, json=body(f"{request.url} {request.content.decode()}"))

    error = await failure_of(refuse)

    assert isinstance(error, SignInFailed)
    assert (error.code, error.retryable, error.retry_after_s) == ("UPSTREAM_UNAVAILABLE", True, 10)
    assert [(record.levelno, f"({word})" in record.getMessage()) for record in caplog.records] == [
        (logging.ERROR, True)
    ]
    assert not any(secret in f"{caplog.text} {error!r}" for secret in (CANARY, "login.test"))
    assert word not in error.message


async def test_an_unreachable_authority_is_reported(caplog: pytest.LogCaptureFixture) -> None:
    """On a real socket: the log record of a refused connection has neither the address nor the request that holds the
    secret.
    """
    async with open_http_client("http://127.0.0.1:9") as http:
        with pytest.raises(Unavailable) as caught:
            await Authority(http, attempt_s=5).request("/t/oauth2/token", {"client_secret": CANARY})

    assert (caught.value.sent, caught.value.__cause__, caught.value.__context__) == (False, None, None)
    assert "127.0.0.1" not in caplog.text + caught.value.message
    assert "NotConnected" in caplog.text


def test_a_grant_does_not_show_the_secret() -> None:
    """Printing the application or what was granted does not show it."""
    granted = Granted(AccessToken(CANARY, 1), CANARY)

    assert CANARY not in f"{application()!r} {granted!r} {InMemory(CANARY)!r}"
