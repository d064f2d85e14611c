"""Buyers who click twice, open two tabs, reuse keys and ask again until they are told; and what each was told."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import uuid4

import httpx

from gateway.schema.node import Kind, node_id
from tests.shop_ids import CONTOSO

LINES = (
    {"catalogItemId": "DG7GMGF0DWTL:0001:DG7GMGF0DSFM", "quantity": 1, "billingCycle": "one_time"},
    {
        "catalogItemId": "DZH318Z0BXWC:0002:DZH318Z0BMRV",
        "quantity": 1,
        "billingCycle": "monthly",
        "termDuration": "P1M",
    },
)
"""Each becomes an order of its own, and there is no limit to either."""

MOST_TRIES = 60
CHECKOUT = """
mutation Buy($input: CheckoutCartInput!) {
  checkoutCart(input: $input) {
    replayed
    result { outcome orders { partnerCenterId } orderErrors { code } }
    errors { __typename code ... on CartNotEditableError { reason } }
  }
}
"""

Way = Literal["single", "without a key", "double click", "two tabs", "reused key"]
WAYS: tuple[Way, ...] = ("single", "without a key", "double click", "two tabs", "reused key")


@dataclass
class Purchase:
    """One cart, how it was bought, and what its buyer was told."""

    way: Way
    cart_id: str
    groups: int
    keys: list[str | None] = field(default_factory=list[str | None])
    answered_keys: list[str] = field(default_factory=list[str])
    """Keys whose call named the orders: only those are certain to be recorded."""
    told: list[frozenset[str]] = field(default_factory=list[frozenset[str]])
    """The orders that answers named."""
    denied_at: list[int] = field(default_factory=list[int])
    """How many orders of the cart there were when an answer said that nothing was placed."""
    odd: list[str] = field(default_factory=list[str])
    """Answers that no buyer should get."""
    codes: list[str] = field(default_factory=list[str])


class Buyers:
    """Everybody who buys in a run. *orders_of* tells the orders that Partner Center has for a cart."""

    def __init__(
        self,
        gateway: httpx.AsyncClient,
        partner_center: httpx.AsyncClient,
        *,
        token: str,
        chance: random.Random,
        orders_of: Callable[[str], Awaitable[int]],
    ) -> None:
        self._gateway = gateway
        self._partner_center = partner_center
        self._headers = {"Authorization": f"Bearer {token}"}
        self._chance = chance
        self._orders_of = orders_of
        self.purchases: list[Purchase] = []

    async def buy(self, way: Way) -> None:
        groups = self._chance.randint(1, 2)
        purchase = Purchase(way, await self._cart(groups), groups)
        self.purchases.append(purchase)
        match way:
            case "single":
                await self._until_told(purchase, str(uuid4()))
            case "without a key":
                await self._until_told(purchase, None)
            case "double click":
                key = str(uuid4())
                await asyncio.gather(self._until_told(purchase, key), self._until_told(purchase, key))
            case "two tabs":
                await asyncio.gather(*(self._until_told(purchase, str(uuid4())) for _ in range(2)))
            case "reused key":
                used = [key for each in self.purchases for key in each.answered_keys if each is not purchase]
                if used:
                    await self._reuse(purchase, self._chance.choice(used))
                await self._until_told(purchase, str(uuid4()))

    async def ask_again(self, purchase: Purchase) -> frozenset[str] | None:
        """What the buyer is told later, with the same key; None when nothing is told."""
        again = Purchase(purchase.way, purchase.cart_id, purchase.groups)
        await self._until_told(again, purchase.keys[0])
        return again.told[0] if again.told else None

    async def _cart(self, groups: int) -> str:
        answer = await self._partner_center.post(
            f"/v1/customers/{CONTOSO}/carts", json={"lineItems": LINES[:groups]}, headers=self._headers
        )
        cart_id: str = answer.json()["id"]
        return cart_id

    async def _until_told(self, purchase: Purchase, key: str | None) -> None:
        """Asks until the orders are named, as a shop would."""
        purchase.keys.append(key)
        for _ in range(MOST_TRIES):
            payload = await self._ask(purchase, key)
            if payload is None:
                await asyncio.sleep(0.1 + 0.4 * self._chance.random())
            elif payload["errors"]:
                purchase.odd.append(str(payload["errors"]))
                return
            else:
                purchase.told.append(frozenset(order["partnerCenterId"] for order in payload["result"]["orders"]))
                if key is not None:
                    purchase.answered_keys.append(key)
                return
        purchase.odd.append(f"not told in {MOST_TRIES} tries: {purchase.codes[-5:]}")

    async def _reuse(self, purchase: Purchase, key: str) -> None:
        """Another cart's key: refused, or nothing is known, but nothing is bought for it."""
        payload = await self._ask(purchase, key)
        if payload is not None and [error["code"] for error in payload["errors"]] != ["IDEMPOTENCY_KEY_REUSED"]:
            purchase.odd.append(f"a reused key was answered {payload}")

    async def _ask(self, purchase: Purchase, key: str | None) -> dict[str, Any] | None:
        """The payload; None when the buyer is to ask again."""
        given = {"cartId": node_id(Kind.CART, CONTOSO, purchase.cart_id), **({"idempotencyKey": key} if key else {})}
        body = {"query": CHECKOUT, "variables": {"input": given}}
        try:
            response = await self._gateway.post("/graphql", json=body, headers=self._headers)
            answer: dict[str, Any] = response.json()
        except (httpx.HTTPError, ValueError):
            purchase.codes.append("no answer")
            return None
        data: dict[str, Any] = answer.get("data") or {}
        payload: dict[str, Any] | None = data.get("checkoutCart")
        if payload is not None:
            return payload
        (error,) = answer["errors"]
        told = error["extensions"]
        purchase.codes.append(f"{told['code']}/{told.get('outcome')}")
        if told.get("outcome") == "NOT_PLACED":
            purchase.denied_at.append(await self._orders_of(purchase.cart_id))
        if not told["retryable"] or told["code"] == "INTERNAL":
            purchase.odd.append(str(error))
        return None
