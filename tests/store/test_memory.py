"""What the store in memory does besides."""

from gateway.store.memory import MemoryStore
from tests.store.worlds import Seconds


async def test_memory_is_bounded(seconds: Seconds) -> None:
    """The oldest records go first; the newest is kept however large."""
    store = MemoryStore(clock=seconds, most_bytes=10)
    for key in ("a", "b", "c"):
        await store.put(key, b"12345", keep_s=60)
    first = [await store.get(key) for key in ("a", "b", "c")]
    await store.put("d", b"12345678901234", keep_s=60)

    assert first == [None, b"12345", b"12345"]
    assert [await store.get(key) for key in ("b", "c", "d")] == [None, None, b"12345678901234"]


async def test_a_record_that_was_replaced_is_no_longer_old(seconds: Seconds) -> None:
    """What counts is when the present one came."""
    store = MemoryStore(clock=seconds, most_bytes=10)
    for key in ("a", "b", "a", "c"):
        await store.put(key, b"12345", keep_s=60)

    assert [await store.get(key) for key in ("a", "b", "c")] == [b"12345", None, b"12345"]


async def test_removed_records_leave_room(seconds: Seconds) -> None:
    """For others, so that none of those has to go."""
    store = MemoryStore(clock=seconds, most_bytes=10)
    for key in ("a", "b"):
        await store.put(key, b"12345", keep_s=60)
    await store.remove("b")
    await store.add("c", b"12345", keep_s=60)

    assert [await store.get(key) for key in ("a", "b", "c")] == [b"12345", None, b"12345"]


def test_memory_is_not_shared(seconds: Seconds) -> None:
    """No other process sees it, so leases in it are of no use to any."""
    assert not MemoryStore(clock=seconds).is_shared
