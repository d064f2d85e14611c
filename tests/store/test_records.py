"""What every store promises of records."""

import asyncio
from collections import Counter

from gateway.store.store import Store
from tests.store.worlds import World


async def test_a_record_is_found_by_its_key(store: Store, another: Store) -> None:
    """Byte for byte, by others too; other keys hold nothing."""
    await store.put("a", b"\x00\xff one", keep_s=60)
    await store.put("empty", b"", keep_s=60)

    assert [await another.get(key) for key in ("a", "empty", "b")] == [b"\x00\xff one", b"", None]


async def test_the_last_record_of_a_key_counts(store: Store, world: World) -> None:
    """It takes the place of the one before, its time included."""
    await store.put("a", b"one", keep_s=1)
    await store.put("a", b"two", keep_s=60)
    world.later(30)

    assert await store.get("a") == b"two"


async def test_a_record_lives_for_its_time(store: Store, world: World) -> None:
    """Nearly until the end of it, and not beyond."""
    await store.put("a", b"one", keep_s=600)

    world.later(590)
    before = await store.get("a")
    world.later(10)
    after = await store.get("a")

    assert (before, after) == (b"one", None)


async def test_a_record_is_added_where_there_is_none(store: Store, another: Store) -> None:
    """The first one stays, and whoever comes later is given it."""
    answers = [
        await store.add("a", b"one", keep_s=60),
        await another.add("a", b"two", keep_s=60),
        await store.add("a", b"one", keep_s=60),
    ]

    assert answers == [None, b"one", b"one"]
    assert await another.get("a") == b"one"


async def test_a_record_is_added_where_one_is_over(store: Store, world: World) -> None:
    """What is over is not there; the new one has its own time."""
    await store.put("a", b"one", keep_s=10)
    world.later(10)

    answer = await store.add("a", b"two", keep_s=60)
    world.later(50)

    assert (answer, await store.get("a")) == (None, b"two")


async def test_what_was_there_keeps_its_time(store: Store, world: World) -> None:
    """An addition that came too late does not prolong it."""
    await store.add("a", b"one", keep_s=60)
    await store.add("a", b"two", keep_s=600)
    world.later(60)

    assert await store.get("a") is None


async def test_a_removed_record_is_gone(store: Store, another: Store) -> None:
    """For everyone, and another may be added; removing what is not there is fine."""
    await store.put("a", b"one", keep_s=60)
    await another.remove("a")
    await another.remove("a")

    assert await store.get("a") is None
    assert await store.add("a", b"two", keep_s=60) is None


async def test_one_of_many_adds(store: Store, another: Store) -> None:
    """However many try at once, with the same record even, one is told that it was the one."""
    adding = [each.add("a", b"same", keep_s=60) for _ in range(25) for each in (store, another)]

    answers = await asyncio.gather(*adding)

    assert Counter(answers) == {None: 1, b"same": 49}


async def test_a_store_that_works_says_so(store: Store) -> None:
    """Checking raises nothing and leaves no record."""
    await store.check()

    assert await store.get("check") is None
