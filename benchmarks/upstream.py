"""A Partner Center that costs little: carts that can be bought and a catalog that has every item, each call delayed.

It recognises a repeat by its MS-RequestId alone: a checkout with another one orders again, so a second order shows. The
work is done when a call arrives, so a gateway killed during the delay leaves work whose answer is lost.

Run: .venv/bin/python -m benchmarks.upstream PORT MILLISECONDS
"""

import asyncio
import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid4

import uvloop

LINES_OF_A_PAGE = 3
_PAGES = 2**64
"""Carts whose id, as a number, is below this exist without having been created."""
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_REQUEST_ID = re.compile(rb"\r\nms-requestid: *([^\r]+)", re.IGNORECASE)
_CREATED, _EXPIRES = (f"{datetime.now(UTC) + timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}" for days in (0, 7))
_PRICING = {"listPrice": 30.4, "discountedPrice": 30.4, "proratedPrice": 30.4, "price": 30.4, "extendedPrice": 364.8}

Document = dict[str, Any]


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
            case "GET", "customers", customer:
                return _customer(customer)
            case "GET", "customers", _, "carts", cart:
                return self._carts.get(cart) or _page_cart(cart)
            case "PUT", "customers", _, "carts", cart:
                self._carts[cart] |= {"lineItems": _lines(json.loads(body)["lineItems"])}
                return self._carts[cart]
            case "POST", "customers", _, "carts":
                return self._once(request_id, lambda: self._create(json.loads(body)))
            case "POST", "customers", _, "carts", cart, "checkout":
                return self._once(request_id, lambda: self._check_out(cart))
            case "GET", "products", *ids:
                return _sold(ids[::2])
            case _:
                return None

    def _once(self, request_id: bytes, work: Callable[[], Document]) -> Document:
        if request_id in self._answers:
            self._repeats += 1
        else:
            self._answers[request_id] = work()
        return self._answers[request_id]

    def _create(self, document: Document) -> Document:
        cart = str(uuid4())
        self._carts[cart] = _cart(cart, document["lineItems"])
        return self._carts[cart]

    def _check_out(self, cart: str) -> Document:
        self._carts[cart]["status"] = "Ordered"
        orders = [_order(line) for line in self._carts[cart]["lineItems"]]
        self._orders.setdefault(cart, []).extend(order["id"] for order in orders)
        return {"orders": orders, "attributes": {"objectType": "CartCheckoutResult"}}


def _page_cart(cart: str) -> Document | None:
    number = UUID(cart).int
    if number >= _PAGES:
        return None
    items = [f"CFQ7T{number:08X}{line}:0001:CFQ7A{number:08X}{line}" for line in range(LINES_OF_A_PAGE)]
    return _cart(cart, [{"catalogItemId": item, "quantity": 5} for item in items])


def _cart(cart: str, lines: Sequence[Mapping[str, object]]) -> Document:
    return {
        "id": cart,
        "creationTimestamp": _CREATED,
        "lastModifiedTimestamp": _CREATED,
        "expirationTimestamp": _EXPIRES,
        "lastModifiedUser": "a9f0bbe6-b381-483b-a861-3e1960436c94",
        "status": "Active",
        "lineItems": _lines(lines),
        "attributes": {"objectType": "Cart"},
    }


def _lines(lines: Sequence[Mapping[str, object]]) -> list[Document]:
    """Each line becomes an order of its own."""
    usual = {"currencyCode": "USD", "billingCycle": "monthly", "termDuration": "P1Y", "provisioningContext": {}}
    return [{**usual, **line, "id": n, "orderGroup": str(n), "pricing": _PRICING} for n, line in enumerate(lines)]


def _order(line: Document) -> Document:
    bought = {"lineItemNumber": 0, "offerId": line["catalogItemId"], "quantity": line["quantity"], "pricing": _PRICING}
    return {
        "id": uuid4().hex[:12],
        "billingCycle": "monthly",
        "currencyCode": "USD",
        "lineItems": [{**bought, "termDuration": "P1Y", "friendlyName": "Seats", "transactionType": "New"}],
        "creationDate": _CREATED,
        "status": "pending",
        "totalPrice": 364.8,
        "attributes": {"objectType": "Order"},
    }


def _customer(customer: str) -> Document:
    profile = {"tenantId": customer, "domain": "contoso.example", "companyName": "Contoso"}
    address = {"country": "US", "city": "Redmond", "addressLine1": "One Way"}
    return {
        "id": customer,
        "companyProfile": {**profile, "address": address},
        "billingProfile": {"companyName": "Contoso", "defaultAddress": address},
        "relationshipToPartner": "reseller",
    }


def _sold(ids: Sequence[str]) -> Document:
    """A product, SKU or availability, with about as much text as the documentation prints."""
    text = {"title": "Seats for an office", "description": "What the item is, in some words. " * 6}
    product = {"id": ids[0], **text, "productType": {"id": "OnlineServicesNCE", "displayName": "Online services"}}
    if len(ids) == 1:
        return product
    sku = {"id": ids[1], "productId": ids[0], **text, "minimumQuantity": 1, "maximumQuantity": 300, "isTrial": False}
    if len(ids) == 2:
        return {**sku, "supportedBillingCycles": ["annual", "monthly"]}
    terms = [
        {"id": f"term{n}", "duration": "P1Y", "billingCycle": cycle} for n, cycle in enumerate(("Annual", "Monthly"))
    ]
    named = {"id": ids[2], "productId": ids[0], "skuId": ids[1], "catalogItemId": ":".join(ids), "country": "US"}
    return {**named, "segment": "commercial", "terms": terms, "product": product, "sku": sku}


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
            asyncio.get_running_loop().call_later(self._delay_s, self._send, self._answer(head, rest))

    def _answer(self, head: bytes, body: bytes) -> bytes:
        method, target, _ = head.decode("ascii").split(" ", 2)
        path, request_id = target.partition("?")[0].strip("/").split("/"), _REQUEST_ID.search(head)
        if path == ["report"]:
            answer: Document | None = self._shop.report
        else:
            answer = self._shop.answer(method, path[1:], request_id[1] if request_id else b"", body)
        content = json.dumps(answer)
        status = "404 Not Found" if answer is None else "200 OK"
        head_of_answer = (
            f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        return (head_of_answer + content).encode("ascii")

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
