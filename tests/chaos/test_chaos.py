"""A small chaos run buys right, and one of a deliberately broken gateway is seen to fail: `make chaos` runs more.

The broken gateway (`tests.chaos.broken`) gives every attempt at a purchase a request id of its own. The sandbox here
knows a repeat by its request id alone, so a lost answer then becomes a second order. If that went unnoticed, the run
would prove nothing.
"""

from tests.chaos.programs import BROKEN
from tests.chaos.run import MOST_ATTEMPTS, run


async def test_nothing_is_bought_twice_lost_or_denied() -> None:
    """Under faults, double clicks, two tabs, reused keys and kill -9, everybody gets the orders of their cart, once."""
    verdict = await run(120, death_every_s=2)

    assert verdict.is_clean, str(verdict)
    assert verdict.bought == verdict.purchases == 120
    assert verdict.attempts <= MOST_ATTEMPTS
    assert verdict.deaths
    assert verdict.struck


async def test_a_random_request_id_is_noticed() -> None:
    """Without one id for all attempts at a purchase the same run ends in double orders."""
    verdict = await run(60, program=BROKEN, death_every_s=2)

    assert verdict.double
