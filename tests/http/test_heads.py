"""Connections bound what they receive: each head, and all incomplete requests together."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable

import pytest
import uvicorn

from gateway.http.handler import GraphQLEndpoint
from gateway.sandbox import server
from gateway.server.connections import Connection, limited
from gateway.server.limits import ConnectionLimits, IncompleteRequests

BEGINNING = b"GET /graphql?query={echo} HTTP/1.1\r\nHost: gateway\r\n"


def _asking(characters: int) -> bytes:
    """A complete request whose query ends in a comment of *characters* characters."""
    query = b"{echo}%23" + b"x" * characters
    return b"GET /graphql?query=" + query + b" HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n"


def hasty() -> ConnectionLimits:
    """50 ms for a head."""
    return ConnectionLimits(head_s=0.05)


def narrow() -> ConnectionLimits:
    """50 KB for all incomplete requests together."""
    return ConnectionLimits(incomplete=IncompleteRequests(max_bytes=50_000, small_bytes=1_000))


@pytest.fixture(
    params=[pytest.param(Connection, id="alone"), pytest.param(server.Connection, id="beside the sandbox")],
)
def connection(request: pytest.FixtureRequest) -> type[Connection]:
    kind: type[Connection] = request.param
    return kind


@pytest.fixture
def make_limits() -> Callable[[], ConnectionLimits]:
    return ConnectionLimits


@pytest.fixture
async def port(
    make_endpoint: Callable[..., GraphQLEndpoint],
    connection: type[Connection],
    make_limits: Callable[[], ConnectionLimits],
) -> AsyncIterator[int]:
    """Port of an endpoint with default limits, on 127.0.0.1."""
    http = limited(connection, make_limits())
    config = uvicorn.Config(make_endpoint(), port=0, lifespan="off", log_config=None, http=http)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0)
    address: tuple[str, int] = server.servers[0].sockets[0].getsockname()
    yield address[1]
    server.should_exit = True
    await serving


async def _answer(port: int, *pieces: bytes) -> bytes:
    """Everything received until the connection is closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(10):
            for piece in pieces:
                writer.write(piece)
                await asyncio.sleep(0)
            return await reader.read()
    finally:
        writer.close()


@pytest.mark.parametrize(
    ("pieces", "status"),
    [
        pytest.param([BEGINNING + b"Connection: close\r\n\r\n"], b"200", id="as usual"),
        pytest.param([BEGINNING + b"Connection: close\r\nX: " + b"x" * 60_000 + b"\r\n\r\n"], b"200", id="60 KB"),
        pytest.param([BEGINNING + b"X: " + b"x" * 400_000], b"431", id="an endless header"),
        pytest.param([BEGINNING + b"X: " + b"x" * 1_000_000 + b"\r\n\r\n"], b"431", id="a header of a megabyte"),
        pytest.param([BEGINNING + b"X: y\r\n" * 300 + b"\r\n"], b"431", id="300 headers"),
        pytest.param([_asking(60_000)], b"200", id="an address of 60 KB"),
        pytest.param([_asking(66_000)], b"414", id="an address of 66 KB"),
        pytest.param([_asking(400_000)], b"414", id="an address of 400 KB"),
        pytest.param([b"GET /graphql?query=" + b"x" * 400_000], b"414", id="an endless address"),
        pytest.param([b"\r\n" * 200_000], b"431", id="line ends in place of a request"),
    ],
)
async def test_heads_are_bounded_in_size_and_number(port: int, pieces: list[bytes], status: bytes) -> None:
    """A target that is too long is 414, headers that are too large or too many are 431; the connection is closed."""
    answer = await _answer(port, *pieces)

    assert answer.split(b" ")[1] == status


async def test_blanks_around_a_header_value_are_removed(port: int) -> None:
    """Source: RFC 9112, 5.1. A media type followed by blanks is still JSON."""
    request = b"POST /graphql HTTP/1.1\r\nHost: gateway \t\r\nConnection: close\r\n"
    request += b"Content-Type: \tapplication/json \t \r\nContent-Length: 18\r\n\r\n"

    answer = await _answer(port, request + b'{"query":"{echo}"}')

    assert answer.split(b" ")[1] == b"200"


