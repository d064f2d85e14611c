"""Listening on a port, and serving until a signal: requests in flight then finish. Knows no settings and no carts."""

import errno
import gc
import os
import signal
import socket
from collections.abc import Callable
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from gateway.server.connections import Connection, limited
from gateway.server.limits import ConnectionLimits

GRACE_S = 30
"""Seconds that requests in flight have to finish after Ctrl-C or SIGTERM; longer ones are cut off."""

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)

_BACKLOG = 2048
"""Connections that may wait to be accepted."""

_ACCEPTS_PER_TURN = 16
"""Connections accepted in one turn of the event loop. libuv accepts one for each listening descriptor: with a single
descriptor, a connection behind hundreds of others would wait for seconds on a busy loop.
"""


_COLLECT_AFTER = (2_000, 10, 10)
"""New objects after which Python looks for cycles among the young ones, by default 700, and how often among older ones.

Answers hardly make cycles, but documents that fall out of the cache are cycles: with fewer looks at old objects they filled
the memory (3,000 pages: 285 MB instead of 124).
"""


class CannotListen(Exception):
    """The message says where and why, in one sentence."""


class WrongHost(CannotListen):
    """Nothing can listen on this host, whatever the port."""


class WrongPort(CannotListen):
    """Another port of the same host may work."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises CannotListen."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        found = socket.getaddrinfo(host, port, family, socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:  # UnicodeError: not a possible name
        raise WrongHost(f"cannot listen on {host}: no address is known for that name.") from error
    try:
        return socket.create_server(found[0][4], family=family, backlog=_BACKLOG)
    except OSError as error:
        raise _cannot_listen(host, port, error) from error


def _cannot_listen(host: str, port: int, error: OSError) -> CannotListen:
    match error.errno:
        case errno.EADDRINUSE:
            return WrongPort(f"cannot listen on {host}: port {port} is in use.")
        case errno.EACCES:
            return WrongPort(f"cannot listen on {host}: port {port} needs permissions that this user does not have.")
        case errno.EADDRNOTAVAIL | errno.EAFNOSUPPORT | errno.EINVAL:
            return WrongHost(f"cannot listen on {host}: it is not an address of this machine.")
        case code:
            return CannotListen(f"cannot listen on {host} port {port}: {os.strerror(code or 0)}.")


def address_of(listener: socket.socket) -> str:
    """A URL that a browser can open; for a socket on all addresses of the machine, one on loopback."""
    bound: tuple[str, int] = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(bound[0], bound[0])  # noqa: S104 - replaced, not listened on
    return f"http://{f'[{host}]' if ':' in host else host}:{bound[1]}"


def descriptors(listener: socket.socket) -> list[socket.socket]:
    """The listening socket, and enough duplicates to accept several connections in one turn of the event loop.

    Not made by `socket.dup`, which makes the socket blocking for every descriptor, those of other processes included: a
    process that accepts at that moment would block.
    """
    return [listener, *(socket.socket(fileno=os.dup(listener.fileno())) for _ in range(_ACCEPTS_PER_TURN - 1))]


class Server(uvicorn.Server):
    """On a signal to stop it accepts no more connections and lets requests in flight finish."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        protocol: type[Connection] = Connection,
        limits: ConnectionLimits | None = None,
        keep_alive_s: int,
        grace_s: int = GRACE_S,
    ) -> None:
        """Idle connections stay open for *keep_alive_s* seconds. *limits* are shared by all connections."""
        config = uvicorn.Config(
            app,
            http=limited(protocol, limits or ConnectionLimits()),
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=keep_alive_s,
            timeout_graceful_shutdown=grace_s,
        )
        super().__init__(config)

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        await super().serve([each for given in sockets or [] for each in descriptors(given)])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        # Everything allocated by now stays. If each full collection traversed it, the loop would stop for 50 ms and more.
        gc.collect()
        gc.freeze()
        gc.set_threshold(*_COLLECT_AFTER)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        # uvicorn would raise the signal again at the end, and the process would seem to have been killed by it.
        self.should_exit = True


def serve_single_process(
    app: ASGIApp,
    *listeners: socket.socket,
    announce: Callable[[], object],
    protocol: type[Connection] = Connection,
    keep_alive_s: int,
    grace_s: int = GRACE_S,
) -> bool:
    """Serve until a signal to stop; a second one kills the process. False when the application could not start.

    *announce* is called once a signal would stop it, before connections are accepted; they wait until then.
    """
    server = _SingleServer(app, protocol=protocol, keep_alive_s=keep_alive_s, grace_s=grace_s)
    for each in STOP_SIGNALS:
        signal.signal(each, server.handle_exit)  # uvicorn does so too, but later during the start
    announce()
    server.run(sockets=list(listeners))
    return server.started


class _SingleServer(Server):
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        for each in STOP_SIGNALS:
            signal.signal(each, signal.SIG_DFL)
