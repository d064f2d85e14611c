"""A sandbox with a small seed whose clock stands still, and an authenticated client."""

import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.dev.in_process import InProcess
from gateway.sandbox.app import Sandbox, build_sandbox
from tests.sandbox.shop_ids import CONTOSO

START = datetime(2023, 7, 11, 21, 16, 11, 551490, tzinfo=UTC)

Cart = dict[str, Any]
Create = Callable[..., Awaitable[Cart]]


class DemoUser(httpx.Auth):
    """Signs every request with a token that is good at the sandbox's time, however the clock was moved."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers.setdefault("Authorization", f"Bearer {self._sandbox.demo_token()}")
        yield request


@pytest.fixture(scope="session")
def small_seed() -> Mapping[str, object]:
    seed: Mapping[str, object] = json.loads(Path(__file__).with_name("seed.json").read_text(encoding="utf-8"))
    return seed


@pytest.fixture
def sandbox(small_seed: Mapping[str, object]) -> Iterator[Sandbox]:
    built = build_sandbox(clock=lambda: START, seed=small_seed)
    yield built
    built.close()


@pytest.fixture
async def api(sandbox: Sandbox) -> AsyncGenerator[httpx.AsyncClient]:
    """A client of the demo partner's user; paths begin with /v1 or /_sandbox."""
    transport = httpx.ASGITransport(sandbox)
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox", auth=DemoUser(sandbox)) as client:
        yield client


@pytest.fixture
async def packaged_api() -> AsyncGenerator[httpx.AsyncClient]:
    """As `api`, with the packaged seed."""
    sandbox = build_sandbox(clock=lambda: START)
    transport = httpx.ASGITransport(sandbox)
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox", auth=DemoUser(sandbox)) as client:
        yield client
    sandbox.close()


@pytest.fixture
def create(api: httpx.AsyncClient) -> Callable[..., Awaitable[Cart]]:
    """Creates a cart with these lines; each defaults to one seat of a yearly licence paid monthly."""

    async def created(*lines: Mapping[str, object], customer: str = CONTOSO) -> Cart:
        defaults = {
            "catalogItemId": "CFQ7TTC0LF8S:0001:CFQ7TTC0VZW5",
            "quantity": 1,
            "billingCycle": "monthly",
            "termDuration": "P1Y",
        }
        body = {"lineItems": [{**defaults, **line} for line in lines]}
        answer = await api.post(f"/v1/customers/{customer}/carts", json=body)
        assert answer.status_code == 201, answer.text
        cart: Cart = answer.json()
        return cart

    return created


@pytest.fixture
async def breakable_api(sandbox: Sandbox) -> AsyncGenerator[httpx.AsyncClient]:
    """As `api`, on a connection that faults can break."""
    transport = InProcess(sandbox)
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox", auth=DemoUser(sandbox)) as client:
        yield client


@pytest.fixture
def inject(api: httpx.AsyncClient) -> Callable[..., Awaitable[None]]:
    """Sets these fault rules by the sandbox's own call."""

    async def injected(*faults: Mapping[str, object], **others: object) -> None:
        answer = await api.post("/_sandbox/faults", json={"faults": faults, **others})
        assert answer.status_code == 200, answer.text

    return injected
