"""Callers of a Partner Center that is a function of the test."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from gateway.carts.checkout import Checkout
from gateway.carts.idempotency import Idempotency
from gateway.carts.purchases import Purchases
from gateway.carts.service import Carts
from gateway.partner_center.callers import TokenCaller
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.sending.httpx_client import HttpxClient
from gateway.partner_center.sending.transport import Transport
from gateway.store.locks import ResourceLocks
from gateway.store.memory import MemoryStore
from gateway.store.sqlite import SqliteStore
from gateway.store.store import Store
from tests.carts.upstream import Upstream
from tests.carts.work import Pauses, Seconds
from tests.single_attempt import SingleAttempt


@pytest.fixture
def upstream() -> Upstream:
    return Upstream()


@pytest.fixture
async def connect() -> AsyncGenerator[Callable[..., PartnerCenter]]:
    """Builds a caller's Partner Center client over any HTTP transport."""
    async with AsyncExitStack() as opened:

        def partner_center(
            transport: httpx.AsyncBaseTransport, *, token: str = "canary-token", attempt_s: float = 5.0
        ) -> PartnerCenter:
            http = httpx.AsyncClient(transport=transport, base_url="https://upstream.test")
            opened.push_async_callback(http.aclose)
            sender = SingleAttempt(Transport(HttpxClient(http), attempt_s=attempt_s, concurrency=20, locale="en-US"))
            return PartnerCenter(sender, TokenCaller(token))

        yield partner_center


@pytest.fixture
def partner_center(connect: Callable[..., PartnerCenter], upstream: Upstream) -> PartnerCenter:
    return connect(httpx.MockTransport(upstream), attempt_s=0.2)


@pytest.fixture
def pauses() -> Pauses:
    """Records the pauses between attempts without waiting."""
    return Pauses()


@pytest.fixture
def purchases(seconds: Seconds) -> Purchases:
    return Purchases(MemoryStore(clock=seconds), clock=seconds)


@pytest.fixture
def carts(partner_center: PartnerCenter, clock: Callable[[], datetime], pauses: Pauses) -> Carts:
    return Carts(
        partner_center, locks=ResourceLocks(MemoryStore(clock=lambda: 0)), now=clock, sleep=pauses, chance=lambda: 1.0
    )


@pytest.fixture
def checkout(
    partner_center: PartnerCenter, clock: Callable[[], datetime], purchases: Purchases, pauses: Pauses
) -> Checkout:
    return Checkout(
        partner_center,
        locks=ResourceLocks(MemoryStore(clock=lambda: 0)),
        purchases=purchases,
        now=clock,
        sleep=pauses,
        chance=lambda: 1.0,
    )


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture(params=["memory", "sqlite"])
async def records(request: pytest.FixtureRequest, seconds: Seconds, tmp_path: Path) -> AsyncGenerator[Store]:
    """Each kind of store, on the test's clock: they must behave alike."""
    in_memory = request.param == "memory"
    opened = MemoryStore(clock=seconds) if in_memory else SqliteStore(tmp_path / "store.sqlite", clock=seconds)
    yield opened
    await opened.close()


@pytest.fixture
def idempotency(records: Store) -> Idempotency:
    """Its records live for a minute."""
    return Idempotency(records, keep_s=60)
