"""A small chaos run of changes ends as everybody was told, and one of a deliberately broken gateway is seen to fail.

The broken gateway (`tests.chaos.broken`) gives every attempt at a change a request id of its own. A change that arrives
when nobody expects it any more then undoes a later one. If that went unnoticed, the run would prove nothing.
"""

import asyncio

from tests.chaos.owning import ROUNDS, run
from tests.chaos.programs import BROKEN


async def test_no_change_is_lost_undone_or_denied() -> None:
    """Under faults, double clicks, two tabs and kill -9 of two replicas, what somebody was told of is there."""
    verdict = await run(24, death_every_s=2)

    assert verdict.is_clean, str(verdict)
    assert verdict.made == 24 * (ROUNDS + 1)
    assert verdict.deaths
    assert verdict.struck


async def test_a_change_that_arrives_too_late_is_recognized() -> None:
    """By the request id that all attempts at it have. Without one the same run ends in changes that are undone.

    Both runs mostly wait, so they go on at the same time.
    """
    verdict, without = await asyncio.gather(run(32, is_too_late=True), run(32, program=BROKEN, is_too_late=True))

    assert verdict.is_clean, str(verdict)
    assert verdict.struck
    assert without.undone
