"""A connection as uvicorn serves it, with bounds: on each head (the request line and the headers) in size and time, on
the number of pipelined requests, and, together with the server's other connections, on incomplete requests.

uvicorn has none of these bounds: its parser collects everything that arrives. The internals of uvicorn that this module
uses are listed in tests/server/test_uvicorn.py.
"""

import asyncio
import re
from functools import partial
from typing import Any, cast

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from gateway.server.answers import WholeAnswer
from gateway.server.limits import ConnectionLimits
from gateway.server.refusals import (
    CUT_OFF,
    HEADERS_TOO_LARGE,
    INVALID_HOST,
    INVALID_REQUEST,
    TOO_SLOW,
    URI_TOO_LONG,
    Refusal,
    response,
)

COMPLETE_BODY = "gateway.complete_body"
"""An ASGI extension: the `body` of a request that arrived in one piece with its head, so that nobody has to wait."""

_MAX_BYTES = 320 * 1024
"""Bytes of a request without its body: the target, the headers and, in a chunked body, the chunk sizes and trailers."""
_MAX_URL = 65_535
"""Bytes of a request's target. The parser counts them in 16 bits."""
_MAX_HEADERS = 200
_MAX_PIPELINED = 32
"""Requests that wait on one connection while another is answered."""
_LINGER_S = 2.0
_LAST_REQUEST_S = 0.5
"""Seconds that an idle connection stays open when the server stops, for a request that is already on its way."""

_HOST = re.compile(rb"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]*)(:\d*)?")
"""A host and a port. Source: RFC 3986, 3.2.2; RFC 9110, 7.2."""
_ABSOLUTE = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*)")
"""A target in absolute form, with its authority. Schemes are case-insensitive. Source: RFC 3986, 3.1."""


class _Refused(Exception):
    """Raised in a callback of the parser to stop it."""

    def __init__(self, refusal: Refusal | None) -> None:
        super().__init__()
        self.refusal = refusal


