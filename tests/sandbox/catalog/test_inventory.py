"""The inventory check."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from tests.sandbox.shop_ids import CONTOSO

Create = Callable[..., Awaitable[dict[str, Any]]]


async def test_the_inventory_check_omits_unknown_items(api: httpx.AsyncClient, create: Create) -> None:
    """The answer is a bare array; sold-out SKUs are restricted."""
    reserved = {
        "catalogItemId": "DZH318Z0BQ36:004J:DZH318Z08B8X", "billingCycle": "one_time", "termDuration": "P3Y", "quantity": 5,
        "provisioningContext": {"scope": "single", "subscriptionId": "1c461a25-f729-4fa5-aadb-280947dd05e8"},
    }  # fmt: skip
    cart = await create(reserved)
    await api.post(f"/v1/customers/{CONTOSO}/carts/{cart['id']}/checkout")
    body = {
        "TargetItems": [{"ProductId": "DZH318Z0BQ36"}, {"ProductId": "NOTHING"}],
        "InventoryContext": {"customerId": CONTOSO},
    }

    answer = await api.post("/v1/extensions/product/checkInventory?country=US", json=body)

    assert [(each["skuId"], each["isRestricted"]) for each in answer.json()] == [("004G", False), ("004J", True)]
