"""What the store in Redis does when the server, or the line to it, does not do its part."""

import asyncio
import logging
import traceback
from collections.abc import AsyncGenerator, Callable

import pytest

from gateway.errors import StoreFailed
from gateway.store.redis import RedisStore
from gateway.store.store import Store
from tests.store.server import PASSWORD, RedisServer
from tests.store.wire import Line, hanging_up, listening, saying

pytestmark = pytest.mark.redis

Opening = Callable[[Store], Store]


@pytest.fixture
def store(redis_server: RedisServer, opening: Opening) -> Store:
    """Gives up a call after a moment: nothing here takes longer unless it takes for ever."""
    return opening(RedisStore(redis_server.url, call_s=0.5))


@pytest.fixture
def line(redis_server: RedisServer) -> Line:
    return Line(redis_server.port)


@pytest.fixture
async def afar(line: Line, opening: Opening) -> AsyncGenerator[Store]:
    """A store at the other end of the line, its connection made."""
    async with listening(line.serve) as port:
        store = opening(RedisStore(f"redis://:{PASSWORD}@127.0.0.1:{port}/0"))
        await store.check()
        yield store


def test_redis_is_shared(store: Store) -> None:
    """Others may be at work with it."""
    assert store.is_shared


async def test_keys_begin_with_the_gateways_name(store: Store, redis_server: RedisServer) -> None:
    """So that a server can be shared with others, and rights given by it; and everything has its end."""
    await store.put("a", b"one", keep_s=60)
    await store.take("cart", "us", for_s=60)

    assert redis_server.ask("DBSIZE") == ":2"
    assert [redis_server.ask("TTL", key) for key in ("pcgw:record:a", "pcgw:lease:cart")] == [":60", ":60"]


async def test_a_server_may_come_later(redis_server: RedisServer, store: Store) -> None:
    """Without it calls fail at once; as soon as it is there they are answered."""
    redis_server.stop()
    with pytest.raises(StoreFailed, match=r"The gateway's store does not answer\."):
        await store.check()
    redis_server.start()

    await store.check()


async def test_a_store_outlives_its_server(redis_server: RedisServer, store: Store) -> None:
    """After a crash and a restart the first call is answered; what an unpersistent server held is gone."""
    await store.put("a", b"one", keep_s=60)
    await store.take("cart", "us", for_s=60)
    redis_server.stop()
    redis_server.start()

    assert await store.get("a") is None
    assert await store.take("cart", "them", for_s=60)
    await store.release("cart", "us")
    assert not await store.take("cart", "us", for_s=60)


async def test_calls_at_work_meet_a_crash(redis_server: RedisServer, store: Store) -> None:
    """Each ends as a failure of the store, none hangs, and the next ones are answered again."""
    redis_server.freeze()
    calls = [asyncio.create_task(store.add(str(number), b"one", keep_s=60)) for number in range(50)]
    await asyncio.sleep(0)
    redis_server.stop()
    answers = await asyncio.gather(*calls, return_exceptions=True)
    redis_server.start()

    assert {type(answer) for answer in answers} == {StoreFailed}
    assert await asyncio.gather(*(store.add(str(number), b"two", keep_s=60) for number in range(50))) == [None] * 50


async def test_a_server_that_says_nothing_is_not_waited_for(redis_server: RedisServer, store: Store) -> None:
    """A call takes its time and no more, on an old connection and on a new one."""
    await store.check()
    redis_server.freeze()
    try:
        async with asyncio.timeout(1.5):
            for _ in range(2):
                with pytest.raises(StoreFailed, match="does not answer"):
                    await store.get("a")
    finally:
        redis_server.thaw()

    assert await store.get("a") is None


async def test_given_up_calls_give_back_their_connections(redis_server: RedisServer, store: Store) -> None:
    """However many callers went away, the others are served."""
    redis_server.freeze()
    calls = [asyncio.create_task(store.get("a")) for _ in range(100)]
    await asyncio.sleep(0)
    for call in calls:
        call.cancel()
    await asyncio.gather(*calls, return_exceptions=True)
    redis_server.thaw()

    assert await asyncio.gather(*(store.get("a") for _ in range(100))) == [None] * 100


async def test_an_addition_whose_answer_was_lost_is_ones_own(afar: Store, line: Line) -> None:
    """What is there on the second try is not taken for another's."""
    line.loses_next = 1

    assert await afar.add("a", b"one", keep_s=60) is None
    assert await afar.get("a") == b"one"
    assert line.connections == 2


async def test_the_same_record_of_another_is_not_ones_own(afar: Store, line: Line, store: Store) -> None:
    """Even when it is equal to the last byte, and came between two tries: one alone has added."""

    async def another_comes_first() -> None:
        await store.remove("a")
        await store.add("a", b"same", keep_s=60)

    line.loses_next, line.meanwhile = 1, another_comes_first

    assert await afar.add("a", b"same", keep_s=60) == b"same"


async def test_calls_that_may_be_repeated_survive_a_cut(afar: Store, line: Line, store: Store) -> None:
    """A lost answer costs one more try, which nobody notices."""
    answers: list[object] = []
    for call in (
        lambda: afar.put("a", b"one", keep_s=60),
        lambda: afar.get("a"),
        lambda: afar.take("cart", "us", for_s=60),
        lambda: afar.take("cart", "us", for_s=60),
    ):
        line.loses_next = 1
        answers.append(await call())
    line.loses_next = 1
    await afar.release("cart", "us")

    assert answers == [None, b"one", True, True]
    assert await store.take("cart", "them", for_s=60)


