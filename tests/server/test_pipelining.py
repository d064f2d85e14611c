"""Several requests on one connection, and requests to switch protocols: real sockets."""

import asyncio
import logging
import re

import pytest
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from gateway.server.limits import ConnectionLimits
from tests.server.in_process import served

SLOW = b"GET /slow HTTP/1.1\r\nHost: gateway\r\n\r\n"
QUICK = b"GET /quick HTTP/1.1\r\nHost: gateway\r\n\r\n"
LAST = b"GET /last HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n"


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the path, the body and the method; after 0.3 s for /slow."""
    request = Request(scope, receive)
    try:
        body = await request.body()
    except ClientDisconnect:
        return
    if request.url.path == "/slow":
        await asyncio.sleep(0.3)
    await PlainTextResponse(f"{request.method} {request.url.path} {body.decode()};")(scope, receive, send)


async def _exchange(port: int, *pieces: bytes) -> str:
    """Everything that comes back until the connection is closed. Each piece is sent in a packet of its own."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(10):
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0.02)
            return (await reader.read()).decode()
    finally:
        writer.close()


def _statuses(answers: str) -> list[str]:
    return re.findall(r"HTTP/1\.1 (\d{3}) ", answers)


async def test_pipelined_requests_are_answered_in_order() -> None:
    """Up to the bound, and whether or not one of them is slow."""
    async with served(echo) as port:
        answers = await _exchange(port, SLOW + QUICK * 10 + LAST)

    assert re.findall(r"GET (/\w+) ;", answers) == ["/slow", *["/quick"] * 10, "/last"]


async def test_a_flood_of_pipelined_requests_is_cut_off() -> None:
    """The first are answered, the last of them with `Connection: close`, and another client does not notice."""
    async with served(echo) as port:
        flood = asyncio.create_task(_exchange(port, QUICK * 20_000))
        async with asyncio.timeout(1):
            other = await _exchange(port, LAST)
        answers = await flood

    assert _statuses(other) == ["200"]
    assert set(_statuses(answers)) == {"200"}
    assert 1 < len(_statuses(answers)) < 50
    assert answers.count("connection: close") == 1


@pytest.mark.parametrize(
    ("behind", "status"),
    [
        pytest.param(b"junk\r\n\r\n", "400", id="junk"),
        pytest.param(b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 300 + b"\r\n", "431", id="300 headers"),
        pytest.param(b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\nHost: gateway\r\n\r\n", "414", id="a long address"),
        pytest.param(
            b"POST / HTTP/1.1\r\nHost: gateway\r\nTransfer-Encoding: chunked\r\n\r\njunk\r\n",
            "400",
            id="a body of junk",
        ),
    ],
)
@pytest.mark.parametrize("in_one_packet", [True, False], ids=["in one packet", "later"])
async def test_a_refusal_waits_for_the_answers_before_it(
    behind: bytes, status: str, in_one_packet: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """A request that is being worked on keeps its answer; a purchase must not look refused."""
    async with served(echo) as port:
        answers = (
            await _exchange(port, SLOW + QUICK + behind)
            if in_one_packet
            else await _exchange(port, SLOW, QUICK, behind)
        )

    assert _statuses(answers) == ["200", "200", status]
    assert "connection: close\r\n" in answers
    assert "date: " in answers.rpartition("HTTP/1.1")[2]
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_a_request_that_waits_to_be_read_is_not_late() -> None:
    """While a slow one is worked on, nothing is read: the time for the next head does not run."""
    async with served(echo, limits=ConnectionLimits(head_s=0.05)) as port:
        answers = await _exchange(port, SLOW + QUICK + LAST[:20], LAST[20:])

    assert _statuses(answers) == ["200", "200", "200"]


async def test_the_time_for_a_head_begins_with_the_answer_before_it() -> None:
    """A head that waits behind a slow request gets the full time limit once that request is answered."""
    limits = ConnectionLimits(head_s=0.22)  # less than /slow takes, and more than the client pauses
    async with served(echo, limits=limits) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(SLOW + LAST[:20])
        async with asyncio.timeout(10):
            await reader.readuntil(b";")
            await asyncio.sleep(0.15)
            writer.write(LAST[20:])
            answer = (await reader.read()).decode()
        writer.close()

    assert _statuses(answer) == ["200"]


async def test_a_head_behind_a_slow_request_is_late_in_the_end() -> None:
    """The time limit applies to it once the slow request is answered."""
    async with served(echo, limits=ConnectionLimits(head_s=0.05)) as port:
        answers = await _exchange(port, SLOW + LAST[:20])

    assert _statuses(answers) == ["200", "408"]


async def test_connect_is_left_to_the_application() -> None:
    """It is answered once, and the connection closed."""
    async with served(echo) as port:
        answers = await _exchange(port, b"CONNECT /tunnel HTTP/1.1\r\nHost: gateway\r\n\r\n" + LAST)

    assert _statuses(answers) == ["200"]
    assert "connection: close" in answers


POST = b"POST /posted HTTP/1.1\r\nHost: gateway\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk\r\n"


@pytest.mark.parametrize("protocol", [b"h2c", b"websocket", b"TLS/1.0"])
@pytest.mark.parametrize(
    "body",
    [
        pytest.param([b"Content-Length: 4\r\n\r\nbody"], id="with its length"),
        pytest.param([b"Content-Length: 4\r\n\r\n", b"bo", b"dy"], id="in later packets"),
        pytest.param([b"Transfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n"], id="in chunks"),
    ],
)
async def test_a_request_to_switch_protocols_is_answered_as_if_it_did_not_ask(
    protocol: bytes, body: list[bytes], caplog: pytest.LogCaptureFixture
) -> None:
    """With its body, and with the request behind it. curl --http2 and Java's client send these headers by default."""
    *before, last = [POST + b"Upgrade: " + protocol + b"\r\n" + body[0], *body[1:]]

    async with served(echo) as port:
        answers = await _exchange(port, *before, last + LAST)

    assert re.findall(r"(\w+ /\w+ \w*);", answers) == ["POST /posted body", "GET /last "]
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
