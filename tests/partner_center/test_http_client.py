"""httpx, as the client of sign-ins and checks, has the bounds of the client of all calls."""

import asyncio
import gzip
import socket
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import pytest

from gateway.partner_center.http_client import open_http_client
from gateway.partner_center.sending.exchange import ExchangeFailed, NotConnected, NotHttp, NotUnpacked
from gateway.partner_center.sending.httpx_client import HttpxClient
from tests.partner_center.test_connection import (
    GZIP,
    PACKED,
    Serve,
    an_answer,
    close_before_answer,
    mumble,
    request,
    reset_inside_body,
    saying,
    upstream,
)


@asynccontextmanager
async def connected_to(address: str) -> AsyncGenerator[HttpxClient]:
    http = HttpxClient(open_http_client(address))
    try:
        yield http
    finally:
        await http.close()


async def read_from(address: str) -> bytes | None:
    async with connected_to(address) as http:
        response = await http.request("GET", "/things", headers={}, body=None)
        return await response.read(1_000)


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        pytest.param(an_answer(b"{}"), b"{}", id="plain"),
        pytest.param(an_answer(PACKED, GZIP), b'{"ok": true}', id="packed"),
        pytest.param(an_answer(gzip.compress(b"[") + gzip.compress(b"]"), GZIP), b"[]", id="packed in two members"),
        pytest.param(an_answer(b" " * 1_001), None, id="too large"),
    ],
)
async def test_an_answer_is_read(answer: bytes, body: bytes | None) -> None:
    async with upstream(saying(answer)) as address:
        assert await read_from(address) == body


@pytest.mark.parametrize(
    ("serve", "kind"),
    [
        pytest.param(close_before_answer, ExchangeFailed, id="closed without an answer"),
        pytest.param(reset_inside_body, ExchangeFailed, id="reset inside the body"),
        pytest.param(mumble, NotHttp, id="not HTTP"),
        pytest.param(saying(an_answer(b"", *(f"x-{n}: {'x' * 9_000}" for n in range(20)))), NotHttp, id="a large head"),
        pytest.param(saying(an_answer(PACKED[:-1], GZIP)), NotUnpacked, id="broken packing"),
    ],
)
async def test_each_failure_has_its_class(serve: Serve, kind: Callable[[str], ExchangeFailed]) -> None:
    """Only a connection that never came about proves that nothing was sent."""
    async with upstream(serve) as address:
        with pytest.raises(ExchangeFailed) as caught:
            await read_from(address)

    assert type(caught.value) is kind


async def test_a_refused_connection_means_nothing_was_sent() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(NotConnected):
            await read_from(f"http://127.0.0.1:{taken.getsockname()[1]}")


async def test_an_answer_that_nobody_reads_ends_its_connection() -> None:
    """A check needs only the status."""
    is_closed = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n")
        await reader.read()
        is_closed.set()

    async with upstream(serve) as address, open_http_client(address) as http:
        async with http.stream("GET", "/things") as response:
            assert response.status_code == 200
        await asyncio.wait_for(is_closed.wait(), 5)
