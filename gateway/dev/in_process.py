"""Carries calls to an application in this process, as a connection would."""

import asyncio
from collections.abc import AsyncGenerator

import httpx
from starlette.types import ASGIApp, Message, Scope

from gateway.sandbox.faults.connection import CONNECTION

_MAX_UNREAD = 8
"""Messages of an answer that wait in memory, so that a huge answer is never held completely."""


class InProcess(httpx.AsyncBaseTransport):
    """Calls an application in this process as if over a connection, unlike httpx's own transport for ASGI.

    A caller that stops waiting does not cancel the application, bytes arrive as they are sent, and a connection that
    the application breaks is an httpx.ReadError.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._running = set[asyncio.Task[None]]()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        exchange = _Exchange(await request.aread())
        task = asyncio.create_task(exchange.run(self._app, exchange.scope(request)))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        try:
            start = await exchange.next_message()
        except BaseException:
            exchange.leave()
            raise
        return httpx.Response(start["status"], headers=start["headers"], stream=exchange)

    async def aclose(self) -> None:
        """Cancel all running exchanges, as the end of the process does."""
        tasks = list(self._running)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Exchange(httpx.AsyncByteStream):
    """One request and its answer, of which this is the body stream."""

    def __init__(self, body: bytes) -> None:
        self._unsent: list[bytes] = [body]
        self._messages = asyncio.Queue[Message | None]()
        self._room = asyncio.Semaphore(_MAX_UNREAD)
        self._is_over = asyncio.Event()

    def scope(self, request: httpx.Request) -> Scope:
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": request.method,
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "scheme": request.url.scheme,
            "path": request.url.path,
            "raw_path": request.url.raw_path.partition(b"?")[0],
            "query_string": request.url.query,
            "root_path": "",
            "server": (request.url.host, request.url.port),
            "client": ("127.0.0.1", 0),
            "extensions": {CONNECTION: {"reset": self._break, "close": self._break, "held": lambda: None}},
        }

    async def run(self, app: ASGIApp, scope: Scope) -> None:
        try:
            await app(scope, self._receive, self._send)
        finally:
            self._break()

    async def next_message(self) -> Message:
        message = await self._messages.get()
        if message is None:
            raise httpx.ReadError("The connection broke.") from ConnectionResetError()
        self._room.release()
        return message

    async def __aiter__(self) -> AsyncGenerator[bytes]:
        is_more = True
        while is_more:
            message = await self.next_message()
            is_more = message.get("more_body", False)
            yield message.get("body", b"")

    async def aclose(self) -> None:
        self.leave()

    def leave(self) -> None:
        """The caller has gone: discard everything that is sent from now on."""
        self._is_over.set()
        self._room.release()

    def _break(self) -> None:
        self._messages.put_nowait(None)
        self._is_over.set()

    async def _receive(self) -> Message:
        if self._unsent:
            return {"type": "http.request", "body": self._unsent.pop(), "more_body": False}
        await self._is_over.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        await self._room.acquire()
        if self._is_over.is_set():
            self._room.release()
            return
        self._messages.put_nowait(message)
