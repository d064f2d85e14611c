"""What every store promises of token buckets."""

import asyncio

from gateway.store.store import Store
from tests.store.worlds import World


async def draw(store: Store, tokens: int, bucket: str = "shop") -> int:
    """From a bucket of ten that fills by two a second."""
    return await store.draw(bucket, tokens, capacity=10, refill_per_s=2)


async def test_a_bucket_is_full_at_first(store: Store, another: Store) -> None:
    """Everybody draws from the one bucket of that name; no more comes out than was in, and other buckets stay full."""
    drawn = [await draw(store, 6), await draw(another, 6), await draw(store, 1)]

    assert drawn == [6, 4, 0]
    assert await draw(store, 1, bucket="other shop") == 1


async def test_a_bucket_fills_at_its_pace(store: Store, world: World) -> None:
    """Two a second come back, and it never holds more than ten."""
    await draw(store, 10)

    world.later(3)
    after_three_seconds = await draw(store, 10)
    world.later(3600)
    after_an_hour = await draw(store, 100)

    assert 6 <= after_three_seconds <= 7  # the server's own clock goes on meanwhile
    assert after_an_hour == 10


async def test_asking_an_empty_bucket_costs_nothing(store: Store, world: World) -> None:
    """Who asks too often does not keep it empty."""
    await draw(store, 10)
    await asyncio.gather(*(draw(store, 1) for _ in range(20)))

    world.later(5)

    assert await draw(store, 100) == 10


async def test_many_at_once_draw_no_more_than_there_is(store: Store, another: Store) -> None:
    """However they come together."""
    drawn = await asyncio.gather(*(draw(each, 1) for _ in range(20) for each in (store, another)))

    assert 10 <= sum(drawn) <= 11  # the server's own clock goes on meanwhile


async def test_a_bucket_is_no_record_and_no_lease(store: Store) -> None:
    """The three do not meet under one name."""
    await draw(store, 10)

    assert await store.get("shop") is None
    assert await store.take("shop", "us", for_s=60)
    assert await draw(store, 1) == 0
