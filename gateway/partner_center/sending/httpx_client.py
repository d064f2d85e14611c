"""An httpx client behind the interface of `exchange`: for tests and the emulator in the same process, and for checks."""

from collections.abc import Mapping

import httpx

from gateway.partner_center.sending.exchange import ExchangeFailed, NotUnpacked


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
        except httpx.RequestError as error:
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
        except httpx.RequestError as error:
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


def _failure_of(error: httpx.RequestError) -> ExchangeFailed:
    """The failure behind an error of `open_http_client`. No other error proves that nothing was sent."""
    if isinstance(error.__cause__, ExchangeFailed):
        return type(error.__cause__)(error.__cause__.cause)
    kind = NotUnpacked if isinstance(error, httpx.DecodingError) else ExchangeFailed
    return kind(type(error.__cause__ or error).__name__)
