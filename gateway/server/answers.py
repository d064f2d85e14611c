"""Sends an answer that is ready in one piece: head and body in one write.

uvicorn writes them one after the other, and looks at each header three times. It still sends every other answer. The
internals of uvicorn that this module uses are listed in tests/server/test_uvicorn.py.
"""

from string import ascii_letters, digits

from starlette.types import Message, Send
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

_IN_NAMES = b"!#$%&'*+-.^_`|~" + (digits + ascii_letters).encode()
_IN_LINES = bytes({*range(256)} - {*range(0x20), 0x7F} | {0x09})
"""All but the control characters, which could end a line. Source: RFC 9110, 5.1 and 5.5."""


class WholeAnswer:
    """Stands for `send` of an exchange."""

    def __init__(self, exchange: RequestResponseCycle) -> None:
        self._exchange = exchange
        self._send: Send = exchange.send  # type: ignore[assignment]  # uvicorn has a type for each message
        self._start: Message | None = None
        """The head, until the body is there."""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and not self._exchange.response_started:
            self._start = message
            return
        start, self._start = self._start, None
        if start is not None:
            head = self._head(start, message)
            if head is not None:
                self._write(head + message["body"])
                return
            await self._send(start)
        await self._send(message)

    def _head(self, start: Message, message: Message) -> bytes | None:
        """The head of an answer whose whole body is in *message*; None where uvicorn has to look at it."""
        exchange, headers = self._exchange, start["headers"]
        given = dict(headers)
        if (
            message["type"] != "http.response.body"
            or message.get("more_body", False)
            or given.get(b"content-length") != b"%d" % len(message.get("body", b""))
            or not given.keys().isdisjoint((b"connection", b"transfer-encoding"))
            or exchange.scope["method"] == "HEAD"
            or exchange.disconnected
            or exchange.flow.write_paused
            or exchange.access_log
        ):
            return None
        ending = () if exchange.keep_alive else ((b"connection", b"close"),)
        lines = [b": ".join(header) for header in (*exchange.default_headers, *headers, *ending)]
        text = b"\r\n".join(lines)
        has_odd_names = b"".join(given).translate(None, _IN_NAMES)
        if has_odd_names or text.translate(None, _IN_LINES) != b"\r\n" * (len(lines) - 1):
            return None
        return b"%b%b\r\n\r\n" % (STATUS_LINE[start["status"]], text)

    def _write(self, answer: bytes) -> None:
        exchange = self._exchange
        exchange.waiting_for_100_continue = False
        exchange.response_started = exchange.response_complete = True
        exchange.transport.write(answer)
        exchange.message_event.set()
        if not exchange.keep_alive:
            exchange.transport.close()
        exchange.on_response()
        vars(exchange).pop("send", None)  # refers to the exchange: one cycle less for the garbage collector
