"""The checks of Partner Center and the token authority, against servers on real sockets."""

import time
from collections.abc import Generator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.doctor.configuration import Configuration
from gateway.doctor.findings import Finding
from gateway.doctor.partner_center import NAMES, PartnerCenterChecks
from gateway.sandbox.app import Sandbox, build_sandbox
from gateway.sandbox.server import Connection
from gateway.settings.model import Settings
from tests.doctor.peers import answering, certified, peer
from tests.server.in_process import served
from tests.shop import SEED

CANARY = "canary-canary-canary"
PARTNER = SEED["partner"]
DAY = timedelta(days=1)


@pytest.fixture
def sandbox() -> Generator[Sandbox]:
    """With the clock of this machine, by which the checks judge tokens."""
    sandbox = build_sandbox()
    yield sandbox
    sandbox.close()


def app_settings(address: str, **changes: Any) -> Settings:
    """Those of the sandbox's own application."""
    values: dict[str, Any] = {
        "upstream_url": address,
        "authority_url": address,
        "auth": "app",
        "tenant_id": PARTNER["tenantId"],
        "client_id": PARTNER["clientId"],
        "client_secret": PARTNER["clientSecret"],
        "caller_keys": (CANARY,),
    }
    return Settings(**{**values, **changes})


async def checked(settings: Settings, *, token: str | None = None) -> Mapping[str, Finding]:
    """The findings by name. Nothing that is shown holds a planted secret."""
    findings = await PartnerCenterChecks(Configuration(settings), token=token).findings()
    assert [each.name for each in findings] == list(NAMES)
    assert all((each.verdict == "ok") == (each.remedy is None) for each in findings)
    assert "canary" not in repr(findings)
    return {each.name: each for each in findings}


async def test_a_gateway_that_can_sign_in_reads_a_customer(sandbox: Sandbox) -> None:
    """And says how long its token lives."""
    async with served(sandbox, Connection) as port:
        found = await checked(app_settings(f"http://127.0.0.1:{port}"))

    assert {name: each.verdict for name, each in found.items()} == {
        **dict.fromkeys(NAMES, "ok"),
        "upstream certificate": "skipped",
        "authority certificate": "skipped",
    }
    assert found["sign-in"].detail == "signed in as app; the token expires in 60 min."
    assert found["upstream read"].detail == "One customer was read."


async def test_a_user_is_signed_in_without_touching_the_file_of_its_token(sandbox: Sandbox, tmp_path: Path) -> None:
    """The authority replaces the token, but the file may belong to another user than who runs the check."""
    file = tmp_path / "refresh-token"
    file.write_text(PARTNER["refreshToken"], "utf-8")
    before = file.stat()

    async with served(sandbox, Connection) as port:
        settings = app_settings(f"http://127.0.0.1:{port}", auth="app-user", refresh_token_file=str(file))
        found = await checked(settings)

    assert (found["sign-in"].verdict, found["upstream read"].verdict) == ("ok", "ok")
    assert (file.read_text("utf-8"), file.stat().st_ino) == (PARTNER["refreshToken"], before.st_ino)


@pytest.mark.parametrize(
    ("wrong", "remedy"),
    [
        pytest.param({"client_secret": CANARY}, "not its id, in GATEWAY_CLIENT_SECRET_FILE", id="the secret"),
        pytest.param({"client_id": PARTNER["tenantId"]}, "Correct GATEWAY_CLIENT_ID", id="the application"),
        pytest.param({"tenant_id": "canary.example"}, "Correct GATEWAY_TENANT_ID", id="the tenant"),
        pytest.param({"auth": "app-user", "refresh_token": CANARY}, "set the new refresh token", id="the refresh token"),
        pytest.param({"cloud": "china"}, "GATEWAY_CLOUD", id="the cloud"),
    ],
)  # fmt: skip
async def test_a_refused_sign_in_names_the_setting(sandbox: Sandbox, wrong: Mapping[str, str], remedy: str) -> None:
    """By the authority's own number; Partner Center is reached all the same."""
    async with served(sandbox, Connection) as port:
        found = await checked(app_settings(f"http://127.0.0.1:{port}", **wrong))

    failure = found["sign-in"] if wrong != {"cloud": "china"} else found["upstream read"]
    assert failure.verdict == "failed"
    assert remedy in (failure.remedy or "")


