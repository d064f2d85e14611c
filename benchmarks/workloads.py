"""The requests of `benchmarks.answers`, and for each the data that the answer must hold.

FindProducts, CartPage and ChangeLines are the documents of operations/, which change with the product. Page, tiny and mutation are
yardsticks: they stay as they are, so that figures can be compared with earlier ones, and ask only for what the stub's
resources say, so that every answer can be computed.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import lcm
from typing import cast

from benchmarks.expected import expected
from benchmarks.resources import Document, cart_id, cart_with, customer_id, unmade_cart
from gateway.operations.collection import read_collection
from gateway.schema.node import Kind, node_id

_CARTS = 512
"""Carts that take turns."""
_DOCUMENTS = 200
_BY = "by: {partnerCenter: {customerTenantId: $customer, cartId: $cart}}"
_FIELDS = """
  partnerCenterId catalogItemId friendlyName quantity currencyCode billingCycle termDuration orderGroup
  pricing { listPrice price extendedPrice } addonItems { partnerCenterId catalogItemId quantity }
  product { partnerCenterId title category { partnerCenterId displayName } }
  sku { partnerCenterId title minimumQuantity maximumQuantity isTrial }
"""
PAGE = f"""
query Page($customer: String!, $cart: String!) {{ cart({_BY}) {{
  partnerCenterId status createdAt expiresAt lineItems {{ {_FIELDS} }}
}} }}
"""
TINY = f"query Tiny($customer: String!, $cart: String!) {{ cart({_BY}) {{ partnerCenterId status }} }}"
ADD = """
mutation Add($input: AddCartLineItemsInput!) { addCartLineItems(input: $input) {
  cart { partnerCenterId status } addedLineItems { partnerCenterId catalogItemId quantity pricing { price } }
} }
"""
_LINE = {
    "catalogItemId": "CFQ7TTC0L000:0001:CFQ7TTC0K000",
    "quantity": 5,
    "billingCycle": "MONTHLY",
    "termDuration": "P1Y",
}


@dataclass(frozen=True)
class Request:
    query: str
    variables: Mapping[str, object]
    root: Callable[[], Mapping[str, object]] | None = None
    """The stub's resource for each root field; None where the answer holds more than the stub does."""

    def body(self) -> bytes:
        return json.dumps({"query": self.query, "variables": self.variables}).encode()

    def data(self) -> Document | None:
        """That of a complete answer; None where it cannot be computed, but is the same each time."""
        return expected(self.query, self.root()) if self.root else None


@dataclass(frozen=True)
class Workload:
    request: Callable[[int], Request]
    distinct: int | None = _CARTS
    """Requests after which they begin again; None if no two are equal."""


def _reading(query: str, kind: str) -> Callable[[int], Request]:
    return lambda number: _read(query, kind, number)


def _read(query: str, kind: str, number: int) -> Request:
    cart = cart_id(kind, number)
    return Request(query, {"customer": customer_id(number), "cart": cart}, lambda: {"cart": unmade_cart(cart)})


def _one_of_many(number: int) -> Request:
    return _page_of_its_own(number % _DOCUMENTS, number)


def _page_of_its_own(document: int, number: int | None = None) -> Request:
    """The page, by a document whose operation has a name of its own."""
    return _read(PAGE.replace("Page", f"Page{document}", 1), "page", document if number is None else number)


def _add(number: int) -> Request:
    cart = cart_id("page", number)
    of_cart = node_id(Kind.CART, customer_id(number), cart)
    return Request(ADD, {"input": {"cartId": of_cart, "lineItems": [_LINE]}}, lambda: _added(cart))


def _added(cart: str) -> Mapping[str, object]:
    changed = cart_with(cart, [*cast("Document", unmade_cart(cart))["lineItems"], _LINE])
    return {"addCartLineItems": {"cart": changed, "addedLineItems": changed["lineItems"][-1:]}}


def _collected(name: str, variables: Callable[[int], Mapping[str, object]]) -> Callable[[int], Request]:
    """Requests by a document of operations/."""
    (document,) = (each.document for each in read_collection() if each.name == name)
    return lambda number: Request(document, variables(number))


def _cart(number: int) -> Mapping[str, object]:
    return {"cart": {"id": node_id(Kind.CART, customer_id(number), cart_id("page", number))}}


def _changed_line(number: int) -> Mapping[str, object]:
    """More seats on the first of the three lines that sell one item."""
    cart = customer_id(number), cart_id("page", number)
    line = node_id(Kind.LINE_ITEM, *cart, str(_LINE["catalogItemId"]).lower(), "0", "3")
    return {"input": {"cartId": node_id(Kind.CART, *cart), "lineItems": [{"id": line, "quantity": 200}]}}


WORKLOADS: Mapping[str, Workload] = {
    "page": Workload(_reading(PAGE, "page")),
    "cold": Workload(_reading(PAGE, "cold"), distinct=None),
    "tiny": Workload(_reading(TINY, "page")),
    "mutation": Workload(_add),
    "100 lines": Workload(_reading(PAGE, "long")),
    "200 documents": Workload(_one_of_many, distinct=lcm(_DOCUMENTS, _CARTS)),
    "documents": Workload(_page_of_its_own, distinct=None),
    "FindProducts": Workload(_collected("FindProducts", lambda _: {"query": "office seats"}), distinct=1),
    "CartPage": Workload(_collected("CartPage", _cart)),
    "ChangeLines": Workload(_collected("ChangeLines", _changed_line)),
}
