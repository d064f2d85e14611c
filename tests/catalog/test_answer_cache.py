"""The catalog is asked as seldom as can be, and no caller ever meets another's answer."""

import asyncio
import gc
import json
import tracemalloc
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable

import pytest

from gateway.catalog.answer_cache import ANSWER_OVERHEAD, AnswerCache, Asker
from gateway.catalog.keys import Key, ProductKey, SkusKey
from gateway.errors import Forbidden, NotFound, Overloaded, TimedOut, Unavailable
from gateway.partner_center.callers import TokenCaller
from gateway.partner_center.reading import records as reading
from tests.catalog.asking import KEY, PRODUCT, THEM, US, CallCounter, Fetch, Seconds, get, settled, under_way


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def cache(seconds: Seconds) -> AnswerCache:
    """Of three answers."""
    return AnswerCache(ttl_s=60, clock=seconds, max_bytes=3 * (ANSWER_OVERHEAD + 100))


@pytest.mark.parametrize("ttl_s", [60, 0], ids=["cached", "not cached"])
async def test_concurrent_requests_share_one_look_up(seconds: Seconds, ttl_s: float) -> None:
    """However many ask for a key together, it is looked up once."""
    cache, fetch = AnswerCache(ttl_s=ttl_s, clock=seconds), Fetch()
    requests = [asyncio.create_task(get(cache, US, KEY, fetch)) for _ in range(5)]
    await under_way(fetch, *requests)
    fetch.may_end.set()

    assert await asyncio.gather(*requests) == ["answer 1"] * 5
    assert fetch.begun == 1


async def test_an_answer_is_cached_for_its_time_to_live(cache: AnswerCache, seconds: Seconds) -> None:
    """Until the last moment, counted from when it came. It is given once more while a new one is looked up."""
    fetch = Fetch()
    request = asyncio.create_task(get(cache, US, KEY, fetch))
    await under_way(fetch, request)
    seconds.now += 100
    fetch.may_end.set()
    seen = [await request]

    for pause in (0, 59.9, 0.1, 0):
        seconds.now += pause
        seen.append(await get(cache, US, KEY, fetch))
        await settled()

    assert seen == ["answer 1"] * 4 + ["answer 2"]
    assert fetch.begun == 2


async def test_nothing_is_cached_with_no_time_to_live(seconds: Seconds) -> None:
    """Zero seconds turn the cache off."""
    cache, fetch = AnswerCache(ttl_s=0, clock=seconds), Fetch.at_once()

    assert [await get(cache, US, KEY, fetch) for _ in range(2)] == ["answer 1", "answer 2"]


async def test_each_key_has_its_answer(cache: AnswerCache) -> None:
    """Markets, products, and kinds of look-up of the same ids are told apart."""
    fetch = Fetch.at_once()
    keys: list[Key[object]] = [KEY, ProductKey("DE", PRODUCT), SkusKey("US", PRODUCT, None)]

    answers = [await get(cache, US, key, fetch) for key in keys * 2]

    assert answers == ["answer 1", "answer 2", "answer 3"] * 2


async def test_callers_never_share_an_answer(cache: AnswerCache) -> None:
    """Another tenant asks for itself, even for the same key at the same moment."""
    ours, theirs = Fetch.at_once(), Fetch.at_once(Forbidden("no", http_status=403))
    await get(cache, US, KEY, ours)

    with pytest.raises(Forbidden):
        await get(cache, THEM, KEY, theirs)

    assert (ours.begun, theirs.begun) == (1, 1)


async def test_callers_never_share_a_look_up(cache: AnswerCache) -> None:
    """Nobody joins the look-up of another tenant."""
    fetch = Fetch()
    ours = asyncio.create_task(get(cache, US, KEY, fetch))
    theirs = asyncio.create_task(get(cache, THEM, KEY, fetch))
    await under_way(fetch, ours, theirs, begun=2)
    fetch.may_end.set()

    assert [await ours, await theirs] == ["answer 1", "answer 2"]


async def test_a_failure_is_not_cached(cache: AnswerCache) -> None:
    """The next request tries again."""
    fetch = Fetch.at_once(Unavailable("broken"))

    with pytest.raises(Unavailable):
        await get(cache, US, KEY, fetch)

    assert await get(cache, US, KEY, fetch) == "answer 2"


async def test_each_request_gets_a_failure_of_its_own(cache: AnswerCache) -> None:
    """What one request notes on its failure is not on that of another."""
    fetch = Fetch.at_once(Forbidden("no", http_status=403, upstream_correlation_id="upstream-1"))

    first, *others = await asyncio.gather(*(get(cache, US, KEY, fetch) for _ in range(3)), return_exceptions=True)
    assert isinstance(first, Forbidden)
    first.message, first.maybe_done = "changed", True

    assert fetch.begun == 1
    for other in others:
        assert isinstance(other, Forbidden)
        assert (other.message, other.maybe_done, other.upstream_correlation_id) == ("no", False, "upstream-1")


