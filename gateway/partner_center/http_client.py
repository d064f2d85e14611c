"""How the gateway speaks HTTP: one host, bounded answers, and no behaviour of its own, such as retries or redirects.

Sessions of aiohttp, and a client of httpx over one, for sign-ins and checks. The calls use `sending.http11`.
"""

import ipaddress
from collections.abc import AsyncIterator, Callable, Iterable
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import cast

import aiohttp
import httpx
from aiohttp.connector import Connection
from httpx_aiohttp import AiohttpTransport

from gateway.partner_center.gzip_bodies import BrokenGzip, Unpacker

_KEEP_ALIVE_S = 15.0

_MOST_HEADERS = 500
_LONGEST_HEADER, _LONGEST_HEAD = 64 * 1024, 128 * 1024
"""Bytes of one header with its name, and of all headers of an answer. Proxies and security policies make them long."""

_ACCEPTED_CODING = {"Accept-Encoding": "gzip"}
_GZIP = {"gzip", "x-gzip"}
"""Both names of the only coding that is requested (RFC 9110, 8.4.1.3)."""


class _ClosedWithoutAnswer(aiohttp.ClientConnectionError):
    """A connection that ended after sending and before the answer: the request may have been carried out."""


class _HeadTooLarge(aiohttp.ClientError):
    """Headers that are each within bounds, but not together."""


class _GzipStream(httpx.AsyncByteStream):
    """The decompressed body of an answer sent with gzip. Reading it raises httpx.DecodingError for broken gzip."""

    def __init__(self, packed: httpx.AsyncByteStream) -> None:
        self._packed = packed

    async def __aiter__(self) -> AsyncIterator[bytes]:
        unpacker = Unpacker()
        try:
            async for chunk in self._packed:
                for piece in unpacker.pieces(chunk):
                    yield piece
            unpacker.finish()
        except BrokenGzip as error:
            raise httpx.DecodingError(str(error)) from error

    async def aclose(self) -> None:
        await self._packed.aclose()


class _BoundedTransport(AiohttpTransport):
    """Bounds the headers of an answer, and decompresses its body: httpx reads one gzip member and does not check its
    end.

    Other codings are ignored: some servers name a charset there, and a body in a real one fails to read as JSON.
    """

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await super().handle_async_request(request)
        if sum(len(name) + len(value) for name, value in response.headers.raw) > _LONGEST_HEAD:
            await response.aclose()
            raise _HeadTooLarge
        codings = response.headers.get_list("content-encoding")
        response.headers.pop("content-encoding", None)  # httpx would decompress the body again
        if is_packed(codings):
            response.stream = _GzipStream(cast("httpx.AsyncByteStream", response.stream))  # as this transport's all are
        return response


def open_http_client(base_url: str, *, concurrency: int) -> httpx.AsyncClient:
    """A client for one host, with *concurrency* connections; close it with `aclose`.

    It follows no redirects, stores no cookies (callers share it), repeats nothing, and takes no proxy from the
    environment. It reads up to 500 headers of 64 KB, 128 KB together, and gzip. Its user sets time limits. Raises
    ValueError unless *base_url* is https, or http on this machine.
    """
    return httpx.AsyncClient(
        base_url=checked(base_url),
        transport=_BoundedTransport(client=_session_opener(concurrency)),
        headers=_ACCEPTED_CODING,
        cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
        timeout=None,  # noqa: S113 - the transport limits each attempt as a whole
        follow_redirects=False,
        trust_env=False,
    )


def _session_opener(concurrency: int) -> Callable[[], aiohttp.ClientSession]:
    """Opens a session with the bounds of `open_http_client`, in the loop that runs when it is called."""
    tls = httpx.create_ssl_context()

    def open_session() -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=concurrency, keepalive_timeout=_KEEP_ALIVE_S, ssl=tls),
            headers=_ACCEPTED_CODING,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(),
            trust_env=False,
            response_class=_OnlyResponse,
            max_line_size=_LONGEST_HEADER,
            max_field_size=_LONGEST_HEADER,
            max_headers=_MOST_HEADERS,
        )

    return open_session


def is_packed(codings: Iterable[str]) -> bool:
    """Whether the values of the header Content-Encoding name gzip."""
    return any(coding.strip().lower() in _GZIP for value in codings for coding in value.split(","))


class _OnlyResponse(aiohttp.ClientResponse):
    """Keeps aiohttp from repeating a GET or PUT when a connection ends early: it cannot know which calls may be
    repeated.

    It repeats on the two errors caught here, so they are raised as another class. A middleware could do the same, but
    costs more: three coroutines instead of one.
    """

    async def start(self, connection: Connection) -> aiohttp.ClientResponse:
        try:
            return await super().start(connection)
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
            raise _ClosedWithoutAnswer(type(error).__name__) from error


def checked(base_url: str) -> httpx.URL:
    """Raises ValueError for an address to which tokens must not be sent."""
    url = httpx.URL(base_url)
    if not url.host or url.userinfo or url.query or url.fragment:
        raise ValueError(
            "The address of Partner Center must be a plain one, such as https://api.partnercenter.microsoft.com."
        )
    if url.scheme != "https" and not (url.scheme == "http" and _is_this_machine(url.host)):
        raise ValueError("The address of Partner Center must be https; http is allowed only for this machine.")
    return url


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
