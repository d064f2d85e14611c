"""What fair callers keep beside a greedy one, on a loop whose time is work: the same on every machine."""

import asyncio
from collections import Counter

import pytest

from gateway.errors import Overloaded
from gateway.load.admission import Admission
from tests import virtual_time
from tests.load.slots import slot

_FAIR = ("ada", "grace", "barbara", "hedy")
_SECONDS = 6.0
_PARSING_S = _REFUSING_S = 0.0007
_EXECUTING_S = 0.0004
"""Of processor time, several times a request."""


@pytest.mark.parametrize(
    ("connections", "least"),
    [
        pytest.param(16, 0.85, id="16 connections"),
        pytest.param(64, 0.85, id="64 connections"),
        pytest.param(256, 0.6, id="256 connections, most of them refused"),
    ],
)
def test_fair_callers_keep_their_rate_beside_a_greedy_one(connections: int, least: float) -> None:
    """Each asks again as soon as it is answered; an answer takes Partner Center 50 ms."""
    alone = _served(dict.fromkeys(_FAIR, 1), upstream_s=0.05)
    beside = _served({**dict.fromkeys(_FAIR, 1), "greedy": connections}, upstream_s=0.05)

    assert min(beside[name] / alone[name] for name in _FAIR) >= least
    assert beside["greedy"] > beside["ada"]


def test_callers_with_the_same_demand_share_all_of_the_loop() -> None:
    """When together they ask for more than there is time for, they are served the same, and the loop is busy."""
    served = _served(dict.fromkeys(_FAIR, 16), upstream_s=0.05)

    assert min(served.values()) >= 0.9 * max(served.values())
    assert served.total() * (_PARSING_S + 5 * _EXECUTING_S) > 0.8 * _SECONDS


def test_a_caller_that_is_alone_may_use_all_of_the_loop() -> None:
    """A burst of a hundred requests is served in full, though the loop lags."""
    served = _served({"alone": 100}, upstream_s=0.0)

    assert served["alone"] * (2 * _PARSING_S + 3 * _EXECUTING_S) > 0.6 * _SECONDS


def test_requests_that_wait_for_partner_center_are_not_held_back() -> None:
    """The loop has time for many of those: a hundred of one caller run at once, where each takes two seconds."""
    served = _served({"patient": 100}, upstream_s=2.0)

    assert served["patient"] >= 200


def _served(callers: dict[str, int], *, upstream_s: float) -> Counter[str]:
    """How many requests of each caller are served, by the number of its connections."""

    async def run() -> Counter[str]:
        admission, served = Admission(requests=200, waiting=100), Counter[str]()
        until = asyncio.get_running_loop().time() + _SECONDS
        async with asyncio.TaskGroup() as connections:
            for caller, number in callers.items():
                for _ in range(number):
                    connections.create_task(_ask_on_and_on(admission, caller, upstream_s, until, served))
        return served

    return virtual_time.run(run())


async def _ask_on_and_on(
    admission: Admission, caller: str, upstream_s: float, until: float, served: Counter[str]
) -> None:
    while asyncio.get_running_loop().time() < until:
        await asyncio.sleep(0.0003)  # on the wire
        try:
            await _ask(admission, caller, upstream_s)
            served[caller] += 1
        except Overloaded:
            virtual_time.work(_REFUSING_S)


async def _ask(admission: Admission, caller: str, upstream_s: float) -> None:
    virtual_time.work(_PARSING_S)
    try:
        admission.check(caller)
    except Overloaded:
        await admission.delay_refusal(caller, verified=True)
        raise
    async with slot(admission, caller):
        for pause_s in (0, 0, upstream_s, 0, 0):
            virtual_time.work(_EXECUTING_S)
            await asyncio.sleep(pause_s)
