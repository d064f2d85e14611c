"""Limits apply to all seats of a customer, owned and on earlier lines of the cart ("Pricing and offers")."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx
import pytest

Cart = dict[str, Any]
Create = Callable[..., Awaitable[Cart]]

CONTOSO, FABRIKAM = "28045616-f6b9-462f-9701-0d89b5e65c44", "6f4ce4d8-f42e-45e0-8661-92ad6ac9d003"
E3, SECURITY = "CFQ7TTC0LFLX:0001:CFQ7TTC0LB30", "CFQ7TTC0HDJX:0001:CFQ7TTC0K806"
BASE, ARCHIVING = "91FD106F-4B2C-4938-95AC-F54F74E9A239", "43FCE491-76D1-4BCC-B709-8A288786DBAE"
MONTH = {"termDuration": "P1M"}
E3_MONTHLY, SECURITY_MONTHLY = {"catalogItemId": E3, **MONTH}, {"catalogItemId": SECURITY, **MONTH}
RESERVED: Mapping[str, object] = {
    "catalogItemId": "DZH318Z0BQ36:004J:DZH318Z08B8X", "billingCycle": "one_time", "termDuration": "P3Y",
    "provisioningContext": {"scope": "single", "subscriptionId": "1C461A25-F729-4FA5-AADB-280947DD05E8"},
}  # fmt: skip
QUOTA: Mapping[str, object] = {"catalogItemId": "DZH318Z0BXWC:0002:DZH318Z0BMRV", "termDuration": "P1M"}


@pytest.fixture(scope="session")
def small_seed(small_seed: Mapping[str, object]) -> Mapping[str, object]:
    """The small seed with yearly terms of E3 and its add-on paid in advance, so that they may be in two order groups."""
    seed: dict[str, Any] = json.loads(json.dumps(small_seed))
    for product in seed["products"]:
        if product["id"] in ("CFQ7TTC0LFLX", "CFQ7TTC0HDJX"):
            terms = product["skus"][0]["availabilities"][0]["terms"]
            terms.append({"duration": "P1Y", "description": "A year", "billingCycle": "Annual", "price": "345.60"})
    return seed


def errors(cart: Cart) -> list[int | None]:
    """The error code of each line, add-ons after their parent."""
    lines = [each for line in cart["lineItems"] for each in (line, *line.get("addonItems", ()))]
    return [line.get("error", {}).get("errorCode") for line in lines]


async def checkout(api: httpx.AsyncClient, cart: Cart, customer: str = CONTOSO) -> dict[str, Any]:
    answer = await api.post(f"/v1/customers/{customer}/carts/{cart['id']}/checkout")
    assert answer.status_code == 201, answer.text
    result: dict[str, Any] = answer.json()
    return result


async def put(api: httpx.AsyncClient, cart: Cart, lines: object, customer: str = CONTOSO) -> Cart:
    answer = await api.put(f"/v1/customers/{customer}/carts/{cart['id']}", json={"lineItems": lines})
    assert answer.status_code == 201, answer.text
    changed: Cart = answer.json()
    return changed


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        pytest.param([{"quantity": 200}, {"quantity": 100}], [None, None], id="seats to the limit"),
        pytest.param([{"quantity": 200}, {"quantity": 200}], [None, 10015], id="seats over the limit"),
        pytest.param(
            [{"quantity": 200}, {"quantity": 101, "billingCycle": "annual"}], [None, 10015], id="in another order group"
        ),
        pytest.param([{"quantity": 301}, {"quantity": 300}], [10015, None], id="a line with an error takes none"),
        pytest.param(
            [{"quantity": 200}, {"quantity": 200}, {"quantity": 100}], [None, 10015, None], id="a later line that fits"
        ),
        pytest.param([{**RESERVED, "quantity": 3}, {**RESERVED, "quantity": 3}], [None, 10003], id="stock"),
        pytest.param([{**QUOTA, "quantity": 2}, {**QUOTA, "quantity": 2}], [None, 10002], id="quota"),
        pytest.param(
            [{**E3_MONTHLY, "quantity": 4}, {**SECURITY_MONTHLY, "quantity": 3}, {**SECURITY_MONTHLY, "quantity": 3}],
            [None, None, 10018], id="seats of an add-on",
        ),
        pytest.param(
            [{**SECURITY_MONTHLY, "quantity": 1}, {**SECURITY_MONTHLY, "quantity": 1}, {**E3_MONTHLY, "quantity": 2}],
            [None, None, None], id="the least seats of an add-on",
        ),
    ],
)  # fmt: skip
async def test_seats_of_all_lines_count_together(create: Create, lines: list[Cart], found: list[int | None]) -> None:
    """Lines are processed in order, so earlier lines take seats first."""
    cart = await create(*lines)

    assert errors(cart) == found


async def test_an_update_counts_seats_as_a_create_does(api: httpx.AsyncClient, create: Create) -> None:
    """The error says what the earlier lines leave."""
    cart = await create({"quantity": 200})
    line = cart["lineItems"][0]

    changed = await put(api, cart, [line, {**line, "id": None}])

    error = changed["lineItems"][1]["error"]
    assert error["additionalInformation"] == {"availableQuantity": 100, "purchasedQuantity": 200}
    assert "200 seats exceeds the remaining limit of 100 seats" in error["errorDescription"]


@pytest.mark.parametrize(
    ("owned", "asked", "found"),
    [
        pytest.param([{**E3_MONTHLY, "quantity": 4}, {**SECURITY_MONTHLY, "quantity": 3}], 1, None, id="as many as the base"),
        pytest.param([{**E3_MONTHLY, "quantity": 4}, {**SECURITY_MONTHLY, "quantity": 3}], 2, 10018, id="more than the base"),
        pytest.param([{**E3_MONTHLY, "quantity": 4}], 1, 10019, id="fewer than its minimum"),
    ],
)  # fmt: skip
async def test_owned_seats_of_an_addon_count(
    api: httpx.AsyncClient, create: Create, owned: list[Cart], asked: int, found: int | None
) -> None:
    """Towards its minimum, and against the seats of its base."""
    await checkout(api, await create(*owned))

    cart = await create({**SECURITY_MONTHLY, "quantity": asked})

    assert errors(cart) == [found]


@pytest.mark.parametrize(("second", "found"), [pytest.param(1, None, id="as many"), pytest.param(2, 10018, id="more")])
async def test_old_addons_below_one_line_share_its_seats(create: Create, second: int, found: int | None) -> None:
    """Add-ons of another parent do not count."""
    addons = [{"catalogItemId": ARCHIVING, "quantity": each, "billingCycle": "monthly"} for each in (2, second)]

    cart = await create({"catalogItemId": BASE, "quantity": 3, "addonItems": addons}, {"catalogItemId": BASE})

    assert errors(cart) == [None, None, found, None]


async def test_old_addons_of_one_subscription_share_its_seats(api: httpx.AsyncClient, create: Create) -> None:
    """Owned add-ons and those on the cart count together."""
    addon = {"catalogItemId": ARCHIVING, "quantity": 1, "billingCycle": "monthly"}
    order = (await checkout(api, await create({"catalogItemId": BASE, "quantity": 3, "addonItems": [addon]})))[
        "orders"
    ][0]
    context = {"ParentSubscriptionId": order["lineItems"][0]["subscriptionId"]}

    cart = await create(
        {**addon, "provisioningContext": context}, {**addon, "quantity": 2, "provisioningContext": context}
    )

    assert errors(cart) == [None, 10018]


async def test_seats_sold_meanwhile_are_not_sold_again(api: httpx.AsyncClient, create: Create) -> None:
    """Two carts may each have 200 of 300 seats; the second checkout says how many are left, and sells none."""
    first, second = await create({"quantity": 200}), await create({"quantity": 200})
    await checkout(api, first)

    result = await checkout(api, second)

    (error,) = result["orderErrors"]
    assert (result["orders"], error["code"]) == ([], 800088)
    assert "200 seats exceeds the remaining limit of 100 seats" in error["description"]


async def test_a_checkout_sells_the_lines_that_still_fit(api: httpx.AsyncClient, create: Create) -> None:
    """Only one order group fails."""
    cart = await create({"quantity": 100}, {"quantity": 200, "billingCycle": "annual"})
    await checkout(api, await create({"quantity": 150}))

    result = await checkout(api, cart)

    assert [order["billingCycle"] for order in result["orders"]] == ["monthly"]
    assert [(error["orderGroupId"], error["code"]) for error in result["orderErrors"]] == [("1", 800088)]


async def test_an_addon_is_not_sold_without_its_base(api: httpx.AsyncClient, create: Create) -> None:
    """Its order group comes after that of the base, which is too expensive here, and fails with it."""
    addon = {**SECURITY_MONTHLY, "quantity": 10}
    cart = await create(addon, {"catalogItemId": E3, "quantity": 10, "billingCycle": "annual"}, customer=FABRIKAM)

    result = await checkout(api, cart, FABRIKAM)

    assert errors(cart) == [None, None]
    assert [(error["orderGroupId"], error["code"]) for error in result["orderErrors"]] == [("1", 800025), ("0", 900275)]


async def test_ordered_lines_are_counted_once(api: httpx.AsyncClient, create: Create) -> None:
    """Seats of a partly ordered cart are owned already when the cart is updated."""
    cart = await create({"quantity": 2}, {"billingCycle": "annual", "quantity": 3}, customer=FABRIKAM)
    assert "orderErrors" in await checkout(api, cart, FABRIKAM)
    lines = cart["lineItems"]

    fits, too_many = [
        await put(api, cart, [lines[0], {**lines[1], "quantity": quantity}], FABRIKAM) for quantity in (298, 299)
    ]

    assert (errors(fits), errors(too_many)) == ([None, None], [None, 10015])
    assert fits["lineItems"][1]["orderGroup"] == "1"


@pytest.mark.parametrize(
    ("quantity", "found"), [pytest.param(6, None, id="as many"), pytest.param(7, 10018, id="more")]
)
async def test_a_base_that_is_ordered_is_counted_once(
    api: httpx.AsyncClient, create: Create, quantity: int, found: int | None
) -> None:
    """Four seats are owned and two ordered; the add-on is too expensive at first."""
    addon = {"catalogItemId": SECURITY, "billingCycle": "annual", "quantity": 6}
    cart = await create({**E3_MONTHLY, "quantity": 2}, addon, customer=FABRIKAM)
    assert len((await checkout(api, cart, FABRIKAM))["orders"]) == 1
    base, waiting = cart["lineItems"]

    changed = await put(api, cart, [base, {**waiting, "quantity": quantity}], FABRIKAM)

    assert errors(changed) == [None, found]


async def test_an_ordered_line_keeps_its_order_group(api: httpx.AsyncClient, create: Create) -> None:
    """It keeps its group although its seats could not be bought again."""
    cart = await create({"quantity": 160}, {"catalogItemId": E3, "billingCycle": "annual", "quantity": 200})
    await checkout(api, await create({"catalogItemId": E3, "billingCycle": "annual", "quantity": 150}))
    assert len((await checkout(api, cart))["orders"]) == 1
    ordered, waiting = cart["lineItems"]

    changed = await put(api, cart, [ordered, {**waiting, "quantity": 150}])

    assert [line["orderGroup"] for line in changed["lineItems"]] == ["0", "1"]


async def test_an_end_date_that_passes_meanwhile_is_refused_at_checkout(api: httpx.AsyncClient, create: Create) -> None:
    """It was valid when the cart was created."""
    await api.post("/_sandbox/clock", json={"now": "2023-07-28T12:00:00Z"})
    cart = await create({"customTermEndDate": "2023-07-31T00:00:00Z", "termDuration": "P1M"})
    await api.post("/_sandbox/clock", json={"now": "2023-08-01T00:00:00Z"})

    result = await checkout(api, cart)

    assert errors(cart) == [None]
    assert (result["orders"], [error["code"] for error in result["orderErrors"]]) == ([], [900242])
