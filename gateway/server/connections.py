"""A connection as uvicorn serves it, with bounds: on each head (the request line and the headers) in size and time, on
pipelined requests in number, and on what the process holds of requests that are not complete.

uvicorn has none of these bounds: its parser collects whatever arrives, for as long as it arrives.
"""

import asyncio
import re
from collections.abc import Iterable

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from gateway.server.idle import IdleConnections
from gateway.server.unfinished import Unfinished

_MOST_BYTES = 320 * 1024
"""Of everything except the body: the address, the headers, and with chunks their sizes and trailers."""
_MOST_URL = 65_535
"""Bytes of a request's address. The parser has 16 bits for its length."""
_MOST_HEADERS = 200
_LINGER_S = 2.0
_HEAD_S = 10.0
"""Seconds from the first byte of a request, or from the answer before it if that is later, to the end of the head."""
_LAST_REQUEST_S = 0.5
"""Seconds that an idle connection stays open when the server ends, for a request that is on its way already."""

_MOST_IDLE = 500
"""Connections. Of the 1,024 descriptors that a process usually may have, half stay for requests and Partner Center. A load
balancer has fewer idle ones: as many as there were requests at once.
"""

_MOST_UNFINISHED = 32 * 2**20
"""Bytes of all connections together."""
_SMALL = 16 * 1024

_MOST_PIPELINED = 32
"""Requests of one connection that wait while another of it is answered."""

_TOO_LONG = ("414 URI Too Long", "The address is too long. Send the query in the body of a POST request.")
_TOO_LARGE = ("431 Request Header Fields Too Large", "The headers are too large.")
_NO_HOST = ("400 Bad Request", "Send exactly one header Host, with a host and at most a port.")
_UNREADABLE = ("400 Bad Request", "Invalid HTTP request received.")
_TOO_SLOW = ("408 Request Timeout", "The request did not arrive in time.")
_NO_ROOM = (
    "408 Request Timeout",
    "Others needed the room before this request was whole. Send it again, all at once.",
)
_Refusal = tuple[str, str]
"""Status and text of an answer that is given without the application."""


_HOST = re.compile(rb"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]*)(:\d*)?")
"""A host and a port. Source: RFC 3986, 3.2.2; RFC 9110, 7.2."""
_ABSOLUTE = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*)")
"""A target in absolute form, with its authority. Schemes are case-insensitive. Source: RFC 3986, 3.1."""


