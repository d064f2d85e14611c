"""Work under a lease: waiting for it, extending it, losing it, releasing it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import pytest

from gateway.errors import StillRunning, StoreFailed
from gateway.store.leases import Timing, leased
from gateway.store.memory import MemoryStore
from gateway.store.store import Store
from tests.store.pace import Pace


class Shared(MemoryStore):
    """A memory store that can be down, slow or forgetful like a server. Records the calls it answered."""

    def __init__(self, pace: Pace) -> None:
        super().__init__(clock=lambda: pace.now)
        self.is_away = False
        self.answers = asyncio.Event()
        self.answers.set()
        self.asked: list[str] = []

    async def take(self, name: str, owner: str, *, for_s: float, unless_held: str | None = None) -> bool:
        await self._reach()
        taken = await super().take(name, owner, for_s=for_s, unless_held=unless_held)
        self.asked.append(f"take {name}")
        return taken

    async def release(self, name: str, owner: str) -> None:
        await self._reach()
        await super().release(name, owner)
        self.asked.append(f"release {name}")

    async def _reach(self) -> None:
        await self.answers.wait()
        if self.is_away:
            raise StoreFailed("The gateway's store does not answer.")


@pytest.fixture
def pace() -> Pace:
    return Pace()


@pytest.fixture
def shared(pace: Pace) -> Shared:
    return Shared(pace)


@pytest.fixture
def is_free(shared: Shared) -> Callable[[], Awaitable[bool]]:
    """Whether another owner could take the lease; takes it for 0 s to find out."""
    return lambda: shared.take("cart", "them", for_s=0)


async def test_a_free_lease_is_taken_at_once(
    shared: Shared, pace: Pace, is_free: Callable[[], Awaitable[bool]]
) -> None:
    """Without a pause, and it is free again afterwards."""
    async with leased(shared, "cart", wait_s=10, timing=pace.timing) as lease:
        during = await is_free(), lease.is_lost

    assert (during, await is_free()) == ((False, False), True)
    assert pace.pauses == []


async def test_a_failure_under_a_lease_releases_it(
    shared: Shared, pace: Pace, is_free: Callable[[], Awaitable[bool]]
) -> None:
    """The failure is raised unchanged."""
    with pytest.raises(ZeroDivisionError):
        async with leased(shared, "cart", wait_s=10, timing=pace.timing):
            _ = 1 / 0

    assert await is_free()


async def test_a_taken_lease_is_waited_for(shared: Shared, pace: Pace) -> None:
    """It is taken within 0.1 s of its release."""
    begun: list[float] = []

    async def work() -> None:
        async with leased(shared, "cart", wait_s=10, timing=pace.timing):
            begun.append(pace.now)

    await shared.take("cart", "them", for_s=60)
    working = asyncio.create_task(work())
    await pace.later(3)
    await shared.release("cart", "them")
    await pace.later(1)
    await working

    assert begun == [pytest.approx(1_003, abs=0.1)]


async def test_waiting_has_an_end(shared: Shared, pace: Pace) -> None:
    """It ends in StillRunning and leaves no lease behind."""
    await shared.take("cart", "them", for_s=60)

    async def work() -> None:
        async with leased(shared, "cart", wait_s=10, timing=pace.timing):
            pytest.fail("the lease was another's")

    working = asyncio.create_task(work())
    await pace.later(9.9)
    before = working.done()
    await pace.later(0.2)

    with pytest.raises(StillRunning):
        await working
    assert not before
    assert await shared.take("cart/next", "them", for_s=60)


async def test_waiting_owners_do_not_poll_in_step(shared: Shared, pace: Pace) -> None:
    """Pauses are random, from zero to twice their mean."""
    pace.chances = [0.0, 0.25, 1.0]
    await shared.take("cart", "them", for_s=60)

    async def work() -> None:
        async with leased(shared, "cart", wait_s=0.1, timing=pace.timing):
            pass

    working = asyncio.create_task(work())
    await pace.later(1)

    with pytest.raises(StillRunning):
        await working
    looking = [pause for pause in pace.pauses if pause < 0.1]
    assert looking == [0.0, 0.02, 0.08]


async def test_a_cancelled_wait_leaves_nothing(shared: Shared, pace: Pace) -> None:
    """It holds neither the lease nor the head of the queue."""
    await shared.take("cart", "them", for_s=60)

    async def work() -> None:
        async with leased(shared, "cart", wait_s=10, timing=pace.timing):
            pytest.fail("the lease was another's")

    working = asyncio.create_task(work())
    await pace.later(1)
    working.cancel()
    await asyncio.wait([working])
    await shared.release("cart", "them")

    assert [await shared.take(name, "others", for_s=1) for name in ("cart", "cart/next")] == [True, True]


async def test_the_queue_survives_a_process_that_died_at_its_head(shared: Shared, pace: Pace) -> None:
    """Its lease on the head of the queue expires after two seconds."""
    await shared.take("cart/next", "dead", for_s=2)

    async def work() -> float:
        async with leased(shared, "cart", wait_s=10, timing=pace.timing):
            return pace.now

    working = asyncio.create_task(work())
    await pace.later(3)

    assert await working == pytest.approx(1_002, abs=0.1)


async def test_a_lease_lasts_as_long_as_the_work(
    shared: Shared, pace: Pace, is_free: Callable[[], Awaitable[bool]]
) -> None:
    """It is extended for as long as the work takes."""
    async with leased(shared, "cart", wait_s=10, ttl_s=5, timing=pace.timing) as lease:
        found: list[tuple[bool, bool]] = []
        for _ in range(100):
            await pace.later(1)
            found.append((await is_free(), lease.is_lost))

    assert set(found) == {(False, False)}
    assert await is_free()


async def test_a_lease_survives_a_short_store_outage(shared: Shared, pace: Pace) -> None:
    """One extension that succeeds in time is enough."""
    async with leased(shared, "cart", wait_s=10, ttl_s=6, timing=pace.timing) as lease:
        await pace.later(2.5)
        shared.is_away = True
        await pace.later(3)
        shared.is_away = False
        await pace.later(60)

        assert not lease.is_lost


async def test_a_lease_that_could_not_be_extended_is_lost(
    shared: Shared, pace: Pace, caplog: pytest.LogCaptureFixture
) -> None:
    """The work continues and can see the loss. The lease is not taken back later."""
    caplog.set_level(logging.WARNING)
    async with leased(shared, "cart", wait_s=10, ttl_s=6, timing=pace.timing) as lease:
        shared.is_away = True
        await pace.later(5.9)
        before = lease.is_lost
        await pace.later(0.2)
        after = lease.is_lost
        shared.is_away = False
        await pace.later(60)
        taken_by_others = await shared.take("cart", "them", for_s=60)
        shared.is_away = True

    assert (before, after, lease.is_lost, taken_by_others) == (False, True, True, True)
    assert "A lease could not be released" in caplog.text


async def test_a_lease_that_another_owner_took_is_lost(shared: Shared, pace: Pace) -> None:
    """As after a server restarted empty. The new owner keeps the lease."""
    async with leased(shared, "cart", wait_s=10, ttl_s=6, timing=pace.timing) as lease:
        await shared.close()
        await shared.take("cart", "them", for_s=60)
        await pace.later(2.1)
        is_lost = lease.is_lost

    assert is_lost
    assert not await shared.take("cart", "others", for_s=60)


async def test_a_suspended_process_has_lost_its_lease(shared: Shared, pace: Pace) -> None:
    """It sees the loss as soon as it continues, and does not take the lease back."""
    async with leased(shared, "cart", wait_s=10, ttl_s=6, timing=pace.timing) as lease:
        await pace.later(1)
        pace.now += 6
        at_once = lease.is_lost
        await pace.later(10)

        assert (at_once, lease.is_lost) == (True, True)
        assert await shared.take("cart", "them", for_s=60)


async def test_without_the_store_no_work_begins(shared: Shared, pace: Pace) -> None:
    """The store's failure is raised."""
    shared.is_away = True

    with pytest.raises(StoreFailed):
        async with leased(shared, "cart", wait_s=10, timing=pace.timing):
            pytest.fail("there was no lease")


