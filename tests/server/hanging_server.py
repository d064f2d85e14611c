"""A program that serves as the gateway does and answers nothing; its grace at the end is a second.

`python -m tests.server.hanging_server WORKERS`; 0 starts two whose application cannot be built.
"""

import asyncio
import sys
from functools import partial

from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.errors import StoreFailed
from gateway.server.serving import address_of, listen, serve_single_process
from gateway.server.workers import serve_with_workers

GRACE_S = 1


async def hanging(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        sys.stderr.write("asked\n")
        await asyncio.Event().wait()


def impossible(_: int) -> ASGIApp:
    raise StoreFailed("The store is gone.")


if __name__ == "__main__":
    with listen("127.0.0.1", 0) as listener:
        announce = partial(sys.stderr.write, f"{address_of(listener)}\n")
        match sys.argv[1]:
            case "0":
                is_fine = serve_with_workers(
                    impossible, listener, announce=announce, workers=2, keep_alive_s=75, grace_s=GRACE_S
                )
            case "1":
                is_fine = serve_single_process(hanging, listener, announce=announce, keep_alive_s=75, grace_s=GRACE_S)
            case number:
                is_fine = serve_with_workers(
                    lambda _: hanging,
                    listener,
                    announce=announce,
                    workers=int(number),
                    keep_alive_s=75,
                    grace_s=GRACE_S,
                )
    sys.exit(0 if is_fine else 3)
