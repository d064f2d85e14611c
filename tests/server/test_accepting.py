"""Connections are accepted as fast as they arrive, however busy the event loop is."""

import asyncio
import socket
from contextlib import ExitStack

import uvicorn
from starlette.types import Receive, Scope, Send

from gateway.server.serving import Server, listen

WAITING = 160


async def _no_app(_scope: Scope, _receive: Receive, _send: Send) -> None:
    raise AssertionError("no request is sent")


async def _turns_until_accepted(listener: socket.socket) -> int:
    """Turns of the event loop from the server's start until all waiting connections are accepted."""
    server = Server(_no_app, keep_alive_s=75)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0)
    turns = 0
    while len(server.server_state.connections) < WAITING:
        turns += 1
        await asyncio.sleep(0)
    server.should_exit = True
    await serving
    return turns


def test_many_new_connections_are_accepted_in_few_turns_of_the_loop() -> None:
    """On the program's event loop. With one per turn, the last of hundreds would wait for seconds."""
    with listen("127.0.0.1", 0) as listener, ExitStack() as clients:
        for _ in range(WAITING):
            clients.enter_context(socket.create_connection(listener.getsockname()))

        with asyncio.Runner(loop_factory=uvicorn.Config(_no_app).get_loop_factory()) as runner:
            turns = runner.run(_turns_until_accepted(listener))

    assert turns < WAITING / 4
