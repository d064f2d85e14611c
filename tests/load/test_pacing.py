"""Everybody begins at once while the loop keeps up; while it does not, the greedy begin at the pace it has time for."""

from dataclasses import dataclass

import pytest

from gateway.load.crowd import Crowd
from gateway.load.pacing import Pacing


@dataclass
class Load:
    busy: float = 0
    lag: float = 0
    usual_lag: float = 0


@pytest.fixture
def load() -> Load:
    return Load()


@pytest.fixture
def pacing(load: Load) -> Pacing:
    """Among "greedy" and "fair"."""
    crowd = Crowd(lambda: 0.0)
    crowd.asks("greedy", 64)
    crowd.asks("fair", 1)
    return Pacing(load, crowd)


def _beginnings(pacing: Pacing, who: str, *, beats: int) -> int:
    """Of somebody who begins as often as the gate lets through, at most fifty times between two beats."""
    begun = 0
    for _ in range(beats):
        pacing.beat()
        for _ in range(50):
            if not pacing.is_open_for(who):
                break
            pacing.passed(who)
            begun += 1
    return begun


def test_the_greedy_begin_ever_faster_while_there_is_time_to_spare(pacing: Pacing) -> None:
    """Until it is no hindrance."""
    slow, later, fast = (_beginnings(pacing, "greedy", beats=100) for _ in range(3))

    assert 100 < slow < later < fast


@pytest.mark.parametrize("load", [Load(busy=0.9), Load(usual_lag=0.01)])
def test_the_greedy_slow_down_while_the_loop_is_busy(load: Load, pacing: Pacing) -> None:
    """By its own measure, or because the machine does not give it the processor. A little always goes on."""
    first, later, at_last = (_beginnings(pacing, "greedy", beats=50) for _ in range(3))

    assert first > later >= at_last > 0
    assert _beginnings(pacing, "fair", beats=1) == 50


def test_nobody_begins_while_the_loop_is_behind_but_a_little_at_each_beat(load: Load, pacing: Pacing) -> None:
    """The more the further behind it is, up to a bound: beats are then rare."""
    begun: list[int] = []
    for load.lag in (0.025, 0.1, 60.0):
        begun.append(_beginnings(pacing, "fair", beats=1))

    assert begun == [3, 11, 16]
    assert not pacing.is_open_for("fair")


def test_once_the_loop_has_caught_up_everybody_begins(load: Load, pacing: Pacing) -> None:
    """Without waiting for the next beat."""
    load.lag = 1.0
    _beginnings(pacing, "fair", beats=1)

    load.lag = 0.0

    assert pacing.is_open_for("fair")
