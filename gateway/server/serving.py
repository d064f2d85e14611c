"""Listening on a port, and serving until told to end: requests in flight then finish. Knows no settings and no carts."""

import asyncio
import errno
import gc
import os
import signal
import socket
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from gateway.server.connections import Connection

GRACE_S = 30
"""Seconds that requests in flight have to finish after Ctrl-C or SIGTERM; what takes longer is cut off."""

ENDING = (signal.SIGTERM, signal.SIGINT)
KEEP_ALIVE_S = 75
"""Seconds an idle connection stays open: longer than the 60 of the usual load balancer, which would otherwise now and
then send a request on a connection that is just being closed.
"""
_QUEUE = 2048
"""Connections that may wait to be accepted."""

_ACCEPTED_AT_ONCE = 16
"""Connections that are accepted in one turn of the event loop. libuv accepts one for each listening descriptor, so that
behind hundreds of new connections, on a busy loop, the next one would wait for seconds.
"""

Connections = type[asyncio.Protocol]
"""A connection's class."""


class CannotListen(Exception):
    """Says in a sentence where and why."""


class WrongHost(CannotListen):
    """Nothing can listen there, whatever the port."""


class WrongPort(CannotListen):
    """Another port of that host may do."""


def listening(host: str, port: int) -> socket.socket:
    """A socket that takes connections from now on; port 0 takes a free one. Raises CannotListen."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        found = socket.getaddrinfo(host, port, family, socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:  # the latter for what can be no name
        raise WrongHost(f"cannot listen on {host}: no address is known by that name.") from error
    try:
        return socket.create_server(found[0][4], family=family, backlog=_QUEUE)
    except OSError as error:
        raise _cannot_listen(host, port, error) from error


def _cannot_listen(host: str, port: int, error: OSError) -> CannotListen:
    match error.errno:
        case errno.EADDRINUSE:
            return WrongPort(f"cannot listen on {host}: port {port} is in use.")
        case errno.EACCES:
            return WrongPort(f"cannot listen on {host}: port {port} needs rights that this user does not have.")
        case errno.EADDRNOTAVAIL | errno.EAFNOSUPPORT | errno.EINVAL:
            return WrongHost(f"cannot listen on {host}: it is not an address of this machine.")
        case code:
            return CannotListen(f"cannot listen on {host} port {port}: {os.strerror(code or 0)}.")


def address_of(listener: socket.socket) -> str:
    """For people and their browsers, which may not know the address that stands for all of the machine's."""
    bound: tuple[str, int] = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(bound[0], bound[0])  # noqa: S104 - told, not listened on
    return f"http://{f'[{host}]' if ':' in host else host}:{bound[1]}"


def descriptors(listener: socket.socket) -> list[socket.socket]:
    """The listening socket, and as many further descriptors of it as accept connections at once.

    Not by `socket.dup`, which makes the socket blocking for all of them, those of other processes included: a process
    that accepts at that moment would block in it.
    """
    return [listener, *(socket.socket(fileno=os.dup(listener.fileno())) for _ in range(_ACCEPTED_AT_ONCE - 1))]


class Server(uvicorn.Server):
    """Told to end, it takes no new connections and lets requests in flight finish."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        connections: Connections = Connection,
        keep_alive_s: int = KEEP_ALIVE_S,
        grace_s: int = GRACE_S,
    ) -> None:
        config = uvicorn.Config(
            app,
            http=connections,
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=keep_alive_s,
            timeout_graceful_shutdown=grace_s,
        )
        super().__init__(config)

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        await super().serve([each for given in sockets or [] for each in descriptors(given)])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        # What is here by now stays. Looked through by each full collection, it would stop the loop for 50 ms and more.
        gc.collect()
        gc.freeze()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        # The library would raise the signal again in the end, and a good end would look like a death by it.
        self.should_exit = True


def serve_alone(
    app: ASGIApp,
    listener: socket.socket,
    *,
    connections: Connections = Connection,
    keep_alive_s: int = KEEP_ALIVE_S,
    grace_s: int = GRACE_S,
) -> bool:
    """Serves in this process until told to end; told twice, it dies. False when the application could not start."""
    server = _Alone(app, connections=connections, keep_alive_s=keep_alive_s, grace_s=grace_s)
    for each in ENDING:
        signal.signal(each, server.handle_exit)  # for while it starts, before the library does the same
    server.run(sockets=[listener])
    return server.started


class _Alone(Server):
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        for each in ENDING:
            signal.signal(each, signal.SIG_DFL)
