"""Cancelling an order ("Cancel software purchases")."""

import copy
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx
import pytest

from tests.sandbox.orders.test_orders import PLAN, RESERVED, SOFTWARE, advance, ordered
from tests.sandbox.shop_ids import CONTOSO_PATH

Create = Callable[..., Awaitable[dict[str, Any]]]
Order = dict[str, Any]

LICENCE: Mapping[str, object] = {}  # as `create` fills it in
SUBSCRIBED: Mapping[str, object] = {
    "catalogItemId": "DG7GMGF0DWTL:0001:DG7GMGF0DSFM", "billingCycle": "one_time", "termDuration": "P1Y",
}  # fmt: skip
SAAS: Mapping[str, object] = {"catalogItemId": "DZH318Z0BXWC:0002:DZH318Z0BMRV", "termDuration": "P1M"}


@pytest.fixture(scope="session")
def small_seed(small_seed: Mapping[str, Any]) -> Mapping[str, object]:
    """With the software for a year too, and the service of another publisher."""
    seed = copy.deepcopy(small_seed)
    products = {product["id"]: product for product in seed["products"]}
    terms = products["DG7GMGF0DWTL"]["skus"][0]["availabilities"][0]["terms"]
    terms.append({**terms[0], "duration": "P1Y"})
    products["DZH318Z0BXWC"]["isMicrosoftProduct"] = False
    return seed


async def cancel(api: httpx.AsyncClient, order: Order, **members: object) -> httpx.Response:
    body = {"id": order["id"], "status": "cancelled", **members}
    return await api.patch(f"{CONTOSO_PATH}/orders/{order['id']}", json=body)


async def read(api: httpx.AsyncClient, order: Order) -> Order:
    found: Order = (await api.get(f"{CONTOSO_PATH}/orders/{order['id']}")).json()
    return found


def quantities(order: Order) -> list[int]:
    return [line["quantity"] for line in order["lineItems"]]


async def test_a_whole_order_is_cancelled(api: httpx.AsyncClient, create: Create) -> None:
    """The answer is the order, whose lines have the quantity 0; it can be read later on."""
    order = await ordered(api, await create({**SOFTWARE, "quantity": 3}, SOFTWARE))

    answer = await cancel(api, order)

    assert (answer.status_code, answer.json()["status"], quantities(answer.json())) == (200, "cancelled", [0, 0])
    assert await read(api, order) == answer.json()


async def test_one_line_is_cancelled(api: httpx.AsyncClient, create: Create) -> None:
    """The order stays completed until nothing is left of it."""
    order = await ordered(api, await create({**SOFTWARE, "quantity": 3}, SOFTWARE))
    second = {"lineItemNumber": 1, "offerId": SOFTWARE["catalogItemId"]}

    partly = (await cancel(api, order, lineItems=[second])).json()
    provisioning = (await api.get(f"{CONTOSO_PATH}/orders/{order['id']}/provisioningstatus")).json()["items"]
    wholly = (await cancel(api, order)).json()

    assert (partly["status"], quantities(partly)) == ("completed", [3, 0])
    assert [each["status"] for each in provisioning] == ["fulfilled", "unfulfilled"]
    assert (wholly["status"], quantities(wholly)) == ("cancelled", [0, 0])


async def test_an_order_is_cancelled_once(api: httpx.AsyncClient, create: Create) -> None:
    """A second attempt is refused, unless it is a repeat of the first by its request id."""
    order = await ordered(api, await create(SOFTWARE))
    path, body = f"{CONTOSO_PATH}/orders/{order['id']}", {"id": order["id"], "status": "Cancelled"}
    one = {"MS-RequestId": "11111111-1111-1111-1111-111111111111"}

    answers = [await api.patch(path, json=body, headers=headers) for headers in (one, {}, one)]

    assert [each.status_code for each in answers] == [200, 400, 200]
    assert answers[1].json()["code"] == 800061


@pytest.mark.parametrize(
    ("line", "days", "members", "status", "code"),
    [
        pytest.param(LICENCE, 1, {}, 400, 800063, id="licences are cancelled at the subscription"),
        pytest.param(SAAS, 1, {}, 403, 800077, id="software as a service too"),
        pytest.param(PLAN, 1, {}, 403, 900321, id="a savings plan"),
        pytest.param(RESERVED, 1, {}, 403, 800019, id="a reservation outside of a sandbox account"),
        pytest.param(SOFTWARE, 31, {}, 400, 900117, id="perpetual software after thirty days"),
        pytest.param(SUBSCRIBED, 8, {}, 400, 900117, id="a software subscription after seven days"),
        pytest.param(SOFTWARE, 1, {"status": "pending"}, 400, 800061, id="any other status"),
        pytest.param(SOFTWARE, 1, {"status": 1}, 400, 800002, id="a status of another type"),
        pytest.param(SOFTWARE, 1, {"id": "a68736758d9c"}, 400, 3000, id="another order's body"),
        pytest.param(SOFTWARE, 1, {"lineItems": [{"lineItemNumber": 1}]}, 400, 3000, id="a line that it lacks"),
        pytest.param(SOFTWARE, 1, {"lineItems": [{"lineItemNumber": 0, "offerId": "x"}]}, 400, 3000, id="a line of another item"),
    ],
)  # fmt: skip
async def test_a_refused_cancellation_changes_nothing(
    api: httpx.AsyncClient,
    create: Create,
    *,
    line: Mapping[str, object],
    days: int,
    members: dict[str, object],
    status: int,
    code: int,
) -> None:
    """One case for each reason."""
    order = await ordered(api, await create(line))
    await advance(api, f"P{days}D")
    before = await read(api, order)

    answer = await cancel(api, order, **members)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await read(api, order) == before


@pytest.mark.parametrize(
    ("line", "days"),
    [
        pytest.param(SOFTWARE, 29, id="perpetual software within thirty days"),
        pytest.param(SUBSCRIBED, 6, id="a software subscription within seven days"),
    ],
)
async def test_software_can_be_cancelled_for_a_time(
    api: httpx.AsyncClient, create: Create, line: Mapping[str, object], days: int
) -> None:
    """As the page says."""
    order = await ordered(api, await create(line))
    await advance(api, f"P{days}D")

    assert (await cancel(api, order)).status_code == 200


@pytest.mark.parametrize(("days", "code"), [(59, None), (61, 900117)], ids=["in time", "too late"])
async def test_a_reservation_is_cancelled_in_a_sandbox_account(
    api: httpx.AsyncClient, create: Create, days: int, code: int | None
) -> None:
    """Within sixty days ("Cancel an order from the integration sandbox")."""
    order = await ordered(api, await create(RESERVED))
    await api.post("/_sandbox/limits", json={"accountLimits": True})
    await advance(api, f"P{days}D")

    assert (await cancel(api, order)).json().get("code") == code
