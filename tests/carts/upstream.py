"""A Partner Center that keeps one cart, does as told when told, and remembers what it was asked."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping

import aiohttp
import httpx
from aiohttp.client_reqrep import ConnectionKey

from gateway.carts.document import Document
from gateway.partner_center.plain_json import document, encode
from tests.carts.shop import CART, a_body

Told = httpx.Response | Exception | Callable[[], Awaitable[httpx.Response]]

BOUGHT: Mapping[str, object] = {"orders": [{"id": "76ed9c027bca", "status": "pending"}]}
FAILED: Mapping[str, object] = {"orders": [], "orderErrors": [{"orderGroupId": "0", "code": 800005}]}


class Upstream:
    """PUT stores lines, a checkout orders, a new cart is this one; `tell` has the next calls of a method answered otherwise, in turn."""

    def __init__(self, body: bytes | None = None) -> None:
        self.body = a_body() if body is None else body
        self.requests: list[httpx.Request] = []
        self._told: defaultdict[str, deque[Told]] = defaultdict(deque)

    def tell(self, method: str, *answers: Told) -> None:
        self._told[method].extend(answers)

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if not self._told[request.method]:
            return self.answer(request)
        told = self._told[request.method].popleft()
        if isinstance(told, Exception):
            raise told
        return told if isinstance(told, httpx.Response) else await told()

    def answer(self, request: httpx.Request) -> httpx.Response:
        """What is answered to those calls that nothing else was told for."""
        if request.method == "PUT":
            self.change(lineItems=document(request.content)["lineItems"])
        if request.url.path.endswith("/checkout"):
            self.change(status="Ordered")
            return httpx.Response(201, json=BOUGHT)
        return httpx.Response(200, content=self.body)

    def change(self, **members: object) -> None:
        """Somebody changes the cart."""
        self.body = encode({**document(self.body), **members})

    @property
    def methods(self) -> list[str]:
        return [request.method for request in self.requests]

    @property
    def request_ids(self) -> list[str]:
        """The request ids of what was posted: carts and checkouts."""
        return [each.headers["ms-requestid"] for each in self.requests if each.method == "POST"]

    @property
    def written(self) -> list[Document]:
        """The documents that were put."""
        return [document(each.content) for each in self.requests if each.method == "PUT"]


def refusal(status: int, code: int | None = None) -> httpx.Response:
    """An answer that says no, with Partner Center's own code."""
    said = {} if code is None else {"code": code, "description": f"Cart {CART} is not fit for this."}
    return httpx.Response(status, json=said)


def connection_refused() -> Exception:
    """What the HTTP client raises when nobody listens: the one fault that proves that nothing was sent."""
    nobody = ConnectionKey("upstream.test", 443, True, True, None, None, None)
    error = httpx.ConnectError("All connection attempts failed")
    error.__cause__ = aiohttp.ClientConnectorError(nobody, ConnectionRefusedError(111, "refused"))
    return error


async def hang() -> httpx.Response:
    """An answer that never comes."""
    await asyncio.Event().wait()
    raise AssertionError("an attempt must not outlive its limit")
