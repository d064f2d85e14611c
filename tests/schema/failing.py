"""Partner Center in trouble: the sandbox, but that some calls end otherwise."""

from collections.abc import Awaitable, Callable

import httpx

from gateway.partner_center.plain_json import encode
from gateway.sandbox.app import Sandbox

Handler = Callable[[httpx.Request], Awaitable[httpx.Response]]


class Failing(httpx.AsyncBaseTransport):
    """The sandbox, but that calls of *method* (None: any) to paths with this *ending* end in what *fail* does."""

    def __init__(self, sandbox: Sandbox, fail: Handler, *, method: str | None = None, ending: str = "") -> None:
        self._sandbox = httpx.ASGITransport(sandbox)
        self._fail = fail
        self._method = method
        self._ending = ending

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._method in {None, request.method} and request.url.path.endswith(self._ending):
            return await self._fail(request)
        return await self._sandbox.handle_async_request(request)


def refusing(status: int, code: int, description: str = "Out of order.") -> Handler:
    """Refuses in Partner Center's form."""
    return answering(status, encode({"code": code, "description": description, "data": [], "source": "PartnerFD"}))


def answering(status: int, body: bytes, **headers: str) -> Handler:
    """Answers that, with Partner Center's correlation id; in the names of headers `_` stands for a hyphen."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    async def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(status, content=body, headers={"MS-CorrelationId": "of-partner-center", **named})

    return answer


class LosingAnAnswer(httpx.AsyncBaseTransport):
    """The sandbox, which does the work of the first call of *method* but whose answer is lost; `lost` keeps its body."""

    def __init__(self, sandbox: Sandbox, *, method: str) -> None:
        self._sandbox = httpx.ASGITransport(sandbox)
        self._method = method
        self.lost: bytes | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._sandbox.handle_async_request(request)
        if request.method == self._method and self.lost is None:
            self.lost = await answer.aread()
            raise httpx.ReadError("the connection broke")
        return answer
