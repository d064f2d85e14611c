"""The gateway signing in for itself, against the sandbox: in one process, and as the programs people start."""

import asyncio
import json
import stat
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from gateway.app import build_app
from gateway.sandbox.app import Sandbox
from gateway.settings.model import Settings
from tests.harness import Clock
from tests.loopback import relay, serving
from tests.programs import running

SEED: dict[str, dict[str, str]] = json.loads(files("gateway.sandbox").joinpath("seed.json").read_text("utf-8"))
PARTNER, DEMO = SEED["partner"], SEED["demo"]
KEY = "key-of-the-shop-1"
CART = {
    "query": f"""{{ cart(by: {{partnerCenter: {{
        customerTenantId: "{DEMO["customerId"]}", cartId: "{DEMO["cartId"]}"}}}}) {{ status }} }}"""
}
OPEN = {"data": {"cart": {"status": "ACTIVE"}}}
AS_APP: dict[str, Any] = {
    "auth": "app",
    "tenant_id": PARTNER["tenantId"],
    "client_id": PARTNER["clientId"],
    "client_secret": PARTNER["clientSecret"],
    "caller_keys": KEY,
}
AS_USER = {**AS_APP, "auth": "app-user", "refresh_token": PARTNER["refreshToken"]}


@dataclass
class Counted:
    """The sandbox, and the paths of the token calls that were made to it."""

    sandbox: Sandbox
    token_calls: list[str] = field(default_factory=list[str])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].endswith("/token"):
            self.token_calls.append(scope["path"])
        await self.sandbox(scope, receive, send)


@pytest.fixture
def counted(sandbox: Sandbox) -> Counted:
    return Counted(sandbox)


@asynccontextmanager
async def gateway(counted: Counted, **settings: Any) -> AsyncGenerator[httpx.AsyncClient]:
    here = "http://127.0.0.1"
    app = build_app(
        Settings(upstream_url=here, authority_url=here, catalog_ttl_s=0, **settings),
        transport=httpx.ASGITransport(counted),
        now=counted.sandbox.now,
    )
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as http,
    ):
        yield http


async def ask(http: httpx.AsyncClient, *, key: str | None = KEY) -> Any:
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    return (await http.post("/graphql", json=CART, headers=headers)).json()


@pytest.mark.parametrize(
    ("settings", "endpoint"),
    [
        pytest.param(AS_APP, "oauth2/v2.0/token", id="as an application"),
        pytest.param(AS_USER, "oauth2/token", id="with a user"),
    ],
)
async def test_a_hundred_callers_meeting_one_expiry_cost_one_token_call(
    counted: Counted, clock: Clock, settings: dict[str, Any], endpoint: str
) -> None:
    """All of them are answered, with a call each that was refused and one that was not."""
    async with gateway(counted, **settings) as http:
        before = await ask(http)
        clock.advance(timedelta(hours=2))

        answers = await asyncio.gather(*(ask(http) for _ in range(100)))

    assert [before, *answers] == [OPEN] * 101
    assert counted.token_calls == [f"/{PARTNER['tenantId']}/{endpoint}"] * 2


async def test_a_hundred_first_callers_cost_one_token_call(counted: Counted) -> None:
    """Nobody is turned away while there is no token yet."""
    async with gateway(counted, **AS_APP) as http:
        answers = await asyncio.gather(*(ask(http) for _ in range(100)))

    assert answers == [OPEN] * 100
    assert len(counted.token_calls) == 1


async def test_keys_let_in_and_nothing_else_does(counted: Counted) -> None:
    """Partner Center's own tokens are no keys; strangers cost no token call."""
    async with gateway(counted, **AS_APP) as http:
        strangers = [await ask(http, key=key) for key in (None, "another-key-than-1", counted.sandbox.demo_token())]
        calls = list(counted.token_calls)
        friend = await ask(http, key=KEY)

    assert [stranger["errors"][0]["extensions"]["code"] for stranger in strangers] == ["UNAUTHENTICATED"] * 3
    assert (calls, friend) == ([], OPEN)


