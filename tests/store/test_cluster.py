"""The store in a Redis Cluster: which server is asked, while slots move, and after a server has died."""

import asyncio
import logging
import time
import traceback
from collections import Counter
from collections.abc import Callable

import pytest

from gateway.errors import StoreFailed
from gateway.store.redis import RedisStore
from gateway.store.store import Store
from tests.store.cluster import RedisCluster
from tests.store.server import PASSWORD, RedisServer, free_port
from tests.store.wire import listening, silent
from tests.store.worlds import until_it_works

pytestmark = pytest.mark.redis

Opening = Callable[[Store], Store]

CALL_S = 1.5
LEASE, RECORD = "pcgw:lease:{cart}", "pcgw:record:a"
"""The keys of the lease `cart` and of the record `a`."""


@pytest.fixture
async def store(redis_cluster: RedisCluster, opening: Opening) -> Store:
    """It has connections to all servers, several to each."""
    store = opening(RedisStore(redis_cluster.url, call_s=CALL_S))
    await asyncio.gather(*(store.get(str(number)) for number in range(50)))
    return store


async def test_leases_of_one_cart_are_on_one_server(redis_cluster: RedisCluster, store: Store) -> None:
    """By their names up to the slash; records are spread, and all keys begin with the gateway's name."""
    await store.take("cart", "us", for_s=60, unless_held="cart/next")
    await store.take("cart/next", "us", for_s=60)
    for number in range(50):
        await store.put(str(number), b"one", keep_s=60)

    keys = [server.answer("KEYS", "*") for server in redis_cluster.masters]
    assert [len(each) > 5 for each in keys] == [True, True, True]
    assert {b"pcgw:lease:{cart}", b"pcgw:lease:{cart}/next"} < {key for each in keys for key in each}
    assert all(key.startswith(b"pcgw:") for each in keys for key in each)


async def test_a_slot_that_has_moved_is_followed(redis_cluster: RedisCluster, store: Store) -> None:
    """With what is in it, by every call: a redirected one was not carried out, so that even a removal is repeated."""
    await store.put("a", b"one", keep_s=60)
    redis_cluster.begin_to_move(RECORD).end()

    assert await store.get("a") == b"one"
    redis_cluster.begin_to_move(RECORD).end()
    await store.remove("a")
    assert await store.add("a", b"two", keep_s=60) is None


async def test_a_slot_that_is_moving_is_served(redis_cluster: RedisCluster, store: Store) -> None:
    """Records that are still there are found there, new ones are written to the new place, however many call."""
    await store.put("a", b"one", keep_s=60)
    moving = redis_cluster.begin_to_move(RECORD)

    found = await asyncio.gather(*(store.get("a") for _ in range(50)))
    await store.remove("a")
    added = await asyncio.gather(*(store.add("a", b"two", keep_s=60) for _ in range(50)))
    moving.end()

    assert found == [b"one"] * 50
    assert Counter(added) == {None: 1, b"two": 49}
    assert await store.get("a") == b"two"


async def test_a_lease_waits_for_its_slot(redis_cluster: RedisCluster, store: Store) -> None:
    """Its two keys may be on two servers meanwhile. A slot that does not arrive is a failure of the store."""
    moving = redis_cluster.begin_to_move(LEASE)
    with pytest.raises(StoreFailed, match="is a cluster that is moving its data"):
        await store.take("cart", "us", for_s=60, unless_held="cart/next")

    taking = asyncio.create_task(store.take("cart", "us", for_s=60, unless_held="cart/next"))
    await asyncio.sleep(0.2)
    moving.end()

    assert await taking


async def test_a_replica_takes_the_place_of_a_dead_master(redis_cluster: RedisCluster, store: Store) -> None:
    """Until then calls for its slots fail in their time; then all are answered, and what had been replicated is there."""
    master = redis_cluster.replicated
    key = redis_cluster.record_on(master)
    await store.put(key, b"one", keep_s=60)
    master.answer("WAIT", "1", "5000")
    master.stop()

    with pytest.raises(StoreFailed, match="does not answer"):
        await store.check()
    with pytest.raises(StoreFailed):
        await store.get(key)
    failures = await until_it_works(store.check)

    assert all(failure_s < CALL_S + 0.5 for failure_s in failures)
    assert await store.get(key) == b"one"
    assert await store.add("another", b"two", keep_s=60) is None


async def test_a_master_that_says_nothing_costs_its_own_calls_only(redis_cluster: RedisCluster, store: Store) -> None:
    """Calls for other servers are answered; the frozen one's end in their time, and a replica takes its place."""
    master = redis_cluster.replicated
    key, other = redis_cluster.record_on(master), redis_cluster.record_on(redis_cluster.servers[1])
    master.freeze()
    try:
        begun = time.monotonic()
        stuck = asyncio.gather(*(store.get(key) for _ in range(50)), return_exceptions=True)
        await asyncio.sleep(0)
        assert await store.get(other) is None
        assert time.monotonic() - begun < CALL_S / 2
        assert {type(each) for each in await stuck} <= {StoreFailed, type(None)}
        assert time.monotonic() - begun < CALL_S + 0.5
        await until_it_works(store.check)
    finally:
        master.thaw()


