"""The sandbox's own calls, and what outlives a restart."""

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


async def test_the_front_page_tells_where_to_begin(api: httpx.AsyncClient) -> None:
    """With the ids of the demo and the control calls, to anybody."""
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
async def test_the_clock_moves(
    api: httpx.AsyncClient, sandbox: Sandbox, body: dict[str, object], moved: timedelta
) -> None:
    """By seconds, by a duration, or to a moment."""
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
async def test_a_clock_that_cannot_be_moved_so_stays(api: httpx.AsyncClient, sandbox: Sandbox, body: str) -> None:
    """The answer is one sentence with an example."""
    answer = await api.post("/_sandbox/clock", content=body)

    assert answer.status_code == 400
    assert sandbox.now() == START


async def test_calls_are_listed_in_order(api: httpx.AsyncClient) -> None:
    """Those under /v1 only, refused ones too, with the ids they carried."""
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


async def test_the_list_of_calls_can_be_emptied(api: httpx.AsyncClient) -> None:
    """A test then sees only its own."""
    await api.get(DEMO_CART_PATH)
    await api.delete("/_sandbox/calls")

    assert (await api.get("/_sandbox/calls")).json() == {"calls": []}


async def test_a_reset_brings_back_the_start(api: httpx.AsyncClient, sandbox: Sandbox, create: Create) -> None:
    """Carts, orders, subscriptions, the clock and the list of calls; tokens stay good, and no id is given out twice."""
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
async def test_other_control_calls_are_refused(api: httpx.AsyncClient, method: str, path: str, status: int) -> None:
    """With an error body of the usual shape."""
    answer = await api.request(method, path)

    assert answer.status_code == status
    assert set(answer.json()) == {"code", "description", "data", "source"}


async def test_a_sandbox_in_a_file_survives_a_restart(tmp_path: Path, small_seed: Mapping[str, object]) -> None:
    """Carts, orders, remembered answers, the moved clock and tokens are as they were."""
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


async def test_what_is_owned_does_not_grow_younger(tmp_path: Path, small_seed: Mapping[str, object]) -> None:
    """A restart leaves the subscriptions of the seed as the first start made them."""
    path, created = tmp_path / "sandbox.sqlite", list[str]()
    for now in (START, START + timedelta(days=5)):
        built = build_sandbox(clock=partial(datetime.fromtimestamp, now.timestamp(), UTC), seed=small_seed, store=path)
        async with client_of(built) as api:
            owned = (await api.get("/v1/customers/6f4ce4d8-f42e-45e0-8661-92ad6ac9d003/subscriptions")).json()
        created.append(owned["items"][0]["creationDate"])
        built.close()

    assert created == ["2023-06-11T21:16:11.55149Z"] * 2


async def test_an_expired_demo_cart_is_made_anew_at_the_start(tmp_path: Path, small_seed: Mapping[str, object]) -> None:
    """So that a first query works on every day."""
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
    """And a caller may choose where they come from."""
    built = build_sandbox(clock=lambda: START, seed=small_seed, new_id=new_id)
    async with client_of(built) as api:
        made = (await api.post(f"{CONTOSO_PATH}/carts", json={"lineItems": [LINE]})).json()
    built.close()

    assert made["id"] == expected