async def test_without_a_token_a_401_proves_that_partner_center_is_there(sandbox: Sandbox) -> None:
    """Nothing is read, and the report says so."""
    async with served(sandbox, Connection) as port:
        found = await checked(Settings(upstream_url=f"http://127.0.0.1:{port}"))

    assert (found["sign-in"].verdict, found["upstream read"].verdict) == ("skipped", "ok")
    assert "GATEWAY_CHECK_TOKEN" in (found["sign-in"].remedy or "")
    assert found["upstream read"].detail.endswith("answered 401, as Partner Center does. Nothing was read.")


async def test_a_given_token_is_read_with(sandbox: Sandbox) -> None:
    """A token of a caller, where the gateway has none."""
    async with served(sandbox, Connection) as port:
        settings = Settings(upstream_url=f"http://127.0.0.1:{port}")
        good = await checked(settings, token=sandbox.demo_token())
        unknown = await checked(settings, token=CANARY)
        impossible = await checked(settings, token=f"Bearer {CANARY}")

    assert good["upstream read"].detail == "One customer was read."
    assert unknown["upstream read"].verdict == "failed"
    assert "fresh token" in (unknown["upstream read"].remedy or "")
    assert impossible["sign-in"].detail == "GATEWAY_CHECK_TOKEN is not a bearer token."


@pytest.mark.parametrize(
    ("ahead_s", "verdict", "words"),
    [
        pytest.param(0, "ok", "agree", id="none"),
        pytest.param(20, "warning", "behind that", id="a little"),
        pytest.param(600, "failed", "600 s behind that", id="much"),
        pytest.param(-600, "failed", "600 s ahead of that", id="much, the other way"),
    ],
)
async def test_the_clock_is_compared(ahead_s: int, verdict: str, words: str) -> None:
    """With the date of Partner Center's answer."""
    async with peer(answering(401, ahead=timedelta(seconds=ahead_s))) as address:
        found = (await checked(Settings(upstream_url=address)))["upstream clock"]

    assert found.verdict == verdict
    if verdict != "ok":
        shown = int(next(word for word in found.detail.split() if word.isdigit()))
        assert abs(shown - abs(ahead_s)) <= 2
        assert words.split(" ", 2)[-1] in found.detail
        assert "NTP" in (found.remedy or "")


@pytest.mark.parametrize(
    ("status", "verdict", "remedy"),
    [
        pytest.param(200, "failed", "Correct GATEWAY_UPSTREAM_URL", id="something else"),
        pytest.param(302, "failed", "Correct GATEWAY_UPSTREAM_URL", id="a redirect"),
        pytest.param(503, "failed", "Try again", id="an outage"),
    ],
)
async def test_another_answer_without_a_token_is_a_failure(status: int, verdict: str, remedy: str) -> None:
    """Partner Center would have answered 401."""
    async with peer(answering(status)) as address:
        found = (await checked(Settings(upstream_url=address)))["upstream read"]

    assert (found.verdict, remedy in (found.remedy or "")) == (verdict, True)


@pytest.mark.parametrize(
    ("answer", "verdict", "remedy"),
    [
        pytest.param(answering(403, body=b'{"code": 900149, "description": "no"}'), "failed", "a role", id="no right"),
        pytest.param(answering(429), "warning", "quota", id="throttled"),
        pytest.param(answering(500), "failed", "service health", id="an outage"),
        pytest.param(answering(404, body=b"<html>"), "failed", "proxy", id="a page of a proxy"),
        pytest.param(answering(401, body=f"Bearer {CANARY}".encode()), "failed", "fresh token", id="the token repeated"),
    ],
)  # fmt: skip
async def test_a_refused_read_names_the_remedy(answer: bytes, verdict: str, remedy: str) -> None:
    """Whatever the answer repeats of the token."""
    async with peer(answer) as address:
        found = (await checked(Settings(upstream_url=address), token=CANARY))["upstream read"]

    assert (found.verdict, remedy in (found.remedy or "")) == (verdict, True)


