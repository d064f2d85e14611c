"""A connection whose head, the request line with the headers, is bounded in size and time.

The server itself bounds neither: the parser that it uses for speed collects whatever comes, for as long as it comes.
"""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_MOST_BYTES = 320 * 1024
"""A query string as long as the longest body, and 64 KB of headers."""
_MOST_HEADERS = 200
_HEAD_S = 10.0
"""Seconds from the connection's beginning, or a later request's, to the end of the head."""

_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"Connection: close\r\nContent-Type: text/plain\r\nContent-Length: 26\r\n\r\n"
    b"The headers are too large."
)


class TooManyHeaders(Exception):
    """Raised to the parser, which gives up; the caller is answered 400."""


class Connection(HttpToolsProtocol):
    head_s = _HEAD_S

    _patience: asyncio.TimerHandle | None = None
    """Runs while the head is incomplete."""
    _head_bytes = 0
    _is_refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the library has it
        super().connection_made(transport)
        self._begin_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end_head()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._is_refused:
            return
        super().data_received(data)
        if self._patience is None:
            return
        self._head_bytes += len(data)
        if self._head_bytes > _MOST_BYTES:
            # What comes until the time is over is not looked at: closed at once, the caller would lose the answer.
            self._is_refused = True
            self.transport.write(_TOO_LARGE)
            self.transport.write_eof()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self._patience is None:
            self._begin_head()

    def on_header(self, name: bytes, value: bytes) -> None:
        if len(self.headers) == _MOST_HEADERS:
            raise TooManyHeaders
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._end_head()
        super().on_headers_complete()

    def _begin_head(self) -> None:
        self._head_bytes = 0
        self._patience = self.loop.call_later(self.head_s, self.transport.close)

    def _end_head(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
