"""One connection over HTTP/1.1: a request, the answer to it, then the next request. Knows neither hosts nor TLS.

The parser is llhttp without its leniencies: what it refuses, such as an answer with both Content-Length and
Transfer-Encoding, ends the exchange and the connection. The bounds on an answer are in this module.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping

import httptools

from gateway.partner_center.gzip_bodies import BrokenGzip, Unpacker, is_packed
from gateway.partner_center.sending.exchange import ExchangeFailed, NotHttp, NotUnpacked

_MOST_HEADERS = 500
_LONGEST_HEADER, _LONGEST_HEAD = 64 * 1024, 128 * 1024
"""Bytes of one header with its name, and of all that is not the body: status line, headers, chunk sizes, trailers, and
the interim answers before. Proxies and security policies make headers long."""
_CHUNK_FRAMING = 32
"""Bytes around each chunk that do not count."""
_MOST_INTERIM = 20
_MOST_UNREAD = 64 * 1024
"""Bytes of a body that wait to be read while more are received."""


class AnswerRefused(Exception):
    """Raised in a callback of the parser to stop it."""


class Connection(asyncio.Protocol):
    """Does one exchange at a time. *on_idle* is called after each answer that another request may follow."""

    def __init__(self, *, on_idle: Callable[["Connection"], None], on_lost: Callable[["Connection"], None]) -> None:
        self._on_idle = on_idle
        self._on_lost = on_lost
        self._loop = asyncio.get_running_loop()
        self._parser = httptools.HttpResponseParser(self)
        self._transport: asyncio.Transport
        self._head: asyncio.Future[Response]
        self.idle_since = 0.0
        """In the loop's time."""
        self.lost: asyncio.Future[None] = self._loop.create_future()

        self._is_busy = False
        """Whether an exchange is in progress."""
        self._fields: dict[bytes, bytes] = {}
        self._response: Response | None = None
        """Set when the head of the final answer is complete."""
        self._header_count = self._interim_count = 0
        self._overhead = 0
        """Bytes of the answer outside its body."""
        self._unread = 0
        self._is_paused = self._is_whole = self._ends_with_connection = self._is_last = False

    @property
    def is_usable(self) -> bool:
        return not self._is_busy and not self._transport.is_closing()

    async def exchange(self, request: bytes) -> "Response":
        """The answer, once its head has arrived. Raises ExchangeFailed: the request may have been carried out."""
        head: asyncio.Future[Response] = self._loop.create_future()
        self._head = head
        self._is_busy = True
        self._fields, self._response = {}, None
        self._header_count = self._interim_count = self._overhead = self._unread = 0
        self._is_whole = False
        self._transport.write(request)
        try:
            return await head
        except asyncio.CancelledError:
            if self._is_busy and self._head is head:
                self.close()
            raise

    def close(self, failure: ExchangeFailed | None = None) -> None:
        """Close the connection at once. An exchange in progress ends with *failure*."""
        if self._is_busy:
            self._end(failure or ExchangeFailed("ConnectionClosed"))
        self._transport.abort()

    def resume(self) -> None:
        """Receive more of the body: what has arrived was read."""
        self._unread = 0
        if self._is_paused:
            self._is_paused = False
            self._transport.resume_reading()

    def _end(self, failure: ExchangeFailed | None = None) -> None:
        """The exchange is over. A failure after the head is raised where the body is read."""
        self._is_busy = False
        if self._response is not None:
            self._response.end(failure)
            self._give_head(self._response)
        elif failure is not None and not self._head.done():
            self._head.set_exception(failure)

    def _give_head(self, response: "Response") -> None:
        if not self._head.done():
            self._head.set_result(response)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # of TCP or TLS, which is one

    def connection_lost(self, exc: Exception | None) -> None:
        if self._is_busy:
            self._end(ExchangeFailed("ConnectionClosed" if exc is None else type(exc).__name__))
        self._on_lost(self)
        self.lost.set_result(None)

    def eof_received(self) -> None:
        """The end of a body without a length. uvloop calls this only for a proper end of TLS, and `connection_lost` for a
        cut, so that nobody can shorten an answer. Source: RFC 9112, 9.8.
        """
        if self._is_busy and self._response is not None and self._ends_with_connection:
            self._end()
        self.close()

    def data_received(self, data: bytes) -> None:
        if not self._is_busy:  # nobody asked for it, and it must not become the next answer
            self.close()
            return
        self._overhead += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            self._is_last = True
            if not self._is_whole:
                self.close(NotHttp(type(error.__context__ or error).__name__))
                return
        if self._overhead > _LONGEST_HEAD:
            self.close(NotHttp("HeadTooLarge"))
        elif self._is_whole:
            self._finish()
        elif self._response is not None:
            self._continue(self._response)

    def _finish(self) -> None:
        """The answer is whole. Another request may follow unless this one was not sent to its end."""
        self._end()
        self.resume()
        if self._is_last or self._transport.get_write_buffer_size():
            self.close()
        elif not self._transport.is_closing():
            self._on_idle(self)

    def _continue(self, response: "Response") -> None:
        self._overhead = max(self._overhead, 0)
        self._give_head(response)
        if self._unread > _MOST_UNREAD:
            if not self._is_paused:
                self._is_paused = True
                self._transport.pause_reading()
            response.wake()

    def on_message_begin(self) -> None:
        if self._is_whole:
            raise AnswerRefused

    def on_header(self, name: bytes, value: bytes) -> None:
        self._header_count += 1
        if self._header_count > _MOST_HEADERS or len(name) + len(value) > _LONGEST_HEADER:
            raise AnswerRefused
        if self._response is not None:
            return  # a trailer, which must not be merged into the headers. Source: RFC 9110, 6.5.1
        name, value = name.lower(), value.rstrip(b" \t")
        before = self._fields.get(name)
        self._fields[name] = value if before is None else b"%b, %b" % (before, value)

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        if status < 200:
            self._pass_over(status)
            return
        fields = self._fields
        coding = fields.get(b"transfer-encoding")
        if coding is not None and coding.lower() != b"chunked":
            raise AnswerRefused
        self._is_last = not self._parser.should_keep_alive()
        self._ends_with_connection = coding is None and b"content-length" not in fields and status not in {204, 304}
        self._response = Response(self, status, fields)

    def _pass_over(self, status: int) -> None:
        """An interim answer. A switch of protocols is none, and nobody asked for one. Source: RFC 9110, 15.2."""
        self._interim_count += 1
        if status < 100 or status == 101 or self._interim_count > _MOST_INTERIM:
            raise AnswerRefused
        self._fields = {}

    def on_chunk_header(self) -> None:
        self._overhead -= _CHUNK_FRAMING

    def on_body(self, body: bytes) -> None:
        self._overhead -= len(body)
        self._unread += len(body)
        assert self._response is not None  # noqa: S101 - interim answers have no body
        self._response.pieces.append(body)

    def on_message_complete(self) -> None:
        self._is_whole = self._response is not None