@pytest.mark.parametrize("auth", ["forward", "app"])
async def test_a_host_that_says_nothing_does_not_hold_the_report(monkeypatch: pytest.MonkeyPatch, auth: str) -> None:
    """Each check ends in time, and says that no answer came."""
    monkeypatch.setattr("gateway.doctor.partner_center._ATTEMPT_S", 0.2)
    started_at = time.monotonic()

    async with peer(None) as address:
        found = await checked(app_settings(address) if auth == "app" else Settings(upstream_url=address))

    assert time.monotonic() - started_at < 5
    assert "did not answer within 0.2 s" in found["upstream read"].detail
    assert found["sign-in"].verdict == ("failed" if auth == "app" else "skipped")
    assert found["upstream clock"].verdict == "skipped"


async def test_a_refused_connection_differs_from_an_unknown_host() -> None:
    """Whatever needs it is skipped."""
    async with peer(None) as address:
        pass
    refused = await checked(Settings(upstream_url=address))
    unknown = await checked(Settings(upstream_url="https://nowhere.invalid"))

    assert "the connection was refused" in refused["upstream"].detail
    assert unknown["upstream"].detail.startswith("No address is known")
    for found in (refused, unknown):
        assert [found[f"upstream{each}"].verdict for each in ("", " certificate", " read", " clock")] == [
            "failed",
            *3 * ["skipped"],
        ]


@pytest.mark.parametrize(
    ("dates", "name", "is_trusted", "verdict", "words"),
    [
        pytest.param((-DAY, 90 * DAY), "IP:127.0.0.1", True, "ok", "Planted Trust, and expires in 8", id="valid"),
        pytest.param((-DAY, 5 * DAY), "IP:127.0.0.1", True, "warning", "renewed", id="about to expire"),
        pytest.param((-9 * DAY, -DAY), "IP:127.0.0.1", True, "failed", "renewed", id="expired"),
        pytest.param((9 * DAY, 19 * DAY), "IP:127.0.0.1", True, "failed", "clock", id="not valid yet"),
        pytest.param((-DAY, 90 * DAY), "IP:127.0.0.1", False, "failed", "SSL_CERT_FILE", id="of its own making"),
        pytest.param((-DAY, 90 * DAY), "DNS:other.example", True, "failed", "a name that", id="for another name"),
    ],
)  # fmt: skip
async def test_a_certificate_is_verified(
    monkeypatch: pytest.MonkeyPatch, openssl: str, tmp_path: Path,
    dates: tuple[timedelta, timedelta], name: str, *, is_trusted: bool, verdict: str, words: str,
) -> None:  # fmt: skip
    """As the gateway's own client verifies it, and nothing is sent where it is not valid."""
    tls, file = certified(openssl, tmp_path, starts=dates[0], ends=dates[1], name=name)
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(file))

    async with peer(answering(401), tls=tls) as address:
        found = await checked(Settings(upstream_url=address))

    certificate = found["upstream certificate"]
    assert certificate.verdict == verdict
    assert words in f"{certificate.detail} {certificate.remedy}"
    assert found["upstream read"].verdict == ("skipped" if verdict == "failed" else "ok")


async def test_a_server_without_tls_at_an_https_address_is_named_as_such() -> None:
    """A wrong scheme or port."""
    async with peer(answering(401)) as address:
        found = await checked(Settings(upstream_url=address.replace("http:", "https:")))

    assert found["upstream certificate"].verdict == "failed"
    assert "GATEWAY_UPSTREAM_URL" in (found["upstream certificate"].remedy or "")
