"""Documented bodies, a caller, and transports whose upstream is a function of the test."""

from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.partner_center.callers import Caller, TokenCaller
from gateway.partner_center.sending.httpx_client import HttpxClient
from gateway.partner_center.sending.transport import Transport
from tests.single_attempt import SingleAttempt

Upstream = Callable[[httpx.Request], httpx.Response] | Callable[[httpx.Request], Coroutine[Any, Any, httpx.Response]]
Connect = Callable[..., SingleAttempt]

WIRE = Path(__file__).parents[1] / "samples" / "wire"
NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def wire() -> Callable[[str], bytes]:
    """Reads a documented body by its name without `.json`."""
    return lambda name: (WIRE / f"{name}.json").read_bytes()


@pytest.fixture
def caller() -> Caller:
    return TokenCaller("canary-token")


@pytest.fixture
async def connect() -> AsyncGenerator[Connect]:
    """Makes a transport to an upstream given as a function. It is always noon; ids are correlation-1, -2, ..."""
    numbers = count(1)

    async with AsyncExitStack() as open_clients:

        def transport(
            upstream: Upstream, *, attempt_s: float = 5.0, concurrency: int = 10, max_body: int = 2**20
        ) -> SingleAttempt:
            http = httpx.AsyncClient(transport=httpx.MockTransport(upstream), base_url="https://upstream.test")
            open_clients.push_async_callback(http.aclose)
            attempts = Transport(
                HttpxClient(http),
                attempt_s=attempt_s,
                concurrency=concurrency,
                locale="de-DE",
                max_body=max_body,
                now=lambda: NOON,
                new_id=lambda: f"correlation-{next(numbers)}",
            )
            return SingleAttempt(attempts)

        yield transport
