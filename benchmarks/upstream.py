"""A Partner Center that costs little: carts that can be bought and a catalog that has every item, each call delayed.

It recognises a repeat by its MS-RequestId alone: a checkout with another one orders again, so a second order shows. The
work is done when a call arrives, so a gateway killed during the delay leaves work whose answer is lost.

Run: .venv/bin/python -m benchmarks.upstream PORT MILLISECONDS
"""

import asyncio
import json
import re
import sys
from collections.abc import Callable, Sequence
from typing import cast
from uuid import uuid4

import msgspec
import uvloop

from benchmarks.resources import LISTED, Document, cart_with, customer, order, priced, sold, unmade_cart

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_REQUEST_ID = re.compile(rb"\r\nms-requestid: *([^\r]+)", re.IGNORECASE)


class Shop:
    """The carts, and what was bought."""

    def __init__(self) -> None:
        self._carts: dict[str, Document] = {}
        self._answers: dict[bytes, Document] = {}
        """Of creations and checkouts, by MS-RequestId."""
        self._orders: dict[str, list[str]] = {}
        self._repeats = 0

    @property
    def report(self) -> Document:
        return {"carts": list(self._carts), "orders": self._orders, "repeats": self._repeats}

    def answer(self, method: str, path: Sequence[str], request_id: bytes, body: bytes) -> Document | None:
        """The answer to a call; None when there is no such resource."""
        match method, *path:
            case "GET", "customers", tenant:
                return customer(tenant)
            case "GET", "customers", _, "carts", cart:
                return self._carts.get(cart) or unmade_cart(cart)
            case "PUT", "customers", _, "carts", cart:
                return self._put(cart, json.loads(body))
            case "POST", "customers", _, "carts":
                return self._once(request_id, lambda: self._create(json.loads(body)))
            case "POST", "customers", _, "carts", cart, "checkout":
                return self._once(request_id, lambda: self._check_out(cart))
            case "GET", "productpromotions":
                return {"totalCount": 0, "items": []}
            case "POST", "customers", _, "promotionEligibilities":
                questions: list[Document] = json.loads(body)["items"]
                return {"items": [{**each, "eligibilities": []} for each in questions]}
            case "GET", "products", *ids if not len(ids) % 2:
                return {"items": [sold((*ids[::2], each)) for each in LISTED[len(ids) // 2]]}
            case "GET", "products", *ids:
                return sold(tuple(ids[::2]))
            case _:
                return None

    def _once(self, request_id: bytes, work: Callable[[], Document]) -> Document:
        if request_id in self._answers:
            self._repeats += 1
        else:
            self._answers[request_id] = work()
        return self._answers[request_id]

    def _put(self, cart: str, document: Document) -> Document | None:
        """The answer to a PUT. A cart that was not created stays as it is, so that it can be changed again and again."""
        stored = self._carts.get(cart) or unmade_cart(cart)
        if stored is None:
            return None
        changed = {**stored, "lineItems": priced(document["lineItems"])}
        if cart in self._carts:
            self._carts[cart] = changed
        return changed

    def _create(self, document: Document) -> Document:
        cart = str(uuid4())
        self._carts[cart] = cart_with(cart, document["lineItems"])
        return self._carts[cart]

    def _check_out(self, cart: str) -> Document:
        self._carts[cart]["status"] = "Ordered"
        orders = [order(line) for line in self._carts[cart]["lineItems"]]
        self._orders.setdefault(cart, []).extend(each["id"] for each in orders)
        return {"orders": orders, "attributes": {"objectType": "CartCheckoutResult"}}


class _Connection(asyncio.Protocol):
    def __init__(self, shop: Shop, delay_s: float) -> None:
        self._shop = shop
        self._delay_s = delay_s
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by inheritance

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, rest = self._received.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        body_length = int(length[1]) if length else 0
        if end and len(rest) >= body_length:
            self._received = b""
            answer = self._answer(head, rest)
            if self._delay_s:
                asyncio.get_running_loop().call_later(self._delay_s, self._send, answer)
            else:
                self._send(answer)

    def _answer(self, head: bytes, body: bytes) -> bytes:
        method, target, _ = head.decode("ascii").split(" ", 2)
        path, request_id = target.partition("?")[0].strip("/").split("/"), _REQUEST_ID.search(head)
        if path == ["report"]:
            answer: Document | None = self._shop.report
        else:
            answer = self._shop.answer(method, path[1:], request_id[1] if request_id else b"", body)
        content = msgspec.json.encode(answer)
        status = "404 Not Found" if answer is None else "200 OK"
        head_of_answer = (
            f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        return head_of_answer.encode("ascii") + content

    def _send(self, answer: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(answer)


async def _serve(port: int, delay_s: float) -> None:
    shop = Shop()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(shop, delay_s), "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1]), float(sys.argv[2]) / 1000))