class Connection(HttpToolsProtocol):
    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        limits: ConnectionLimits,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._limits = limits
        self._is_stopping = False

        self.url = b""
        """The target of the current request. uvicorn sets the attribute only when a request begins."""
        self._is_in_head = False
        """Whether a head has begun and is not complete."""
        self._head_timer: asyncio.TimerHandle | None = None
        """Set while the rest of a head is waited for."""
        self._size = 0
        """Bytes of the current request, head and body."""
        self._body_size = 0
        self._is_complete = True
        self._arriving: RequestResponseCycle | None = None
        """The exchange whose head was complete in the piece of data that is being parsed."""
        self._reading: RequestResponseCycle | None = None
        """The exchange whose body is being read, or was read last; None while a head is being read."""
        self._begins_again = False
        """Whether the request asks to switch protocols, and is therefore parsed a second time."""

        self._unanswered = 0
        """Requests with a complete head and no complete answer."""
        self._is_refused = False
        self._refusal: Refusal | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        self._limits.idle.add(self)
        # Load balancers and browsers open connections in advance: a new one is as idle as one between two requests.
        self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)

    def connection_lost(self, exc: Exception | None) -> None:
        self._limits.idle.discard(self)
        self._limits.incomplete.discard(self)
        self._end_head()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._is_refused:
            return
        if not self._is_in_head and self in self._limits.idle:
            self._start_head()  # not in on_message_begin: an empty line ends the idle time too, but begins no message
        self._unset_keepalive_if_required()
        self._arriving = None
        self._parse(data)
        self._size += len(data)
        self._check_size()
        if self._is_in_head and self._head_timer is None:
            self._start_head_timer()

    def _check_size(self) -> None:
        if self._is_refused:
            return
        if self._size - self._body_size > _MAX_BYTES:
            self._refuse(URI_TOO_LONG if len(self.url) > _MAX_URL else HEADERS_TOO_LARGE)
        elif not self._is_complete:
            self._limits.incomplete.update(self, self._size)

    def _parse(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            if self._begins_again:
                self._parse_without_upgrade(data[upgrade.args[0] :])
            else:  # CONNECT: the application answers it
                self.cycle.keep_alive = False
                self._is_refused = True
        except httptools.HttpParserError as error:
            if isinstance(error.__context__, _Refused):
                self._refuse(error.__context__.refusal)
            else:
                self._refuse(URI_TOO_LONG if len(self.url) > _MAX_URL else INVALID_REQUEST)

    def _parse_without_upgrade(self, rest: bytes) -> None:
        """Parse the request again without the header Upgrade, with which the parser does not read a body.

        curl and Java's client send it to ask for HTTP/2. A server may ignore it. Source: RFC 9110, 7.8.
        """
        lines = [b"%b %b HTTP/%b" % (self.parser.get_method(), self.url, self.parser.get_http_version().encode())]
        lines += [b"%b: %b" % (name, value) for name, value in self.headers if name != b"upgrade"]
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn does
        self._parse(b"\r\n".join([*lines, b"", b""]) + rest)

    def on_body(self, body: bytes) -> None:
        self._body_size += len(body)
        super().on_body(body)

    def on_response_complete(self) -> None:
        is_unread = not self.pipeline and self.cycle.more_body  # if another request follows, the body was read
        self._unanswered -= 1
        super().on_response_complete()
        if self.transport.is_closing():
            return
        if self._is_refused:
            self._send_refusal()
        elif is_unread:
            self._refuse(None)
        elif not self._unanswered:  # not self.pipeline, which uvicorn empties when it starts the last request
            self._limits.idle.add(self)
            if self._is_in_head:
                self._start_head_timer()  # the rest may have arrived while reading was paused

    def shutdown(self) -> None:
        """The request in flight, or the next one on an idle connection, is the last: its answer says `Connection:
        close`.
        """
        self._is_stopping = True
        if self in self._limits.idle:
            self.loop.call_later(_LAST_REQUEST_S, super().shutdown)
        else:
            super().shutdown()

    def close(self) -> None:
        self.transport.close()

    def cut_off(self) -> None:
        self._refuse(CUT_OFF)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._is_complete, self._reading = False, None
        if not self._is_in_head:
            self._start_head()

    def on_message_complete(self) -> None:
        if self._begins_again:
            return
        super().on_message_complete()
        if self._arriving is self.cycle and not self.expect_100_continue:
            extensions = self.scope.setdefault("extensions", {})
            extensions[COMPLETE_BODY] = {"body": bytes(self.cycle.body)}
        self._is_complete = True
        self._limits.incomplete.discard(self)

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._is_in_head:
            return  # a trailer, which must not be merged into the headers. Source: RFC 9110, 6.5.1
        if len(self.headers) == _MAX_HEADERS:
            raise _Refused(HEADERS_TOO_LARGE)
        name, value = name.lower(), value.rstrip(b" \t")
        if name == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        self._begins_again = self.parser.should_upgrade() and self.parser.get_method() != b"CONNECT"
        if self._begins_again:
            return
        if len(self.pipeline) == _MAX_PIPELINED:
            # The client repeats the requests without an answer. Source: RFC 9112, 9.3.2 and 9.6
            self.cycle.keep_alive = False
            raise _Refused(None)
        self._check_host()
        self._end_head()
        self._limits.idle.discard(self)
        if self.parser.get_http_version() == "1.0":
            self.expect_100_continue = False  # Source: RFC 9110, 10.1.1
        super().on_headers_complete()
        self._reading = self._arriving = self.cycle
        self.cycle.send = WholeAnswer(self.cycle)  # type: ignore[assignment, method-assign]
        self._unanswered += 1
        if self._is_stopping and self.cycle:
            self.cycle.keep_alive = False

    def _check_host(self) -> None:
        """The host of an absolute target overrides the header. Source: RFC 9112, 3.2."""
        hosts = [value for name, value in self.headers if name == b"host"]
        if len(hosts) > 1 or (not hosts and self.parser.get_http_version() == "1.1"):
            raise _Refused(INVALID_HOST)
        if not self.url.startswith(b"/") and (absolute := _ABSOLUTE.match(self.url)):
            hosts = [absolute[1]]
            self.headers[:] = [*((name, value) for name, value in self.headers if name != b"host"), (b"host", hosts[0])]
        if hosts and not _HOST.fullmatch(hosts[0]):
            raise _Refused(INVALID_HOST)

    def _refuse(self, refusal: Refusal | None) -> None:
        """Stop reading. Complete requests are answered first, then *refusal* is sent, if there is one."""
        self._is_refused, self._refusal = True, refusal
        self._limits.incomplete.discard(self)
        self._end_head()
        if not self._is_complete and self._reading is not None and not self._reading.response_complete:
            self._abandon(self._reading)
        self._send_refusal()

    def _abandon(self, exchange: RequestResponseCycle) -> None:
        """Give up an exchange whose body will not be read to its end."""
        if self.pipeline and self.pipeline[0][0] is exchange:
            self.pipeline.popleft()
            self._unanswered -= 1
        elif exchange.response_started:
            self._refusal = None  # nothing can follow an answer that has begun
        else:
            exchange.disconnected = True
            exchange.body.clear()
            exchange.message_event.set()
            self._unanswered -= 1

    def _send_refusal(self) -> None:
        """Send it once every other request is answered, and close the connection later, so that the client can read it."""
        if self._unanswered or self.transport.is_closing():
            return
        if self._refusal is not None:
            self.transport.write(response(*self._refusal, self.server_state.default_headers))
        self.transport.write_eof()
        self.loop.call_later(_LINGER_S, self.transport.close)

    def _start_head(self) -> None:
        self._size = self._body_size = 0
        self._is_in_head = True

    def _start_head_timer(self) -> None:
        """Restart the time limit for the head. It replaces the one for idle connections."""
        self._stop_head_timer()
        self._unset_keepalive_if_required()
        self._head_timer = self.loop.call_later(self._limits.head_s, self._head_timed_out)

    def _head_timed_out(self) -> None:
        if not self._unanswered:  # else reading may be paused, and the last answer restarts the timer
            self._refuse(TOO_SLOW)

    def _end_head(self) -> None:
        self._is_in_head = False
        self._stop_head_timer()

    def _stop_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None


def limited(kind: type[Connection], limits: ConnectionLimits) -> type[asyncio.Protocol]:
    """Connections of *kind* that share *limits*, for uvicorn's setting `http`."""
    return cast("type[asyncio.Protocol]", partial(kind, limits=limits))  # uvicorn does nothing but call it