async def test_a_switched_master_is_followed(redis_cluster: RedisCluster, store: Store) -> None:
    """After a failover on order, no call fails."""
    key = redis_cluster.record_on(redis_cluster.replicated)
    await store.put(key, b"one", keep_s=60)
    redis_cluster.fail_over()

    assert await store.add(key, b"two", keep_s=60) == b"one"
    await store.remove(key)
    await store.check()


async def test_a_slot_without_a_server_is_waited_for(redis_cluster: RedisCluster, store: Store) -> None:
    """A little, because a cluster is down during a failover; then the reason says so."""
    with (
        redis_cluster.without_a_slot(RECORD),
        pytest.raises(StoreFailed, match="is a cluster that is down"),
    ):
        await store.get("a")

    with redis_cluster.without_a_slot(RECORD):
        getting = asyncio.create_task(store.get("a"))
        await asyncio.sleep(0.1)
    assert await getting is None


async def test_redirections_need_not_name_the_host(redis_cluster: RedisCluster, store: Store) -> None:
    """Servers that do not know how they are reached leave it out."""
    with redis_cluster.configured("cluster-preferred-endpoint-type", "unknown-endpoint", instead_of="ip"):
        redis_cluster.begin_to_move(RECORD).end()

        assert await store.add("a", b"one", keep_s=60) is None
        await store.check()


async def test_each_master_is_checked(redis_cluster: RedisCluster, store: Store) -> None:
    """One that is full makes the store unfit, whichever it is."""
    for master in redis_cluster.masters:
        master.ask("CONFIG", "SET", "maxmemory", "1")
        with pytest.raises(StoreFailed, match="is full"):
            await store.check()
        master.ask("CONFIG", "SET", "maxmemory", "0")

    await store.check()


async def test_more_calls_than_connections_are_answered(store: Store) -> None:
    """They wait for one."""
    assert await asyncio.gather(*(store.get("a") for _ in range(100))) == [None] * 100


async def test_servers_of_the_address_need_not_all_answer(redis_cluster: RedisCluster, opening: Opening) -> None:
    """They are asked at the same time, and one that is there is enough."""
    async with listening(silent) as port:
        store = opening(RedisStore(redis_cluster.url.replace("@", f"@127.0.0.1:{port},"), call_s=CALL_S))
        begun = time.monotonic()
        await store.check()

    assert time.monotonic() - begun < CALL_S / 2


async def test_a_cluster_may_be_away_at_first(opening: Opening) -> None:
    """Calls fail at once, which does not keep the program from starting."""
    store = opening(RedisStore(f"redis+cluster://127.0.0.1:{free_port()},127.0.0.1:{free_port()}"))

    with pytest.raises(StoreFailed, match=r"^The gateway's store does not answer\.$"):
        await store.check()


async def test_the_form_of_the_address_must_fit(
    redis_cluster: RedisCluster, redis_server: RedisServer, opening: Opening
) -> None:
    """The reason says which one does."""
    server = redis_cluster.owner(RECORD)
    other = next(each for each in redis_cluster.masters if each is not server)
    plain, clustered = (
        opening(RedisStore(other.url)),
        opening(RedisStore(redis_server.url.replace(":", "+cluster:", 1))),
    )

    with pytest.raises(StoreFailed, match=r"part of a cluster, whose address must begin with redis\+cluster://"):
        await plain.get("a")
    with pytest.raises(StoreFailed, match="is not a cluster"):
        await clustered.get("a")


async def test_an_address_with_tls_is_not_spoken_to_in_clear(redis_cluster: RedisCluster, opening: Opening) -> None:
    """It gets TLS or nothing."""
    store = opening(RedisStore(redis_cluster.url.replace("redis+", "rediss+"), call_s=0.5))

    with pytest.raises(StoreFailed):
        await store.check()


async def test_the_password_shows_nowhere(
    redis_cluster: RedisCluster, opening: Opening, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in what is logged at any level, not in a failure with all its causes, not in what a debugger shows."""
    caplog.set_level(logging.DEBUG)
    url = redis_cluster.servers[0].url.replace("redis:", "redis+cluster:").replace(PASSWORD, f"{PASSWORD}-of-old")
    wrong = opening(RedisStore(url))

    with pytest.raises(StoreFailed, match="does not accept") as refused:
        await wrong.check()

    shown = [caplog.text, repr(wrong), repr(vars(wrong)), str(refused.value)]
    assert PASSWORD not in "".join([*shown, *traceback.format_exception(refused.value)])
