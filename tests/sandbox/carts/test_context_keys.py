"""Keys of a provisioning context are not case-sensitive ("Create a cart" prints two spellings)."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from tests.sandbox.shop_ids import CONTOSO_PATH

Create = Callable[..., Awaitable[dict[str, Any]]]

BASE, ARCHIVING = "91FD106F-4B2C-4938-95AC-F54F74E9A239", "43FCE491-76D1-4BCC-B709-8A288786DBAE"
AZURE = "1c461a25-f729-4fa5-aadb-280947dd05e8"


@pytest.mark.parametrize(
    "key", ["parentSubscriptionId", "ParentSubscriptionId", "parentsubscriptionid", "PARENTSUBSCRIPTIONID"]
)
async def test_an_addon_finds_its_parent_by_a_key_in_any_case(api: httpx.AsyncClient, create: Create, key: str) -> None:
    """The order line names the parent; answers lower only the first letter of a key."""
    bought = await api.post(f"{CONTOSO_PATH}/carts/{(await create({'catalogItemId': BASE}))['id']}/checkout")
    parent = bought.json()["orders"][0]["lineItems"][0]["subscriptionId"]

    cart = await create({"catalogItemId": ARCHIVING, "provisioningContext": {key: parent}})
    order = (await api.post(f"{CONTOSO_PATH}/carts/{cart['id']}/checkout")).json()["orders"][0]

    assert cart["lineItems"][0]["provisioningContext"] == {key[:1].lower() + key[1:]: parent}
    assert order["lineItems"][0]["parentSubscriptionId"] == parent


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(
            {
                "catalogItemId": "DZH318Z0BQ36:004J:DZH318Z08B8X",
                "termDuration": "P3Y",
                "provisioningContext": {"SCOPE": "single", "SubscriptionID": AZURE},
            },
            id="a reservation",
        ),
        pytest.param(
            {
                "catalogItemId": "DZH318Z09V6F:0001:DZH318Z0BLD3",
                "provisioningContext": {"Scope": "single", "entitlementid": "cdd17cc7-14fe-4445-8650-1f52de705851"},
                "purchaseCommitment": {"amount": 0.05, "grain": "hourly", "currency": "usd"},
            },
            id="a savings plan",
        ),
    ],
)
async def test_azure_lines_read_keys_in_any_case(create: Create, line: dict[str, object]) -> None:
    """No variable is reported missing."""
    cart = await create({**line, "billingCycle": "one_time"})

    assert "error" not in cart["lineItems"][0]