async def test_an_extension_never_comes_after_the_release(shared: Shared, pace: Pace) -> None:
    """Otherwise the lease would stay with an owner that is gone."""

    async def work() -> None:
        async with leased(shared, "cart", wait_s=10, ttl_s=6, timing=pace.timing):
            await pace.later(1)
            shared.answers.clear()
            await pace.later(1.5)

    working = asyncio.create_task(work())
    await pace.later(10)
    shared.answers.set()
    await working

    assert shared.asked[-2:] == ["take cart", "release cart"]


async def test_a_busy_process_yields_to_a_waiting_one(shared: Shared, pace: Pace) -> None:
    """The waiting owner is next, although the busy one asks again at once."""
    turns: list[str] = []

    async def work(who: str, *, times: int) -> None:
        for _ in range(times):
            async with leased(shared, "cart", wait_s=10, timing=pace.timing):
                turns.append(who)
                await pace.sleep(0.1)

    working = [asyncio.create_task(work("busy", times=10))]
    await pace.later(0.05)
    working.append(asyncio.create_task(work("other", times=1)))
    await pace.later(10)
    await asyncio.gather(*working)

    assert turns[:3] == ["busy", "other", "busy"]


async def test_an_uncontended_lease_costs_two_store_calls(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """One to take it and one to release it, in each kind of store."""
    calls: list[str] = []
    for name in ("take", "release", "get", "put", "add", "remove"):
        monkeypatch.setattr(store, name, _recording(calls, name, getattr(store, name)))

    async with leased(store, "cart", wait_s=10):
        pass

    assert calls == ["take", "release"]


async def test_a_newcomer_does_not_overtake_the_queue(store: Store, another: Store) -> None:
    """Not even one that asks at the moment of the release, in each kind of store."""
    order: list[str] = []

    async def work(who: str, store: Store) -> None:
        async with leased(store, "cart", wait_s=10, timing=Timing(chance=lambda: 1.0)):
            order.append(who)

    await store.take("cart", "them", for_s=60)
    waiting = asyncio.create_task(work("waiting", another))
    while await store.take("cart/probe", "us", for_s=60, unless_held="cart/next"):  # until the queue has a head
        await store.release("cart/probe", "us")
        await asyncio.sleep(0)
    await store.release("cart", "them")
    await work("newcomer", store)
    await waiting

    assert order == ["waiting", "newcomer"]


async def test_one_at_a_time(store: Store, another: Store) -> None:
    """In each kind of store, over two connections, and every worker gets the lease in the end."""
    at_work, most, done = 0, 0, 0

    async def work(store: Store) -> None:
        nonlocal at_work, most, done
        async with leased(store, "cart", wait_s=30, timing=Timing(sleep=lambda s: asyncio.sleep(s / 20))) as lease:
            at_work += 1
            most = max(most, at_work)
            await store.put("a", b"one", keep_s=60)
            at_work -= 1
            done += not lease.is_lost

    await asyncio.gather(*(work(each) for _ in range(10) for each in (store, another)))

    assert (most, done) == (1, 20)


def _recording(
    calls: list[str], name: str, method: Callable[..., Awaitable[object]]
) -> Callable[..., Awaitable[object]]:
    async def recorded(*args: object, **options: object) -> object:
        calls.append(name)
        return await method(*args, **options)

    return recorded
