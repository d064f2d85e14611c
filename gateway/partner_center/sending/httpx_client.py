"""An httpx client behind the interface of `exchange`: for tests and the emulator in the same process, and for checks."""

from collections.abc import Mapping

import aiohttp
import httpx

from gateway.partner_center.sending.exchange import ExchangeFailed, NotConnected, NotHttp, NotTrusted, NotUnpacked


class HttpxClient:
    """An HttpClient."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def request(
        self, method: str, target: str, *, headers: Mapping[str, str], body: bytes | None
    ) -> "HttpxResponse":
        request = self._http.build_request(method, target, headers=headers, content=body)
        try:
            return HttpxResponse(await self._http.send(request, stream=True))
        except (httpx.RequestError, aiohttp.ClientError) as error:
            raise _failure_of(error) from error

    async def close(self) -> None:
        await self._http.aclose()


class HttpxResponse:
    def __init__(self, response: httpx.Response) -> None:
        self._response = response
        self.status = response.status_code
        self.headers: Mapping[str, str] = response.headers

    def header(self, name: str) -> str:
        return self.headers.get(name, "")

    async def read(self, at_most: int) -> bytes | None:
        try:
            return await self._body(at_most)
        except (httpx.RequestError, aiohttp.ClientError) as error:
            raise _failure_of(error) from error
        finally:
            await self._response.aclose()

    async def _body(self, at_most: int) -> bytes | None:
        body = bytearray()
        async for chunk in self._response.aiter_bytes():
            body += chunk
            if len(body) > at_most:
                return None
        return bytes(body)


def _failure_of(error: httpx.RequestError | aiohttp.ClientError) -> ExchangeFailed:
    """Judged by aiohttp's error where there is one: httpx-aiohttp also raises `ConnectTimeout` for a connection lost
    after sending.
    """
    if isinstance(error, httpx.DecodingError):
        return NotUnpacked(type(error).__name__)
    cause = error if isinstance(error, aiohttp.ClientError) else error.__cause__
    if isinstance(cause, aiohttp.ClientError):
        return _failure_of_aiohttp(cause)
    return ExchangeFailed(type(cause or error).__name__)


def _failure_of_aiohttp(error: aiohttp.ClientError) -> ExchangeFailed:
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
