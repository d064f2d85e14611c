"""What breaks around the gateway is found in its log and metrics: the store, a lease, the breaker."""

import asyncio
from pathlib import Path

import pytest

from gateway.errors import StillRunning, StoreFailed
from gateway.partner_center.sending.circuit_breaker import CircuitBreaker
from gateway.store.leases import leased
from gateway.store.measured import MeasuredStore
from gateway.store.memory import MemoryStore
from gateway.store.sqlite import SqliteStore
from tests.logs import Logged
from tests.telemetry.counting import changes, shown


class Failing(MemoryStore):
    """A store that fails while it is told to."""

    fails = False

    async def get(self, key: str) -> bytes | None:
        if self.fails:
            raise StoreFailed("The gateway's store does not answer.")
        return await super().get(key)


async def test_a_lost_store_is_one_error_and_its_return_one_more_record(logged: Logged) -> None:
    """However many calls fail meanwhile."""
    inner = Failing(clock=lambda: 0.0)
    store = MeasuredStore(inner)

    with changes() as counted:
        await store.get("x:1")
        inner.fails = True
        for _ in range(3):
            with pytest.raises(StoreFailed):
                await store.get("x:1")
        lost = shown("gateway_store_lost")
        inner.fails = False
        await store.get("x:1")

    assert [(record["level"], record["message"]) for record in logged()] == [
        ("error", "store lost"),
        ("warning", "store answers again"),
    ]
    assert logged("store lost")[0]["reason"] == "The gateway's store does not answer."
    assert (lost, shown("gateway_store_lost")) == (1, 0)
    assert counted("gateway_store_call_duration_seconds_count", operation="get", error_type="OVERLOADED") == 3
    assert counted("gateway_store_call_duration_seconds_count", operation="get", error_type="") == 2


async def test_a_measured_store_is_the_store_behind_it(tmp_path: Path) -> None:
    """Records, leases and buckets, and whether others see them."""
    store = MeasuredStore(SqliteStore(tmp_path / "store.sqlite", clock=lambda: 0.0))

    await store.put("x:1", b"one", keep_s=60)
    added = [await store.add("x:2", b"two", keep_s=60), await store.add("x:2", b"three", keep_s=60)]
    taken = [await store.take("name", owner, for_s=60) for owner in ("a", "b")]
    await store.release("name", "a")
    await store.remove("x:1")

    assert store.is_shared
    assert added == [None, b"two"]
    assert taken == [True, False]
    assert await store.take("name", "b", for_s=60)
    assert await store.get("x:1") is None
    assert await store.draw("bucket", 5, capacity=3, refill_per_s=1) == 3
    await store.check()
    await store.close()


async def test_waiting_for_a_lease_and_giving_up_are_reported(logged: Logged) -> None:
    """With the time it took. A lease that is free at once is not worth a record."""
    store = MemoryStore(clock=asyncio.get_running_loop().time)

    with changes() as counted:
        async with leased(store, "cart", wait_s=5):
            with pytest.raises(StillRunning):
                async with leased(store, "cart", wait_s=0.1):
                    pytest.fail("it is held")
        async with leased(store, "cart", wait_s=5):
            pass

    (wait,) = logged("lease wait")
    assert (wait["lease"], wait["taken"]) == ("cart", False)
    assert wait["wait_ms"] >= 100
    assert counted("gateway_lease_wait_seconds_count") == 1


async def test_a_lost_lease_is_reported(logged: Logged) -> None:
    """Its owner is still at work: another may be, too."""
    store = MemoryStore(clock=asyncio.get_running_loop().time)

    with changes() as counted:
        async with leased(store, "cart", wait_s=5, ttl_s=0.1) as lease:
            await store.release("cart", lease._owner)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
            assert await store.take("cart", "another", for_s=60)
            await asyncio.sleep(0.3)

    assert [(record["level"], record["lease"]) for record in logged("lease lost while its owner worked")] == [
        ("warning", "cart")
    ]
    assert counted("gateway_leases_lost_total") == 1


def test_the_breaker_says_when_it_opens_and_when_it_closes(logged: Logged) -> None:
    """Once each, with the number of failures and the length of the outage."""
    now = 0.0
    breaker = CircuitBreaker(clock=lambda: now)

    with changes() as counted:
        for _ in range(20):
            breaker.record_failure()
            now += 0.2
        is_open = shown("gateway_circuit_breaker_open")
        breaker.record_success()
        breaker.record_success()

    opened, closed = logged()
    assert (opened["message"], opened["failures"]) == ("circuit breaker opened: Partner Center does not answer", 10)
    assert (closed["message"], closed["outage_s"]) == ("circuit breaker closed: Partner Center answers", 4.0)
    assert (is_open, shown("gateway_circuit_breaker_open")) == (1, 0)
    assert counted("gateway_circuit_breaker_changes_total", state="open") == 1
    assert counted("gateway_circuit_breaker_changes_total", state="closed") == 1
