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
    """A server that answers everything with the same words."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(65536):
            writer.write(answer)

    return serve


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
