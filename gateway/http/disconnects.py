"""What happens to the work for a caller that has gone: it is cancelled, unless it must come to its end."""

import asyncio
from types import TracebackType
from typing import Self

from starlette.requests import ClientDisconnect
from starlette.types import Receive


class WhileConnected:
    """The time in which a request is worked on, as `async with`; its body has been read.

    When the caller closes the connection meanwhile, the work is cancelled and ClientDisconnect raised. The server
    notices that only while it reads: not while the caller has a further request waiting on the same connection.
    """

    _work: asyncio.Task[object]
    _watch: asyncio.Task[None]
    _is_gone = False

    def __init__(self, receive: Receive) -> None:
        self._receive = receive

    def finish(self) -> None:
        """From now on the work comes to its end, whether or not the caller is there."""
        self._watch.cancel()

    async def __aenter__(self) -> Self:
        work = asyncio.current_task()
        if work is None:
            raise RuntimeError("A request is worked on in a task.")
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
                return  # a body that nobody asked for, as of a GET: reading on could go on forever
        self._is_gone = True
        self._work.cancel()
