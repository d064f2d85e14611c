"""Documented bodies, a caller, and transports whose upstream is a function of the test."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvloop

from gateway.partner_center.callers import Caller, TokenCaller
from gateway.partner_center.sending.httpx_client import HttpxClient
from gateway.partner_center.sending.transport import Transport
from tests.single_attempt import SingleAttempt

Upstream = Callable[[httpx.Request], httpx.Response] | Callable[[httpx.Request], Coroutine[Any, Any, httpx.Response]]
Connect = Callable[..., SingleAttempt]

WIRE = Path(__file__).parents[1] / "samples" / "wire"
NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)


_OVER_SOCKETS = {"test_connection.py", "test_http11.py"}


def pytest_asyncio_loop_factories(item: pytest.Item) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The client's own tests run in both loops: Windows has no uvloop."""
    over_sockets = item.path.name in _OVER_SOCKETS
    return {"asyncio": asyncio.new_event_loop, **({"uvloop": uvloop.new_event_loop} if over_sockets else {})}


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
