"""Orders after checkout: found by id at once, listed later, provisioned."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx
import pytest

from tests.sandbox.shop_ids import CONTOSO_PATH

Create = Callable[..., Awaitable[dict[str, Any]]]

BASE, ARCHIVING = "91FD106F-4B2C-4938-95AC-F54F74E9A239", "43FCE491-76D1-4BCC-B709-8A288786DBAE"
E3, SECURITY = "CFQ7TTC0LFLX:0001:CFQ7TTC0LB30", "CFQ7TTC0HDJX:0001:CFQ7TTC0K806"
SOFTWARE: Mapping[str, object] = {
    "catalogItemId": "DG7GMGF0DWTL:0001:DG7GMGF0DSFM", "billingCycle": "one_time", "termDuration": None,
}  # fmt: skip

RESERVED: Mapping[str, object] = {
    "catalogItemId": "DZH318Z0BQ36:004J:DZH318Z08B8X", "billingCycle": "one_time", "termDuration": "P3Y",
    "provisioningContext": {"scope": "single", "subscriptionId": "1C461A25-F729-4FA5-AADB-280947DD05E8"},
}  # fmt: skip
PLAN: Mapping[str, object] = {
    "catalogItemId": "DZH318Z09V6F:0001:DZH318Z0BLD3", "billingCycle": "one_time",
    "provisioningContext": {"scope": "single", "entitlementId": "cdd17cc7-14fe-4445-8650-1f52de705851"},
    "purchaseCommitment": {"amount": 0.05, "grain": "hourly", "currency": "usd"},
}  # fmt: skip


async def ordered(api: httpx.AsyncClient, cart: dict[str, Any]) -> dict[str, Any]:
    """The first order of the cart, from the answer of its checkout."""
    first: dict[str, Any] = (await api.post(f"{CONTOSO_PATH}/carts/{cart['id']}/checkout")).json()["orders"][0]
    return first


async def advance(api: httpx.AsyncClient, by: str) -> None:
    await api.post("/_sandbox/clock", json={"advance": by})


async def test_a_new_order_is_listed_after_fifteen_minutes(api: httpx.AsyncClient, create: Create) -> None:
    """It is found by id immediately."""
    order = await ordered(api, await create({}))
    by_id = await api.get(f"{CONTOSO_PATH}/orders/{order['id'].upper()}")
    at_once = (await api.get(f"{CONTOSO_PATH}/orders")).json()
    await advance(api, "PT15M1S")

    later = (await api.get(f"{CONTOSO_PATH}/orders")).json()

    assert by_id.status_code == 200
    assert at_once["totalCount"] == 0
    assert [each["id"] for each in later["items"]] == [order["id"]]


@pytest.mark.parametrize(("wanted", "count"), [("onetime", 1), ("one_time", 1), ("Monthly", 1), ("annual", 0)], ids=str)
async def test_the_list_can_be_filtered_by_billing_cycle(
    api: httpx.AsyncClient, create: Create, wanted: str, count: int
) -> None:
    """`billingType` accepts any spelling of a cycle."""
    await ordered(api, await create({}, SOFTWARE))
    await advance(api, "PT16M")

    answer = await api.get(f"{CONTOSO_PATH}/orders", params={"billingType": wanted})

    assert answer.json()["totalCount"] == count


async def test_a_licence_has_its_subscription_from_checkout(api: httpx.AsyncClient, create: Create) -> None:
    """The order is pending first and completed later; the subscription exists at once."""
    order = await ordered(api, await create({"quantity": 2}))

    later = (await api.get(f"{CONTOSO_PATH}/orders/{order['id']}")).json()

    subscription_id = later["lineItems"][0]["subscriptionId"]
    assert order["lineItems"][0]["subscriptionId"] == subscription_id
    assert (order["status"], later["status"]) == ("pending", "completed")
    assert later["lineItems"][0]["links"]["subscription"]["uri"].endswith(subscription_id)
    subscription = (await api.get(f"{CONTOSO_PATH}/subscriptions/{subscription_id}")).json()
    assert (subscription["quantity"], subscription["orderId"]) == (2, order["id"])
    assert subscription["commitmentEndDate"] == "2024-07-10T00:00:00Z"


async def test_an_addon_has_its_base_subscription(api: httpx.AsyncClient, create: Create) -> None:
    """Whichever comes first on the cart."""
    month = {"termDuration": "P1M", "quantity": 2}
    cart = await create({"catalogItemId": SECURITY, **month}, {"catalogItemId": E3, **month})
    order = await ordered(api, cart)

    addon, base = (await api.get(f"{CONTOSO_PATH}/orders/{order['id']}")).json()["lineItems"]

    assert addon["parentSubscriptionId"] == base["subscriptionId"]
    addons = (await api.get(f"{CONTOSO_PATH}/subscriptions/{base['subscriptionId']}/addons")).json()
    assert [each["id"] for each in addons["items"]] == [addon["subscriptionId"]]


async def test_an_order_of_the_old_catalog_is_provisioned_within_the_checkout(
    api: httpx.AsyncClient, create: Create
) -> None:
    """Add-ons are lines of the same order, which has an etag and a date with an offset."""
    addon = {"catalogItemId": ARCHIVING, "quantity": 1, "billingCycle": "monthly"}

    order = await ordered(api, await create({"catalogItemId": BASE, "addonItems": [addon]}))

    base, nested = order["lineItems"]
    assert (base["lineItemNumber"], nested["lineItemNumber"]) == (0, 1)
    assert nested["parentSubscriptionId"] == base["subscriptionId"]
    assert order["creationDate"] == "2023-07-11T21:16:11.551+00:00"
    assert "etag" in order["attributes"]


async def test_a_savings_plan_has_a_subscription_after_the_checkout(api: httpx.AsyncClient, create: Create) -> None:
    """Not in the answer to the checkout, but in later ones; its unit is a benefit, with a commitment."""
    order = await ordered(api, await create(PLAN))
    later = (await api.get(f"{CONTOSO_PATH}/orders/{order['id']}")).json()

    plan = (await api.get(f"{CONTOSO_PATH}/subscriptions/{later['lineItems'][0]['subscriptionId']}")).json()

    assert "subscriptionId" not in order["lineItems"][0]
    assert [plan[name] for name in ("unitType", "billingType", "quantity")] == ["Benefit", "benefit", 1]
    assert plan["lineItems"] == [
        {
            "id": plan["id"],
            "friendlyName": "Compute savings plan, 1 Year",
            "scope": {"type": "single", "entitlementId": "cdd17cc7-14fe-4445-8650-1f52de705851"},
            "autoRenewEnabled": True,
            "status": "active",
            "purchaseCommitment": {"amount": 0.05, "currency": "usd", "grain": "hourly"},
        }
    ]


@pytest.mark.parametrize("line", [SOFTWARE, RESERVED], ids=["software", "a reservation"])
async def test_some_purchases_never_become_subscriptions(
    api: httpx.AsyncClient, create: Create, line: Mapping[str, object]
) -> None:
    """Neither at checkout nor later."""
    order = await ordered(api, await create(line))

    later = (await api.get(f"{CONTOSO_PATH}/orders/{order['id']}")).json()

    assert ["subscriptionId" in each["lineItems"][0] for each in (order, later)] == [False, False]


async def test_software_has_no_term_and_no_subscription(api: httpx.AsyncClient, create: Create) -> None:
    """Its term is an empty string, its name the SKU's title."""
    order = await ordered(api, await create(SOFTWARE))

    (line,) = (await api.get(f"{CONTOSO_PATH}/orders/{order['id']}")).json()["lineItems"]

    assert (line["termDuration"], line["friendlyName"]) == ("", "BizTalk Server 2016 Branch")
    assert "subscriptionId" not in line


