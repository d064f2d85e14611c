"""What the store in memory does beyond what every store does: it is bounded, and shared fairly."""

import pytest

from gateway.carts.idempotency import Answer, Checkpoint, Codec, Idempotency, IdempotentCall
from gateway.carts.keys import CartKey
from gateway.carts.purchases import Purchase, PurchaseKey, Purchases
from gateway.errors import StoreFailed
from gateway.store.memory import RECORD_OVERHEAD, MemoryStore
from tests.store.worlds import Seconds


@pytest.fixture
def store(seconds: Seconds) -> MemoryStore:
    """Of two small records of each kind."""
    return MemoryStore(clock=seconds, max_bytes=2 * (RECORD_OVERHEAD + 100))


async def put(store: MemoryStore, *keys: str, owner: str = "us", keep_s: float = 60) -> None:
    for key in keys:
        await store.put(key, b"12345", keep_s=keep_s, owner=owner)


async def left(store: MemoryStore, *keys: str) -> list[str]:
    return [key for key in keys if await store.get(key) is not None]


async def test_memory_is_bounded(store: MemoryStore) -> None:
    """The record that was not used for longest goes first."""
    await put(store, "a", "b", "c")

    assert await left(store, "a", "b", "c") == ["b", "c"]


async def test_a_record_that_was_replaced_is_no_longer_old(store: MemoryStore) -> None:
    """What counts is when the present one came."""
    await put(store, "a", "b", "a", "c")

    assert await left(store, "a", "b", "c") == ["a", "c"]


async def test_removed_records_leave_room(store: MemoryStore) -> None:
    """For others, so that none of those has to go."""
    await put(store, "a", "b")
    await store.remove("b")
    await store.add("c", b"12345", keep_s=60)

    assert await left(store, "a", "b", "c") == ["a", "c"]


async def test_expired_records_leave_room(store: MemoryStore, seconds: Seconds) -> None:
    """Without anybody asking for them, before any other record goes."""
    await put(store, "a")
    await put(store, "b", keep_s=5)
    seconds.now += 5
    await put(store, "c")

    assert await left(store, "a", "b", "c") == ["a", "c"]


async def test_idempotency_records_never_push_out_purchases(store: MemoryStore) -> None:
    """Each kind of record has room of its own: purchases protect money."""
    await put(store, "purchase:a", "purchase:b")

    await put(store, *(f"repeat:{number}" for number in range(100)))

    assert await left(store, "purchase:a", "purchase:b") == ["purchase:a", "purchase:b"]


@pytest.mark.parametrize("kind", ["purchase", "repeat"])
async def test_one_owner_evicts_no_others_records(store: MemoryStore, kind: str) -> None:
    """It loses its own, however many it adds or puts."""
    await put(store, f"{kind}:theirs", owner="them")

    for number in range(100):
        await put(store, f"{kind}:put {number}", owner="us")
        await store.add(f"{kind}:added {number}", b"12345", keep_s=60, owner="us")

    assert await left(store, f"{kind}:theirs", f"{kind}:added 99") == [f"{kind}:theirs", f"{kind}:added 99"]


async def test_a_partners_purchases_outlive_everything_others_do(store: MemoryStore) -> None:
    """A hundred purchases of another partner and a hundred keyed calls of its user push out none of them."""
    purchases = Purchases(store, clock=lambda: 0)
    theirs = PurchaseKey("their partner", CartKey("customer", "cart"))
    await purchases.put(theirs, Purchase(generation=7))

    for number in range(100):
        await purchases.put(PurchaseKey("partner", CartKey("customer", f"cart {number}")), Purchase(generation=1))
        await keyed_call(store, "partner/user", f"key {number}")

    assert await purchases.get(theirs) == Purchase(generation=7)


async def test_a_callers_keyed_calls_evict_no_others_records(store: MemoryStore) -> None:
    """The answer to a key is replayed however many keys another caller uses meanwhile."""
    await keyed_call(store, "their partner/user", "key")

    for number in range(100):
        await keyed_call(store, "partner/user", f"key {number}")

    assert (await keyed_call(store, "their partner/user", "key")).replayed


async def keyed_call(store: MemoryStore, caller: str, key: str) -> Answer[bytes]:
    async def work(_: Checkpoint) -> bytes:
        return b"done"

    return await Idempotency(store).once(IdempotentCall(caller, "add", key, b""), work, Codec(bytes, bytes))


async def test_a_record_too_large_for_memory_is_refused(store: MemoryStore) -> None:
    """The caller learns that it is not stored, and no other record goes."""
    await put(store, "a", owner="them")

    with pytest.raises(StoreFailed):
        await store.put("b", bytes(2_000), keep_s=60, owner="us")

    assert await left(store, "a", "b") == ["a"]


def test_memory_is_not_shared(store: MemoryStore) -> None:
    """No other process sees it, so leases in it are of no use to any."""
    assert not store.is_shared
