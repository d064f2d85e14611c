"""A store that replicas share goes away, before or in the middle of what needs it, and comes back."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any

import httpx
import pytest

from tests.faults.partner_center import PartnerCenter
from tests.faults.shop import Shop, Told, orders_in
from tests.faults.trial import FEWER, MORE, SEATS
from tests.store.server import PASSWORD, RedisServer

pytestmark = pytest.mark.redis

AReplica = Callable[..., Awaitable[Shop]]
Away = tuple[Callable[[], None], Callable[[], None]]
"""How the store goes, and how it comes back."""

REFUSED = Told("OVERLOADED", "top level", retryable=True)
NOT_PLACED = Told("OVERLOADED", "top level", retryable=True, outcome="NOT_PLACED")


@pytest.fixture
async def shop(a_replica: AReplica, redis_server: RedisServer) -> Shop:
    return await a_replica(store_url=redis_server.url)


@pytest.fixture(params=["killed", "frozen"])
def away(request: pytest.FixtureRequest, redis_server: RedisServer) -> Generator[Away]:
    if request.param == "killed":
        yield redis_server.stop, redis_server.start
    else:
        yield redis_server.freeze, redis_server.thaw
        redis_server.thaw()


async def test_without_it_carts_are_read_and_nothing_is_changed(
    partner_center: PartnerCenter, shop: Shop, away: Away
) -> None:
    """Another replica could be at work on the same cart, so nothing is sent; once it is back, everything works."""
    cart = await partner_center.new_cart("first")
    go, come_back = away
    go()

    calls = shop.read(cart), shop.look_up(), shop.add(cart, "added"), shop.check_out(cart)
    told = list(await asyncio.gather(*calls))

    assert told == [Told(), Told(), REFUSED, NOT_PLACED]
    assert {each.method for each in partner_center.sent} == {"GET"}
    come_back()
    assert await shop.add(cart, "added") == Told()
    assert orders_in(await shop.check_out(cart)) == await partner_center.orders(cart)


async def test_without_it_nothing_that_is_owned_is_changed(
    partner_center: PartnerCenter, shop: Shop, away: Away
) -> None:
    """Nothing is sent, and what stands as asked is found all the same."""
    seen = (await shop.see(SEATS)).value
    go, come_back = away
    go()

    refused, standing = await asyncio.gather(
        shop.change_seats(SEATS, seen["version"], MORE), shop.change_seats(SEATS, seen["version"], FEWER)
    )

    assert refused == Told("OVERLOADED", "top level", retryable=True, outcome="NOT_DONE")
    assert (standing, standing.value["isChanged"]) == (Told(), False)
    assert {each.method for each in partner_center.sent} == {"GET"}
    come_back()
    assert await shop.change_seats(SEATS, seen["version"], MORE) == Told()


async def test_readiness_tells_that_it_is_away(shop: Shop, away: Away) -> None:
    """With a reason that holds neither its address nor its password."""
    go, come_back = away
    before = await shop.http.get("/ready")
    go()

    meanwhile = await _verdict_other_than(before, shop)

    come_back()
    after = await _verdict_other_than(meanwhile, shop)
    assert [each.status_code for each in (before, meanwhile, after)] == [200, 503, 200]
    assert meanwhile.json()["reasons"] == ["The gateway's store does not answer."]
    assert PASSWORD not in meanwhile.text


async def _verdict_other_than(last: httpx.Response, shop: Shop) -> httpx.Response:
    """The next verdict of /ready that differs. One holds for a second, so the next may take that long."""
    async with asyncio.timeout(30):
        while (verdict := await shop.http.get("/ready")).status_code == last.status_code:  # noqa: ASYNC110 - only time ends a verdict
            await asyncio.sleep(0.05)
    return verdict


LATE = {"fault": "delay", "seconds": 0.3}
LOST = {"fault": "reset", "when": "after"}


async def meanwhile(call: Coroutine[Any, Any, Told], sent: Awaitable[None], then: Callable[[], None]) -> Told:
    """What is told when something happens right after the call that matters was sent."""
    task = asyncio.create_task(call)
    await sent
    then()
    return await task


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({**LATE, "when": "before"}, id="the work is slow"),
        pytest.param({**LATE, "when": "after"}, id="the answer is slow"),
        pytest.param({**LOST, "times": 1}, id="one answer is lost"),
        pytest.param({"fault": "reset", "when": "before", "times": 1}, id="one request is lost"),
    ],
)
async def test_what_was_sent_is_finished_without_it(
    partner_center: PartnerCenter, shop: Shop, redis_server: RedisServer, fault: dict[str, object]
) -> None:
    """A cart is written and ordered once, and that is told."""
    cart, other = await partner_center.new_cart("first"), await partner_center.new_cart("first")
    await partner_center.order({"calls": "PUT", **fault}, {"calls": "POST", **fault})

    added = await meanwhile(shop.add(cart, "added"), partner_center.until_sent("PUT"), redis_server.stop)
    redis_server.start()
    ordered = await meanwhile(shop.check_out(other), partner_center.until_sent("POST"), redis_server.stop)

    assert added == Told()
    assert await partner_center.lines(cart) == ["first", "added"]
    assert ordered == Told()
    assert orders_in(ordered) == await partner_center.orders(other)


async def test_what_was_sent_without_an_answer_is_never_denied(
    partner_center: PartnerCenter, shop: Shop, redis_server: RedisServer
) -> None:
    """The orders exist, which is told or left open; asking again, when it is back and empty, tells them."""
    cart = await partner_center.new_cart("first")
    await partner_center.order({"calls": "POST", **LOST})

    told = await meanwhile(shop.check_out(cart), partner_center.until_sent("POST"), redis_server.stop)

    assert told.outcome in {"PLACED", "UNKNOWN"}
    redis_server.start()
    await partner_center.order()
    assert orders_in(await shop.check_out(cart)) == await partner_center.orders(cart)


async def test_it_may_come_and_go_while_everybody_buys(
    partner_center: PartnerCenter, a_replica: AReplica, redis_server: RedisServer
) -> None:
    """Each cart is bought in two replicas at once: it becomes one order, which both are told in the end."""
    replicas = [await a_replica(store_url=redis_server.url) for _ in range(2)]
    carts = [await partner_center.new_cart("first") for _ in range(20)]
    await partner_center.order({"calls": "POST", **LOST, "share": 0.2}, seed=1)

    async with asyncio.TaskGroup() as group:
        trouble = group.create_task(come_and_go(redis_server))
        bought = await asyncio.gather(*(until_told(shop, cart) for cart in carts for shop in replicas))
        trouble.cancel()

    orders = {cart: await partner_center.orders(cart) for cart in carts}
    assert {cart: len(placed) for cart, placed in orders.items()} == dict.fromkeys(carts, 1)
    assert bought == [orders[cart] for cart in carts for _ in replicas]


async def until_told(shop: Shop, cart: str) -> list[str]:
    """The orders of a cart, asked for as long as trying again may help."""
    async with asyncio.timeout(30):
        while (told := await shop.check_out(cart)).code is not None:
            assert told.retryable, told
            await asyncio.sleep(0.1)
    return orders_in(told)


async def come_and_go(redis_server: RedisServer) -> None:
    while True:
        await asyncio.sleep(0.2)
        redis_server.stop()
        await asyncio.sleep(0.1)
        redis_server.start()
