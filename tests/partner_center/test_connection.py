"""The real client against a real socket that misbehaves."""

import asyncio
import gzip
import random
import socket
import ssl
import struct
import tracemalloc
import zlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from gateway.errors import GatewayError, Malformed, NotFound, Refused, Throttled, TimedOut, Unavailable
from gateway.partner_center.callers import Caller, TokenCaller
from gateway.partner_center.paths import path
from gateway.partner_center.plain_json import document
from gateway.partner_center.sending.calls import Call
from gateway.partner_center.sending.http11 import open_http11_client
from gateway.partner_center.sending.transport import Transport
from tests.single_attempt import SingleAttempt

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

READ = Call(action="read the thing", method="GET", path=path("things"), read=document, request_id="1")
REPLACE = Call(action="write the thing", method="PUT", path=path("things"), read=document, request_id="2", body=b"{}")
SPEND = Call(action="check out the cart", method="POST", path=path("things"), read=document, request_id="3")
GOOD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 12\r\n\r\n"


@asynccontextmanager
async def upstream(serve: Serve, *, tls: ssl.SSLContext | None = None) -> AsyncGenerator[str]:
    """A server on loopback whose connections are handled by *serve*; its address."""
    connections: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connections.add(task)
        try:
            await serve(reader, writer)
        finally:
            connections.discard(task)
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        for task in connections:
            task.cancel()
        server.close()
        await server.wait_closed()


@asynccontextmanager
async def connected_to(address: str, *, attempt_s: float = 5.0) -> AsyncGenerator[SingleAttempt]:
    http = open_http11_client(address)
    try:
        yield SingleAttempt(Transport(http, attempt_s=attempt_s, concurrency=4, locale="en-US", max_body=1_000_000))
    finally:
        await http.close()


async def request(reader: asyncio.StreamReader) -> bytes:
    """The head of the next request, empty at the end; its body is read away."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = await reader.readline()
        if not line:
            return b""
        head += line
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            await reader.readexactly(int(line.split(b":")[1]))
    return head


def reset(writer: asyncio.StreamWriter) -> None:
    """End a connection with RST instead of FIN."""
    sock: socket.socket = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def answer_well(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while await request(reader):
        writer.write(GOOD + b'{"ok": true}')


async def reset_before_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await request(reader)
    reset(writer)


async def close_before_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await request(reader)


async def reset_inside_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await request(reader)
    writer.write(GOOD + b'{"ok"')
    await writer.drain()
    reset(writer)


async def truncate_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await request(reader)
    writer.write(GOOD.replace(b"12", b"99") + b'{"ok": true}')
    await writer.drain()


async def truncate_chunks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await request(reader)
    head = GOOD.replace(b"content-length: 12", b"transfer-encoding: chunked")
    writer.write(head + b'c\r\n{"ok": true}\r\n')
    await writer.drain()


async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await request(reader)
    await asyncio.Event().wait()


async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await request(reader)
    writer.write(GOOD.replace(b"12", b"9000"))
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.005)


async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await request(reader)
    writer.write(GOOD.replace(b"content-length: 12", b"transfer-encoding: chunked"))
    while True:
        writer.write(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
        await writer.drain()


async def mumble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await request(reader)
    writer.write(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")
    await writer.drain()


async def redirect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await request(reader)
    writer.write(b"HTTP/1.1 307 Go\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n")
    if await request(reader):
        raise AssertionError("a redirect must not be followed")


async def test_a_real_answer_arrives(caller: Caller) -> None:
    """The client talks HTTP over a real socket, and keeps the connection for the next call."""
    async with upstream(answer_well) as address, connected_to(address) as transport:
        answers = [await transport.send(call, caller=caller, deadline=None) for call in (READ, REPLACE, SPEND)]

    assert answers == [{"ok": True}] * 3


@pytest.mark.parametrize("call", [READ, REPLACE, SPEND], ids=lambda call: call.method)
@pytest.mark.parametrize(
    ("misbehave", "kind"),
    [
        pytest.param(reset_before_answer, Unavailable, id="reset before the answer"),
        pytest.param(close_before_answer, Unavailable, id="closed without an answer"),
        pytest.param(reset_inside_body, Unavailable, id="reset inside the body"),
        pytest.param(truncate_body, Unavailable, id="body shorter than said"),
        pytest.param(truncate_chunks, Unavailable, id="chunks without an end"),
        pytest.param(hang, TimedOut, id="no answer"),
        pytest.param(drip, TimedOut, id="slow drip"),
        pytest.param(pour, Malformed, id="endless body"),
        pytest.param(mumble, Malformed, id="not HTTP"),
        pytest.param(redirect, Malformed, id="redirect"),
    ],
)
async def test_an_upstream_that_misbehaves_ends_in_one_error_of_ours(
    caller: Caller, misbehave: Serve, kind: type[GatewayError], call: Call[object]
) -> None:
    """Each fault of a connection ends in time, in one class, and never claims that nothing was sent."""
    async with upstream(misbehave) as address, connected_to(address, attempt_s=0.3) as transport:
        with pytest.raises(GatewayError) as caught:
            await transport.send(call, caller=caller, deadline=None)

    assert type(caught.value) is kind
    assert not isinstance(caught.value, Unavailable) or caught.value.sent
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
    assert "127.0.0.1" not in caught.value.message


def saying(answer: bytes) -> Serve:
    """Answers each request with these bytes."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await request(reader):
            writer.write(answer)
            await writer.drain()

    return serve


