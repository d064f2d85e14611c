"""Serves a test's application on a real socket, with the gateway's server, in this process."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from starlette.types import ASGIApp
from uvicorn.lifespan.off import LifespanOff

from gateway.server.connections import Connection
from gateway.server.limits import ConnectionLimits
from gateway.server.serving import Server, listen


@asynccontextmanager
async def served(
    app: ASGIApp,
    protocol: type[Connection] = Connection,
    *,
    limits: ConnectionLimits | None = None,
    keep_alive_s: int = 60,
) -> AsyncGenerator[int]:
    """Yields the port. The application needs no lifespan."""
    with listen("127.0.0.1", 0) as listener:
        server = Server(app, protocol=protocol, limits=limits, keep_alive_s=keep_alive_s, grace_s=1)
        server.config.load()
        server.config.lifespan_class = LifespanOff
        serving = asyncio.create_task(server.serve([listener]))
        while not server.started:  # noqa: ASYNC110 - the library has no event for it
            await asyncio.sleep(0)
        try:
            yield int(listener.getsockname()[1])
        finally:
            server.should_exit = True
            await serving
