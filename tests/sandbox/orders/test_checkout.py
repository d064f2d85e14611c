"""Checkout turns each order group of a cart into an order."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx
import pytest

Create = Callable[..., Awaitable[dict[str, Any]]]

CONTOSO, FABRIKAM = "28045616-f6b9-462f-9701-0d89b5e65c44", "6f4ce4d8-f42e-45e0-8661-92ad6ac9d003"
WINGTIP = "18ac2950-8ea9-4dfc-92a4-ff4d4cd57796"
E5, E3, SECURITY = "CFQ7TTC0LF8S:0001:CFQ7TTC0VZW5", "CFQ7TTC0LFLX:0001:CFQ7TTC0LB30", "CFQ7TTC0HDJX:0001:CFQ7TTC0K806"
SOFTWARE: Mapping[str, object] = {
    "catalogItemId": "DG7GMGF0DWTL:0001:DG7GMGF0DSFM", "billingCycle": "one_time", "termDuration": None,
}  # fmt: skip
RESERVED: Mapping[str, object] = {
    "catalogItemId": "DZH318Z0BQ36:004J:DZH318Z08B8X", "billingCycle": "one_time", "termDuration": "P3Y", "quantity": 3,
    "provisioningContext": {"scope": "single", "subscriptionId": "1C461A25-F729-4FA5-AADB-280947DD05E8"},
}  # fmt: skip


async def checkout(api: httpx.AsyncClient, cart: dict[str, Any], customer: str = CONTOSO) -> httpx.Response:
    return await api.post(f"/v1/customers/{customer}/carts/{cart['id']}/checkout")


async def read(api: httpx.AsyncClient, cart: dict[str, Any], customer: str = CONTOSO) -> dict[str, Any]:
    found: dict[str, Any] = (await api.get(f"/v1/customers/{customer}/carts/{cart['id']}")).json()
    return found


async def test_a_checkout_answers_the_documented_order(api: httpx.AsyncClient, create: Create) -> None:
    """Members and their order are as on checkout-a-cart.md; a licence of new commerce has a subscription id without a link."""
    cart = await create({"friendlyName": "Office staff", "quantity": 2})

    answer = await checkout(api, cart)

    (order,) = answer.json()["orders"]
    path, sku = f"/customers/{CONTOSO}/orders/{order['id']}", "/products/CFQ7TTC0LF8S/skus/0001"
    assert answer.status_code == 201
    assert list(answer.json()) == ["orders", "additionalInformation", "attributes"]
    assert list(order.items()) == [
        ("id", order["id"]),
        ("alternateId", order["id"]),
        ("referenceCustomerId", CONTOSO),
        ("billingCycle", "monthly"),
        ("currencyCode", "USD"),
        ("currencySymbol", "$"),
        ("lineItems", [{
            "lineItemNumber": 0,
            "offerId": E5,
            "subscriptionId": order["lineItems"][0]["subscriptionId"],
            "termDuration": "P1Y",
            "transactionType": "New",
            "friendlyName": "Office staff",
            "quantity": 2,
            "pricing": cart["lineItems"][0]["pricing"],
            "links": {
                "product": {"uri": "/products/CFQ7TTC0LF8S?country=US", "method": "GET", "headers": []},
                "sku": {"uri": f"{sku}?country=US", "method": "GET", "headers": []},
                "availability": {"uri": f"{sku}/availabilities/CFQ7TTC0VZW5?country=US", "method": "GET", "headers": []},
            },
        }]),
        ("creationDate", "2023-07-11T21:16:11.5514907Z"),
        ("status", "pending"),
        ("transactionType", "UserPurchase"),
        ("links", {
            "self": {"uri": path, "method": "GET", "headers": []},
            "provisioningStatus": {"uri": f"{path}/provisioningstatus", "method": "GET", "headers": []},
            "patchOperation": {"uri": path, "method": "PATCH", "headers": []},
        }),
        ("totalPrice", 729.6),
        ("client", {}),
        ("attributes", {"objectType": "Order"}),
    ]  # fmt: skip
    assert len(order["id"]) == 12
    assert (await read(api, cart))["status"] == "Ordered"


async def test_every_order_group_becomes_an_order(api: httpx.AsyncClient, create: Create) -> None:
    """Each order has new line numbers; the id of an old catalog order is a GUID."""
    cart = await create({"catalogItemId": "MS-AZR-0145P"}, SOFTWARE, {}, {"catalogItemId": E3}, RESERVED)

    orders = (await checkout(api, cart)).json()["orders"]

    summary = [
        (len(order["id"]), order["status"], [(line["lineItemNumber"], line["offerId"]) for line in order["lineItems"]])
        for order in orders
    ]
    assert summary == [
        (36, "completed", [(0, "MS-AZR-0145P")]),
        (12, "pending", [(0, SOFTWARE["catalogItemId"]), (1, RESERVED["catalogItemId"])]),
        (12, "pending", [(0, E5), (1, E3)]),
    ]


async def test_a_second_checkout_returns_the_first_result(api: httpx.AsyncClient, create: Create) -> None:
    """Even with another request id; the cart is bought once."""
    cart = await create({})
    first = await checkout(api, cart)
    await api.post("/_sandbox/clock", json={"advance": "P1D"})

    second = await checkout(api, cart)

    assert (second.status_code, second.content) == (201, first.content)
    assert (await api.get(f"/v1/customers/{CONTOSO}/orders")).json()["totalCount"] == 1


async def test_an_ordered_cart_cannot_be_updated(api: httpx.AsyncClient, create: Create) -> None:
    """Only active carts can."""
    cart = await create({})
    await checkout(api, cart)

    answer = await api.put(f"/v1/customers/{CONTOSO}/carts/{cart['id']}", json=cart)

    assert (answer.status_code, answer.json()["code"]) == (400, 800065)


@pytest.mark.parametrize(
    ("customer", "line", "refused"),
    [
        pytest.param(CONTOSO, {"quantity": 301}, (400, 800009), id="a line with an error"),
        pytest.param(CONTOSO, {"catalogItemId": "CFQ7TTC0LF8S:0001:CFQ7TTC0GONE"}, (404, 400019), id="a reissued availability"),
        pytest.param(WINGTIP, {}, (403, 13605), id="a customer who signed no agreement"),
    ],
)  # fmt: skip
async def test_a_refused_checkout_leaves_the_cart_active(
    api: httpx.AsyncClient, create: Create, customer: str, line: dict[str, object], refused: tuple[int, int]
) -> None:
    """Nothing is ordered, not even the valid lines."""
    cart = await create(line, {"billingCycle": "annual"}, customer=customer)

    answer = await checkout(api, cart, customer)

    assert (answer.status_code, answer.json()["code"]) == refused
    assert (await read(api, cart, customer))["status"] == "Active"


async def test_only_the_group_above_the_credit_limit_fails(api: httpx.AsyncClient, create: Create) -> None:
    """The other group is ordered; the error names the failed group."""
    cart = await create({"quantity": 1}, {"billingCycle": "annual", "quantity": 3}, customer=FABRIKAM)

    result = (await checkout(api, cart, FABRIKAM)).json()

    assert list(result) == ["orders", "orderErrors", "additionalInformation", "attributes"]
    assert [order["billingCycle"] for order in result["orders"]] == ["monthly"]
    (error,) = result["orderErrors"]
    assert (error["orderGroupId"], error["code"], error["attributes"]) == ("1", 800025, {"objectType": "OrderError"})
    assert "1000.00 USD" in error["description"]
    assert (await read(api, cart, FABRIKAM))["status"] == "Active"


async def test_another_checkout_orders_only_what_failed(api: httpx.AsyncClient, create: Create) -> None:
    """The answer has the earlier order and the new one."""
    cart = await create({"quantity": 1}, {"billingCycle": "annual", "quantity": 3}, customer=FABRIKAM)
    (first,) = (await checkout(api, cart, FABRIKAM)).json()["orders"]
    lines = (await read(api, cart, FABRIKAM))["lineItems"]
    lines[1]["quantity"] = 2
    await api.put(f"/v1/customers/{FABRIKAM}/carts/{cart['id']}", json={"lineItems": lines})

    result = (await checkout(api, cart, FABRIKAM)).json()

    assert result["orders"][0]["id"] == first["id"]
    assert [order["billingCycle"] for order in result["orders"]] == ["monthly", "annual"]
    assert "orderErrors" not in result
    assert (await read(api, cart, FABRIKAM))["status"] == "Ordered"


async def test_a_further_checkout_can_answer_only_its_own_orders(api: httpx.AsyncClient, create: Create) -> None:
    """Whether it repeats the earlier ones is not documented, so a switch leaves them out."""
    await api.post("/_sandbox/switches", json={"omitEarlierOrders": True})
    cart = await create({"quantity": 1}, {"billingCycle": "annual", "quantity": 3}, customer=FABRIKAM)
    (first,) = (await checkout(api, cart, FABRIKAM)).json()["orders"]
    lines = (await read(api, cart, FABRIKAM))["lineItems"]
    lines[1]["quantity"] = 2
    await api.put(f"/v1/customers/{FABRIKAM}/carts/{cart['id']}", json={"lineItems": lines})

    result = (await checkout(api, cart, FABRIKAM)).json()

    assert [order["billingCycle"] for order in result["orders"]] == ["annual"]
    assert result["orders"][0]["id"] != first["id"]
    assert (await read(api, cart, FABRIKAM))["status"] == "Ordered"


async def test_a_partly_ordered_cart_can_be_closed(api: httpx.AsyncClient, create: Create) -> None:
    """Whether it stays open is not documented, so a switch closes it: its answer is then repeated."""
    await api.post("/_sandbox/switches", json={"closePartlyOrderedCarts": True})
    cart = await create({"quantity": 1}, {"billingCycle": "annual", "quantity": 3}, customer=FABRIKAM)

    first = (await checkout(api, cart, FABRIKAM)).json()

    assert (len(first["orders"]), len(first["orderErrors"])) == (1, 1)
    assert (await read(api, cart, FABRIKAM))["status"] == "Ordered"
    assert (await checkout(api, cart, FABRIKAM)).json() == first


async def test_ordered_lines_cannot_change(api: httpx.AsyncClient, create: Create) -> None:
    """After a partial checkout the ordered line is fixed."""
    cart = await create({"quantity": 1}, {"billingCycle": "annual", "quantity": 3}, customer=FABRIKAM)
    await checkout(api, cart, FABRIKAM)
    lines = (await read(api, cart, FABRIKAM))["lineItems"]
    lines[0]["quantity"] = 2

    answer = await api.put(f"/v1/customers/{FABRIKAM}/carts/{cart['id']}", json={"lineItems": lines})

    assert (answer.status_code, answer.json()["code"]) == (400, 800065)


async def test_a_checkout_in_which_all_groups_fail_has_no_orders(api: httpx.AsyncClient, create: Create) -> None:
    """The status is still 201, and the cart can be checked out again."""
    cart = await create({"quantity": 300}, customer=FABRIKAM)

    answer = await checkout(api, cart, FABRIKAM)

    assert (answer.status_code, answer.json()["orders"], len(answer.json()["orderErrors"])) == (201, [], 1)
    assert (await read(api, cart, FABRIKAM))["status"] == "Active"


async def test_the_last_units_go_to_the_first_order(api: httpx.AsyncClient, create: Create) -> None:
    """Two carts may each have three of five units; the second order fails because stock ran out."""
    first, second = await create(RESERVED), await create(RESERVED)
    await checkout(api, first)

    result = (await checkout(api, second)).json()

    assert (result["orders"], result["orderErrors"][0]["code"]) == ([], 800010)


async def test_resellers_become_partners_of_record(api: httpx.AsyncClient) -> None:
    """The transaction reseller as a string, additional ones as a list."""
    keys = ["transaction_reseller", "additional_transaction_reseller", "additional_transaction_reseller"]
    resellers = ["5357564", "5357563", "517285"]
    people = [{"key": key, "value": each} for key, each in zip(keys, resellers, strict=True)]
    line = {
        "catalogItemId": E5,
        "quantity": 1,
        "billingCycle": "monthly",
        "termDuration": "P1Y",
        "participants": people,
    }
    body = {"PartnerOnRecordAttestationAccepted": True, "lineItems": [line]}
    cart = (await api.post(f"/v1/customers/{CONTOSO}/carts", json=body)).json()

    ((bought,),) = [order["lineItems"] for order in (await checkout(api, cart)).json()["orders"]]

    assert (bought["partnerIdOnRecord"], bought["additionalPartnerIdsOnRecord"]) == (
        "5357564",
        ["5357563", "517285"],
    )
