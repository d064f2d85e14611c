"""The client of sign-ins and checks: httpx, whose requests are sent as those of all calls are."""

from collections.abc import AsyncIterator, Generator, Mapping
from contextlib import contextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from gateway.partner_center.addresses import checked
from gateway.partner_center.sending.exchange import ExchangeFailed, NotConnected, NotHttp, NotTrusted, NotUnpacked
from gateway.partner_center.sending.http11 import Http11Client, open_http11_client
from gateway.partner_center.sending.http11_connection import Response

_MOST_BODY = 8 * 2**20
"""Bytes, decompressed."""
_SET_BY_CLIENT = {"accept-encoding", "connection", "content-length", "host", "transfer-encoding", "user-agent"}

_ERRORS: Mapping[type[ExchangeFailed], type[httpx.RequestError]] = {
    NotConnected: httpx.ConnectError,
    NotTrusted: httpx.ConnectError,
    NotHttp: httpx.RemoteProtocolError,
    NotUnpacked: httpx.DecodingError,
}


@contextmanager
def _as_error_of_httpx() -> Generator[None]:
    """Raises an error of httpx from each ExchangeFailed."""
    try:
        yield
    except ExchangeFailed as error:
        raise _ERRORS.get(type(error), httpx.ReadError)(error.cause) from error


class _Body(httpx.AsyncByteStream):
    def __init__(self, response: Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _as_error_of_httpx():
            body = await self._response.read(_MOST_BODY)
            if body is None:
                raise NotHttp("BodyTooLarge")
        yield body

    async def aclose(self) -> None:
        self._response.close()


class _Http11Transport(httpx.AsyncBaseTransport):
    def __init__(self, http: Http11Client) -> None:
        self._http = http

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        headers = {name: value for name, value in request.headers.items() if name not in _SET_BY_CLIENT}
        target = request.url.raw_path.decode("ascii")
        body = await request.aread() or None
        with _as_error_of_httpx():
            response = await self._http.request(request.method, target, headers=headers, body=body)
        fields = [
            (name.encode(), value.encode("latin-1"))
            for name, value in response.headers.items()
            if name != "content-encoding"  # httpx would decompress the body again
        ]
        return httpx.Response(response.status, headers=fields, stream=_Body(response))

    async def aclose(self) -> None:
        await self._http.close()


def open_http_client(base_url: str) -> httpx.AsyncClient:
    """A client for one host; close it with `aclose`.

    It follows no redirects, stores no cookies (callers share it), repeats nothing, and takes no proxy from the
    environment. It reads up to 500 headers of 64 KB, 128 KB together, and gzip. Its user sets time limits.
    Raises ValueError unless *base_url* is https, or http on this machine.
    """
    url = checked(base_url)
    return httpx.AsyncClient(
        base_url=url,
        transport=_Http11Transport(open_http11_client(str(url.copy_with(path="/")))),
        cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
        timeout=None,  # noqa: S113 - the transport limits each attempt as a whole
        follow_redirects=False,
        trust_env=False,
    )
