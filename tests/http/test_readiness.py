"""/ready answers load balancers, and asks the store and the sign-in no more than once a second."""

import asyncio
from collections.abc import Callable

import pytest
from starlette.requests import Request
from starlette.responses import Response

from gateway.errors import Overloaded
from gateway.http.readiness import Readiness


class Store:
    """A check that counts its runs, and fails or waits on request."""

    def __init__(self) -> None:
        self.runs = 0
        self.is_gone = False
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def check(self) -> None:
        self.runs += 1
        await self.may_answer.wait()
        if self.is_gone:
            raise Overloaded("The store does not answer.")


class Seconds:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
def probe(store: Store, clock: Seconds) -> Callable[[], asyncio.Task[Response]]:
    readiness = Readiness([store.check], clock=clock)
    request = Request({"type": "http", "method": "GET", "path": "/ready", "headers": []})
    return lambda: asyncio.ensure_future(readiness(request))


async def test_a_verdict_holds_for_a_second(
    store: Store, clock: Seconds, probe: Callable[[], asyncio.Task[Response]]
) -> None:
    """A probe within it sees the verdict of the last one; the next probe asks again."""
    first = await probe()
    store.is_gone = True
    clock.now += 0.9
    within = await probe()
    clock.now += 0.1
    after = await probe()

    assert [each.status_code for each in (first, within, after)] == [200, 200, 503]
    assert b"The store does not answer." in bytes(after.body)
    assert store.runs == 2


async def test_a_bad_verdict_holds_as_long(
    store: Store, clock: Seconds, probe: Callable[[], asyncio.Task[Response]]
) -> None:
    """A store that is back is seen a second later."""
    store.is_gone = True
    first = await probe()
    store.is_gone = False
    within = await probe()
    clock.now += 1
    after = await probe()

    assert [each.status_code for each in (first, within, after)] == [503, 503, 200]


async def test_concurrent_probes_share_one_run(store: Store, probe: Callable[[], asyncio.Task[Response]]) -> None:
    """However many ask at once."""
    store.may_answer.clear()
    probes = [probe() for _ in range(5)]
    await asyncio.sleep(0)
    store.may_answer.set()

    answers = await asyncio.gather(*probes)

    assert [each.status_code for each in answers] == [200] * 5
    assert store.runs == 1


async def test_a_probe_that_goes_away_takes_no_other_along(
    store: Store, probe: Callable[[], asyncio.Task[Response]]
) -> None:
    """The next one in the queue runs the checks instead."""
    store.may_answer.clear()
    gone, staying = probe(), probe()
    await asyncio.sleep(0)
    gone.cancel()
    store.may_answer.set()

    assert (await staying).status_code == 200
    assert gone.cancelled()
