"""HTTP servers on loopback in the test's process, for programs under test to call."""

import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx


@dataclass(frozen=True)
class Request:
    """The names of `headers` are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes


Answer = Callable[[Request], Reply | None]
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
            reply = answer(Request(self.command, self.path, headers, body))
            if reply is not None:
                self.send_response(reply.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Logs nothing."""

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
    """Forwards requests to another server; those whose path has the *ending* wait until the gate is open."""

    to: str
    ending: str
    reached: threading.Event = field(default_factory=threading.Event)
    is_open: threading.Event = field(default_factory=threading.Event)

    def __call__(self, request: Request) -> Reply:
        if request.path.endswith(self.ending):
            self.reached.set()
            self.is_open.wait()
        return relay(self.to, [])(request)


def relay(to: str, seen: list[str]) -> Callable[[Request], Reply]:
    """Forwards each request to another server and appends its path to *seen*."""

    def answer(request: Request) -> Reply:
        seen.append(request.path)
        headers = {name: value for name, value in request.headers.items() if name != "host"}
        reply = httpx.request(request.method, f"{to}{request.path}", headers=headers, content=request.body)
        return Reply(reply.status_code, reply.content)

    return answer
