"""Many who change the same subscription at the same moment: nobody undoes what another did, and nothing is done twice."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.faults.partner_center import PartnerCenter
from tests.faults.shop import Shop, Told
from tests.faults.trial import FEWER, MORE, SEATS

CHANGERS = 8
LOST = [
    pytest.param(0.0, id="all answered"),
    pytest.param(0.5, id="half of the answers lost"),
]

AReplica = Callable[..., Awaitable[Shop]]


@pytest.fixture(params=["one process", "two replicas on a file", pytest.param("two on Redis", marks=pytest.mark.redis)])
async def shops(request: pytest.FixtureRequest, a_replica: AReplica, tmp_path: Path) -> list[Shop]:
    """One for each who changes something, who goes to the gateway that the shop has."""
    match request.param:
        case "one process":
            replicas = [await a_replica()]
        case "two replicas on a file":
            replicas = [await a_replica(store_url=f"sqlite:{tmp_path / 'store.sqlite'}") for _ in range(2)]
        case _:
            url = request.getfixturevalue("redis_server").url
            replicas = [await a_replica(store_url=url) for _ in range(2)]
    return [replicas[number % len(replicas)] for number in range(CHANGERS)]


def patches(partner_center: PartnerCenter) -> int:
    return sum(each.method == "PATCH" for each in partner_center.sent)


async def lose(partner_center: PartnerCenter, share: float) -> None:
    fault = {"calls": "PATCH */subscriptions/*", "fault": "reset", "when": "after", "share": share}
    await partner_center.order(fault, seed=1)


@pytest.mark.parametrize("lost", LOST)
async def test_one_of_many_changes_of_one_version_is_made(
    partner_center: PartnerCenter, shops: list[Shop], lost: float
) -> None:
    """All have seen the same seats and want another number of them: the first gets it, the others see what there is now."""
    version = (await shops[0].see(SEATS)).value["version"]
    await lose(partner_center, lost)

    told = await asyncio.gather(
        *(shop.change_seats(SEATS, version, MORE + number) for number, shop in enumerate(shops))
    )

    (made,) = [each for each in told if each.code is None]
    assert {each.code for each in told if each is not made} == {"SUBSCRIPTION_VERSION_CONFLICT"}
    assert made.value["subscription"]["quantity"] == (await partner_center.subscription(SEATS))["quantity"] >= MORE
    assert patches(partner_center) == 1


@pytest.mark.parametrize("lost", LOST)
async def test_many_clicks_make_one_change(partner_center: PartnerCenter, shops: list[Shop], lost: float) -> None:
    """Everybody is told that it is done, and one of them that this call did it."""
    version = (await shops[0].see(SEATS)).value["version"]
    await lose(partner_center, lost)

    told = await asyncio.gather(*(shop.change_seats(SEATS, version, MORE) for shop in shops))

    assert told == [Told()] * CHANGERS
    assert sum(each.value["isChanged"] for each in told) == patches(partner_center) == 1
    assert (await partner_center.subscription(SEATS))["quantity"] == MORE


async def test_there_and_back_again_ends_where_it_was_asked_to(
    partner_center: PartnerCenter, shops: list[Shop]
) -> None:
    """Partner Center remembers answers by request id; equal changes of equal content are changes of their own."""
    for round_ in range(6):
        wanted = (MORE, FEWER)[round_ % 2]
        shop = shops[round_ % len(shops)]
        told = await shop.change_seats(SEATS, (await shop.see(SEATS)).value["version"], wanted)

        assert (told.code, told.value["isChanged"]) == (None, True)
        assert (await partner_center.subscription(SEATS))["quantity"] == wanted


async def test_a_change_that_is_stuck_is_not_denied_by_another_click(
    partner_center: PartnerCenter, a_replica: AReplica
) -> None:
    """The first waits for an answer; the second waits for the first as long as it can, and says that nothing is known."""
    shop = await a_replica(deadline_s=14)
    version = (await shop.see(SEATS)).value["version"]
    await partner_center.order({"calls": "PATCH */subscriptions/*", "fault": "hang", "when": "after"})
    first = asyncio.create_task(shop.change_seats(SEATS, version, MORE))
    await partner_center.until_sent("PATCH")

    second = await shop.change_seats(SEATS, version, MORE)

    assert (second.code, second.outcome) in {("CHANGE_OUTCOME_UNKNOWN", "UNKNOWN"), (None, None)}
    assert (await first).code is None
    assert (await partner_center.subscription(SEATS))["quantity"] == MORE
    assert patches(partner_center) == 1
