"""Faults before and after the work is done: what is stored, and what a repeat gets."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.dev.in_process import InProcess
from gateway.sandbox.app import Sandbox, build_sandbox
from gateway.sandbox.faults.rules import FAULTS
from tests.sandbox.shop_ids import CONTOSO

Create = Callable[..., Awaitable[dict[str, Any]]]
Inject = Callable[..., Awaitable[None]]

E5 = "CFQ7TTC0LF8S:0001:CFQ7TTC0VZW5"
ONE = {"MS-RequestId": "11111111-1111-1111-1111-111111111111"}
TOLD: Mapping[str, Mapping[str, object]] = {
    "redirect": {"location": "http://127.0.0.1:9/"},
    "hang": {"seconds": 0},
    "delay": {"seconds": 0},
    "drip": {"seconds": 0, "bytes": 1000},
    "huge": {"bytes": 9},
    "edit": {"remove": ["$"]},
}


async def checked_out(client: httpx.AsyncClient, cart: dict[str, Any]) -> httpx.Response | None:
    """Checks out with a fixed request id; None if the connection broke."""
    try:
        return await client.post(f"/v1/customers/{CONTOSO}/carts/{cart['id']}/checkout", headers=ONE)
    except httpx.ReadError:
        return None


async def purchases(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get("/_sandbox/purchases")).json()["purchases"]
    return found


async def status_of(client: httpx.AsyncClient, cart: dict[str, Any]) -> str:
    status: str = (await client.get(f"/v1/customers/{CONTOSO}/carts/{cart['id']}")).json()["status"]
    return status


@pytest.mark.parametrize("fault", [name for name, kind in FAULTS.items() if "before" in kind.whens and name != "delay"])
async def test_a_fault_before_the_work_prevents_it(
    breakable_api: httpx.AsyncClient, create: Create, inject: Inject, fault: str
) -> None:
    """Nothing is ordered or remembered, and the repeat buys."""
    cart = await create({})
    await inject({"calls": "POST */checkout", "fault": fault, "when": "before", "times": 1, **TOLD.get(fault, {})})

    await checked_out(breakable_api, cart)
    after_it = (await purchases(breakable_api), await status_of(breakable_api, cart))
    repeat = await checked_out(breakable_api, cart)

    assert after_it == ([], "Active")
    assert repeat is not None
    assert [each["id"] for each in repeat.json()["orders"]] == [
        each["orderId"] for each in await purchases(breakable_api)
    ]


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_after_the_work_loses_the_answer(
    breakable_api: httpx.AsyncClient, create: Create, inject: Inject, fault: str
) -> None:
    """The cart is ordered; the repeat gets the order, and buys nothing."""
    cart = await create({})
    await inject({"calls": "POST */checkout", "fault": fault, "when": "after", "times": 1, **TOLD.get(fault, {})})

    await checked_out(breakable_api, cart)
    after_it = (len(await purchases(breakable_api)), await status_of(breakable_api, cart))
    repeat = await checked_out(breakable_api, cart)

    assert after_it == (1, "Ordered")
    assert repeat is not None
    assert [each["id"] for each in repeat.json()["orders"]] == [
        each["orderId"] for each in await purchases(breakable_api)
    ]


async def test_a_delay_before_the_work_postpones_it(
    breakable_api: httpx.AsyncClient, create: Create, inject: Inject
) -> None:
    """The work is done even if the client disconnects: the lost answer was a purchase."""
    cart = await create({})
    await inject({"calls": "POST */checkout", "fault": "delay", "seconds": 0.05})

    asking = asyncio.ensure_future(checked_out(breakable_api, cart))
    await asyncio.wait([asking], timeout=0.01)
    bought_at_first = len(await purchases(breakable_api))
    asking.cancel()
    async with asyncio.timeout(10):
        while not await purchases(breakable_api):
            pass

    assert bought_at_first == 0
    assert await status_of(breakable_api, cart) == "Ordered"


async def test_a_body_fault_keeps_the_status_of_a_refusal(
    breakable_api: httpx.AsyncClient, create: Create, inject: Inject
) -> None:
    """Faults that change bodies change error bodies too."""
    cart = await create({"quantity": 301})
    await inject({"fault": "bom"})

    answer = await checked_out(breakable_api, cart)

    assert answer is not None
    assert (answer.status_code, answer.json()["code"]) == (400, 800009)


async def test_purchases_show_which_call_made_them(breakable_api: httpx.AsyncClient, create: Create) -> None:
    """Each order has its cart, customer, request id and items, oldest first; a reset empties the list."""
    first = await create({"quantity": 2}, {"billingCycle": "annual"})
    second = await create({"quantity": 3})
    await checked_out(breakable_api, first)
    await breakable_api.post(f"/v1/customers/{CONTOSO}/carts/{second['id']}/checkout")

    bought = await purchases(breakable_api)
    await breakable_api.post("/_sandbox/reset")

    assert [
        (each["customerId"], each["cartId"], each["requestId"], each["lineItems"]) for each in bought
    ] == [
        (CONTOSO, first["id"], ONE["MS-RequestId"], [{"catalogItemId": E5, "quantity": 2}]),
        (CONTOSO, first["id"], ONE["MS-RequestId"], [{"catalogItemId": E5, "quantity": 1}]),
        (CONTOSO, second["id"], None, [{"catalogItemId": E5, "quantity": 3}]),
    ]  # fmt: skip
    assert len({each["orderId"] for each in bought}) == 3
    assert await purchases(breakable_api) == []


async def test_purchases_survive_a_restart_and_fault_rules_do_not(
    tmp_path: Path, small_seed: Mapping[str, object]
) -> None:
    """With a file; remembered request ids survive too, so that a repeat after the restart buys nothing."""
    first = build_sandbox(seed=small_seed, store=tmp_path / "sandbox.sqlite")
    async with client_of(first) as client:
        cart = {"id": first.demo.cart_id}
        await client.post(
            "/_sandbox/faults", json={"racy": True, "racySeconds": 0, "faults": [{"fault": "reset", "when": "after"}]}
        )
        lost = await checked_out(client, cart)
        bought = await purchases(client)
    first.close()

    second = build_sandbox(seed=small_seed, store=tmp_path / "sandbox.sqlite")
    async with client_of(second) as client:
        on_order = (await client.get("/_sandbox/faults")).json()
        await client.post("/_sandbox/faults", json={"racy": True, "racySeconds": 0})
        repeat = await checked_out(client, cart)
        found = await purchases(client)
    second.close()

    assert (lost, len(bought)) == (None, 1)
    assert (on_order["faults"], on_order["racy"]) == ([], False)
    assert repeat is not None
    assert repeat.json()["orders"][0]["id"] == bought[0]["orderId"]
    assert found == bought


def client_of(sandbox: Sandbox) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {sandbox.demo_token()}"}
    return httpx.AsyncClient(transport=InProcess(sandbox), base_url="http://sandbox", headers=headers)
