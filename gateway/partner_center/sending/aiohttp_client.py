"""The client of all calls to Partner Center: aiohttp without a layer between, because each call pays for it."""

from collections.abc import Callable, Iterator, Mapping
from itertools import chain

import aiohttp
from aiohttp import hdrs
from multidict import CIMultiDictProxy
from yarl import URL

from gateway.partner_center.gzip_bodies import BrokenGzip, Unpacker
from gateway.partner_center.http_client import LONGEST_HEAD, checked, is_packed, session_opener
from gateway.partner_center.sending.exchange import ExchangeFailed, NotConnected, NotHttp, NotTrusted, NotUnpacked


def open_aiohttp_client(base_url: str, *, concurrency: int) -> "AiohttpClient":
    """A client with the bounds of `open_http_client`. Raises ValueError as that does."""
    return AiohttpClient(str(checked(base_url)).rstrip("/"), session_opener(concurrency))


class AiohttpClient:
    """An HttpClient. The session is opened by the first request, because it belongs to the loop that runs then."""

    def __init__(self, base_url: str, open_session: Callable[[], aiohttp.ClientSession]) -> None:
        self._base_url = base_url
        self._open_session = open_session
        self._session: aiohttp.ClientSession | None = None

    async def request(
        self, method: str, target: str, *, headers: Mapping[str, str], body: bytes | None
    ) -> "AiohttpResponse":
        if self._session is None:
            self._session = self._open_session()
        url = URL(self._base_url + target, encoded=True)
        try:
            response = await self._session.request(method, url, headers=headers, data=body, allow_redirects=False)
        except aiohttp.ClientError as error:
            raise failure_of(error) from error
        if sum(map(len, chain.from_iterable(response.raw_headers))) > LONGEST_HEAD:
            response.close()
            raise NotHttp("HeadTooLarge")
        return AiohttpResponse(response)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


class AiohttpResponse:
    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response
        self.status = response.status

    @property
    def headers(self) -> Mapping[str, str]:
        return _Joined(self._response.headers)

    def header(self, name: str) -> str:
        return ", ".join(self._response.headers.getall(name, ()))

    async def read(self, at_most: int) -> bytes | None:
        try:
            return await self._body(at_most)
        except BrokenGzip as error:
            raise NotUnpacked(type(error).__name__) from error
        except aiohttp.ClientError as error:
            raise failure_of(error) from error
        finally:
            if not self._response.closed:  # a whole answer has already given its connection back
                self._response.close()

    async def _body(self, at_most: int) -> bytes | None:
        content = self._response.content
        unpacker = Unpacker() if is_packed(self._response.headers.getall(hdrs.CONTENT_ENCODING, ())) else None
        pieces: list[bytes] = []
        size = 0
        while not content.at_eof():
            chunk = await content.readany()
            for piece in (chunk,) if unpacker is None else unpacker.pieces(chunk):
                pieces.append(piece)
                size += len(piece)
                if size > at_most:
                    return None
        if unpacker is not None:
            unpacker.finish()
        return b"".join(pieces)


class _Joined(Mapping[str, str]):
    """Headers with one value for each name."""

    __slots__ = ("_headers",)

    def __init__(self, headers: CIMultiDictProxy[str]) -> None:
        self._headers = headers

    def __getitem__(self, name: str) -> str:
        return ", ".join(self._headers.getall(name))

    def __iter__(self) -> Iterator[str]:
        return iter({name.lower() for name in self._headers})

    def __len__(self) -> int:
        return len(set(iter(self)))


def failure_of(error: aiohttp.ClientError) -> ExchangeFailed:
    """Only a connection that was never established proves that nothing was sent."""
    cause = type(error).__name__
    match error:
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientConnectorSSLError():
            return NotTrusted(cause)
        case aiohttp.ClientConnectorError():
            return NotConnected(cause)
        case aiohttp.ClientConnectionError() | aiohttp.ClientPayloadError():
            return ExchangeFailed(cause)
        case _:
            return NotHttp(cause)
