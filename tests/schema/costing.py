"""Operations with one root field, each with the calls that it takes: rows of the tables of costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from gateway.partner_center.plain_json import encode
from gateway.sandbox.app import Sandbox
from gateway.schema.node import Kind, node_id
from tests.harness import Gateway
from tests.schema.conftest import Cart
from tests.shop_ids import ALPINE, ALPINES_SEATS, CONTOSO, FJORD

Line = Mapping[str, object]

LINES = 20
"""The lines that an estimate assumes in a cart."""
ORDERS = 4
"""The orders that an estimate assumes of a cart."""
ORDER_LINES = 5
"""The lines that an estimate assumes in an order."""


@dataclass(frozen=True, kw_only=True)
class Costing:
    """An operation and its calls, as `GET customers/...`; those of Contoso begin with `GET .../` for short.

    `cached` calls are made for the first operation, `calls` for every one. In texts, CART is the cart with these
    *lines*, ORDER and OTHER are its first two orders once it is *bought*; SUBSCRIPTION and PROMOTION are node ids.
    `store_reads` are those of the gateway's own store. `forbidden` are the response paths of fields that need a token
    with a user. `edited` members are set in the answer to each read of Alpine's subscription FRESH.
    """

    asked: str
    estimate: int
    calls: Sequence[str] = ()
    cached: Sequence[str] = ()
    store_reads: int = 0
    forbidden: Sequence[str] = ()
    lines: Sequence[Line] = ({},)
    bought: bool = False
    edited: Mapping[str, str] = field(default_factory=dict[str, str])


FRESH = ALPINES_SEATS
SCHEDULED = "a1b00003-52f7-4a0e-8d7e-6c1f3b0f9a03"
"""It becomes something else at renewal."""
BASICS = "a1b00005-52f7-4a0e-8d7e-6c1f3b0f9a05"
"""Its upgrades could flow into other subscriptions."""
PLAN = "962fd6d4-e7b0-49bd-af75-df6113456fda"
"""Fjord's Azure by use."""
YEARLY_E3 = "39NFJQT1PGVJ:0045:39NFJQT1Q684"


def owned(subscription: str, selection: str, *, customer: str = ALPINE) -> str:
    by = f'{{partnerCenter: {{customerTenantId: "{customer}", subscriptionId: "{subscription}"}}}}'
    return f"subscription(by: {by}) {{ {selection} }}"


def of_customer(selection: str, *, customer: str = CONTOSO) -> str:
    return f'customer(by: {{tenantId: "{customer}"}}) {{ {selection} }}'


@dataclass(frozen=True)
class Ids:
    """What the words of a row stand for."""

    cart: Cart
    orders: Sequence[Mapping[str, str]] = ()

    def filled(self, text: str) -> str:
        """Node ids in the place of words."""
        words = {
            "CART": str(self.cart["id"]),
            **{word: order["id"] for word, order in zip(("ORDER", "OTHER"), self.orders, strict=False)},
            "SUBSCRIPTION": node_id(Kind.SUBSCRIPTION, ALPINE, FRESH),
            "PROMOTION": node_id(Kind.PROMOTION, "US", YEARLY_E3),
        }
        for word, value in words.items():
            text = text.replace(f'"{word}"', f'"{value}"')
        return text

    def shortened(self, calls: Sequence[str]) -> list[str]:
        """Calls in the words of a row, in alphabetical order."""
        words = {
            "/v1/": "",
            f"customers/{CONTOSO}": "...",
            f"customers/{ALPINE}": "ALPINE",
            f"customers/{FJORD}": "FJORD",
            str(self.cart["partnerCenterId"]): "CART",
            **{order["partnerCenterId"]: word for word, order in zip(("ORDER", "OTHER"), self.orders, strict=False)},
            FRESH: "FRESH",
        }
        text = "\n".join(calls)
        for value, word in words.items():
            text = text.replace(value, word)
        return sorted(text.splitlines())


async def buy(gateway: Gateway, cart: Cart) -> list[dict[str, str]]:
    """The orders, in the order of the cart's lines."""
    document = (
        "mutation Buy($id: ID!) { checkoutCart(input: {cartId: $id}) { result { orders { id partnerCenterId } } } }"
    )
    bought: list[dict[str, str]] = (await gateway.data(document, {"id": cart["id"]}))["checkoutCart"]["result"][
        "orders"
    ]
    await gateway.calls()
    return bought


async def edit(sandbox: Sandbox, members: Mapping[str, str]) -> None:
    """Sets these members whenever FRESH is read."""
    rule = {"calls": f"GET customers/{ALPINE}/subscriptions/{FRESH}", "fault": "edit", "set": members}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(sandbox), base_url="http://sandbox") as control:
        answer = await control.post("/_sandbox/faults", content=encode({"faults": [rule] if members else []}))
    assert answer.is_success, answer.text


def at(data: Any, path: str) -> Any:
    """The value at a response path with dots."""
    for key in path.split("."):
        data = data[int(key) if key.isdigit() else key]
    return data
