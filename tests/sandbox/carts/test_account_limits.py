"""The limits of an integration sandbox account, which can be switched on."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from tests.sandbox.shop_ids import CONTOSO_PATH

Cart = dict[str, Any]
Create = Callable[..., Awaitable[Cart]]

SOFTWARE = {"catalogItemId": "DG7GMGF0DWTL:0001:DG7GMGF0DSFM", "billingCycle": "one_time", "termDuration": None}


async def limit(api: httpx.AsyncClient, *, on: bool) -> None:
    answer = await api.post("/_sandbox/limits", json={"accountLimits": on})
    assert (answer.status_code, answer.json()) == (200, {"accountLimits": on})


def errors(cart: Cart) -> list[int | None]:
    return [line.get("error", {}).get("errorCode") for line in cart["lineItems"]]


async def bought(api: httpx.AsyncClient, cart: Cart) -> dict[str, Any]:
    answer: dict[str, Any] = (await api.post(f"{CONTOSO_PATH}/carts/{cart['id']}/checkout")).json()
    return answer


@pytest.mark.parametrize("reset", [False, True], ids=["never switched on", "after a reset"])
async def test_account_limits_are_off_by_default(api: httpx.AsyncClient, create: Create, *, reset: bool) -> None:
    """Six subscriptions are fine, one of them with 26 licences."""
    if reset:
        await limit(api, on=True)
        await api.post("/_sandbox/reset")

    cart = await create({"quantity": 26}, *[{}] * 5)

    assert errors(cart) == [None] * 6


async def test_a_customer_has_five_subscriptions_with_25_licences_each(api: httpx.AsyncClient, create: Create) -> None:
    """Owned subscriptions count; software does not."""
    await limit(api, on=True)
    await bought(api, await create({}, {}))

    cart = await create({"quantity": 25}, {"quantity": 26}, SOFTWARE, {}, {}, {})

    assert errors(cart) == [None, 10009, None, None, None, 10009]


async def test_account_limits_apply_at_checkout_and_to_changes(api: httpx.AsyncClient, create: Create) -> None:
    """Both refusals have the code of the sandbox limit."""
    owned = (await bought(api, await create({"quantity": 25})))["orders"][0]["lineItems"][0]["subscriptionId"]
    cart = await create({"quantity": 26})
    await limit(api, on=True)

    refused = [
        (await bought(api, cart))["orderErrors"][0]["code"],
        (await api.patch(f"{CONTOSO_PATH}/subscriptions/{owned}", json={"quantity": 26})).json()["code"],
    ]
    await limit(api, on=False)

    assert refused == [800018, 800018]
    assert "orderErrors" not in await bought(api, cart)


async def test_a_switch_without_a_value_is_refused(api: httpx.AsyncClient) -> None:
    """With status 400."""
    answer = await api.post("/_sandbox/limits", json={})

    assert (answer.status_code, answer.json()["code"]) == (400, 800002)