def an_answer(body: bytes, *headers: str, status: str = "200 OK", before: bytes = b"") -> bytes:
    lines = [f"HTTP/1.1 {status}", *headers, f"content-length: {len(body)}", "", ""]
    return before + "\r\n".join(lines).encode() + body


async def read_from(serve: Serve, caller: Caller, *, call: Call[dict[str, object]] = READ) -> dict[str, object]:
    async with upstream(serve) as address, connected_to(address) as transport:
        return await transport.send(call, caller=caller, deadline=None)


async def fails_with(serve: Serve, caller: Caller, *, call: Call[dict[str, object]] = READ) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        await read_from(serve, caller, call=call)
    return caught.value


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param([f"x-long: {'x' * 9_000}"], id="one of 9,000 bytes"),
        pytest.param([f"content-security-policy: {'x' * 30_000}"], id="one of 30,000 bytes"),
        pytest.param([f"x-{number}: {'x' * 6_300}" for number in range(5)], id="32 KB together"),
        pytest.param([f"x-a: {'x' * 9_000}", f"x-b: {'x' * 23_000}"], id="32 KB in two"),
        pytest.param([f"x-{number}: {number}" for number in range(300)], id="300 of them"),
        pytest.param([f"set-cookie: {number}={'x' * 100}" for number in range(300)], id="300 of one name"),
        pytest.param([f"{'x' * 9_000}: a"], id="a name of 9,000 bytes"),
        pytest.param(["x-name: Andr\u00e9", "x-empty:"], id="letters beyond ASCII, and nothing"),
    ],
)
@pytest.mark.parametrize("status", ["200 OK", "404 Not Found"])
async def test_long_and_many_headers_are_read(caller: Caller, headers: list[str], status: str) -> None:
    """Proxies and security policies add them to any answer, refusals included."""
    good = status.startswith("200")
    body = b'{"ok": true}' if good else b'{"code": 800008, "description": "No."}'
    serve = saying(an_answer(body, *headers, status=status))

    if good:
        assert await read_from(serve, caller) == {"ok": True}
    else:
        assert isinstance(await fails_with(serve, caller), NotFound)


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param([f"x-long: {'x' * 1_000_000}"], id="one of a megabyte"),
        pytest.param([f"x-{number}: {'x' * 10_000}" for number in range(100)], id="a megabyte in a hundred"),
        pytest.param([f"x-{number}: {'x' * 100}" for number in range(10_000)], id="a megabyte in ten thousand"),
        pytest.param([f"{'x' * 1_000_000}: a"], id="a name of a megabyte"),
    ],
)
@pytest.mark.parametrize("call", [READ, SPEND], ids=lambda call: call.method)
async def test_headers_without_measure_are_an_answer_that_cannot_be_read(
    caller: Caller, headers: list[str], call: Call[dict[str, object]]
) -> None:
    """They are bounded all the same, and the call may have been carried out."""
    error = await fails_with(saying(an_answer(b'{"ok": true}', *headers)), caller, call=call)

    assert type(error) is Malformed
    assert error.maybe_done


