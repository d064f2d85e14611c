"""Idle connections stay open for their time, and are bounded together: real sockets."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from gateway.server.connections import Connection
from gateway.server.idle import IdleConnections
from tests.served import served

REQUEST = b"GET / HTTP/1.1\r\nHost: gateway\r\n\r\n"

Client = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def fine(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that answers when the request is whole; after 0.3 s for /slow."""
    request = Request(scope, receive)
    await request.body()
    if request.url.path == "/slow":
        await asyncio.sleep(0.3)
    await PlainTextResponse("fine")(scope, receive, send)


@asynccontextmanager
async def _connected(port: int) -> AsyncGenerator[Client]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(10):
            yield reader, writer
    finally:
        writer.close()


async def _is_answered(client: Client) -> bool:
    """False when the connection is closed instead."""
    reader, writer = client
    writer.write(REQUEST)
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        return head.startswith(b"HTTP/1.1 200") and await reader.readexactly(4) == b"fine"
    except (asyncio.IncompleteReadError, ConnectionError):
        return False


class Hasty(Connection):
    """One that does not wait long for the rest of a head."""

    head_s = 0.05


class Few(Connection):
    """One of two at most that may be idle."""

    idle = IdleConnections(at_most=2)


async def test_an_idle_connection_is_not_held_to_the_time_for_a_head() -> None:
    """Neither one on which nothing was sent yet nor one that was answered: both may still ask."""
    async with served(fine, Hasty) as port, _connected(port) as fresh, _connected(port) as used:
        first = await _is_answered(used)
        await asyncio.sleep(4 * Hasty.head_s)

        assert (first, await _is_answered(used), await _is_answered(fresh)) == (True, True, True)


@pytest.mark.parametrize("is_fresh", [pytest.param(True, id="fresh"), pytest.param(False, id="used")])
async def test_an_empty_line_does_not_hold_a_connection_open(is_fresh: bool) -> None:
    """It ends the waiting for a request, so the head that it announces has to come in time."""
    async with served(fine, Hasty) as port, _connected(port) as client:
        if not is_fresh:
            assert await _is_answered(client)
        client[1].write(b"\r\n")

        assert (await client[0].read()).startswith(b"HTTP/1.1 408 ")


async def test_when_too_many_are_idle_the_oldest_are_closed() -> None:
    """A new connection is always served, and so are those that were used last."""
    async with served(fine, Few) as port, AsyncExitStack() as opened:
        first, second, third = [await opened.enter_async_context(_connected(port)) for _ in range(3)]
        assert await first[0].read() == b""

        answered = [await _is_answered(client) for client in (second, third)]
        fourth = await opened.enter_async_context(_connected(port))
        answered.append(await _is_answered(fourth))

        assert answered == [True, True, True]
        assert await second[0].read() == b""
        assert await _is_answered(third)


async def test_a_connection_with_a_request_in_flight_is_not_idle() -> None:
    """It stays, however many others come meanwhile."""
    async with served(fine, Few) as port, AsyncExitStack() as opened:
        reader, writer = await opened.enter_async_context(_connected(port))
        writer.write(b"POST / HTTP/1.1\r\nHost: gateway\r\nContent-Length: 4\r\n\r\n")
        for _ in range(3):
            assert await _is_answered(await opened.enter_async_context(_connected(port)))

        writer.write(b"body")

        assert (await reader.readuntil(b"fine")).startswith(b"HTTP/1.1 200")


async def test_a_connection_with_a_pipelined_request_in_flight_is_not_idle() -> None:
    """The last request of a pipeline counts as in flight until it is answered."""
    async with served(fine, Few) as port, AsyncExitStack() as opened:
        reader, writer = await opened.enter_async_context(_connected(port))
        writer.write(REQUEST + REQUEST.replace(b"/", b"/slow", 1))
        await reader.readuntil(b"fine")
        for _ in range(3):
            assert await _is_answered(await opened.enter_async_context(_connected(port)))

        assert (await reader.readuntil(b"fine")).startswith(b"HTTP/1.1 200")