async def test_there_is_no_third_try(afar: Store, line: Line) -> None:
    """Two cuts in a row are a store that does not answer."""
    line.loses_next = 2

    with pytest.raises(StoreFailed, match="does not answer"):
        await afar.get("a")

    assert line.connections == 2


async def test_a_removal_is_not_repeated(afar: Store, line: Line, store: Store) -> None:
    """What another adds after it would be removed too."""
    await store.put("a", b"one", keep_s=60)
    line.loses_next, line.meanwhile = 1, lambda: store.add("a", b"two", keep_s=60)

    with pytest.raises(StoreFailed):
        await afar.remove("a")

    assert await store.get("a") == b"two"


async def test_a_replica_is_not_fine(redis_server: RedisServer, store: Store) -> None:
    """It answers reads and takes no writes, so the check writes."""
    redis_server.ask("REPLICAOF", "127.0.0.1", "1")

    with pytest.raises(StoreFailed, match="is a replica"):
        await store.check()
    with pytest.raises(StoreFailed, match="is a replica"):
        await store.take("cart", "us", for_s=60)


async def test_a_full_server_is_not_fine(redis_server: RedisServer, store: Store) -> None:
    """Whether by a plain write or by a script."""
    redis_server.ask("CONFIG", "SET", "maxmemory", "1")

    with pytest.raises(StoreFailed, match="is full"):
        await store.check()
    with pytest.raises(StoreFailed, match="is full"):
        await store.add("a", b"one", keep_s=60)


async def test_what_is_not_ours_under_our_name_is_a_failure(redis_server: RedisServer, store: Store) -> None:
    """It is left as it is."""
    redis_server.ask("RPUSH", "pcgw:record:a", "one")

    with pytest.raises(StoreFailed, match="rejects"):
        await store.get("a")
    with pytest.raises(StoreFailed, match="rejects"):
        await store.add("a", b"one", keep_s=60)

    assert redis_server.ask("LLEN", "pcgw:record:a") == ":1"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        pytest.param(b"-LOADING Redis is loading the dataset in memory", "is starting", id="it reads its data"),
        pytest.param(b"-NOAUTH Authentication required.", "does not accept the gateway's sign-in", id="no password"),
        pytest.param(b"-NOPERM User shop has no permissions", "denies the gateway a command", id="too few rights"),
        pytest.param(b"-MOVED 866 10.0.0.7:6379", "is part of a cluster", id="it is a cluster"),
        pytest.param(
            b"-NOREPLICAS Not enough good replicas to write.", "has too few replicas", id="it replicates to none"
        ),
        pytest.param(b"-MISCONF Redis is configured to save snapshots", "rejects", id="its disk is full"),
        pytest.param(b"HTTP/1.1 400 Bad Request", "does not answer", id="it is no Redis"),
    ],
)
async def test_every_failure_has_a_reason_in_our_words(opening: Opening, answer: bytes, reason: str) -> None:
    """Whatever the server says, a caller reads neither its words nor an address."""
    async with listening(saying(answer + b"\r\n")) as port:
        store = opening(RedisStore(f"redis://127.0.0.1:{port}"))
        with pytest.raises(StoreFailed, match=reason) as told:
            await store.get("a")
        await store.close()

    assert str(told.value).startswith("The gateway's store ")
    assert not {"127.0.0.1", "10.0.0.7", str(port)} & set(str(told.value).replace(":", " ").split())


@pytest.mark.parametrize(
    "host", [pytest.param("redis.invalid", id="unknown"), pytest.param("a" * 64 + ".example.com", id="impossible")]
)
async def test_a_host_that_is_not_there_is_a_failure(opening: Opening, host: str) -> None:
    """Its name is not told to callers."""
    store = opening(RedisStore(f"redis://{host}"))

    with pytest.raises(StoreFailed, match=r"^The gateway's store does not answer\.$"):
        await store.check()


async def test_a_server_without_tls_is_not_spoken_to_in_clear(redis_server: RedisServer, opening: Opening) -> None:
    """An address that asks for TLS gets TLS or nothing."""
    store = opening(RedisStore(redis_server.url.replace("redis:", "rediss:"), call_s=1))

    with pytest.raises(StoreFailed, match="does not answer"):
        await store.check()


async def test_the_password_shows_nowhere(
    redis_server: RedisServer, opening: Opening, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in what is logged at any level, not in a failure with all its causes, not in what a debugger shows."""
    caplog.set_level(logging.DEBUG)
    wrong = opening(RedisStore(redis_server.url.replace(PASSWORD, f"{PASSWORD}-of-old")))
    with pytest.raises(StoreFailed, match="does not accept") as refused:
        await wrong.check()
    async with listening(hanging_up) as port:
        cut = opening(RedisStore(f"redis://:{PASSWORD}@127.0.0.1:{port}"))
        with pytest.raises(StoreFailed) as failed:
            await cut.check()

    shown = [caplog.text, repr(wrong), repr(vars(wrong))]
    for error in (refused.value, failed.value):
        shown += [str(error), repr(error.extensions), "".join(traceback.format_exception(error))]
    assert PASSWORD not in "".join(shown)
