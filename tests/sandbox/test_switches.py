"""Switches of the sandbox for what the documentation leaves open: each changes one answer, and nothing by default."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from tests.sandbox.shop_ids import CARTS_PATH, CONTOSO_PATH

Cart = dict[str, Any]
Create = Callable[..., Awaitable[Cart]]


@pytest.fixture
async def cart(create: Create) -> str:
    """The path of a cart with one line."""
    return f"{CARTS_PATH}/{(await create({}))['id']}"


async def switch(api: httpx.AsyncClient, **switches: bool | int) -> None:
    assert (await api.post("/_sandbox/switches", json=switches)).status_code == 200


async def advance(api: httpx.AsyncClient, seconds: int) -> None:
    await api.post("/_sandbox/clock", json={"advanceSeconds": seconds})


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        pytest.param("GET", "", 200, id="is read"),
        pytest.param("PUT", "", 404, id="is not changed"),
        pytest.param("POST", "/checkout", 404, id="is not checked out"),
    ],
)
async def test_an_expired_cart_can_be_shown(
    api: httpx.AsyncClient, cart: str, method: str, path: str, status: int
) -> None:
    """As it was when it expired."""
    before = (await api.get(cart)).json()
    line = {"catalogItemId": before["lineItems"][0]["catalogItemId"], "quantity": 1, "billingCycle": "monthly"}
    await switch(api, showExpiredCarts=True)
    await advance(api, 8 * 86_400)

    answer = await api.request(method, f"{cart}{path}", json={"lineItems": [line]})

    assert answer.status_code == status
    assert (answer.json() == before) is (status == 200)


async def test_a_second_checkout_can_be_refused(api: httpx.AsyncClient, cart: str) -> None:
    """With the code for submitted carts, and without another order."""
    await switch(api, refuseSecondCheckouts=True)
    first = await api.post(f"{cart}/checkout")

    again = await api.post(f"{cart}/checkout")

    purchases = (await api.get("/_sandbox/purchases")).json()["purchases"]
    assert (first.status_code, again.status_code, again.json()["code"]) == (201, 400, 800065)
    assert [each["cartId"] for each in purchases if each["cartId"]] == [cart.rpartition("/")[2]]


@pytest.mark.parametrize(
    ("seconds", "age", "listed"),
    [
        pytest.param(0, 0, 1, id="at once"),
        pytest.param(60, 59, 0, id="not before its time"),
        pytest.param(60, 60, 1, id="once it is time"),
    ],
)
async def test_the_list_of_orders_lags_as_long_as_one_says(
    api: httpx.AsyncClient, cart: str, seconds: int, age: int, listed: int
) -> None:
    """In place of 15 minutes."""
    await switch(api, ordersListSeconds=seconds)
    await api.post(f"{cart}/checkout")
    await advance(api, age)

    orders = (await api.get(f"{CONTOSO_PATH}/orders")).json()

    assert orders["totalCount"] == listed


async def test_an_ordered_cart_can_read_as_active_for_a_while(api: httpx.AsyncClient, cart: str) -> None:
    """Only a read lags: it cannot be changed, and a second checkout answers the first result."""
    await switch(api, orderedCartSeconds=5)
    first = await api.post(f"{cart}/checkout")
    at_once = (await api.get(cart)).json()
    change = await api.put(cart, json=at_once)
    again = await api.post(f"{cart}/checkout")
    await advance(api, 5)

    later = (await api.get(cart)).json()

    assert (at_once["status"], later["status"]) == ("Active", "Ordered")
    assert change.json()["code"] == 800065
    assert again.json() == first.json()


async def test_an_accepted_change_takes_as_long_as_one_says(api: httpx.AsyncClient, cart: str) -> None:
    """In place of a minute."""
    await switch(api, acceptEveryTenthChange=True, acceptedChangeSeconds=600)
    order = (await api.post(f"{cart}/checkout")).json()["orders"][0]
    path = f"{CONTOSO_PATH}/subscriptions/{order['lineItems'][0]['subscriptionId']}"
    for seats in range(2, 12):
        await api.patch(path, json={**(await api.get(path)).json(), "quantity": seats})
    await advance(api, 599)
    before = (await api.get(path)).json()["quantity"]
    await advance(api, 1)

    after = (await api.get(path)).json()["quantity"]

    assert (before, after) == (10, 11)