@pytest.mark.parametrize(("query", "total"), [("", None), ("?include_price=true", 2300.0)], ids=["not asked", "asked"])
async def test_prices_are_shown_on_request(
    api: httpx.AsyncClient, create: Create, query: str, total: float | None
) -> None:
    """Only the checkout shows them by default."""
    order = await ordered(api, await create(SOFTWARE))

    later = (await api.get(f"{CONTOSO_PATH}/orders/{order['id']}{query}")).json()

    assert order["totalPrice"] == 2300.0
    assert later.get("totalPrice") == total
    assert ("pricing" in later["lineItems"][0]) == (total is not None)


async def test_provisioning_status_lists_every_line(api: httpx.AsyncClient, create: Create) -> None:
    """As fulfilled, with its quantity."""
    order = await ordered(api, await create({"quantity": 4}))

    answer = (await api.get(f"{CONTOSO_PATH}/orders/{order['id']}/provisioningstatus")).json()

    assert answer["items"] == [
        {
            "orderLineItemId": 0,
            "lineItemNumber": 0,
            "status": "fulfilled",
            "quantityProvisioningInformation": [{"quantity": 4, "status": "fulfilled"}],
        }
    ]


async def test_an_unknown_order_is_not_found(api: httpx.AsyncClient) -> None:
    """With the code for orders."""
    answer = await api.get(f"{CONTOSO_PATH}/orders/a68736758d9c")

    assert (answer.status_code, answer.json()["code"]) == (404, 20000)
