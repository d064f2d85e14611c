"""The client of all calls to Partner Center: HTTP/1.1 over asyncio, because a general client costs each call three
times as much.
"""

import asyncio
import re
import socket
import ssl
from collections.abc import Mapping

import aiohappyeyeballs
import httpx

from gateway.partner_center.addresses import checked
from gateway.partner_center.sending.exchange import NotConnected, NotTrusted
from gateway.partner_center.sending.http11_connection import Connection, Response

_KEEP_ALIVE_S = 15.0
_NEXT_ADDRESS_S = 0.25
"""Seconds after which the next address of a host is tried beside those before. Source: RFC 8305, 5."""

_METHODS = frozenset({"DELETE", "GET", "PATCH", "POST", "PUT"})
"""Not HEAD and CONNECT, whose answers have other bodies."""
_WITH_BODY = frozenset({"PATCH", "POST", "PUT"})
"""Methods of which a missing body is said to be empty. Source: RFC 9110, 8.6."""
_TARGET = re.compile(r"/[!-~]*")
_NAMES = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]*")
"""Names of headers, one after the other. Source: RFC 9110, 5.1."""


def open_http11_client(base_url: str) -> "Http11Client":
    """A client with the bounds of `open_http_client`, and as many connections as there are exchanges at a time.

    Raises ValueError as that does.
    """
    url = checked(base_url)
    if url.scheme != "https":
        return Http11Client(url, tls=None)
    tls = httpx.create_ssl_context()
    tls.set_alpn_protocols(["http/1.1"])
    return Http11Client(url, tls=tls)


class Http11Client:
    """An HttpClient for GET, POST, PUT, PATCH and DELETE. It belongs to the loop in which its first request runs.

    A connection is used again up to 15 s after an answer, the one that was used last first.
    """

    def __init__(self, url: httpx.URL, *, tls: ssl.SSLContext | None) -> None:
        self._host = url.raw_host.decode("ascii")
        self._port = url.port or (443 if tls else 80)
        self._tls = tls
        self._base_path = url.raw_path.decode("ascii").rstrip("/")
        self._constant = (
            f" HTTP/1.1\r\nHost: {url.netloc.decode('ascii')}\r\n"
            "User-Agent: partner-center-gateway\r\nAccept-Encoding: gzip\r\n"
        )
        self._open: set[Connection] = set()
        self._idle: list[Connection] = []
        """Those idle for the longest come first."""
        self._expiry: asyncio.TimerHandle | None = None
        self._is_closed = False

    async def request(self, method: str, target: str, *, headers: Mapping[str, str], body: bytes | None) -> Response:
        """Raises ValueError, before anything is sent, for what a head cannot hold."""
        request = self._request(method, target, headers, body)
        connection = self._take_idle() or await self._connect()
        return await connection.exchange(request)

    async def close(self) -> None:
        """Exchanges in progress fail."""
        self._is_closed = True
        if self._expiry is not None:
            self._expiry.cancel()
        connections = tuple(self._open)
        for connection in connections:
            connection.close()
        await asyncio.gather(*(connection.lost for connection in connections))

    def _request(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> bytes:
        target = self._base_path + target
        values = "".join(headers.values())
        if method not in _METHODS or not _TARGET.fullmatch(target) or not _NAMES.fullmatch("".join(headers)):
            raise ValueError("The request has an invalid method, target or header name.")
        if "\r" in values or "\n" in values or "\0" in values:
            raise ValueError("A header of the request has a line break or NUL in it.")
        lines = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
        length = "" if body is None and method not in _WITH_BODY else f"Content-Length: {len(body or b'')}\r\n"
        try:
            head = f"{method} {target}{self._constant}{lines}{length}\r\n".encode("latin-1")
        except UnicodeEncodeError:  # not chained: it holds the head, and with it the token
            problem = ValueError("A header of the request has a letter in it that is not in ISO 8859-1.")
        else:
            return head if body is None else head + body
        raise problem

    def _take_idle(self) -> Connection | None:
        while self._idle:
            connection = self._idle.pop()
            if connection.is_usable:
                return connection
        return None

    async def _connect(self) -> Connection:
        loop = asyncio.get_running_loop()
        try:
            addresses = await loop.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
            connected = await aiohappyeyeballs.start_connection(  # pyright: ignore[reportUnknownMemberType]  # a bare tuple
                addresses, happy_eyeballs_delay=_NEXT_ADDRESS_S, interleave=1
            )
            _, connection = await loop.create_connection(
                lambda: Connection(on_idle=self._keep, on_lost=self._forget),
                sock=connected,
                ssl=self._tls,
                server_hostname=self._host if self._tls else None,
            )
        except ssl.SSLError as error:
            raise NotTrusted(type(error).__name__) from error
        except (OSError, UnicodeError) as error:  # the latter for a name that cannot be one of a host
            raise NotConnected(type(error).__name__) from error
        if self._is_closed or not connection.is_usable:
            connection.close()
            raise NotConnected("ConnectionClosed")
        self._open.add(connection)
        return connection

    def _keep(self, connection: Connection) -> None:
        loop = asyncio.get_running_loop()
        connection.idle_since = loop.time()
        self._idle.append(connection)
        if self._expiry is None:
            self._expiry = loop.call_later(_KEEP_ALIVE_S, self._close_expired)

    def _close_expired(self) -> None:
        loop = asyncio.get_running_loop()
        self._expiry = None
        while self._idle and self._idle[0].idle_since + _KEEP_ALIVE_S <= loop.time():
            self._idle.pop(0).close()
        if self._idle:
            self._expiry = loop.call_at(self._idle[0].idle_since + _KEEP_ALIVE_S, self._close_expired)

    def _forget(self, connection: Connection) -> None:
        self._open.discard(connection)
        if connection in self._idle:
            self._idle.remove(connection)
