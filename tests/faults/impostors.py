"""Servers on loopback in place of Partner Center: refusing, silent, slow, endless, redirecting, or without a valid certificate."""

import asyncio
import socket
import ssl
import subprocess
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path

Impostor = Callable[[], AbstractAsyncContextManager[str]]
"""Starts one and yields its address."""

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
_MB = 2**20


@asynccontextmanager
async def refusing() -> AsyncGenerator[str]:
    """A port that is taken and refuses every connection."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@asynccontextmanager
async def silent() -> AsyncGenerator[str]:
    """Accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@asynccontextmanager
async def dripping() -> AsyncGenerator[str]:
    """Sends a byte every 50 ms and never completes its answer."""

    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(_HEAD + b"Content-Length: 1000\r\n\r\n")
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.05)

    async with _serving(drip) as address:
        yield address


@asynccontextmanager
async def endless() -> AsyncGenerator[str]:
    """A body without end."""

    async def flood(writer: asyncio.StreamWriter) -> None:
        writer.write(_HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"%x\r\n%b\r\n" % (_MB, b"x" * _MB))
            await writer.drain()

    async with _serving(flood) as address:
        yield address


@asynccontextmanager
async def redirecting(elsewhere: str) -> AsyncGenerator[str]:
    """Answers with a redirect."""

    async def redirect(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 307 Go\r\nLocation: {elsewhere}\r\nContent-Length: 0\r\n\r\n".encode())
        await writer.drain()

    async with _serving(redirect) as address:
        yield address


@asynccontextmanager
async def listener(came: list[object]) -> AsyncGenerator[str]:
    """Records each peer and closes the connection."""

    def note(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append(writer.get_extra_info("peername"))
        writer.close()

    async with await asyncio.start_server(note, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@asynccontextmanager
async def untrusted(folder: Path, openssl: str) -> AsyncGenerator[str]:
    """Speaks TLS with a self-signed certificate."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    made = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1"
    alternative = ["-addext", "subjectAltName=IP:127.0.0.1"]
    command = [openssl, *made.split(), *alternative, "-keyout", str(key), "-out", str(certificate)]
    await asyncio.to_thread(lambda: subprocess.run(command, check=True, capture_output=True))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    async def welcome(writer: asyncio.StreamWriter) -> None:
        writer.write(_HEAD + b"Content-Length: 2\r\n\r\n{}")
        await writer.drain()

    async with _serving(welcome, tls=context) as address:
        yield address


@asynccontextmanager
async def _serving(
    answer: Callable[[asyncio.StreamWriter], Awaitable[None]], *, tls: ssl.SSLContext | None = None
) -> AsyncGenerator[str]:
    """Each connection has its head read and is answered; what is under way at the end is cut off."""
    at_work = set[asyncio.Task[None]]()

    async def work(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        at_work.add(task)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await reader.readuntil(b"\r\n\r\n")
                await answer(writer)
        finally:
            at_work.discard(task)
            writer.close()

    server = await asyncio.start_server(work, "127.0.0.1", 0, ssl=tls)
    try:
        port = server.sockets[0].getsockname()[1]
        yield f"{'https' if tls else 'http'}://127.0.0.1:{port}"
    finally:
        server.close()
        for task in list(at_work):
            task.cancel()
        await asyncio.gather(*at_work, return_exceptions=True)
