"""Refusals go out at once, unless the same caller is refused all the time."""

import asyncio
from itertools import pairwise

from gateway.load.refusals import Refusals


async def test_now_and_then_nobody_waits_for_a_refusal() -> None:
    """Some may also come together."""
    refusals = Refusals()

    begun = _now()
    for _ in range(50):
        await refusals.hold("a")

    assert _now() - begun < 0.1


async def test_refusals_without_end_go_out_one_by_one() -> None:
    """Two hundred a second, after those that may come together, evenly."""
    refusals = Refusals()
    begun = _now()

    times = sorted(await asyncio.gather(*(_held(refusals, "a") for _ in range(160))))

    held = [time - begun for time in times if time - begun > 0.02]
    assert 50 <= len(held) <= 60
    assert 0.25 < held[-1] < 1
    assert not [later for earlier, later in pairwise(held) if later - earlier > 0.1]


async def test_no_refusal_is_held_for_long() -> None:
    """However many there are: a second is over before the pace would have come to the last."""
    refusals = Refusals()
    begun = _now()

    times = await asyncio.gather(*(_held(refusals, "a") for _ in range(600)))

    assert 0.7 < max(times) - begun < 1.5


async def test_another_is_not_held_for_it() -> None:
    """Each caller has refusals of its own."""
    refusals = Refusals()
    greedy = [asyncio.create_task(refusals.hold("greedy")) for _ in range(1000)]
    await asyncio.sleep(0)

    begun = _now()
    await refusals.hold("fair")
    waited = _now() - begun

    for task in greedy:
        task.cancel()
    assert waited < 0.1


def _now() -> float:
    return asyncio.get_running_loop().time()


async def _held(refusals: Refusals, who: str) -> float:
    await refusals.hold(who)
    return _now()
