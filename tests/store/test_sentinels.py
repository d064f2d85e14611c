"""The store in Redis behind sentinels: before, during and after a failover."""

import asyncio
import logging
import time
import traceback
from collections.abc import Awaitable, Callable

import pytest

from gateway.errors import StoreFailed
from gateway.store.redis import RedisStore
from gateway.store.store import Store
from tests.store.sentinels import Sentinels
from tests.store.server import PASSWORD, RedisServer, free_port
from tests.store.wire import listening, naming, refusing, silent
from tests.store.worlds import until_it_works

pytestmark = pytest.mark.redis

Opening = Callable[[Store], Store]

CALL_S = 1.0


@pytest.fixture
def store(sentinels: Sentinels, opening: Opening) -> Store:
    return opening(RedisStore(sentinels.url, call_s=CALL_S))


async def test_a_replica_takes_the_place_of_a_dead_master(sentinels: Sentinels, store: Store) -> None:
    """Until then each call fails in its time; afterwards all are answered, and what had been replicated is there."""
    await store.put("a", b"one", keep_s=60)
    sentinels.until_replicated()
    sentinels.master.stop()

    with pytest.raises(StoreFailed, match="does not answer"):
        await store.check()
    failures = await until_it_works(store.check)

    assert all(failure_s < CALL_S + 0.5 for failure_s in failures)
    assert await store.get("a") == b"one"
    assert await store.add("b", b"two", keep_s=60) is None
    assert await store.take("cart", "us", for_s=60)


async def test_calls_at_work_meet_a_failover(sentinels: Sentinels, store: Store) -> None:
    """Each ends, in its time, with an answer or as a failure of the store."""
    sentinels.master.freeze()
    begun = time.monotonic()
    calls = [asyncio.create_task(store.add(str(number), b"one", keep_s=60)) for number in range(50)]
    await asyncio.sleep(0)
    sentinels.master.stop()
    answers = await asyncio.gather(*calls, return_exceptions=True)

    assert time.monotonic() - begun < CALL_S + 0.5
    assert {type(answer) for answer in answers} == {StoreFailed}
    await until_it_works(store.check)


async def test_a_failover_on_order_is_followed(sentinels: Sentinels, store: Store) -> None:
    """No call fails that may be repeated, and all are answered by the new master."""
    await store.put("a", b"one", keep_s=60)
    sentinels.until_replicated()
    sentinels.fail_over()

    assert await store.add("a", b"two", keep_s=60) == b"one"
    assert await store.take("cart", "us", for_s=60)
    await store.check()


async def test_a_write_that_a_replica_refuses_is_repeated(redis_server: RedisServer, opening: Opening) -> None:
    """At the master that the sentinels name by then, unless a repeat could do harm."""
    calls: list[Callable[[Store], Awaitable[object]]] = [
        lambda store: store.put("a", b"one", keep_s=60),
        lambda store: store.remove("a"),
    ]
    answers: list[object] = []
    async with listening(refusing) as old:
        for call in calls:
            async with listening(naming([old, old, redis_server.port])) as sentinel:
                store = opening(RedisStore(f"redis+sentinel://:{PASSWORD}@127.0.0.1:{sentinel}/shop"))
                answers += await asyncio.gather(call(store), return_exceptions=True)

    assert [type(answer) for answer in answers] == [type(None), StoreFailed]
    assert await opening(RedisStore(redis_server.url)).get("a") == b"one"


async def test_an_old_master_that_goes_on_is_left(sentinels: Sentinels, store: Store) -> None:
    """Soon after a failover on order, although it still takes writes: they would be lost."""
    await store.check()
    old = sentinels.switch()
    begun = time.monotonic()
    try:
        while not sentinels.master.answer("EXISTS", "pcgw:record:a"):
            await store.put("a", b"one", keep_s=60)
            assert time.monotonic() - begun < 3
        assert old.answer("ROLE")[0] == b"master"
    finally:
        sentinels.demote(old)


async def test_a_sentinel_that_says_nothing_is_not_waited_for(sentinels: Sentinels, opening: Opening) -> None:
    """The others are asked at the same time."""
    async with listening(silent) as port:
        store = opening(RedisStore(sentinels.url.replace("@", f"@127.0.0.1:{port},"), call_s=CALL_S))
        begun = time.monotonic()
        await store.check()

    assert time.monotonic() - begun < CALL_S / 2


async def test_more_calls_than_connections_are_answered(sentinels: Sentinels, opening: Opening) -> None:
    """They wait for one."""
    store = opening(RedisStore(sentinels.url))

    assert await asyncio.gather(*(store.get("a") for _ in range(100))) == [None] * 100


async def test_a_sentinel_may_require_the_sign_in_of_the_servers(sentinels: Sentinels, opening: Opening) -> None:
    """Its user and password are the same, and a wrong password is no way in."""
    sentinels.require_sign_in()
    store, wrong = (
        opening(RedisStore(url)) for url in (sentinels.url, sentinels.url.replace(PASSWORD, f"{PASSWORD}-of-old"))
    )

    await store.check()
    with pytest.raises(StoreFailed, match="has no master that its sentinels name"):
        await wrong.check()


async def test_without_a_sentinel_there_is_no_master(sentinels: Sentinels, opening: Opening) -> None:
    """Nor with one that knows the service by another name. Neither keeps the program from starting."""
    away = opening(RedisStore(f"redis+sentinel://127.0.0.1:{free_port()}/shop"))
    unknown = opening(RedisStore(f"{sentinels.url.removesuffix('/shop/0')}/other"))

    for store in (away, unknown):
        with pytest.raises(StoreFailed, match=r"^The gateway's store has no master that its sentinels name\.$"):
            await store.check()


async def test_an_address_with_tls_is_not_spoken_to_in_clear(sentinels: Sentinels, opening: Opening) -> None:
    """It gets TLS or nothing."""
    store = opening(RedisStore(sentinels.url.replace("redis+", "rediss+"), call_s=0.5))

    with pytest.raises(StoreFailed):
        await store.check()


async def test_the_password_shows_nowhere(
    sentinels: Sentinels, opening: Opening, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in what is logged at any level, not in a failure with all its causes, not in what a debugger shows."""
    caplog.set_level(logging.DEBUG)
    wrong = opening(RedisStore(sentinels.url.replace(PASSWORD, f"{PASSWORD}-of-old")))

    with pytest.raises(StoreFailed, match="does not accept") as refused:
        await wrong.check()

    shown = [caplog.text, repr(wrong), repr(vars(wrong)), str(refused.value)]
    assert PASSWORD not in "".join([*shown, *traceback.format_exception(refused.value)])
