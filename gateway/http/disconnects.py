"""Cancels the work for a caller that has disconnected, unless it must run to its end."""

import asyncio
from types import TracebackType
from typing import Self

from starlette.requests import ClientDisconnect
from starlette.types import Receive

_WATCH_AFTER_S = 0.005
"""Work that ends sooner is not worth a task that watches for the end of the connection."""


class WhileConnected:
    """A `with` around the work on a request whose body has been read.

    When the caller closes the connection, the work is cancelled and ClientDisconnect raised. The server notices that
    only while it reads: not while the caller has another request waiting on the same connection.
    """

    _work: asyncio.Task[object]
    _timer: asyncio.TimerHandle
    _watch: asyncio.Task[None] | None = None
    _is_gone = False

    def __init__(self, receive: Receive, *, after_s: float = _WATCH_AFTER_S) -> None:
        """Work is cancelled from *after_s* seconds on."""
        self._receive = receive
        self._after_s = after_s

    async def finish(self) -> None:
        """From now on the work runs to its end, whether or not the caller is there; it must be there until now."""
        if self._watch is None:
            self._start()
        await asyncio.sleep(0)  # the watch looks meanwhile
        self._stop()

    def __enter__(self) -> Self:
        work = asyncio.current_task()
        if work is None:
            raise RuntimeError("WhileConnected needs a running task.")
        self._work = work
        self._timer = work.get_loop().call_later(self._after_s, self._start)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stop()
        if self._is_gone and not self._work.uncancel() and isinstance(error, asyncio.CancelledError):
            raise ClientDisconnect from None

    def _start(self) -> None:
        self._watch = self._work.get_loop().create_task(self._cancel_when_gone())

    def _stop(self) -> None:
        self._timer.cancel()
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None  # its error refers to this object: one cycle less for the garbage collector

    async def _cancel_when_gone(self) -> None:
        while (message := await self._receive())["type"] != "http.disconnect":
            if message.get("more_body", False):
                return  # a body that is never read, such as a GET's; it could be endless
        self._is_gone = True
        self._work.cancel()