def _response(status: str, text: str, default_headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    lines = [
        f"HTTP/1.1 {status}",
        *(f"{name.decode()}: {value.decode()}" for name, value in default_headers),
        "connection: close",
        "content-type: text/plain; charset=utf-8",
        f"content-length: {len(text)}",
        "cache-control: no-store",
        "x-content-type-options: nosniff",
    ]
    return "\r\n".join([*lines, "", text]).encode("ascii")


class Refused(Exception):
    """Raised to the parser, which then gives up."""

    def __init__(self, refusal: _Refusal | None) -> None:
        super().__init__()
        self.refusal = refusal


class Connection(HttpToolsProtocol):
    head_s = _HEAD_S
    unfinished = Unfinished(most_bytes=_MOST_UNFINISHED, small=_SMALL)
    idle = IdleConnections(at_most=_MOST_IDLE)
    """Those without a whole head. Both are shared by all connections of the process."""

    url = b""
    """Of the request that has begun. The library sets it only then."""

    _patience: asyncio.TimerHandle | None = None
    """Set while the head is incomplete."""
    _bytes = 0
    """Of the request that has begun, head and body."""
    _body_bytes = 0
    _is_whole = True
    _reading: RequestResponseCycle | None = None
    """The exchange whose body is being read, or was read last; None while a head is being read."""
    _begins_again = False
    """Whether the request asks to switch protocols, and is therefore parsed a second time."""
    _unanswered = 0
    """Requests with a complete head and no complete answer."""
    _is_refused = False
    _refusal: _Refusal | None = None
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
        self._unset_keepalive_if_required()
        self._parse(data)
        self._bytes += len(data)
        self._hold_to_bounds()

    def _hold_to_bounds(self) -> None:
        if self._is_refused:
            return
        if self._bytes - self._body_bytes > _MOST_BYTES:
            self._refuse(_TOO_LONG if len(self.url) > _MOST_URL else _TOO_LARGE)
        elif not self._is_whole:
            self.unfinished.holds(self, self._bytes)

    def _parse(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            if self._begins_again:
                self._parse_without_upgrade(data[upgrade.args[0] :])
            else:  # CONNECT, which the application answers
                self.cycle.keep_alive = False
                self._is_refused = True
        except httptools.HttpParserError as error:
            if isinstance(error.__context__, Refused):
                self._refuse(error.__context__.refusal)
            else:
                self._refuse(_TOO_LONG if len(self.url) > _MOST_URL else _UNREADABLE)

    def _parse_without_upgrade(self, rest: bytes) -> None:
        """Parse the request again without the header Upgrade, with which the parser does not read a body.

        curl and Java ask for HTTP/2 that way. A server may ignore it. Source: RFC 9110, 7.8.
        """
        lines = [b"%b %b HTTP/%b" % (self.parser.get_method(), self.url, self.parser.get_http_version().encode())]
        lines += [b"%b: %b" % (name, value) for name, value in self.headers if name != b"upgrade"]
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as the library does
        self._parse(b"\r\n".join([*lines, b"", b""]) + rest)

    def on_body(self, body: bytes) -> None:
        self._body_bytes += len(body)
        super().on_body(body)

    def on_response_complete(self) -> None:
        is_unread = not self.pipeline and self.cycle.more_body  # with another request behind it, it was read
        self._unanswered -= 1
        super().on_response_complete()
        if self.transport.is_closing():
            return
        if self._is_refused:
            self._answer_refusal()
        elif is_unread:
            self._refuse(None)
        elif not self._unanswered:  # the library empties the pipeline when it starts the last request
            self.idle.add(self)
            if self._patience is not None:
                self._await_head()  # while reading was paused, the rest may have arrived

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
        self._refuse(_NO_ROOM)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._is_whole, self._reading = False, None
        if self._patience is None:
            self._begin_head()

    def on_message_complete(self) -> None:
        if self._begins_again:
            return
        super().on_message_complete()
        self._is_whole = True
        self.unfinished.forget(self)

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._patience is None:
            return  # it stands behind the body, and must not pass for one of the head. Source: RFC 9110, 6.5.1
        if len(self.headers) == _MOST_HEADERS:
            raise Refused(_TOO_LARGE)
        super().on_header(name, value.rstrip(b" \t"))

    def on_headers_complete(self) -> None:
        self._begins_again = self.parser.should_upgrade() and self.parser.get_method() != b"CONNECT"
        if self._begins_again:
            return
        if len(self.pipeline) == _MOST_PIPELINED:
            # The client sends again what stands behind the last answer. Source: RFC 9112, 9.3.2 and 9.6
            self.cycle.keep_alive = False
            raise Refused(None)
        self._check_host()
        self._end_head()
        self.idle.discard(self)
        if self.parser.get_http_version() == "1.0":
            self.expect_100_continue = False  # Source: RFC 9110, 10.1.1
        super().on_headers_complete()
        self._reading = self.cycle
        self._unanswered += 1
        if self._is_ending and self.cycle:
            self.cycle.keep_alive = False

    def _check_host(self) -> None:
        """Source: RFC 9112, 3.2. The host of a whole address takes the place of the header's."""
        hosts = [value for name, value in self.headers if name == b"host"]
        if len(hosts) > 1 or (not hosts and self.parser.get_http_version() == "1.1"):
            raise Refused(_NO_HOST)
        if address := _ABSOLUTE.match(self.url):
            hosts = [address[1]]
            self.headers[:] = [*((name, value) for name, value in self.headers if name != b"host"), (b"host", hosts[0])]
        if not all(map(_HOST.fullmatch, hosts)):
            raise Refused(_NO_HOST)

    def _refuse(self, refusal: _Refusal | None) -> None:
        """Stop reading. Requests that are complete are answered first, then *refusal* is sent, if there is one."""
        unread = None if self._is_whole else self._reading
        self._is_refused, self._refusal = True, refusal
        self.unfinished.forget(self)
        self._end_head()
        if unread is not None and not unread.response_complete:
            if self.pipeline and self.pipeline[0][0] is unread:
                self.pipeline.popleft()
                self._unanswered -= 1
            elif unread.response_started:
                self._refusal = None
            else:
                unread.disconnected = True
                unread.body.clear()
                unread.message_event.set()
                self._unanswered -= 1
        self._answer_refusal()

    def _answer_refusal(self) -> None:
        """Do so once every other request is answered. The connection is closed later, so that the answer arrives."""
        if self._unanswered or self.transport.is_closing():
            return
        if self._refusal is not None:
            self.transport.write(_response(*self._refusal, self.server_state.default_headers))
        self.transport.write_eof()
        self.loop.call_later(_LINGER_S, self.transport.close)

    def _begin_head(self) -> None:
        self._bytes = self._body_bytes = 0
        self._await_head()

    def _await_head(self) -> None:
        """Start the time limit for the head anew, in place of the one for idle connections."""
        self._end_head()
        self._unset_keepalive_if_required()
        self._patience = self.loop.call_later(self.head_s, self._head_is_late)

    def _head_is_late(self) -> None:
        if not self._unanswered:  # otherwise reading may be paused; the last answer starts the limit anew
            self._refuse(_TOO_SLOW)

    def _end_head(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