PACKED = gzip.compress(b'{"ok": true}')
GZIP = "content-encoding: gzip"


@pytest.mark.parametrize(
    ("packed", "coding"),
    [
        pytest.param(PACKED, "gzip", id="one member"),
        pytest.param(gzip.compress(b'{"ok"') + gzip.compress(b": true}"), "gzip", id="two members"),
        pytest.param(gzip.compress(b'{"ok"') + gzip.compress(b"") + gzip.compress(b": true}"), "gzip", id="three members, one of them empty"),
        pytest.param(PACKED, "x-gzip", id="x-gzip"),
        pytest.param(PACKED, "GZIP", id="in capitals"),
        pytest.param(PACKED, "identity, gzip", id="beside identity"),
        pytest.param(PACKED + b"\0" * 600, "gzip", id="zeros after it"),
        pytest.param(b'{"ok": true}', "identity", id="identity"),
        pytest.param(b'{"ok": true}', "", id="a coding without a name"),
        pytest.param(b'{"ok": true}', "utf-8", id="a charset in its place"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "byte by byte"])
async def test_a_packed_answer_is_read(caller: Caller, packed: bytes, coding: str, at_once: bool) -> None:
    """As proxies pack it, in whatever pieces it arrives."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await request(reader)
        assert b"\r\naccept-encoding: gzip\r\n" in head.lower()
        writer.write(f"HTTP/1.1 200 OK\r\ncontent-encoding: {coding}\r\ntransfer-encoding: chunked\r\n\r\n".encode())
        for piece in [packed] if at_once else [packed[at : at + 1] for at in range(len(packed))]:
            writer.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            await writer.drain()
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    assert await read_from(serve, caller) == {"ok": True}


@pytest.mark.parametrize(
    ("packed", "coding"),
    [
        pytest.param(PACKED[:-9], "gzip", id="cut off inside the body"),
        pytest.param(PACKED[:-1], "gzip", id="cut off inside the checksum"),
        pytest.param(PACKED[:5], "gzip", id="cut off inside the head"),
        pytest.param(PACKED[:-8] + bytes(8), "gzip", id="a wrong checksum"),
        pytest.param(PACKED + gzip.compress(b" ")[:-1], "gzip", id="a second member cut off"),
        pytest.param(PACKED + b"garbage", "gzip", id="garbage after it"),
        pytest.param(b'{"ok": true}', "gzip", id="not packed at all"),
        pytest.param(zlib.compress(b'{"ok": true}'), "deflate", id="a coding that was not asked for"),
        pytest.param(gzip.compress(PACKED), "gzip, gzip", id="packed twice"),
        pytest.param(PACKED, "canary", id="an unknown coding"),
    ],
)
@pytest.mark.parametrize("call", [READ, SPEND], ids=lambda call: call.method)
async def test_a_broken_packing_is_an_answer_that_cannot_be_read(
    caller: Caller, packed: bytes, coding: str, call: Call[dict[str, object]]
) -> None:
    """What may be a part of an answer is never read as one; the call may have been carried out."""
    error = await fails_with(saying(an_answer(packed, f"content-encoding: {coding}")), caller, call=call)

    assert type(error) is Malformed
    assert error.maybe_done
    assert (error.__cause__, error.__context__) == (None, None)
    assert "canary" not in error.message


async def test_an_empty_answer_may_be_called_packed(caller: Caller) -> None:
    """Proxies name the coding of an empty body too; a 429 without a body is one."""
    error = await fails_with(saying(an_answer(b"", GZIP, "retry-after: 7", status="429 Slow Down")), caller)

    assert (type(error), error.retry_after_s) == (Throttled, 7)


async def test_a_header_on_several_lines_is_read_whole(caller: Caller) -> None:
    """Proxies add lines of their own. The longest wait counts, and the first id."""
    lines = ("retry-after: 3", "Retry-After: 7", "MS-CorrelationId: theirs", "ms-correlationid: of-a-proxy")
    error = await fails_with(saying(an_answer(b"", *lines, status="429 Slow Down")), caller)

    assert (error.retry_after_s, error.upstream_correlation_id) == (7, "theirs")


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        pytest.param("429 Slow Down", b"broken", Throttled, id="429"),
        pytest.param("503 Out Of Order", b"broken", Unavailable, id="503"),
        pytest.param("404 Not Found", b"broken", Malformed, id="404"),
        pytest.param("400 Bad Request", gzip.compress(b'{"code": 7}'), Refused, id="400, in order"),
    ],
)
async def test_a_status_that_says_enough_needs_no_readable_body(
    caller: Caller, status: str, body: bytes, kind: type[GatewayError]
) -> None:
    """A 429 or 503 whose body cannot be unpacked is one all the same; a 404 is not absence then."""
    assert type(await fails_with(saying(an_answer(body, GZIP, status=status)), caller)) is kind


async def test_a_throttled_answer_that_breaks_off_still_says_how_long_to_wait(caller: Caller) -> None:
    """Status and headers have arrived, and they count."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request(reader)
        writer.write(b"HTTP/1.1 429 Slow Down\r\nretry-after: 57\r\ncontent-length: 99\r\n\r\n{")
        await writer.drain()

    error = await fails_with(serve, caller)

    assert (type(error), error.retry_after_s) == (Throttled, 57)


async def test_a_small_body_that_unpacks_to_a_huge_one_is_cut_off(caller: Caller) -> None:
    """While it is unpacked: no more of it is ever in memory than is read."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    megabyte = b" " * 2**20
    bomb = b"".join([*(packer.compress(megabyte) for _ in range(60)), packer.flush()])
    answer = an_answer(bomb, GZIP)

    tracemalloc.start()
    try:
        error = await fails_with(saying(answer), caller)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert (type(error), "larger than" in error.message) == (Malformed, True)
    assert most < 20_000_000


@pytest.mark.parametrize("size", [2**16 - 1, 2**16, 2**16 + 1, 900_000])
async def test_a_large_packed_answer_arrives_whole(caller: Caller, size: int) -> None:
    """Whatever its size is to the pieces in which it is unpacked."""
    noise = "".join(random.Random(size).choices("0123456789abcdef", k=size))
    body = f'{{"noise": "{noise}"}}'.encode()
    packed = gzip.compress(body[: size // 3]) + gzip.compress(body[size // 3 :])

    assert await read_from(saying(an_answer(packed, GZIP)), caller) == {"noise": noise}


async def test_a_member_may_follow_one_that_unpacks_to_several_pieces(caller: Caller) -> None:
    """Both arrive at once."""
    packed = gzip.compress(b" " * 300_000 + b'{"ok"') + gzip.compress(b": true}")

    assert await read_from(saying(an_answer(packed, GZIP)), caller) == {"ok": True}


@pytest.mark.parametrize(
    "before",
    [
        pytest.param(b"HTTP/1.1 103 Early Hints\r\nlink: </style.css>; rel=preload\r\n\r\n", id="103"),
        pytest.param(b"HTTP/1.1 102 Processing\r\n\r\n", id="102"),
        pytest.param(b"HTTP/1.1 100 Continue\r\n\r\n", id="100"),
        pytest.param(b"HTTP/1.1 102 Processing\r\n\r\n" * 3 + b"HTTP/1.1 103 Early Hints\r\n\r\n", id="several"),
    ],
)
@pytest.mark.parametrize("call", [READ, REPLACE, SPEND], ids=lambda call: call.method)
async def test_interim_answers_are_passed_over(caller: Caller, before: bytes, call: Call[dict[str, object]]) -> None:
    """The final answer is the one that counts, on a connection that serves the next call too."""
    async with (
        upstream(saying(an_answer(b'{"ok": true}', before=before))) as address,
        connected_to(address) as transport,
    ):
        answers = [await transport.send(call, caller=caller, deadline=None) for _ in range(2)]

    assert answers == [{"ok": True}] * 2


async def test_a_switch_of_protocols_is_an_answer_that_cannot_be_read(caller: Caller) -> None:
    """Nobody asked for one."""
    error = await fails_with(saying(b"HTTP/1.1 101 Switching\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n"), caller)

    assert type(error) is Malformed


async def test_a_refused_connection_means_nothing_was_sent(caller: Caller) -> None:
    """A refused connection is the one fault after which nothing can have happened."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        async with connected_to(f"http://127.0.0.1:{taken.getsockname()[1]}") as transport:
            with pytest.raises(Unavailable) as caught:
                await transport.send(SPEND, caller=caller, deadline=None)

    assert caught.value.sent is False


async def test_a_name_that_does_not_resolve_means_nothing_was_sent(caller: Caller) -> None:
    """An address without a host behind it is known before anything is sent."""
    async with connected_to("https://upstream.invalid") as transport:
        with pytest.raises(Unavailable) as caught:
            await transport.send(SPEND, caller=caller, deadline=None)

    assert caught.value.sent is False


@pytest.mark.parametrize("call", [READ, REPLACE, SPEND], ids=lambda call: call.method)
async def test_the_client_repeats_nothing_by_itself(caller: Caller, call: Call[object]) -> None:
    """When a kept connection ends under a call, whether to repeat it is decided above."""
    requests: list[bytes] = []

    async def answer_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await request(reader):
            requests.append(head)
            if len(requests) == 2:
                return
            writer.write(GOOD + b'{"ok": true}')

    async with upstream(answer_once) as address, connected_to(address) as transport:
        await transport.send(READ, caller=caller, deadline=None)
        with pytest.raises(Unavailable) as caught:
            await transport.send(call, caller=caller, deadline=None)

    assert len(requests) == 2
    assert caught.value.sent


async def test_callers_do_not_share_cookies(caller: Caller) -> None:
    """A cookie that upstream sets for one caller is never sent for another."""
    heads: list[bytes] = []

    async def set_cookie(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await request(reader):
            heads.append(head)
            writer.write(GOOD.replace(b"\r\n\r\n", b"\r\nset-cookie: session=canary; Path=/\r\n\r\n") + b'{"ok": true}')

    # By name: cookies of bare addresses would not be kept anyway.
    async with upstream(set_cookie) as address, connected_to(address.replace("127.0.0.1", "localhost")) as transport:
        await transport.send(READ, caller=caller, deadline=None)
        await transport.send(READ, caller=TokenCaller("another"), deadline=None)

    assert b"cookie" not in heads[1].lower()


async def test_the_environment_names_no_proxy(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tokens do not go through a proxy that some variable names."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")

    async with upstream(answer_well) as address, connected_to(address) as transport:
        assert await transport.send(READ, caller=caller, deadline=None) == {"ok": True}


async def test_an_abandoned_answer_frees_its_connection(caller: Caller) -> None:
    """After time-outs and endless bodies there are connections left for the next calls."""
    calls = 0

    async def misbehave_at_first(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        calls += 1
        await (hang if calls <= 4 else pour if calls <= 8 else answer_well)(reader, writer)

    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(upstream(misbehave_at_first))
        transport = await stack.enter_async_context(connected_to(address, attempt_s=0.5))
        for _ in range(2):
            sent = (transport.send(READ, caller=caller, deadline=None) for _ in range(4))
            assert all(isinstance(error, GatewayError) for error in await asyncio.gather(*sent, return_exceptions=True))

        assert await transport.send(READ, caller=caller, deadline=None) == {"ok": True}


@pytest.mark.parametrize(
    "address",
    [
        "http://partner.example",
        "http://127.0.0.1.partner.example",
        "ftp://127.0.0.1",
        "https://user:canary@partner.example",
        "https://partner.example/?x=1",
        "https://partner.example/#x",
        "partner.example",
        "",
    ],
)
def test_an_address_must_be_https_or_on_this_machine(address: str) -> None:
    """Tokens are sent neither in clear text nor to an address that holds more than an address."""
    with pytest.raises(ValueError, match="address of Partner Center"):
        open_http11_client(address)


@pytest.mark.parametrize("address", ["https://partner.example", "http://127.0.0.1:8000/upstream", "http://[::1]:1", "http://localhost"])  # fmt: skip
async def test_this_machine_may_be_plain_http(address: str) -> None:
    """The sandbox runs on loopback without TLS."""
    await open_http11_client(address).close()
