"""Servers of the test's own on loopback, for programs that run beside it."""

import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx


@dataclass(frozen=True)
class Asked:
    """A request; the names of `headers` are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Told:
    status: int
    body: bytes


Answer = Callable[[Asked], Told | None]
"""None closes the connection without an answer."""


@contextmanager
def serving(answer: Answer) -> Generator[str]:
    """The address of a server that answers as the function says, each request in a thread of its own."""

    class Handler(BaseHTTPRequestHandler):
        def handle_one_request(self) -> None:
            self.raw_requestline = self.rfile.readline()
            if not self.raw_requestline or not self.parse_request():
                return
            self.close_connection = True
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            told = answer(Asked(self.command, self.path, headers, body))
            if told is not None:
                self.send_response(told.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(told.body)))
                self.end_headers()
                self.wfile.write(told.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass(frozen=True)
class Gate:
    """Lets requests pass to another server; while it is closed, those whose path has the *ending* wait before it."""

    to: str
    ending: str
    reached: threading.Event = field(default_factory=threading.Event)
    is_open: threading.Event = field(default_factory=threading.Event)

    def __call__(self, asked: Asked) -> Told:
        if asked.path.endswith(self.ending):
            self.reached.set()
            self.is_open.wait()
        return relay(self.to, [])(asked)


def relay(to: str, seen: list[str]) -> Callable[[Asked], Told]:
    """Hands everything on to another server, and notes the paths."""

    def answer(asked: Asked) -> Told:
        seen.append(asked.path)
        headers = {name: value for name, value in asked.headers.items() if name != "host"}
        told = httpx.request(asked.method, f"{to}{asked.path}", headers=headers, content=asked.body)
        return Told(told.status_code, told.content)

    return answer
