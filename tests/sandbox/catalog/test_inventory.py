"""The inventory check by resource type, and the one that it replaced."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from tests.sandbox.shop_ids import CONTOSO

Create = Callable[..., Awaitable[dict[str, Any]]]


BY_TYPE = "/v1/extensions/product/checkinventorybyresourcetype?country=US&resourceType="
RETIRED = "/v1/extensions/product/checkInventory?country=US"
PRODUCT = "DZH318Z0BQ36"
ASKED = {"TargetItems": [{"ProductId": PRODUCT}, {"ProductId": "NOTHING"}], "InventoryContext": {"customerId": CONTOSO}}


@pytest.fixture
async def sold_out(api: httpx.AsyncClient, create: Create) -> None:
    """All that there is of 004J is sold."""
    reserved = {
        "catalogItemId": f"{PRODUCT}:004J:DZH318Z08B8X", "billingCycle": "one_time", "termDuration": "P3Y", "quantity": 5,
        "provisioningContext": {"scope": "single", "subscriptionId": "1c461a25-f729-4fa5-aadb-280947dd05e8"},
    }  # fmt: skip
    cart = await create(reserved)
    await api.post(f"/v1/customers/{CONTOSO}/carts/{cart['id']}/checkout")


@pytest.mark.usefixtures("sold_out")
async def test_the_inventory_check_omits_unknown_items(api: httpx.AsyncClient) -> None:
    """The answer is a bare array; sold-out SKUs are restricted."""
    answer = await api.post(f"{BY_TYPE}VirtualMachines", json=ASKED)

    assert [(each["skuId"], each["isRestricted"]) for each in answer.json()] == [("004G", False), ("004J", True)]


async def test_a_restriction_names_the_region(packaged_api: httpx.AsyncClient) -> None:
    """In the words of check-inventory.md."""
    asked = {"targetItems": [{"productId": "DZH318Z0BQ3P", "skuId": "0038"}]}

    answer = await packaged_api.post(f"{BY_TYPE}VirtualMachines", json=asked)

    assert answer.json() == [
        {
            "productId": "DZH318Z0BQ3P",
            "skuId": "0038",
            "isRestricted": True,
            "restrictions": [
                {
                    "reasonCode": "NotAvailableForSubscription",
                    "description": "Restriction identified of type 'Location' with values 'japanwest'.",
                    "properties": {"type": "Location", "values": "japanwest"},
                }
            ],
        }
    ]


@pytest.mark.parametrize(
    ("resource_type", "target", "skus"),
    [
        pytest.param("virtualmachines", {"productId": PRODUCT, "skuId": "004g"}, ["004G"], id="one SKU, in any casing"),
        pytest.param("VirtualMachines", {}, ["004G", "004J"], id="everything of the type"),
        pytest.param("CosmosDb", {"productId": PRODUCT}, [], id="another type"),
    ],
)
async def test_the_inventory_check_answers_for_its_resource_type(
    api: httpx.AsyncClient, resource_type: str, target: dict[str, str], skus: list[str]
) -> None:
    """Items of another type are left out."""
    answer = await api.post(f"{BY_TYPE}{resource_type}", json={"targetItems": [target]})

    assert [each["skuId"] for each in answer.json()] == skus


@pytest.mark.parametrize("query", ["country=US", "country=US&resourceType=", "resourceType=CosmosDb"])
async def test_the_inventory_check_requires_market_and_type(api: httpx.AsyncClient, query: str) -> None:
    """Both are required by the page's table."""
    answer = await api.post(f"/v1/extensions/product/checkinventorybyresourcetype?{query}", json={"targetItems": []})

    assert (answer.status_code, answer.json()["code"]) == (400, 3000)


async def test_the_retired_inventory_check_is_gone(api: httpx.AsyncClient) -> None:
    """Partner Center retired it on 25 September 2026; a switch brings it back until the next reset."""
    before = await api.post(RETIRED, json=ASKED)
    await api.post("/_sandbox/switches", json={"checkInventory": True})
    switched_on = await api.post(RETIRED, json=ASKED)
    await api.post("/_sandbox/reset")
    after = await api.post(RETIRED, json=ASKED)

    assert (before.status_code, before.json()["code"]) == (404, 1000)
    assert [each["skuId"] for each in switched_on.json()] == ["004G", "004J"]
    assert after.status_code == 404
