"""A program that serves as the gateway does, for a second after it is told to end, and answers nothing.

`python -m tests.unanswering WORKERS`; with 0 there are two whose applications cannot be made.
"""

import asyncio
import sys

from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.errors import StoreFailed
from gateway.server.serving import address_of, listening, serve_alone
from gateway.server.workers import serve_together

GRACE_S = 1


async def unanswering(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        sys.stderr.write("asked\n")
        await asyncio.Event().wait()


def impossible() -> ASGIApp:
    raise StoreFailed("The store is gone.")


if __name__ == "__main__":
    with listening("127.0.0.1", 0) as listener:
        sys.stderr.write(f"{address_of(listener)}\n")
        match sys.argv[1]:
            case "0":
                is_fine = serve_together(impossible, listener, workers=2, grace_s=GRACE_S)
            case "1":
                is_fine = serve_alone(unanswering, listener, grace_s=GRACE_S)
            case number:
                is_fine = serve_together(lambda: unanswering, listener, workers=int(number), grace_s=GRACE_S)
    sys.exit(0 if is_fine else 3)
