"""A body that has arrived with its head is handed over with it."""

import asyncio

import pytest
from starlette.types import Receive, Scope, Send

from gateway.server.connections import COMPLETE_BODY
from tests.server.in_process import served

HEAD = b"POST / HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n"


async def _app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the body that came with the head, and the one that is received."""
    given = scope.get("extensions", {}).get(COMPLETE_BODY, {}).get("body")
    received, more = b"", True
    while more:
        message = await receive()
        received, more = received + message["body"], message["more_body"]
    content = b"%b, then %b" % (b"nothing" if given is None else given, received)
    await send(
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [(b"content-length", str(len(content)).encode())],
        }
    )
    await send({"type": "http.response.body", "body": content})


@pytest.mark.parametrize(
    ("pieces", "answer"),
    [
        pytest.param([HEAD + b"Content-Length: 5\r\n\r\nhello"], b"hello, then hello", id="in one piece"),
        pytest.param([HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"], b"hello, then hello", id="in chunks"),
        pytest.param([HEAD + b"\r\n"], b", then ", id="no body"),
        pytest.param([HEAD + b"Content-Length: 5\r\n\r\n", b"hello"], b"nothing, then hello", id="after the head"),
        pytest.param([HEAD + b"Content-Length: 5\r\n\r\nhel", b"lo"], b"nothing, then hello", id="half of it"),
        pytest.param([HEAD[:9], HEAD[9:] + b"Content-Length: 5\r\n\r\nhello"], b"hello, then hello", id="half of the head"),
        pytest.param([HEAD + b"Upgrade: h2c\r\nConnection: Upgrade\r\nContent-Length: 5\r\n\r\nhello"], b"hello, then hello", id="with a wish for HTTP/2"),
    ],
)  # fmt: skip
async def test_a_body_is_handed_over_only_when_it_is_complete(pieces: list[bytes], answer: bytes) -> None:
    """Otherwise the application receives it, as it can in any case."""
    async with served(_app) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        async with asyncio.timeout(10):
            for piece in pieces:
                writer.write(piece)
                for _ in range(20):  # the server has read it by then
                    await asyncio.sleep(0)
            head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()

    assert head.startswith(b"HTTP/1.1 200 ")
    assert body == answer
