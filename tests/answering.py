"""A program that serves as the gateway does, and takes a second for the path /slow.

`python -m tests.answering WORKERS`; it tells when a slow request has come.
"""

import asyncio
import sys

from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from gateway.server.serving import address_of, listen, serve_single_process
from gateway.server.workers import serve_with_workers


async def answering(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        for answer in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{answer}.complete"})
        return
    if scope["path"] == "/slow":
        sys.stderr.write("asked\n")
        await asyncio.sleep(1)
    await PlainTextResponse(scope["path"])(scope, receive, send)


if __name__ == "__main__":
    with listen("127.0.0.1", 0) as listener:
        sys.stderr.write(f"{address_of(listener)}\n")
        if sys.argv[1] == "1":
            serve_single_process(answering, listener, keep_alive_s=75)
        else:
            serve_with_workers(lambda: answering, listener, workers=int(sys.argv[1]), keep_alive_s=75)
