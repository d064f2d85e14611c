"""What clients and load balancers see when the server stops: real processes, sockets and signals."""

import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.programs import environment

CLOSE = "close"

Answer = tuple[str, str | None]
"""The body, which is the request's path, and the header Connection."""


@dataclass(frozen=True)
class Server:
    process: subprocess.Popen[str]
    address: tuple[str, int]

    def connect(self) -> socket.socket:
        return socket.create_connection(self.address, timeout=10)

    def until_a_slow_request_has_arrived(self) -> None:
        assert self.process.stderr is not None
        assert self.process.stderr.readline() == "asked\n"


@pytest.fixture(params=[pytest.param("1", id="one process"), pytest.param("2", id="two processes")])
def server(request: pytest.FixtureRequest) -> Generator[Server]:
    """Answers each request with its path, /slow after a second."""
    workers: str = request.param
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.server.slow_server", workers],
        cwd=Path(__file__).parents[2],
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    address: str = process.stderr.readline()
    parts = urlsplit(address.strip())
    yield Server(process, (str(parts.hostname), int(parts.port or 0)))
    process.kill()
    process.communicate()


def test_an_answer_in_flight_says_that_the_connection_closes(server: Server) -> None:
    """So that the client sends no further request on it."""
    with server.connect() as client:
        client.sendall(_request("/slow"))
        server.until_a_slow_request_has_arrived()

        server.process.send_signal(signal.SIGTERM)

        assert _answers(client) == [("/slow", CLOSE)]
        assert server.process.wait(timeout=10) == 0


def test_pipelined_requests_are_all_answered(server: Server) -> None:
    """The last answer says that the connection closes."""
    with server.connect() as client:
        client.sendall(_request("/slow") + _request("/second") + _request("/third"))
        server.until_a_slow_request_has_arrived()

        server.process.send_signal(signal.SIGTERM)

        assert _answers(client) == [("/slow", None), ("/second", None), ("/third", CLOSE)]


def test_a_request_sent_after_the_signal_is_left_to_another_server(server: Server) -> None:
    """If the next answer on the connection says that it closes. Source: RFC 9112, 9.6."""
    with server.connect() as client, server.connect() as fresh:
        client.sendall(_request("/slow"))
        server.until_a_slow_request_has_arrived()
        server.process.send_signal(signal.SIGTERM)
        _until_closed(fresh)

        client.sendall(_request("/too-late"))

        assert _answers(client) == [("/slow", CLOSE)]
        assert server.process.wait(timeout=10) == 0


def test_no_request_on_an_open_connection_is_lost(server: Server) -> None:
    """Each is answered after the signal too, until an answer says that the connection closes."""
    with ExitStack() as opened:
        clients = [opened.enter_context(server.connect()) for _ in range(4)]
        for client in clients[:2]:
            assert _ask(client, "/before") == ("/before", None)
        beside = opened.enter_context(ThreadPoolExecutor(len(clients)))

        server.process.send_signal(signal.SIGTERM)
        ends = list(beside.map(_ask_until_closed, clients))

        assert ends == [b""] * len(clients)
        assert server.process.wait(timeout=10) == 0


def test_idle_connections_are_closed(server: Server) -> None:
    """Without waiting for requests on other connections."""
    with server.connect() as busy, server.connect() as used, server.connect() as fresh:
        used.sendall(_request("/before"))
        assert _answer(used) == ("/before", None)
        busy.sendall(_request("/slow"))
        server.until_a_slow_request_has_arrived()

        server.process.send_signal(signal.SIGTERM)
        _until_closed(used)
        _until_closed(fresh)
        busy.setblocking(False)

        with pytest.raises(BlockingIOError):
            busy.recv(1)


def _request(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: gateway\r\n\r\n".encode()


def _ask(client: socket.socket, path: str) -> Answer:
    client.sendall(_request(path))
    answer = _answer(client)
    assert answer is not None, "the connection was closed instead"
    return answer


def _ask_until_closed(client: socket.socket) -> bytes:
    """What follows the answer that says so."""
    while _ask(client, "/after") != ("/after", CLOSE):
        pass
    return client.recv(1)


def _answers(client: socket.socket) -> list[Answer]:
    """All answers until the connection is closed."""
    return list(iter(lambda: _answer(client), None))


def _answer(client: socket.socket) -> Answer | None:
    """None when the connection is closed instead."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        if not (byte := client.recv(1)):
            return None
        head += byte
    headers = dict(line.split(": ", 1) for line in head.decode().lower().splitlines()[1:-1])
    body = client.recv(int(headers["content-length"]), socket.MSG_WAITALL)
    return body.decode(), headers.get("connection")


def _until_closed(client: socket.socket) -> None:
    assert client.recv(1) == b""
