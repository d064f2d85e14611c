"""Load for a gateway in a process of its own: clients that cost little, and a Partner Center that always has one answer."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from tests.shop_ids import CONTOSO

QUERY = "query ($id: String!) { customer(by: {tenantId: $id}) { companyName } }"
"""One call to Partner Center."""
PING = "{ __typename }"

_ANSWER = json.dumps({"id": CONTOSO, "companyProfile": {"companyName": "Contoso", "domain": "contoso.com"}}).encode()


@dataclass(frozen=True)
class Reply:
    """`seconds` is how long it took, and `ended_at` when it came, by the monotonic clock."""

    status: int
    head: str
    body: Any
    seconds: float
    ended_at: float


class Client:
    """One caller's one connection, kept open."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, token: str) -> None:
        self._reader = reader
        self._writer = writer
        self._token = token

    async def get(self, path: str) -> Reply:
        return await self._exchange(f"GET {path} HTTP/1.1", b"")

    async def ask(self, query: str, **variables: str) -> Reply:
        body = json.dumps({"query": query, "variables": variables})
        return await self._exchange("POST /graphql HTTP/1.1", body.encode())

    async def begin(self) -> None:
        """The head of a request, and the first byte of its body."""
        self._writer.write(self._head("POST /graphql HTTP/1.1", length=1000) + b"{")
        await self._writer.drain()

    def _head(self, line: str, *, length: int) -> bytes:
        return (
            f"{line}\r\nHost: gateway.test\r\nAuthorization: Bearer {self._token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
        ).encode()

    async def _exchange(self, line: str, body: bytes) -> Reply:
        begun = time.monotonic()
        self._writer.write(self._head(line, length=len(body)) + body)
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = next(int(each.partition(":")[2]) for each in head.split("\r\n") if each.startswith("content-length:"))
        answer = json.loads(await self._reader.readexactly(length))
        ended = time.monotonic()
        return Reply(int(head.split(" ", 2)[1]), head, answer, ended - begun, ended)


@asynccontextmanager
async def client(address: str, token: str) -> AsyncGenerator[Client]:
    where = urlsplit(address)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    try:
        yield Client(reader, writer, token)
    finally:
        writer.close()


@asynccontextmanager
async def partner_center(*, delay_s: float) -> AsyncGenerator[str]:
    """Its address. It answers every call with one customer, each after *delay_s* seconds and however many there are."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                await reader.readuntil(b"\r\n\r\n")
                await asyncio.sleep(delay_s)
                head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(_ANSWER)}\r\n\r\n"
                writer.write(head.encode() + _ANSWER)
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def again_and_again(address: str, token: str, query: str, *, until: float) -> list[Reply]:
    """One request after the other, as fast as they are answered, until the monotonic clock says so.

    Each is about a customer `$id` of its own: look-ups of the same one at the same time would be one call.
    """
    replies: list[Reply] = []
    async with client(address, token) as caller:
        while time.monotonic() < until:
            replies.append(await caller.ask(query, id=str(uuid4())))
    return replies