class Response:
    """An answer whose head has arrived. Its `pieces` are those of the body that are not yet read."""

    __slots__ = ("_connection", "_failure", "_fields", "_is_ended", "_waiter", "pieces", "status")

    def __init__(self, connection: Connection, status: int, fields: dict[bytes, bytes]) -> None:
        """The names of *fields* are in lower case."""
        self._connection = connection
        self.status = status
        self._fields = fields
        self.pieces: list[bytes] = []
        self._is_ended = False
        self._failure: ExchangeFailed | None = None
        self._waiter: asyncio.Future[None] | None = None

    @property
    def headers(self) -> Mapping[str, str]:
        return _Headers(self._fields)

    def header(self, name: str) -> str:
        return self._fields.get(name.lower().encode(), b"").decode("latin-1")

    async def read(self, at_most: int) -> bytes | None:
        """When None is returned, the rest of the body is not fetched: the connection is closed."""
        coding = self._fields.get(b"content-encoding")
        unpacker = Unpacker() if coding is not None and is_packed([coding.decode("latin-1")]) else None
        if unpacker is None and self._is_ended and self._failure is None:
            body = b"".join(self.pieces)
            return body if len(body) <= at_most else None
        try:
            return await self._read(at_most, unpacker)
        except BrokenGzip as error:
            raise NotUnpacked(type(error).__name__) from error
        finally:
            self.close()

    def close(self) -> None:
        """End the exchange. The connection stays open if the body has arrived whole."""
        if not self._is_ended:
            self._connection.close()

    async def _read(self, at_most: int, unpacker: Unpacker | None) -> bytes | None:
        body = bytearray()
        while True:
            received = b"".join(self.pieces)
            self.pieces.clear()
            for piece in (received,) if unpacker is None else unpacker.pieces(received):
                body += piece
                if len(body) > at_most:
                    return None
            if self._is_ended:
                break
            await self._receive()
        if self._failure is not None:
            raise self._failure
        if unpacker is not None:
            unpacker.finish()
        return bytes(body)

    async def _receive(self) -> None:
        """Wait until the body is whole, or much of it has arrived."""
        self._waiter = asyncio.get_running_loop().create_future()
        self._connection.resume()
        await self._waiter

    def wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def end(self, failure: ExchangeFailed | None) -> None:
        """No more of the body will come."""
        self._is_ended, self._failure = True, failure
        self.wake()


class _Headers(Mapping[str, str]):
    __slots__ = ("_fields",)

    def __init__(self, fields: dict[bytes, bytes]) -> None:
        self._fields = fields

    def __getitem__(self, name: str) -> str:
        return self._fields[name.lower().encode()].decode("latin-1")

    def __iter__(self) -> Iterator[str]:
        return (name.decode() for name in self._fields)

    def __len__(self) -> int:
        return len(self._fields)
