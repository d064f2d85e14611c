"""Idle connections stay open for GATEWAY_KEEP_ALIVE_S: the real program, real sockets."""

import socket
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from gateway.settings.model import Settings
from tests.programs import running

REQUEST = b"GET /health HTTP/1.1\r\nHost: gateway\r\n\r\n"


@pytest.fixture(
    params=[
        pytest.param(["dev"], id="dev"),
        pytest.param(["serve"], id="serve"),
        pytest.param(["serve", "--workers", "2"], id="two processes"),
    ]
)
def command(request: pytest.FixtureRequest, tmp_path: Path) -> list[str]:
    """A command, with a store that processes can share."""
    store = [] if "dev" in request.param else ["--store-url", f"sqlite:{tmp_path / 'store.sqlite'}"]
    return [*request.param, *store]


def test_an_idle_connection_is_closed_after_its_time(command: list[str]) -> None:
    """Whether it is new or was used before. The default would be longer than a client here waits."""
    with (
        running(*command, GATEWAY_KEEP_ALIVE_S="1") as (address, _),
        _connected(address) as used,
        _connected(address) as fresh,
    ):
        assert _is_answered(used)
        began = time.monotonic()

        ends = [used.recv(1), fresh.recv(1)]

    assert ends == [b"", b""]
    assert time.monotonic() - began > 0.5


def test_a_load_balancer_finds_its_connections_open() -> None:
    """By default they outlast the idle timeouts of usual load balancers: 60 seconds, longer than uvicorn's 5."""
    assert Settings(mode="development").keep_alive_s > 60


def _connected(address: str) -> socket.socket:
    parts = urlsplit(address)
    return socket.create_connection((str(parts.hostname), int(parts.port or 0)), timeout=10)


def _is_answered(client: socket.socket) -> bool:
    client.sendall(REQUEST)
    answer = b""
    while not answer.endswith(b"}"):
        if not (more := client.recv(4096)):
            return False
        answer += more
    return answer.startswith(b"HTTP/1.1 200 ")
