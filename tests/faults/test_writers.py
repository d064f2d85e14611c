"""Many who write the same carts at the same moment: nothing is lost or doubled, and hardly anybody is turned away."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from tests.faults.partner_center import PartnerCenter
from tests.faults.shop import Shop, Told

CARTS, WRITERS = 30, 8
AT_ONCE = 4
"""Carts that are written at the same time: all these gateways have one processor, with Partner Center and the writers."""

MOST_REFUSED = 0.05

AReplica = Callable[..., Awaitable[Shop]]


@pytest.fixture(params=["one process", "two replicas on a file", pytest.param("two on Redis", marks=pytest.mark.redis)])
async def shops(request: pytest.FixtureRequest, a_replica: AReplica, tmp_path: Path) -> list[Shop]:
    """One for each writer, who goes to the gateway that his shop has."""
    match request.param:
        case "one process":
            replicas = [await a_replica()]
        case "two replicas on a file":
            replicas = [await a_replica(store_url=f"sqlite:{tmp_path / 'store.sqlite'}") for _ in range(2)]
        case _:
            url = request.getfixturevalue("redis_server").url
            replicas = [await a_replica(store_url=url) for _ in range(2)]
    return [replicas[number % len(replicas)] for number in range(WRITERS)]


async def all_write(shops: Sequence[Shop], cart: str) -> dict[str, Told]:
    """Each adds a line of its own, all at once; what they were told, by line."""
    names = [f"of writer {number}" for number in range(WRITERS)]
    answers = await asyncio.gather(*(shop.add(cart, name) for shop, name in zip(shops, names, strict=True)))
    return dict(zip(names, answers, strict=True))


@pytest.mark.parametrize(
    "lost", [pytest.param(0.0, id="all answered"), pytest.param(0.1, id="a tenth of answers lost")]
)
async def test_what_is_said_to_be_added_is_there_once(
    partner_center: PartnerCenter, shops: list[Shop], lost: float
) -> None:
    """Whoever was refused has nothing in the cart, and that is at most one in twenty."""
    carts = [await partner_center.new_cart("first") for _ in range(CARTS)]
    await partner_center.order({"calls": "PUT */carts/*", "fault": "reset", "when": "after", "share": lost}, seed=1)

    told: dict[str, dict[str, Told]] = {}
    for some in (carts[start : start + AT_ONCE] for start in range(0, CARTS, AT_ONCE)):
        told |= zip(some, await asyncio.gather(*(all_write(shops, cart) for cart in some)), strict=True)

    added = {cart: {"first", *(name for name, each in told[cart].items() if each.code is None)} for cart in carts}
    assert {cart: Counter(await partner_center.lines(cart)) for cart in carts} == {
        cart: Counter(added[cart]) for cart in carts
    }
    refused = [each for answers in told.values() for each in answers.values() if each.code is not None]
    assert len(refused) <= MOST_REFUSED * CARTS * WRITERS, refused


async def test_different_carts_do_not_wait_for_each_other(partner_center: PartnerCenter, shops: list[Shop]) -> None:
    """A cart whose write takes long holds up nobody who writes another."""
    slow, quick = [await partner_center.new_cart("first") for _ in range(2)]
    await partner_center.order({"calls": f"PUT */carts/{slow}", "fault": "hang"})
    waiting = asyncio.create_task(shops[0].add(slow, "added"))
    await partner_center.until_sent("PUT")

    told = [await shop.add(quick, f"of writer {number}") for number, shop in enumerate(shops)]

    assert [each.code for each in told] == [None] * WRITERS
    assert not waiting.done()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
