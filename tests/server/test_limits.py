"""What the connections of one server may take together. Idle connections are tested on real sockets."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from gateway.server.limits import ConnectionLimits, IdleConnections, IncompleteRequests
from tests.server.in_process import served

REQUEST = b"GET / HTTP/1.1\r\nHost: gateway\r\n\r\n"

Client = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def fine(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that answers once the request is complete; after 0.3 s for /slow."""
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


HEAD_S = 0.05


@pytest.fixture
def hasty() -> ConnectionLimits:
    """A head must arrive within 50 ms."""
    return ConnectionLimits(head_s=HEAD_S)


@pytest.fixture
def two_idle() -> ConnectionLimits:
    """At most two connections may be idle."""
    return ConnectionLimits(idle=IdleConnections(max_count=2))


async def test_an_idle_connection_is_not_held_to_the_time_for_a_head(hasty: ConnectionLimits) -> None:
    """Whether it is new or was used before."""
    async with served(fine, limits=hasty) as port, _connected(port) as fresh, _connected(port) as used:
        first = await _is_answered(used)
        await asyncio.sleep(4 * HEAD_S)

        assert (first, await _is_answered(used), await _is_answered(fresh)) == (True, True, True)


@pytest.mark.parametrize("is_fresh", [pytest.param(True, id="fresh"), pytest.param(False, id="used")])
async def test_an_empty_line_does_not_hold_a_connection_open(hasty: ConnectionLimits, is_fresh: bool) -> None:
    """It ends the idle time, so the head after it must arrive in time."""
    async with served(fine, limits=hasty) as port, _connected(port) as client:
        if not is_fresh:
            assert await _is_answered(client)
        client[1].write(b"\r\n")

        assert (await client[0].read()).startswith(b"HTTP/1.1 408 ")


async def test_when_too_many_are_idle_the_oldest_are_closed(two_idle: ConnectionLimits) -> None:
    """New connections and those used last are served."""
    async with served(fine, limits=two_idle) as port, AsyncExitStack() as opened:
        first, second, third = [await opened.enter_async_context(_connected(port)) for _ in range(3)]
        assert await first[0].read() == b""

        answered = [await _is_answered(client) for client in (second, third)]
        fourth = await opened.enter_async_context(_connected(port))
        answered.append(await _is_answered(fourth))

        assert answered == [True, True, True]
        assert await second[0].read() == b""
        assert await _is_answered(third)


async def test_a_connection_with_a_request_in_flight_is_not_idle(two_idle: ConnectionLimits) -> None:
    """It stays open, however many others arrive meanwhile."""
    async with served(fine, limits=two_idle) as port, AsyncExitStack() as opened:
        reader, writer = await opened.enter_async_context(_connected(port))
        writer.write(b"POST / HTTP/1.1\r\nHost: gateway\r\nContent-Length: 4\r\n\r\n")
        for _ in range(3):
            assert await _is_answered(await opened.enter_async_context(_connected(port)))

        writer.write(b"body")

        assert (await reader.readuntil(b"fine")).startswith(b"HTTP/1.1 200")


async def test_a_connection_with_a_pipelined_request_in_flight_is_not_idle(two_idle: ConnectionLimits) -> None:
    """The last request of a pipeline counts as in flight until it is answered."""
    async with served(fine, limits=two_idle) as port, AsyncExitStack() as opened:
        reader, writer = await opened.enter_async_context(_connected(port))
        writer.write(REQUEST + REQUEST.replace(b"/", b"/slow", 1))
        await reader.readuntil(b"fine")
        for _ in range(3):
            assert await _is_answered(await opened.enter_async_context(_connected(port)))

        assert (await reader.readuntil(b"fine")).startswith(b"HTTP/1.1 200")


async def test_two_servers_share_no_limits() -> None:
    """What connections of one server take does not count for another in the same process."""
    assert ConnectionLimits().idle is not ConnectionLimits().idle
    assert ConnectionLimits().incomplete is not ConnectionLimits().incomplete


class Sender:
    is_cut_off = False

    def cut_off(self) -> None:
        self.is_cut_off = True


@pytest.fixture
def incomplete() -> IncompleteRequests:
    return IncompleteRequests(max_bytes=100, small_bytes=10)


def _senders(number: int) -> list[Sender]:
    return [Sender() for _ in range(number)]


def test_above_the_bound_the_first_to_begin_are_cut_off(incomplete: IncompleteRequests) -> None:
    """As many as necessary, and none before the bound is reached."""
    slow, later, last = senders = _senders(3)
    incomplete.update(slow, 20)
    incomplete.update(later, 40)
    incomplete.update(slow, 60)
    before = [each.is_cut_off for each in senders]

    incomplete.update(last, 90)

    assert (before, [each.is_cut_off for each in senders]) == ([False] * 3, [True, True, False])


def test_a_complete_request_takes_no_room(incomplete: IncompleteRequests) -> None:
    """Nor does one whose connection closed; discarding it twice counts once."""
    senders = _senders(20)

    for each in senders:
        incomplete.update(each, 90)
        incomplete.discard(each)
        incomplete.discard(each)

    assert not any(each.is_cut_off for each in senders)


def test_small_requests_are_never_cut_off(incomplete: IncompleteRequests) -> None:
    """However many there are, and however long they take."""
    senders = _senders(1000)

    for each in senders:
        incomplete.update(each, 10)
    incomplete.update(Sender(), 100)

    assert not any(each.is_cut_off for each in senders)
