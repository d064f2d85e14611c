"""An answer that is sent in one piece is the one that uvicorn would have sent in several."""

import asyncio
import gc
import re
import weakref
from collections.abc import Sequence

import pytest
import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.server.in_process import served

GET = b"GET / HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n"


def start(*headers: tuple[bytes, bytes], status: int = 200) -> Message:
    return {"type": "http.response.start", "status": status, "headers": headers}


def body(content: bytes, *, more: bool = False) -> Message:
    return {"type": "http.response.body", "body": content, "more_body": more}


LENGTH_5 = (b"content-length", b"5")
WHOLE = [start((b"x-a", b"b"), LENGTH_5), body(b"hello")]


@pytest.mark.parametrize(
    ("request_", "messages"),
    [
        pytest.param(GET, WHOLE, id="a whole answer"),
        pytest.param(GET, [start(LENGTH_5, status=422), body(b"hello")], id="another status"),
        pytest.param(GET, [start(LENGTH_5, status=294), body(b"hello")], id="a status without a phrase"),
        pytest.param(GET.replace(b"1.1", b"1.0"), WHOLE, id="HTTP/1.0"),
        pytest.param(GET.replace(b"Connection: close\r\n", b"") + GET, WHOLE, id="two requests"),
        pytest.param(GET.replace(b"GET", b"HEAD"), WHOLE, id="HEAD"),
        pytest.param(GET, [start(LENGTH_5), body(b"he", more=True), body(b"llo")], id="a body in pieces"),
        pytest.param(GET, [start(), body(b"hello")], id="no length"),
        pytest.param(GET, [start((b"connection", b"close"), LENGTH_5), body(b"hello")], id="the end of the connection"),
        pytest.param(GET, [start(LENGTH_5), body(b"hello, world")], id="a longer body"),
        pytest.param(GET, [start(LENGTH_5), body(b"")], id="a shorter body"),
        pytest.param(GET, [start((b"x-a", b"b\r\nx-c: d"), LENGTH_5), body(b"hello")], id="a header in a value"),
        pytest.param(GET, [start((b"x-a\r\nx-c", b"d"), LENGTH_5), body(b"hello")], id="a header in a name"),
        pytest.param(GET, [start((b"x a", b"d"), LENGTH_5), body(b"hello")], id="a blank in a name"),
        pytest.param(GET, [start((b"x-a", b"\x00"), LENGTH_5), body(b"hello")], id="a control character in a value"),
        pytest.param(GET, [start((b"x-a", "ö".encode()), LENGTH_5), body(b"hello")], id="a value beyond ASCII"),
        pytest.param(GET, [body(b"hello")], id="no head"),
        pytest.param(GET, [], id="no answer"),
        pytest.param(GET, [*WHOLE, body(b"more")], id="more after the end"),
    ],
)
async def test_the_bytes_are_those_of_uvicorn(request_: bytes, messages: Sequence[Message]) -> None:
    """Whatever the application sends, refused headers and broken answers included."""

    app = _app(messages)
    async with served(app) as port:
        ours = await _answer(port, request_)
    config = uvicorn.Config(app, port=0, lifespan="off", log_config=None, access_log=False, server_header=False)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0)
    theirs = await _answer(server.servers[0].sockets[0].getsockname()[1], request_)
    server.should_exit = True
    await serving

    assert ours == theirs


async def test_a_head_without_a_body_is_a_failure() -> None:
    """It was not sent yet, so the caller gets a whole answer instead of half of one."""
    async with served(_app([start(LENGTH_5)])) as port:
        answer = await _answer(port, GET)

    assert answer.startswith(b"HTTP/1.1 500 ")
    assert answer.endswith(b"Internal Server Error")


async def test_an_answer_leaves_nothing_to_the_garbage_collector() -> None:
    """What belongs to an answer goes away with it."""
    sends: list[weakref.ref[Send]] = []

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        sends.append(weakref.ref(send))
        for message in WHOLE:
            await send(message)

    gc.disable()
    try:
        async with served(app) as port:
            await _answer(port, GET)
        left = [each() for each in sends]
    finally:
        gc.enable()

    assert left == [None]


def _app(messages: Sequence[Message]) -> ASGIApp:
    """Answers every request with *messages*."""

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        for message in messages:
            await send(dict(message))

    return app


async def _answer(port: int, request: bytes) -> bytes:
    """Everything received until the connection is closed, without the date."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(10):
            writer.write(request)
            return re.sub(rb"date: [^\r]+", b"", await reader.read())
    finally:
        writer.close()
