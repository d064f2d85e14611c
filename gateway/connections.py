"""A connection whose head, the request line with the headers, is bounded in size and time, and the process in what it
holds of requests that have not come whole.

The server itself bounds neither: the parser that it uses for speed collects whatever comes, for as long as it comes.
"""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from gateway.idle import IdleConnections
from gateway.unfinished import Unfinished

_MOST_BYTES = 320 * 1024
"""Of everything except the body: the address, the headers, and with chunks their sizes and trailers."""
_MOST_URL = 65_535
"""Bytes of a request's address. The parser has 16 bits for its length."""
_MOST_HEADERS = 200
_LINGER_S = 2.0
_HEAD_S = 10.0
"""Seconds from the first byte of a request to the end of the head."""
_LAST_REQUEST_S = 0.5
"""Seconds that an idle connection stays open when the server ends, for a request that is on its way already."""

_MOST_IDLE = 500
"""Connections. Of the 1,024 descriptors that a process usually may have, half stay for requests and Partner Center. A load
balancer has fewer idle ones: as many as there were requests at once.
"""

_MOST_UNFINISHED = 32 * 2**20
"""Bytes of all connections together."""
_SMALL = 16 * 1024


def _last_words(status: str, text: str) -> bytes:
    head = f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: {len(text)}\r\n\r\n"
    return (head + text).encode("ascii")


_TOO_LONG = _last_words("414 URI Too Long", "The address is too long. Send the query in the body of a POST request.")
_TOO_LARGE = _last_words("431 Request Header Fields Too Large", "The headers are too large.")
_TOO_SLOW = _last_words(
    "408 Request Timeout", "Others needed the room before this request was whole. Send it again, all at once."
)


class TooManyHeaders(Exception):
    """Raised to the parser, which then gives up."""


class Connection(HttpToolsProtocol):
    head_s = _HEAD_S
    unfinished = Unfinished(most_bytes=_MOST_UNFINISHED, small=_SMALL)
    idle = IdleConnections(at_most=_MOST_IDLE)
    """Those without a whole head. Both are shared by all connections of the process."""

    url = b""
    """Of the request that has begun. The library sets it only then."""

    _patience: asyncio.TimerHandle | None = None
    """Runs while the head is incomplete."""
    _bytes = 0
    """Of the request that has begun, head and body."""
    _body_bytes = 0
    _is_whole = True
    _is_refused = False
    _is_ending = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the library has it
        super().connection_made(transport)
        self.idle.add(self)
        # Load balancers and browsers open connections in advance, so this one is idle like one between two requests.
        self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)

    def connection_lost(self, exc: Exception | None) -> None:
        self.idle.discard(self)
        self.unfinished.forget(self)
        self._end_head()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._is_refused:
            return
        if self._patience is None and self in self.idle:
            self._begin_head()  # here, because no request begins with an empty line, which ends the waiting for one
        super().data_received(data)
        self._bytes += len(data)
        if self._bytes - self._body_bytes > _MOST_BYTES:
            self._refuse_head()
        elif not self._is_whole:
            self.unfinished.holds(self, self._bytes)

    def on_body(self, body: bytes) -> None:
        self._body_bytes += len(body)
        super().on_body(body)

    def on_response_complete(self) -> None:
        is_unread = not self.pipeline and self.cycle.more_body  # with another request behind it, it was read
        super().on_response_complete()
        if self.transport.is_closing():
            return
        if is_unread:
            self._refuse()
            self._close_later()
        elif not self.pipeline:
            self.idle.add(self)

    def shutdown(self) -> None:
        """The request in flight, or one that still comes, is answered with `Connection: close`, and is the last."""
        self._is_ending = True
        if self in self.idle:
            self.loop.call_later(_LAST_REQUEST_S, super().shutdown)
        else:
            super().shutdown()

    def close(self) -> None:
        self.transport.close()

    def cut_off(self) -> None:
        self._refuse(_TOO_SLOW)
        self.transport.close()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._is_whole = False
        if self._patience is None:
            self._begin_head()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._is_whole = True
        self.unfinished.forget(self)

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._patience is None:
            return  # it stands behind the body, and must not pass for one of the head. Source: RFC 9110, 6.5.1
        if len(self.headers) == _MOST_HEADERS:
            raise TooManyHeaders
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._end_head()
        self.idle.discard(self)
        super().on_headers_complete()
        if self._is_ending and self.cycle:
            self.cycle.keep_alive = False

    def send_400_response(self, msg: str) -> None:
        """Called when the parser gives up, which it also does over an address or headers that are too large."""
        if len(self.url) > _MOST_URL or (self.headers and len(self.headers) == _MOST_HEADERS):
            self._refuse_head()
        else:
            super().send_400_response(msg)

    def _refuse_head(self) -> None:
        self._refuse(_TOO_LONG if len(self.url) > _MOST_URL else _TOO_LARGE)
        self._close_later()

    def _refuse(self, answer: bytes = b"") -> None:
        """Nothing more is looked at. *answer* is not given in the middle of another."""
        self._is_refused = True
        self.unfinished.forget(self)
        cycle = self.cycle  # None before the first request, whatever the library's annotation says
        if not (cycle and cycle.response_started and not cycle.response_complete):
            self.transport.write(answer)

    def _close_later(self) -> None:
        """What comes until then is not looked at: closed at once, the caller would lose the answer."""
        self.transport.write_eof()
        self.loop.call_later(_LINGER_S, self.transport.close)

    def _begin_head(self) -> None:
        self._bytes = self._body_bytes = 0
        self._patience = self.loop.call_later(self.head_s, self.transport.close)

    def _end_head(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
