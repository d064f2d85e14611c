"""A small chaos run of changes ends as everybody was told, and one of a deliberately broken gateway is seen to fail.

The broken gateway (`tests.chaos.broken`) gives every attempt at a change a request id of its own. A change that arrives
when nobody expects it any more then undoes a later one. If that went unnoticed, the run would prove nothing.
"""

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
    """All attempts at one change have one request id, which Partner Center knows already."""
    verdict = await run(16, is_too_late=True)

    assert verdict.is_clean, str(verdict)
    assert verdict.struck


async def test_a_random_request_id_is_noticed() -> None:
    """Without one id for all attempts the same run ends in changes that are undone."""
    verdict = await run(24, program=BROKEN, is_too_late=True)

    assert verdict.undone
