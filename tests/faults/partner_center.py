"""The sandbox as tests of faults use it: with faults on order, and looked at from behind."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from typing import Any

import httpx

from gateway.dev.in_process import InProcess
from gateway.partner_center.sending.exchange import HttpClient, Response
from gateway.sandbox.app import Sandbox, build_sandbox
from tests.faults.shop import LINE
from tests.shop_ids import ALPINE, CONTOSO

HOST = "partner-center.test"

_LARGEST_BODY = 8 * 2**20
"""Bytes: as much as the gateway reads."""


@dataclass(frozen=True)
class Sent:
    """A call as the gateway sent it, and when, in the running loop's time."""

    method: str
    at: float
    body: bytes = field(repr=False)


@dataclass
class Diversion:
    """Calls of a method and a path go to an impostor, *times* of them, None = all. *http* is a client for its address."""

    http: HttpClient
    method: str
    path: str
    times: int | None

    def takes(self, request: httpx.Request) -> bool:
        if request.method != self.method or not fnmatch(request.url.path, self.path) or self.times == 0:
            return False
        self.times = None if self.times is None else self.times - 1
        return True

    async def send(self, request: httpx.Request) -> httpx.Response:
        headers = {name: value for name, value in request.headers.items() if name != "host"}
        target = request.url.raw_path.decode()
        response = await self.http.request(request.method, target, headers=headers, body=request.content or None)
        return httpx.Response(response.status, headers=dict(response.headers), stream=_Body(response))


class _Body(httpx.AsyncByteStream):
    def __init__(self, response: Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncGenerator[bytes]:
        body = await self._response.read(_LARGEST_BODY)
        yield bytes(_LARGEST_BODY + 1) if body is None else body


class PartnerCenter(httpx.AsyncBaseTransport):
    """A sandbox in this process, and the transport that leads to it. It notes all that is sent, to whatever host."""

    def __init__(self, sandbox: Sandbox | None = None) -> None:
        """*sandbox* is one with something special about it, else as it is shipped."""
        self.sandbox: Sandbox = sandbox or build_sandbox()
        self.sent: list[Sent] = []
        self._line = InProcess(self.sandbox)
        self._diversion: Diversion | None = None
        self._something_sent = asyncio.Event()
        self._behind = httpx.AsyncClient(transport=self._line, base_url=f"https://{HOST}")
        self._behind.headers["Authorization"] = f"Bearer {self.sandbox.demo_token()}"

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        self.sent.append(Sent(request.method, asyncio.get_running_loop().time(), body))
        self._something_sent.set()
        if self._diversion is not None and self._diversion.takes(request):
            return await self._diversion.send(request)
        return await self._line.handle_async_request(request)

    async def end(self) -> None:
        """After the gateways, which may share it: what closes one of them leaves it open."""
        await self._behind.aclose()
        self.sandbox.close()

    async def until_sent(self, method: str) -> None:
        """Waits for the first call of that method."""
        while not any(each.method == method for each in self.sent):
            self._something_sent.clear()
            await self._something_sent.wait()

    def divert(self, diversion: Diversion) -> None:
        """Some calls go to a real address, as the gateway's own client carries them."""
        self._diversion = diversion

    async def order(self, *faults: Mapping[str, object], **others: object) -> None:
        answer = await self._behind.post("/_sandbox/faults", json={"faults": faults, **others})
        assert answer.status_code == 200, answer.text

    async def new_cart(self, *names: str) -> str:
        """The id of a cart of Contoso's, with a line of each friendly name."""
        lines = [{**LINE, "billingCycle": "one_time", "friendlyName": name} for name in names]
        answer = await self._behind.post(f"/v1/customers/{CONTOSO}/carts", json={"lineItems": lines})
        assert answer.status_code == 201, answer.text
        cart_id: str = answer.json()["id"]
        return cart_id

    async def new_order(self) -> str:
        """The id of an order of Contoso's that can be cancelled."""
        cart_id = await self.new_cart("bought")
        answer = await self._behind.post(f"/v1/customers/{CONTOSO}/carts/{cart_id}/checkout")
        order_id: str = answer.json()["orders"][0]["id"]
        return order_id

    async def is_cancelled(self, order_id: str) -> bool:
        order: dict[str, Any] = (await self._behind.get(f"/v1/customers/{CONTOSO}/orders/{order_id}")).json()
        return bool(order["status"] == "cancelled")

    async def subscription(self, subscription_id: str) -> dict[str, Any]:
        """One of Alpine's as it is."""
        answer = await self._behind.get(f"/v1/customers/{ALPINE}/subscriptions/{subscription_id}")
        found: dict[str, Any] = answer.json()
        return found

    async def cart(self, cart_id: str) -> dict[str, Any]:
        answer = await self._behind.get(f"/v1/customers/{CONTOSO}/carts/{cart_id}")
        kept: dict[str, Any] = answer.json()
        return kept

    async def lines(self, cart_id: str) -> list[str]:
        """The friendly names of the lines as they are stored."""
        return [line["friendlyName"] for line in (await self.cart(cart_id))["lineItems"]]

    async def orders(self, cart_id: str) -> list[str]:
        """The ids of the orders that came of a cart."""
        placed = (await self._behind.get("/_sandbox/purchases")).json()["purchases"]
        return [order["orderId"] for order in placed if order["cartId"] == cart_id]
