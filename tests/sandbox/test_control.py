"""The sandbox's own calls, and what survives a restart."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from gateway.sandbox.app import Sandbox, build_sandbox
from gateway.sandbox.world.ids import NewId, numbered_id
from tests.sandbox.shop_ids import CONTOSO_PATH, DEMO_CART_PATH

Create = Callable[..., Awaitable[dict[str, Any]]]

START = datetime(2023, 7, 11, 21, 16, 11, 551490, tzinfo=UTC)
LINE = {
    "catalogItemId": "CFQ7TTC0LF8S:0001:CFQ7TTC0VZW5",
    "quantity": 1,
    "billingCycle": "monthly",
    "termDuration": "P1Y",
}


def client_of(sandbox: Sandbox) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {sandbox.demo_token()}"}
    return httpx.AsyncClient(transport=httpx.ASGITransport(sandbox), base_url="http://sandbox", headers=headers)


async def test_the_front_page_shows_demo_ids_and_control_calls(api: httpx.AsyncClient) -> None:
    """Without a token."""
    answer = (await api.get("/", headers={"Authorization": ""})).json()

    assert answer["demo"]["cartId"] == DEMO_CART_PATH.rpartition("/")[2]
    assert "POST /_sandbox/reset" in answer["control"]


@pytest.mark.parametrize(
    ("body", "moved"),
    [
        pytest.param({"advanceSeconds": 90}, timedelta(seconds=90), id="seconds"),
        pytest.param({"advanceSeconds": 0.5}, timedelta(seconds=0.5), id="parts of a second"),
        pytest.param({"advance": "P7D"}, timedelta(days=7), id="days"),
        pytest.param({"advance": "PT1H30M"}, timedelta(minutes=90), id="hours and minutes"),
        pytest.param({"advance": "-PT15M"}, timedelta(minutes=-15), id="backwards"),
        pytest.param({"now": "2023-07-12T21:16:11.55149Z"}, timedelta(days=1), id="to a moment"),
    ],
)
async def test_the_clock_can_be_moved(
    api: httpx.AsyncClient, sandbox: Sandbox, body: dict[str, object], moved: timedelta
) -> None:
    """By seconds, by a duration, or to a time."""
    answer = await api.post("/_sandbox/clock", json=body)

    assert answer.json()["movedSeconds"] == moved.total_seconds()
    assert sandbox.now() == START + moved


@pytest.mark.parametrize(
    "body",
    [
        '{"advance": "7 days"}', '{"advance": "P"}', '{"advanceSeconds": true}', '{"advanceSeconds": "1"}',
        '{"advanceSeconds": 1e15}', '{"advanceSeconds": 99999999999}', '{"now": "yesterday"}', '{"now": "1999-12-31"}',
        '{"advance": "P1D", "advanceSeconds": 1}', "{}", "[]", "null", "", "{", '{"advance": "P99999999999999D"}',
    ],
)  # fmt: skip
async def test_an_invalid_move_leaves_the_clock(api: httpx.AsyncClient, sandbox: Sandbox, body: str) -> None:
    """The error is one sentence with an example."""
    answer = await api.post("/_sandbox/clock", content=body)

    assert answer.status_code == 400
    assert sandbox.now() == START


async def test_calls_are_listed_in_order(api: httpx.AsyncClient) -> None:
    """Only those under /v1, including refused ones, with their ids."""
    ids = {"MS-RequestId": "11111111-1111-1111-1111-111111111111", "MS-CorrelationId": "c"}
    await api.get(f"{CONTOSO_PATH}/orders?billingType=monthly", headers=ids)
    await api.get("/_sandbox/clock")
    await api.post("/v1/nowhere%2Fat/all", headers={"Authorization": "Bearer x", **ids})

    calls = (await api.get("/_sandbox/calls")).json()["calls"]

    said = {"requestId": ids["MS-RequestId"], "correlationId": "c"}
    assert calls == [
        {"method": "GET", "path": f"{CONTOSO_PATH}/orders", "query": "billingType=monthly", "status": 200, **said},
        {"method": "POST", "path": "/v1/nowhere%2Fat/all", "query": "", "status": 401, **said},
    ]


async def test_the_list_of_calls_can_be_cleared(api: httpx.AsyncClient) -> None:
    """So that a test sees only its own calls."""
    await api.get(DEMO_CART_PATH)
    await api.delete("/_sandbox/calls")

    assert (await api.get("/_sandbox/calls")).json() == {"calls": []}


async def test_a_reset_restores_the_seed(api: httpx.AsyncClient, sandbox: Sandbox, create: Create) -> None:
    """Carts, orders, subscriptions, clock and list of calls; tokens stay valid, and no id is issued twice."""
    before = (await api.get(DEMO_CART_PATH)).json()
    made = await create({})
    await api.post(f"{DEMO_CART_PATH}/checkout")
    await api.post("/_sandbox/clock", json={"advance": "PT16M"})
    token = sandbox.demo_token()

    await api.post("/_sandbox/reset")

    assert (await api.get("/_sandbox/calls")).json() == {"calls": []}
    assert (await api.get(DEMO_CART_PATH, headers={"Authorization": f"Bearer {token}"})).json() == before
    assert (await api.get(f"{CONTOSO_PATH}/carts/{made['id']}")).status_code == 404
    assert (await api.get(f"{CONTOSO_PATH}/orders")).json()["totalCount"] == 0
    assert (await api.get(f"{CONTOSO_PATH}/subscriptions")).json()["totalCount"] == 0
    assert sandbox.now() == START
    assert (await create({}))["id"] != made["id"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/_sandbox/reset", 405), ("POST", "/_sandbox/nothing", 404), ("GET", "/elsewhere", 404)],
)
async def test_unknown_control_calls_are_refused(api: httpx.AsyncClient, method: str, path: str, status: int) -> None:
    """With the usual error body."""
    answer = await api.request(method, path)

    assert answer.status_code == status
    assert set(answer.json()) == {"code", "description", "data", "source"}


async def test_a_sandbox_in_a_file_survives_a_restart(tmp_path: Path, small_seed: Mapping[str, object]) -> None:
    """With its carts, orders, remembered answers, clock offset and tokens."""
    path = tmp_path / "sandbox.sqlite"
    first = build_sandbox(clock=lambda: START, seed=small_seed, store=path)
    repeat = {"MS-RequestId": "11111111-1111-1111-1111-111111111111"}
    async with client_of(first) as api:
        await api.post("/_sandbox/clock", json={"advance": "PT10M"})
        made = (await api.post(f"{CONTOSO_PATH}/carts", json={"lineItems": [LINE]}, headers=repeat)).json()
        result = (await api.post(f"{DEMO_CART_PATH}/checkout")).json()
        token = api.headers["Authorization"]
    first.close()

    second = build_sandbox(clock=lambda: START, seed=small_seed, store=path)
    async with client_of(second) as api:
        signed = {"Authorization": token}
        again = (
            await api.post(f"{CONTOSO_PATH}/carts", json={"lineItems": [LINE]}, headers={**signed, **repeat})
        ).json()
        cart = (await api.get(f"{CONTOSO_PATH}/carts/{made['id']}", headers=signed)).json()
        order = await api.get(f"{CONTOSO_PATH}/orders/{result['orders'][0]['id']}", headers=signed)
        demo = (await api.get(DEMO_CART_PATH, headers=signed)).json()
        other = (await api.post(f"{CONTOSO_PATH}/carts", json={"lineItems": [LINE]}, headers=signed)).json()
    second_now = second.now()
    second.close()

    assert made == again == cart
    assert order.status_code == 200
    assert demo["status"] == "Ordered"
    assert other["id"] != made["id"]
    assert second_now == START + timedelta(minutes=10)


async def test_a_restart_keeps_the_age_of_subscriptions(tmp_path: Path, small_seed: Mapping[str, object]) -> None:
    """The seed's subscriptions stay as the first start created them."""
    path, created = tmp_path / "sandbox.sqlite", list[str]()
    for now in (START, START + timedelta(days=5)):
        built = build_sandbox(clock=partial(datetime.fromtimestamp, now.timestamp(), UTC), seed=small_seed, store=path)
        async with client_of(built) as api:
            owned = (await api.get("/v1/customers/6f4ce4d8-f42e-45e0-8661-92ad6ac9d003/subscriptions")).json()
        created.append(owned["items"][0]["creationDate"])
        built.close()

    assert created == ["2023-06-11T21:16:11.55149Z"] * 2