async def test_each_request_learns_why_there_is_no_answer(cache: AnswerCache) -> None:
    """Absence is None, and every request that waited has the refusal, not only the one that looked."""
    fetch = Fetch.at_once(NotFound("none", http_status=404, partner_center_code="400019"))
    askers = [Asker(caller=US) for _ in range(2)]

    answers = await asyncio.gather(*[await cache.look_up(asker, KEY, fetch) for asker in askers])

    assert answers == [None, None]
    assert fetch.begun == 1
    first, second = [asker.absences[KEY] for asker in askers]
    assert first is not second
    assert [first.partner_center_code, second.partner_center_code] == ["400019"] * 2


async def test_each_request_gets_a_bug_as_an_error_of_its_own(cache: AnswerCache) -> None:
    """An exception that is not ours is the cause of a new one for each request."""
    bug = KeyError("bug")
    fetch = Fetch.at_once(bug)

    failures = await asyncio.gather(*(get(cache, US, KEY, fetch) for _ in range(2)), return_exceptions=True)

    assert failures[0] is not failures[1]
    assert [each.__cause__ for each in failures if isinstance(each, RuntimeError)] == [bug, bug]


async def test_a_look_up_has_a_deadline_of_its_own(seconds: Seconds) -> None:
    """It begins when the look-up does, whatever time the request that began it has left."""
    cache, fetch = AnswerCache(ttl_s=60, clock=seconds, look_up_s=1_000), Fetch.at_once()
    loop = asyncio.get_running_loop()

    before = loop.time()
    await get(cache, US, KEY, fetch, deadline=before + 10)
    after = loop.time()

    assert before + 1_000 <= fetch.deadlines[0] <= after + 1_000


async def test_each_request_waits_until_its_own_deadline(cache: AnswerCache) -> None:
    """The one that began the look-up runs out of time; the one that joined it gets the answer."""
    fetch, now = Fetch(), asyncio.get_running_loop().time()
    hasty = asyncio.create_task(get(cache, US, KEY, fetch, deadline=now + 0.01))
    patient = asyncio.create_task(get(cache, US, KEY, fetch, deadline=now + 30))

    with pytest.raises(TimedOut):
        await hasty
    fetch.may_end.set()

    assert await patient == "answer 1"
    assert fetch.begun == 1


async def test_no_look_up_begins_without_time_left(cache: AnswerCache) -> None:
    """Neither a look-up nor a call counted; a cached answer needs no time."""
    fetch, counter, now = Fetch.at_once(), CallCounter(), asyncio.get_running_loop().time()
    with pytest.raises(TimedOut):
        await get(cache, US, KEY, fetch, deadline=now, count_call=counter.count)
    begun_without_time = (fetch.begun, counter.calls)

    await get(cache, US, KEY, fetch)

    assert begun_without_time == (0, 0)
    assert await get(cache, US, KEY, fetch, deadline=now) == "answer 1"


async def test_a_look_up_counts_for_the_request_that_begins_it(cache: AnswerCache) -> None:
    """Those that join it do not, nor does a hit; an request beyond its rate limit fails alone."""
    fetch, refused, first, third = Fetch(), CallCounter(Overloaded("used up")), CallCounter(), CallCounter()
    requests = [
        asyncio.create_task(get(cache, US, KEY, fetch, count_call=counter.count)) for counter in (refused, first, third)
    ]
    await fetch.beginnings.acquire()
    fetch.may_end.set()

    answers = await asyncio.gather(*requests, return_exceptions=True)
    answers.append(await get(cache, US, KEY, fetch, count_call=third.count))

    assert isinstance(answers[0], Overloaded)
    assert answers[1:] == ["answer 1"] * 3
    assert (refused.calls, first.calls, third.calls) == (0, 1, 0)


@pytest.mark.parametrize("gone", [0, 1], ids=["the one that began it", "one that joined it"])
async def test_a_cancelled_request_leaves_the_look_up_to_the_others(cache: AnswerCache, gone: int) -> None:
    """The look-up goes on for the others who wait for it, and its answer is cached."""
    fetch = Fetch()
    requests = [asyncio.create_task(get(cache, US, KEY, fetch)) for _ in range(3)]
    await under_way(fetch, *requests)

    requests[gone].cancel()
    fetch.may_end.set()
    answers = await asyncio.gather(*requests, return_exceptions=True)

    assert isinstance(answers.pop(gone), asyncio.CancelledError)
    assert answers == ["answer 1", "answer 1"]
    assert await get(cache, US, KEY, fetch) == "answer 1"


