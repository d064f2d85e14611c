"""A shop in front of a gateway: it reads and fills carts, buys them, and notes what it is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx

from gateway.schema.node import Kind, node_id
from tests.shop_ids import ALPINE, CONTOSO

PRODUCT = "DG7GMGF0DWTL"
LINE = {"catalogItemId": f"{PRODUCT}:0001:DG7GMGF0DSFM", "quantity": 1, "billingCycle": "ONE_TIME"}
"""There is no limit to it, and all of one cart become one order."""

READ = """
query Read($cart: ID!) { cart(by: {id: $cart}) { status lineItems { friendlyName } } }
"""
LOOK_UP = """
query LookUp($product: String!) { product(by: {partnerCenterId: $product}) { title } }
"""
ADD = """
mutation Add($input: AddCartLineItemsInput!) {
  addCartLineItems(input: $input) {
    addedLineItems { friendlyName }
    replayed
    errors { code }
  }
}
"""
CHECK_OUT = """
mutation CheckOut($input: CheckoutCartInput!) {
  checkoutCart(input: $input) {
    result { orders { partnerCenterId } }
    replayed
    errors { code ... on CartNotEditableError { reason } }
  }
}
"""

CHANGE = """
mutation Change($input: UpdateSubscriptionInput!) {
  updateSubscription(input: $input) { isChanged isPending subscription { quantity } errors { code } }
}
"""
CANCEL = """
mutation Cancel($input: CancelSubscriptionInput!) {
  cancelSubscription(input: $input) { isChanged isPending subscription { status } errors { code } }
}
"""
CANCEL_ORDER = """
mutation CancelOrder($input: CancelOrderInput!) {
  cancelOrder(input: $input) { isChanged order { status } errors { code } }
}
"""
SEEN = """
query Seen($subscription: ID!) { subscription(by: {id: $subscription}) { version quantity status } }
"""

Channel = Literal["data", "payload", "top level"]


@dataclass(frozen=True)
class Told:
    """What an answer says, and where: its data, the code in a payload, or the code at the top level with its facts."""

    code: str | None = None
    channel: Channel = "data"
    retryable: bool | None = None
    outcome: str | None = None
    retry_after: float | None = field(default=None, compare=False)
    value: Any = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Shop:
    """*http* calls the gateway, with the token of whoever owns the shop."""

    http: httpx.AsyncClient

    async def read(self, cart_id: str) -> Told:
        """A cart of Contoso's, by Partner Center's id."""
        return await self._ask(READ, {"cart": cart(cart_id)}, "cart")

    async def look_up(self, product_id: str = PRODUCT) -> Told:
        return await self._ask(LOOK_UP, {"product": product_id}, "product")

    async def add(self, cart_id: str, name: str, **others: object) -> Told:
        """One line, told from others by its friendly name."""
        given = {"cartId": cart(cart_id), "lineItems": [{**LINE, "friendlyName": name}], **others}
        return await self._ask(ADD, {"input": given}, "addCartLineItems")

    async def check_out(self, cart_id: str, **others: object) -> Told:
        return await self._ask(CHECK_OUT, {"input": {"cartId": cart(cart_id), **others}}, "checkoutCart")

    async def see(self, subscription_id: str) -> Told:
        """A subscription of Alpine's, with its version."""
        return await self._ask(SEEN, {"subscription": subscription(subscription_id)}, "subscription")

    async def change_seats(self, subscription_id: str, version: str, quantity: int) -> Told:
        given = {"subscriptionId": subscription(subscription_id), "expectedVersion": version}
        return await self._ask(CHANGE, {"input": {**given, "change": {"quantity": quantity}}}, "updateSubscription")

    async def cancel(self, subscription_id: str, version: str) -> Told:
        given = {"subscriptionId": subscription(subscription_id), "expectedVersion": version}
        return await self._ask(CANCEL, {"input": given}, "cancelSubscription")

    async def cancel_order(self, order_id: str) -> Told:
        given = {"orderId": node_id(Kind.ORDER, CONTOSO, order_id)}
        return await self._ask(CANCEL_ORDER, {"input": given}, "cancelOrder")

    async def _ask(self, document: str, variables: Mapping[str, object], field: str) -> Told:
        response = await self.http.post("/graphql", json={"query": document, "variables": variables})
        return told(response.json(), field)


def cart(cart_id: str) -> str:
    """The identifier of a cart of Contoso's in the graph."""
    return node_id(Kind.CART, CONTOSO, cart_id)


def subscription(subscription_id: str) -> str:
    """The identifier of a subscription of Alpine's in the graph."""
    return node_id(Kind.SUBSCRIPTION, ALPINE, subscription_id)


def told(answer: Mapping[str, Any], field: str) -> Told:
    """What the whole *answer* to an operation of one *field* says."""
    if "errors" in answer:
        (error,) = answer["errors"]
        said = error["extensions"]
        assert said["correlationId"]
        data: Mapping[str, Any] = answer.get("data") or {}
        assert data.get(field) is None
        return Told(said["code"], "top level", said["retryable"], said.get("outcome"), said.get("retryAfter"))
    value = answer["data"][field]
    if value and value.get("errors"):
        (error,) = value["errors"]
        return Told(error["code"], "payload", value=value)
    return Told(value=value)


def orders_in(answer: Told) -> list[str]:
    """The ids of the orders that a checkout named."""
    return [order["partnerCenterId"] for order in answer.value["result"]["orders"]]