async def test_without_keys_only_direct_requests_are_let_in(counted: Counted) -> None:
    """In development on one machine; a request through a proxy costs no token call."""
    async with gateway(counted, **{**AS_APP, "caller_keys": (), "mode": "development"}) as http:
        proxied = await http.post("/graphql", json=CART, headers={"Forwarded": "for=203.0.113.7;host=localhost"})
        calls = list(counted.token_calls)
        direct = await ask(http, key=None)

    (error,) = proxied.json()["errors"]
    assert (proxied.status_code, error["extensions"]["code"], calls) == (401, "UNAUTHENTICATED", [])
    assert "GATEWAY_CALLER_KEYS" in error["message"]
    assert direct["data"] == OPEN["data"]


async def test_credentials_that_are_refused_are_not_the_callers_fault(counted: Counted) -> None:
    """Callers are told to wait, and the authority is not asked again for each of them."""
    async with gateway(counted, **{**AS_APP, "client_secret": "another-secret"}) as http:
        answers = [await ask(http) for _ in range(3)]

    failures = [answer["errors"][0]["extensions"] for answer in answers]
    assert {(failure["code"], failure["retryable"]) for failure in failures} == {("UPSTREAM_UNAVAILABLE", True)}
    assert all(0 < failure["retryAfter"] <= 10 for failure in failures)
    assert len(counted.token_calls) == 1


def variables(**settings: str) -> dict[str, str]:
    return {f"GATEWAY_{name.upper()}": value for name, value in settings.items()}


@pytest.mark.parametrize("settings", [pytest.param(AS_APP, id="app"), pytest.param(AS_USER, id="app-user")])
def test_serve_signs_in_renews_and_lets_in_by_key(settings: dict[str, str]) -> None:
    """Real programs: the token that ends in the sandbox is renewed by one call, though a hundred callers meet its end."""
    seen: list[str] = []
    with (
        running("sandbox") as (sandbox, _),
        serving(relay(sandbox, seen)) as authority,
        running(
            "serve",
            **variables(
                **{**settings, "caller_keys": f"{KEY},{KEY}-too"}, upstream_url=sandbox, authority_url=authority
            ),
        ) as (address, _),
    ):
        stranger = httpx.post(f"{address}/graphql", json=CART)
        before = httpx.post(f"{address}/graphql", json=CART, headers={"Authorization": f"Bearer {KEY}"}).json()
        calls_before = len(seen)
        httpx.post(f"{sandbox}/_sandbox/clock", json={"advance": "PT2H"})

        after = asyncio.run(_a_hundred(address))

    assert (stranger.status_code, before, calls_before) == (401, OPEN, 1)
    assert after == [OPEN] * 100
    assert len(seen) == 2


async def _a_hundred(address: str) -> list[Any]:
    async with httpx.AsyncClient(base_url=address, timeout=30) as http:
        return await asyncio.gather(*(ask(http, key=f"{KEY}-too") for _ in range(100)))


def test_serve_keeps_the_refresh_token_in_its_file(tmp_path: Path) -> None:
    """The successor that the sandbox gives is there for the next start, and for nobody else to read."""
    file = tmp_path / "refresh-token"
    file.write_text(PARTNER["refreshToken"] + "\n", "utf-8")
    settings = {**AS_APP, "auth": "app-user", "refresh_token_file": str(file)}
    held: list[str] = []
    answers: list[object] = []
    with running("sandbox") as (sandbox, _):
        for _ in range(2):
            with running("serve", **variables(**settings, upstream_url=sandbox, authority_url=sandbox)) as (address, _):
                headers = {"Authorization": f"Bearer {KEY}"}
                answers.append(httpx.post(f"{address}/graphql", json=CART, headers=headers).json())
            held.append(file.read_text("utf-8"))

    assert answers == [OPEN, OPEN]
    assert len({PARTNER["refreshToken"], *held}) == 3
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