@pytest.mark.parametrize(
    ("version", "statuses"),
    [
        pytest.param(b"1.0", [b"200"], id="HTTP/1.0 ignores it"),
        pytest.param(b"1.1", [b"100", b"200"], id="HTTP/1.1 honors it"),
    ],
)
async def test_100_continue_is_sent_in_http_1_1_only(port: int, version: bytes, statuses: list[bytes]) -> None:
    """Source: RFC 9110, 10.1.1."""
    request = b"POST /graphql HTTP/" + version + b"\r\nHost: gateway\r\nConnection: close\r\nExpect: 100-continue\r\n"
    request += b"Content-Type: application/json\r\nContent-Length: 18\r\n\r\n"

    answer = await _answer(port, request, b'{"query":"{echo}"}')

    assert re.findall(rb"HTTP/1\.1 (\d{3}) ", answer) == statuses


@pytest.mark.parametrize("scheme", [b"http", b"HTTP", b"ftp"])
async def test_the_host_of_an_absolute_target_overrides_the_header(port: int, scheme: bytes) -> None:
    """A caller cannot name one host in the target and localhost, which needs no token in development, in the header.

    A page whose origin is that of the target is same-origin, and may call. Source: RFC 9112, 3.2.2.
    """
    request = b"POST " + scheme + b"://elsewhere.example/graphql HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    request += b"Content-Type: application/json\r\nContent-Length: 18\r\n"
    body = b'{"query":"{echo}"}'

    own = await _answer(port, request + b"Origin: http://elsewhere.example\r\n\r\n" + body)
    foreign = await _answer(port, request + b"Origin: http://localhost\r\n\r\n" + body)

    assert own.split(b" ")[1] == b"200"
    assert foreign.split(b" ")[1] == b"403"


@pytest.mark.parametrize("make_limits", [pytest.param(hasty, id="hasty")])
@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"G", id="a letter"),
        pytest.param(BEGINNING + b"X-Slow: ", id="half a head"),
        pytest.param(BEGINNING + b"\r\n" + BEGINNING, id="half a head after a whole one"),
    ],
)
async def test_a_head_that_does_not_end_in_time_is_408(port: int, sent: bytes) -> None:
    """The connection is closed after the answers to the requests before it."""
    answer = await _answer(port, sent)

    assert answer.count(b"HTTP/1.1 200") == sent.count(b"\r\n\r\n")
    assert answer.count(b"HTTP/1.1 408") == 1
    assert answer.endswith(b"The request did not arrive in time.")


@pytest.mark.parametrize("connection", [pytest.param(Connection, id="alone")])
@pytest.mark.parametrize("make_limits", [pytest.param(narrow, id="narrow")])
@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(BEGINNING + b"X: " + b"x" * 20_000, id="heads"),
        pytest.param(
            b"POST /graphql HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\nContent-Length: 30000\r\n\r\n"
            + b" " * 20_000,
            id="bodies",
        ),
    ],
)
async def test_the_oldest_incomplete_request_is_refused_when_memory_runs_out(port: int, sent: bytes) -> None:
    """With 408 and what to do. Other connections stay open, and small requests are served."""
    opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
    for _, writer in opened:
        writer.write(sent)
        await asyncio.sleep(0)
    (oldest, *_), *others = opened

    async with asyncio.timeout(10):
        told = await oldest.read()
    quick = await _answer(port, BEGINNING + b"Connection: close\r\n\r\n")

    assert told.startswith(b"HTTP/1.1 408 ")
    assert told.endswith(b"Send it again, all at once.")
    assert quick.startswith(b"HTTP/1.1 200 ")
    assert not any(reader.at_eof() for reader, _ in others)
    for _, writer in opened:
        writer.close()