async def test_a_start_replaces_an_expired_demo_cart(tmp_path: Path, small_seed: Mapping[str, object]) -> None:
    """So that the first example works on any day."""
    build_sandbox(clock=lambda: START, seed=small_seed, store=tmp_path / "sandbox.sqlite").close()

    later = build_sandbox(clock=lambda: START + timedelta(days=30), seed=small_seed, store=tmp_path / "sandbox.sqlite")
    async with client_of(later) as api:
        answer = await api.get(DEMO_CART_PATH)
    later.close()

    assert answer.status_code == 200


def by_length(kind: str, number: int) -> UUID:
    return UUID(int=len(kind) * 1000 + number)


@pytest.mark.parametrize(
    ("new_id", "expected"),
    [
        pytest.param(numbered_id, "ea48eb23-9af9-4e3b-8367-59dd3e306454", id="the sandbox's own"),
        pytest.param(by_length, str(UUID(int=4001)), id="the caller's"),
    ],
)
async def test_two_runs_give_the_same_ids(small_seed: Mapping[str, object], new_id: NewId, expected: str) -> None:
    """Tests may supply ids of their own."""
    built = build_sandbox(clock=lambda: START, seed=small_seed, new_id=new_id)
    async with client_of(built) as api:
        made = (await api.post(f"{CONTOSO_PATH}/carts", json={"lineItems": [LINE]})).json()
    built.close()

    assert made["id"] == expected


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param({"checkInventory": True}, 200, id="a switch"),
        pytest.param({"CHECKINVENTORY": True}, 200, id="in any casing"),
        pytest.param({"gravity": False}, 400, id="an unknown switch"),
        pytest.param({"checkInventory": "yes"}, 400, id="not a boolean"),
        pytest.param({"unqualifiedCode": 1}, 400, id="a code that no page names"),
        pytest.param({"registrationSeconds": -1}, 400, id="before it began"),
        pytest.param({"provisioningSeconds": 10**9}, 400, id="beyond a week"),
        pytest.param({"ordersListSeconds": -1}, 400, id="any other time"),
    ],
)
async def test_a_switch_is_changed_by_name(api: httpx.AsyncClient, body: dict[str, object], status: int) -> None:
    """The answer shows every switch; a request with something wrong in it is refused and changes nothing."""
    defaults = (await api.get("/_sandbox/switches")).json()

    answer = await api.post("/_sandbox/switches", json=body)

    assert answer.status_code == status
    assert (await api.get("/_sandbox/switches")).json() == defaults | {"checkInventory": status == 200}
    if status == 200:
        assert answer.json() == defaults | {"checkInventory": True}
