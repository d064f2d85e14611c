"""A cache that drops what has expired, keeps to its bound in bytes, and lets no owner push out the others."""

import tracemalloc
from collections import Counter
from hashlib import sha256
from random import Random

import pytest

from gateway.store.fair_cache import FairCache
from gateway.store.memory import RECORD_OVERHEAD
from tests.store.worlds import Seconds

Cache = FairCache[str, int]


@pytest.fixture
def cache(seconds: Seconds) -> Cache:
    """Of 100 bytes."""
    return FairCache(clock=seconds, max_bytes=100)


def put(cache: Cache, *keys: str, owner: str = "us", size: int = 10, ttl_s: float = 60) -> None:
    for key in keys:
        cache.put(key, 1, owner=owner, size=size, ttl_s=ttl_s)


def left(cache: Cache, *keys: str) -> list[str]:
    return [key for key in keys if cache.get(key) is not None]


def test_expired_values_are_dropped_unasked(cache: Cache, seconds: Seconds) -> None:
    """In the order in which they expire, whichever came first, and without being asked for again."""
    put(cache, "long", ttl_s=60)
    put(cache, "short", ttl_s=10)
    seconds.now += 10

    assert (len(cache), cache.size, left(cache, "long", "short")) == (1, 10, ["long"])


def test_expired_values_go_before_others(cache: Cache, seconds: Seconds) -> None:
    """A full cache has room for a new value as soon as an old one has expired, whoever owns them."""
    put(cache, *"abcde", owner="us", size=10)
    put(cache, "theirs", owner="them", size=50, ttl_s=5)
    seconds.now += 5
    put(cache, "new", owner="us", size=50)

    assert left(cache, *"abcde", "new", "theirs") == [*"abcde", "new"]


def test_a_replaced_value_has_the_later_time_to_live(cache: Cache, seconds: Seconds) -> None:
    """The expiry of the value before it no longer counts."""
    put(cache, "a", ttl_s=10)
    put(cache, "a", ttl_s=60)
    seconds.now += 30

    assert left(cache, "a") == ["a"]


def test_one_owner_evicts_no_other(cache: Cache) -> None:
    """However much it stores, it loses its own values and no other owner does."""
    put(cache, *"abc", owner="them", size=10)

    for number in range(1000):
        put(cache, f"flood {number}", owner="flood", size=10)

    assert left(cache, *"abc") == [*"abc"]
    assert cache.size <= 100


def test_a_newcomer_takes_from_the_owner_that_holds_most(cache: Cache) -> None:
    """Even one large value of a newcomer is stored, in place of what the largest owner used least recently."""
    put(cache, *"abcdefgh", owner="large", size=10)
    put(cache, "small", owner="small", size=20)
    put(cache, "new", owner="new", size=30)

    assert left(cache, *"abcdefgh", "small", "new") == [*"defgh", "small", "new"]


def test_an_owner_that_would_hold_most_takes_from_itself(cache: Cache) -> None:
    """What it is about to store counts."""
    put(cache, *"abcd", owner="them", size=10)
    put(cache, *"efgh", owner="us", size=15)
    put(cache, "new", owner="us", size=10)

    assert left(cache, *"abcd", *"efgh", "new") == [*"abcd", *"fgh", "new"]


def test_the_owner_that_holds_most_is_known_after_every_change(seconds: Seconds) -> None:
    """Values come, are removed and are replaced in any order: what goes is always a value of the largest owner."""
    chance = Random(7)
    cache: FairCache[int, int] = FairCache(clock=seconds, max_bytes=1000)
    stored: dict[int, tuple[str, int]] = {}

    for _ in range(3000):
        removed, added, size = chance.randrange(200), chance.randrange(200), chance.randint(1, 60)
        cache.remove(removed)
        cache.put(added, 1, owner=(owner := chance.choice("abcdef")), size=size, ttl_s=60)
        stored.pop(removed, None)
        stored[added] = (owner, size)
        evicted = [stored.pop(key) for key in list(stored) if cache.get(key) is None]

        held = Counter[str]()
        for each, each_size in stored.values():
            held[each] += each_size
        assert cache.size == held.total() <= 1000
        assert all(held[each] + each_size >= max(held.values()) for each, each_size in evicted[-1:])


def test_the_least_recently_used_value_goes_first(cache: Cache) -> None:
    """Getting a value is using it."""
    put(cache, *"abcd", size=25)
    cache.get("a")
    put(cache, "e", size=25)

    assert left(cache, *"abcde") == [*"acde"]


def test_a_value_over_the_bound_is_not_stored(cache: Cache) -> None:
    """It costs nobody a value."""
    put(cache, "a", owner="them")

    assert not cache.put("huge", 1, owner="us", size=101, ttl_s=60)
    assert (len(cache), left(cache, "a", "huge")) == (1, ["a"])


def test_a_removed_value_leaves_its_room(cache: Cache) -> None:
    """Removing it twice changes nothing."""
    put(cache, "a", size=100)
    cache.remove("a")
    cache.remove("a")
    put(cache, "b", size=100)

    assert left(cache, "a", "b") == ["b"]


@pytest.mark.parametrize("owners", [1, 5_000], ids=["one owner", "an owner for each record"])
def test_the_size_counted_is_not_below_the_memory_taken(seconds: Seconds, owners: int) -> None:
    """With the overhead that a store counts, 5,000 records, each replaced twice, take no more than the cache says."""
    cache: FairCache[str, bytes] = FairCache(clock=seconds, max_bytes=10**9)

    tracemalloc.start()
    try:
        for number in range(15_000):
            key = f"purchase:{sha256(str(number % 5_000).encode()).hexdigest()}"
            size = 100 + RECORD_OVERHEAD
            cache.put(key, bytes(100), owner=f"partner {number % owners}", size=size, ttl_s=60 + number)
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert 0 < taken <= cache.size
