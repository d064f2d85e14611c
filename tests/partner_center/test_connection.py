"""The real client against a real socket that misbehaves."""

import asyncio
import socket
import struct
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from gateway.errors import GatewayError, Malformed, TimedOut, Unavailable
from gateway.partner_center.auth import Caller
from gateway.partner_center.calls import Call
from gateway.partner_center.connection import open_http_client
from gateway.partner_center.documents import document
from gateway.partner_center.paths import path
from gateway.partner_center.transport import Transport

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

READ = Call(asked="read the thing", method="GET", path=path("things"), read=document, request_id="1")
REPLACE = Call(asked="write the thing", method="PUT", path=path("things"), read=document, request_id="2", body=b"{}")
SPEND = Call(asked="check out the cart", method="POST", path=path("things"), read=document, request_id="3")
GOOD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 12\r\n\r\n"


@asynccontextmanager
async def upstream(serve: Serve) -> AsyncGenerator[str]:
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

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        for task in connections:
            task.cancel()
        server.close()
        await server.wait_closed()


@asynccontextmanager
async def connected_to(address: str, *, attempt_s: float = 5.0) -> AsyncGenerator[Transport]:
    http = open_http_client(address, concurrency=4)
    try:
        yield Transport(http, attempt_s=attempt_s, concurrency=4, locale="en-US", max_body=1_000_000)
    finally:
        await http.aclose()


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


async def test_nobody_listening_means_nothing_was_sent(caller: Caller) -> None:
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
        await transport.send(READ, caller=Caller("another"), deadline=None)

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
        open_http_client(address, concurrency=1)


@pytest.mark.parametrize("address", ["https://partner.example", "http://127.0.0.1:8000/upstream", "http://[::1]:1", "http://localhost"])  # fmt: skip
async def test_this_machine_may_be_plain_http(address: str) -> None:
    """The sandbox runs on loopback without TLS."""
    await open_http_client(address, concurrency=1).aclose()
