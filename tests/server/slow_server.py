"""A program that serves as the gateway does, and takes a second for the path /slow.

`python -m tests.server.slow_server WORKERS`; it writes a line to standard error when a slow request has arrived.
"""

import asyncio
import socket
import sys
from collections.abc import Callable
from functools import partial

from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from gateway.server.serving import address_of, listen, serve_single_process
from gateway.server.workers import serve_with_workers


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        for answer in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{answer}.complete"})
        return
    if scope["path"] == "/slow":
        sys.stderr.write("asked\n")
        await asyncio.sleep(1)
    await PlainTextResponse(scope["path"])(scope, receive, send)


def serve(listener: socket.socket, *, workers: int, announce: Callable[[], object]) -> None:
    if workers == 1:
        serve_single_process(app, listener, announce=announce, keep_alive_s=75)
    else:
        serve_with_workers(lambda _: app, listener, announce=announce, workers=workers, keep_alive_s=75)


if __name__ == "__main__":
    with listen("127.0.0.1", 0) as opened:
        serve(opened, workers=int(sys.argv[1]), announce=partial(sys.stderr.write, f"{address_of(opened)}\n"))
