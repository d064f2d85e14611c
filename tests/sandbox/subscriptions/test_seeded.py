"""The packaged seed has subscriptions in every state that a shop must cope with."""

from typing import Any

import httpx

ALPINE = "/v1/customers/8e9d2fba-176a-4bc1-90fe-27f5c6864792"
FJORD = "/v1/customers/4c2b661d-266a-4343-902d-329fc91c0d1c"
NOW = "2023-07-11T21:16:11.55149Z"
"""The time of the sandbox."""


async def owned(api: httpx.AsyncClient, customer: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await api.get(f"{customer}/subscriptions")).json()["items"]
    return items


async def test_every_state_is_there(packaged_api: httpx.AsyncClient) -> None:
    """One customer has them all; a suspended one says why."""
    found = await owned(packaged_api, ALPINE)

    assert {each["status"] for each in found} == {
        "active",
        "suspended",
        "expired",
        "disabled",
        "deleted",
        "pending",
        "none",
    }
    assert [each["suspensionReasons"] for each in found if each["status"] == "suspended"] == [["NonPayment"]]


async def test_windows_are_open_closing_and_over(packaged_api: httpx.AsyncClient) -> None:
    """Seats of a fresh subscription can be given back in two lots; those of an old one not any more."""
    fresh, closing, over = (await owned(packaged_api, ALPINE))[:3]

    assert [lot["quantity"] for lot in fresh["refundableQuantity"]["details"]] == [20, 5]
    assert NOW < closing["cancellationAllowedUntilDate"] < "2023-07-12T02"
    assert closing["refundOptions"] == [{"type": "Partial", "expiresAt": closing["cancellationAllowedUntilDate"]}]
    assert over["cancellationAllowedUntilDate"] < NOW
    assert over["refundableQuantity"]["totalQuantity"] == 0


async def test_a_next_term_is_scheduled(packaged_api: httpx.AsyncClient) -> None:
    """For a licence, and for the trial, as for every trial."""
    found = [each["scheduledNextTermInstructions"] for each in await owned(packaged_api, ALPINE) if "scheduledNextTermInstructions" in each]  # fmt: skip

    assert [(each["product"]["productId"], each["quantity"]) for each in found] == [("CFQ7TTC0LCHC", 35), ("CFQ7TTC0LCHC", 25)]  # fmt: skip


async def test_a_billing_period_ends_within_the_term(packaged_api: httpx.AsyncClient) -> None:
    """A year paid by the month ends its period a month after it began; what is paid once has none."""
    fresh, closing = (await owned(packaged_api, ALPINE))[:2]
    plan = (await owned(packaged_api, FJORD))[0]

    assert (fresh["billingCycleEndDate"], closing["billingCycleEndDate"]) == ("2023-08-08T00:00:00Z", "2024-07-04T00:00:00Z")  # fmt: skip
    assert "billingCycleEndDate" not in plan


async def test_azure_is_usage_based(packaged_api: httpx.AsyncClient) -> None:
    """The plan, which is not registered, and a subscription of the old kind with its entitlement."""
    plan, old = await owned(packaged_api, FJORD)

    assert (plan["billingType"], plan["unitType"]) == (old["billingType"], old["unitType"]) == ("usage", "Usage-based")
    assert (plan["commitmentEndDate"][:4], "entitlementId" in plan, "entitlementId" in old) == ("9999", False, True)
    status = (await packaged_api.get(f"{FJORD}/subscriptions/{plan['id']}/registrationstatus")).json()["status"]
    assert status == "NotRegistered"


async def test_some_seeded_orders_can_be_read(packaged_api: httpx.AsyncClient) -> None:
    """Most orders are too old; that of the software as a service has a line to activate."""
    found = {each["friendlyName"]: each for each in await owned(packaged_api, ALPINE)}
    service, old = found["Signatures"], found["Mailboxes, suspended"]

    order = (await packaged_api.get(f"{ALPINE}/orders/{service['orderId']}")).json()
    missing = await packaged_api.get(f"{ALPINE}/orders/{old['orderId']}")
    links = (await packaged_api.get(f"{ALPINE}/orders/{service['orderId']}/lineitems/0/activationlinks")).json()

    assert [line["subscriptionId"] for line in order["lineItems"]] == [service["id"]]
    assert (missing.status_code, missing.json()["code"]) == (404, 20000)
    assert links["items"] == [
        {
            "lineItemNumber": 0,
            "link": {"uri": f"https://activation.example/{service['id']}", "method": "GET", "headers": []},
        }
    ]


async def test_only_what_a_publisher_activates_has_a_link(packaged_api: httpx.AsyncClient) -> None:
    """A licence of Microsoft's has none, and a line that the order lacks is not found."""
    order = (await owned(packaged_api, ALPINE))[0]["orderId"]

    none = await packaged_api.get(f"{ALPINE}/orders/{order}/lineitems/0/activationlinks")
    missing = await packaged_api.get(f"{ALPINE}/orders/{order}/lineitems/1/activationlinks")

    assert none.json()["items"] == []
    assert missing.status_code == 404
