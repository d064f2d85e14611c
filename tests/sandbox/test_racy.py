"""Racy mode: Partner Center at its worst, within its documentation."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

Create = Callable[..., Awaitable[dict[str, Any]]]
Inject = Callable[..., Awaitable[None]]

CONTOSO, FABRIKAM = "28045616-f6b9-462f-9701-0d89b5e65c44", "6f4ce4d8-f42e-45e0-8661-92ad6ac9d003"
ONE, TWO = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"


@pytest.fixture
async def racy(api: httpx.AsyncClient, inject: Inject) -> httpx.AsyncClient:
    """A client of a sandbox that pauses between reading and writing."""
    await inject(racy=True, racySeconds=0.01)
    return api


async def checkout(client: httpx.AsyncClient, cart: dict[str, Any], request_id: str, customer: str = CONTOSO) -> Any:
    path = f"/v1/customers/{customer}/carts/{cart['id']}/checkout"
    answer = await client.post(path, headers={"MS-RequestId": request_id})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def orders_of(client: httpx.AsyncClient, cart: dict[str, Any]) -> list[str]:
    bought = (await client.get("/_sandbox/purchases")).json()["purchases"]
    return [each["orderId"] for each in bought if each["cartId"] == cart["id"]]


async def test_a_known_request_id_gets_the_first_answer(racy: httpx.AsyncClient, create: Create) -> None:
    """As documented."""
    cart = await create({})

    first, second = [await checkout(racy, cart, ONE) for _ in range(2)]

    assert second == first
    assert await orders_of(racy, cart) == [first["orders"][0]["id"]]


async def test_a_new_request_id_buys_again(racy: httpx.AsyncClient, create: Create) -> None:
    """Even an ordered cart; each id keeps its own answer."""
    cart = await create({})

    first, second = [await checkout(racy, cart, each) for each in (ONE, TWO)]

    assert await orders_of(racy, cart) == [first["orders"][0]["id"], second["orders"][0]["id"]]
    assert first["orders"][0]["id"] != second["orders"][0]["id"]
    assert [await checkout(racy, cart, each) for each in (ONE, TWO)] == [first, second]


@pytest.mark.parametrize("ids", [(ONE, TWO), (ONE, ONE)], ids=["with two request ids", "with the same request id"])
async def test_two_concurrent_checkouts_both_buy(racy: httpx.AsyncClient, create: Create, ids: tuple[str, str]) -> None:
    """A request id is recognized only after its first answer."""
    cart = await create({})

    answers = await asyncio.gather(*(checkout(racy, cart, each) for each in ids))

    assert sorted(await orders_of(racy, cart)) == sorted(each["orders"][0]["id"] for each in answers)
    assert len(set(await orders_of(racy, cart))) == 2


async def test_two_concurrent_partial_checkouts_both_buy(racy: httpx.AsyncClient, create: Create) -> None:
    """Each orders the groups that can be bought."""
    cart = await create({"quantity": 1}, {"billingCycle": "annual", "quantity": 3}, customer=FABRIKAM)

    await asyncio.gather(*(checkout(racy, cart, each, FABRIKAM) for each in (ONE, TWO)))

    assert len(set(await orders_of(racy, cart))) == 2


async def test_without_racy_mode_a_cart_is_bought_once(api: httpx.AsyncClient, create: Create) -> None:
    """With any request ids, in sequence or concurrently."""
    cart = await create({})

    await asyncio.gather(*(checkout(api, cart, each) for each in (ONE, TWO, ONE)))

    assert len(await orders_of(api, cart)) == 1


async def test_the_last_writer_of_a_cart_wins(racy: httpx.AsyncClient, create: Create) -> None:
    """Each writer gets its own answer; one of them stays."""
    cart = await create({})
    path = f"/v1/customers/{CONTOSO}/carts/{cart['id']}"
    carts = [{"lineItems": [{**cart["lineItems"][0], "quantity": quantity}]} for quantity in (5, 6)]

    answers = await asyncio.gather(*(racy.put(path, json=each) for each in carts))
    left = (await racy.get(path)).json()

    assert [each.json()["lineItems"][0]["quantity"] for each in answers] == [5, 6]
    assert left == answers[1].json()


async def test_two_concurrent_creates_both_create(racy: httpx.AsyncClient, create: Create) -> None:
    """Even with one request id."""
    line = (await create({}))["lineItems"][0]
    body = {"lineItems": [line]}

    made = await asyncio.gather(
        *(racy.post(f"/v1/customers/{CONTOSO}/carts", json=body, headers={"MS-RequestId": ONE}) for _ in range(2))
    )

    assert len({each.json()["id"] for each in made}) == 2


async def test_the_pause_between_reading_and_writing_is_configurable(
    api: httpx.AsyncClient, create: Create, inject: Inject
) -> None:
    """Other calls are answered in the meantime."""
    cart = await create({})
    await inject(racy=True, racySeconds=3600)

    asking = asyncio.ensure_future(checkout(api, cart, ONE))
    await asyncio.wait([asking], timeout=0.02)
    bought = await orders_of(api, cart)
    asking.cancel()

    assert (asking.done(), bought) == (False, [])


@pytest.mark.parametrize(
    ("path", "status"),
    [
        pytest.param(f"/v1/customers/{CONTOSO}/carts/{ONE}/checkout", 404, id="no such cart"),
        pytest.param("/v1/customers/1/carts", 400, id="no such customer"),
        pytest.param("/v1/nowhere", 404, id="no such path"),
        pytest.param(f"/v1/customers/{CONTOSO}/carts", 400, id="no cart in the body"),
    ],
)
async def test_racy_mode_keeps_refusals(racy: httpx.AsyncClient, path: str, status: int) -> None:
    """Timing never makes an invalid call valid."""
    answer = await racy.post(path)

    assert answer.status_code == status
