"""The load of `benchmarks.answers`, on a gateway: its requests are answered in full, and it would notice if not."""

from collections.abc import Generator

import pytest

from benchmarks.load import Load
from benchmarks.replicas import Replica
from benchmarks.rig import Rig, opened
from benchmarks.workloads import WORKLOADS

_FEW = 8


@pytest.fixture(scope="module")
def rig() -> Generator[Rig]:
    with opened() as rig:
        yield rig


@pytest.fixture(scope="module")
def gateway(rig: Rig) -> Replica:
    return rig.gateway("gateway", {})


@pytest.mark.parametrize("workload", WORKLOADS)
def test_answers_hold_what_the_stub_holds(rig: Rig, gateway: Replica, workload: str) -> None:
    outcome = rig.ask(gateway, Load(workload, connections=2, seconds=60, most=_FEW))

    assert (len(outcome.latencies_s), outcome.wrong) == (_FEW, [])


def test_answers_without_some_data_are_noticed(rig: Rig) -> None:
    """A gateway that accepts no operation of more than two tokens answers none of them."""
    gateway = rig.gateway("refusing", {"GATEWAY_LIMIT_TOKENS": "10"})

    outcome = rig.ask(gateway, Load("tiny", connections=2, seconds=60, most=_FEW))

    assert len(outcome.wrong) == _FEW


def test_a_load_ends_when_its_time_is_over(rig: Rig, gateway: Replica) -> None:
    outcome = rig.ask(gateway, Load("tiny", connections=2, seconds=0.2))

    assert 0.2 <= outcome.elapsed_s < 5
    assert outcome.latencies_s
