"""Ids that Partner Center makes up as it likes: whatever they look like, the gateway's own ids lead back to them."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, cast
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gateway.partner_center.plain_json import document
from tests.harness import Gateway
from tests.shop_ids import CONTOSO, DEMO_CART

GatewayOver = Callable[..., AbstractAsyncContextManager[Gateway]]


READ = """
query Read($product: String!, $sku: String!, $item: String!, $order: PartnerCenterOrderInput!, $cart: PartnerCenterCartInput!) {
  product(by: {partnerCenterId: $product}) { id partnerCenterId }
  sku(by: {partnerCenterId: $sku}) { id partnerCenterId }
  availability(by: {catalogItemId: $item}) { id partnerCenterId }
  order(by: {partnerCenter: $order}) { id partnerCenterId }
  cart(by: {partnerCenter: $cart}) { id lineItems { id catalogItemId product { id } sku { id } availability { id } } }
}
"""
AGAIN = "query Again($ids: [ID!]!) { nodes(ids: $ids) { id } }"
CHANGE = """
mutation Change($cart: ID!, $line: ID!) {
  updateCartLineItems(input: {cartId: $cart, lineItems: [{id: $line, quantity: 2}]}) { errors { code message } }
}
"""
REMOVE = """
mutation Remove($cart: ID!, $line: ID!) {
  removeCartLineItems(input: {cartId: $cart, lineItemIds: [$line]}) { errors { code message } }
}
"""

Text = st.text(
    st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="/\\?#%:"), min_size=1, max_size=128
)
opaque = Text.filter(lambda text: text.strip(".") != "")


class Everything:
    """Partner Center with every product, SKU, availability and order asked for, and a cart of two lines."""

    def __init__(self, item: str) -> None:
        lines = [{"id": number, "catalogItemId": item, "quantity": 1} for number in (0, 1)]
        self._cart: Mapping[str, object] = {"id": DEMO_CART, "status": "Active", "lineItems": lines}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "PUT":
            self._cart = {"id": DEMO_CART, "status": "Active", **document(request.content)}
        path = request.url.raw_path.decode().partition("?")[0]
        return httpx.Response(200, json=self._answer([unquote(part) for part in path.split("/")[2:]]))

    def _answer(self, segments: list[str]) -> object:
        match segments:
            case ["products", product]:
                return {"id": product}
            case ["products", product, "skus", sku]:
                return {"id": sku, "productId": product}
            case ["products", product, "skus", sku, "availabilities", availability]:
                item = f"{product}:{sku}:{availability}"
                return {"id": availability, "productId": product, "skuId": sku, "catalogItemId": item}
            case ["customers", _, "orders", order]:
                return {"id": order, "lineItems": []}
            case ["customers", _, "carts", _]:
                return self._cart
            case ["customers", customer]:
                return {"id": customer}
            case _:
                raise AssertionError(segments)


async def read(gateway: Gateway, product: str, sku: str, availability: str, order: str) -> dict[str, Any]:
    return await gateway.data(
        READ,
        {
            "product": product,
            "sku": f"{product}:{sku}",
            "item": f"{product}:{sku}:{availability}",
            "order": {"customerTenantId": CONTOSO, "orderId": order},
            "cart": {"customerTenantId": CONTOSO, "cartId": DEMO_CART},
        },
    )


def ids_in(value: object) -> list[str]:
    """Every `id` in an answer."""
    if isinstance(value, dict):
        members = cast("Mapping[str, object]", value)
        own = [str(members["id"])] if "id" in members else []
        return own + ids_in(list(members.values()))
    if isinstance(value, list):
        return [found for each in cast("list[object]", value) for found in ids_in(each)]
    return []


@given(product=opaque, sku=opaque, availability=opaque, order=opaque)
@example(product="MS-AZR-0145P", sku="MS-AZR-0145P", availability="MS-AZR-0145P", order="MS-AZR-0145P")
@example(product="p" * 128, sku="s" * 128, availability="a" * 128, order="o" * 128)
@settings(max_examples=30, deadline=None, suppress_health_check=(HealthCheck.function_scoped_fixture,))
async def test_every_id_leads_back(
    gateway_over: GatewayOver, product: str, sku: str, availability: str, order: str
) -> None:
    """Each id of an answer resolves, and the mutations that take ids accept those of the cart and its lines."""
    everything = Everything(f"{product}:{sku}:{availability}")
    async with gateway_over(httpx.MockTransport(everything), default_country="SE") as gateway:
        found = await read(gateway, product, sku, availability, order)
        ids = ids_in(found)
        again = await gateway.data(AGAIN, {"ids": ids})
        cart = found["cart"]
        changed, removed = [
            await gateway.data(mutation, {"cart": cart["id"], "line": cart["lineItems"][0]["id"]})
            for mutation in (CHANGE, REMOVE)
        ]

    assert [found[kind]["partnerCenterId"] for kind in ("product", "sku", "availability", "order")] == [
        product,
        sku,
        availability,
        order,
    ]
    assert again["nodes"] == [{"id": text} for text in ids]
    assert len(ids) == 13
    assert changed["updateCartLineItems"]["errors"] == removed["removeCartLineItems"]["errors"] == []


@pytest.mark.parametrize("text", ["é" * 128, "\U0001f3e2" * 128], ids=["two bytes a sign", "four bytes a sign"])
async def test_the_longest_ids_lead_back(gateway_over: GatewayOver, text: str) -> None:
    """However many bytes their characters take."""
    everything = Everything(f"{text}:{text}:{text}")
    async with gateway_over(httpx.MockTransport(everything)) as gateway:
        ids = ids_in(await read(gateway, text, text, text, text))
        again = await gateway.data(AGAIN, {"ids": ids})

    assert again["nodes"] == [{"id": each} for each in ids]
