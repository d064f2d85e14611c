"""What stands between a client and Redis: a line that loses answers, and servers that are no use."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Line:
    """Passes everything on to the server, until it is told to lose an answer: then the connection breaks instead."""

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self.connections = 0
        self.loses_next = 0
        self.meanwhile: Callable[[], Awaitable[object]] | None = None
        """Done after an answer was lost, before anybody knows."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        from_server, to_server = await asyncio.open_connection("127.0.0.1", self._server_port)
        asking = asyncio.create_task(_pass_on(reader, to_server))
        try:
            await self._answer(from_server, writer)
        finally:
            asking.cancel()
            to_server.close()

    async def _answer(self, from_server: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while answer := await from_server.read(65536):
            if not self.loses_next:
                writer.write(answer)
                continue
            self.loses_next -= 1
            if self.meanwhile is not None:
                await self.meanwhile()
            return


def saying(answer: bytes) -> Serve:
    """A server that answers each command with the same words."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while asked := await reader.read(65536):
            writer.write(answer * max(asked.count(b"*"), 1))

    return serve


def naming(masters: list[int]) -> Serve:
    """A sentinel that requires no sign-in, and names these ports in turn, the last one for ever."""
    left = [*masters]

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while asked := await reader.read(65536):
            if b"GET-MASTER" in asked:
                port = left.pop(0) if len(left) > 1 else left[0]
                writer.write(f"*2\r\n$9\r\n127.0.0.1\r\n${len(str(port))}\r\n{port}\r\n".encode())
            elif b"AUTH" in asked:
                writer.write(b"-ERR AUTH <password> called without any password configured\r\n")
            else:
                writer.write(b"+OK\r\n" * asked.count(b"*"))

    return serve


async def refusing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A replica, which takes no writes."""
    while asked := await reader.read(65536):
        is_write = b"\r\nSET\r\n" in asked or b"\r\nDEL\r\n" in asked
        refusal = b"-READONLY You can't write against a read only replica.\r\n"
        writer.write(refusal if is_write else b"+OK\r\n" * asked.count(b"*"))


async def silent(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """A server that reads and never answers."""
    while await reader.read(65536):
        pass


async def hanging_up(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """A server that ends each connection at once."""


@asynccontextmanager
async def listening(serve: Serve) -> AsyncGenerator[int]:
    """The port of a server that does this for each connection, until the client closes it."""
    serving: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        finally:
            writer.close()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.add(asyncio.create_task(connected(reader, writer)))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while some := await reader.read(65536):
        writer.write(some)
