"""Listening on a port, and serving until told to end: requests in flight then finish. Knows no settings and no carts."""

import asyncio
import signal
import socket
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

GRACE_S = 30
"""Seconds that requests in flight have to finish after Ctrl-C or SIGTERM. Those after which are cut off."""

ENDING = (signal.SIGTERM, signal.SIGINT)
_QUEUE = 2048
"""Connections that may wait to be accepted."""


class CannotListen(Exception):
    """Says in a sentence where and why."""


def listening(host: str, port: int) -> socket.socket:
    """A socket that takes connections from now on; port 0 takes a free one. Raises CannotListen."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_QUEUE)
    except (OSError, OverflowError, UnicodeError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or error
        raise CannotListen(f"cannot listen on {host} port {port}: {reason}.") from error


def address(listener: socket.socket) -> str:
    """For people and their browsers."""
    host, port, *_ = listener.getsockname()
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


class Server(uvicorn.Server):
    """Told to end, it takes no new connections and lets requests in flight finish. Told once more, it ends at once."""

    def __init__(
        self, app: ASGIApp, *, http: type[asyncio.Protocol] | str = "auto", grace_s: int = GRACE_S
    ) -> None:
        """*http* is a connection's class."""
        config = uvicorn.Config(
            app,
            http=http,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=grace_s,
        )
        super().__init__(config)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - the library's
        # The library would raise the signal again in the end, so that a good end looked like a death by it.
        self.should_exit = True
        for each in ENDING:
            signal.signal(each, signal.SIG_DFL)


def serve_alone(
    app: ASGIApp,
    listener: socket.socket,
    *,
    http: type[asyncio.Protocol] | str = "auto",
    grace_s: int = GRACE_S,
) -> bool:
    """Serves in this process until told to end. False when the application could not start."""
    server = Server(app, http=http, grace_s=grace_s)
    server.run(sockets=[listener])
    return server.started