async def test_a_look_up_ends_with_the_last_request_waiting_for_it(cache: AnswerCache) -> None:
    """It is cancelled once all that waited for it are cancelled; a request after that begins another at once."""
    fetch = Fetch()
    requests = [asyncio.create_task(get(cache, US, KEY, fetch)) for _ in range(2)]
    await under_way(fetch, *requests)

    for request in requests:
        request.cancel()
    later = asyncio.create_task(get(cache, US, KEY, fetch))
    await under_way(fetch, later)
    fetch.may_end.set()

    assert await later == "answer 2"
    assert fetch.cancelled == 1


async def test_a_thousand_cancelled_requests_leave_nothing_behind(cache: AnswerCache) -> None:
    """No task is left, and no look-up to join."""
    fetch = Fetch()
    before = asyncio.all_tasks()
    keys = [ProductKey("US", f"CFQ7TTC0{number:04}") for number in range(500)]
    requests = [asyncio.create_task(get(cache, US, key, fetch)) for key in keys for _ in range(2)]
    await under_way(fetch, *requests, begun=500)

    for request in requests:
        request.cancel()
    await asyncio.wait(requests)
    fetch.may_end.set()
    again = [await get(cache, US, key, fetch) for key in keys]

    assert again == [f"answer {number}" for number in range(501, 1001)]
    assert asyncio.all_tasks() == before


async def test_a_failure_without_waiting_requests_logs_nothing(cache: AnswerCache) -> None:
    """When all requests have run out of time, the failure of their look-up is nobody's; the key is free again."""
    fetch, now = Fetch(Unavailable("broken")), asyncio.get_running_loop().time()
    with pytest.raises(TimedOut):
        await get(cache, US, KEY, fetch, deadline=now + 0.01)
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))

    fetch.may_end.set()
    for _ in range(3):
        await asyncio.sleep(0)

    assert await get(cache, US, KEY, fetch) == "answer 2"
    gc.collect()
    assert complaints == []


async def test_the_least_recently_used_answer_is_evicted_first(cache: AnswerCache) -> None:
    """The number of answers is bounded; using one keeps it longer."""
    fetch = Fetch.at_once()
    a, b, c, d = (ProductKey("US", f"CFQ7TTC0LH1{letter}") for letter in "ABCD")

    for key in (a, b, c, a, d):
        await get(cache, US, key, fetch)

    assert [await get(cache, US, key, fetch) for key in (a, c, d, b)] == [
        "answer 1",
        "answer 3",
        "answer 4",
        "answer 5",
    ]


async def test_one_caller_does_not_evict_anothers_answers(cache: AnswerCache) -> None:
    """However much it asks for, and with however many tokens of its own."""
    fetch = Fetch.at_once()
    await get(cache, US, KEY, fetch)

    for number in range(100):
        token = jwt(user="greedy", number=number)
        await get(cache, TokenCaller(token), ProductKey("US", f"CFQ7TTC0{number:04}"), Fetch.at_once())

    assert await get(cache, US, KEY, fetch) == "answer 1"


def jwt(**claims: object) -> str:
    """A token of one user's, another for each number."""
    payload = json.dumps({"tid": "tenant", "oid": claims["user"], "jti": claims["number"]}).encode()
    return f"head.{urlsafe_b64encode(payload).decode().rstrip('=')}.signature"


async def test_the_cache_is_bounded_in_bytes(seconds: Seconds) -> None:
    """Ten times as much as it may hold takes no more memory than it may take, whatever the answers look like."""
    cache = AnswerCache(ttl_s=60, clock=seconds, max_bytes=2_000_000)

    tracemalloc.start()
    try:
        for number in range(2_000):
            await get(cache, US, ProductKey("US", f"{number}"), several_products(number))
        gc.collect()
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert 500_000 < taken <= 2_000_000


def several_products(number: int) -> Callable[[float], Awaitable[object]]:
    """Ten products with next to nothing in them, or with text outside of Latin."""
    item = (
        {"id": f"P{number}"}
        if number % 2
        else {"id": f"P{number}", "title": "小" * 50, "description": "😀" + "a" * 900}
    )
    body = json.dumps({"items": [item] * 10}, ensure_ascii=False).encode()

    async def fetch(_: float) -> object:
        return reading.products(body)

    return fetch


async def test_an_answer_of_unknown_size_is_given_and_not_cached(cache: AnswerCache) -> None:
    """Such as one with half a character in it, which has no JSON."""
    answers = iter(["\ud83d", "\ud83d", "whole"])

    async def fetch(_: float) -> str:
        return next(answers)

    assert [await get(cache, US, KEY, fetch) for _ in range(4)] == ["\ud83d", "\ud83d", "whole", "whole"]
