"""Cancels the work for a caller that has disconnected, unless it must run to its end."""

import asyncio
from types import TracebackType
from typing import Self

from starlette.requests import ClientDisconnect
from starlette.types import Receive


class WhileConnected:
    """An `async with` around the work on a request whose body has been read.

    When the caller closes the connection, the work is cancelled and ClientDisconnect raised. The server notices that
    only while it reads: not while the caller has another request waiting on the same connection.
    """

    _work: asyncio.Task[object]
    _watch: asyncio.Task[None]
    _is_gone = False

    def __init__(self, receive: Receive) -> None:
        self._receive = receive

    def finish(self) -> None:
        """From now on the work runs to its end, whether or not the caller is there."""
        self._watch.cancel()

    async def __aenter__(self) -> Self:
        work = asyncio.current_task()
        if work is None:
            raise RuntimeError("WhileConnected needs a running task.")
        self._work = work
        self._watch = asyncio.create_task(self._cancel_when_gone())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._watch.cancel()
        if self._is_gone and not self._work.uncancel() and isinstance(error, asyncio.CancelledError):
            raise ClientDisconnect from None

    async def _cancel_when_gone(self) -> None:
        while (message := await self._receive())["type"] != "http.disconnect":
            if message.get("more_body", False):
                return  # a body that is never read, such as a GET's; it could be endless
        self._is_gone = True
        self._work.cancel()
