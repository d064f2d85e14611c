"""A fake Partner Center with one cart and scripted replies, which records its requests."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping

import httpx

from gateway.carts.document import Document
from gateway.partner_center.plain_json import document, encode
from gateway.partner_center.sending.exchange import NotConnected
from tests.carts.shop import a_body
from tests.shop_ids import DEMO_CART

Reply = httpx.Response | Exception | Callable[[], Awaitable[httpx.Response]]

BOUGHT: Mapping[str, object] = {"orders": [{"id": "76ed9c027bca", "status": "pending"}]}
FAILED: Mapping[str, object] = {"orders": [], "orderErrors": [{"orderGroupId": "0", "code": 800005}]}


class Upstream:
    """PUT stores lines, a checkout orders, POST of a cart returns this one. `reply_with` scripts the next replies to a method."""

    def __init__(self, body: bytes | None = None) -> None:
        self.body = a_body() if body is None else body
        self.requests: list[httpx.Request] = []
        self._replies: defaultdict[str, deque[Reply]] = defaultdict(deque)

    def reply_with(self, method: str, *answers: Reply) -> None:
        self._replies[method].extend(answers)

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if not self._replies[request.method]:
            return self.answer(request)
        reply = self._replies[request.method].popleft()
        if isinstance(reply, Exception):
            raise reply
        return reply if isinstance(reply, httpx.Response) else await reply()

    def answer(self, request: httpx.Request) -> httpx.Response:
        """The reply to a call without a scripted one."""
        if request.method == "PUT":
            self.change(lineItems=document(request.content)["lineItems"])
        if request.url.path.endswith("/checkout"):
            self.change(status="Ordered")
            return httpx.Response(201, json=BOUGHT)
        return httpx.Response(200, content=self.body)

    def change(self, **members: object) -> None:
        """Changes the cart as another client would."""
        self.body = encode({**document(self.body), **members})

    @property
    def methods(self) -> list[str]:
        return [request.method for request in self.requests]

    @property
    def request_ids(self) -> list[str]:
        """The MS-RequestIds of POST requests: new carts and checkouts."""
        return [each.headers["ms-requestid"] for each in self.requests if each.method == "POST"]

    @property
    def written(self) -> list[Document]:
        """The documents of PUT requests."""
        return [document(each.content) for each in self.requests if each.method == "PUT"]


def refusal(status: int, code: int | None = None) -> httpx.Response:
    """A refusal, with Partner Center's own code."""
    body = {} if code is None else {"code": code, "description": f"Cart {DEMO_CART} is not fit for this."}
    return httpx.Response(status, json=body)


def connection_refused() -> Exception:
    """What the HTTP client raises when the port is closed: the only failure that proves that nothing was sent."""
    error = httpx.ConnectError("All connection attempts failed")
    error.__cause__ = NotConnected("ConnectionRefusedError")
    return error


async def hang() -> httpx.Response:
    """A reply that never comes."""
    await asyncio.Event().wait()
    raise AssertionError("an attempt must not outlive its limit")
