"""Answers older than their time to live: given while new ones are looked up, and while Partner Center does not answer."""

import asyncio

import pytest

from gateway.catalog.answer_cache import AnswerCache
from gateway.catalog.keys import ProductKey
from gateway.errors import (
    Forbidden,
    GatewayError,
    Malformed,
    NotFound,
    Overloaded,
    SignInFailed,
    Throttled,
    TimedOut,
    Unauthenticated,
    Unavailable,
)
from gateway.telemetry.metrics import metrics
from gateway.telemetry.requests import Tally
from tests.catalog.asking import KEY, THEM, US, CallCounter, Fetch, Seconds, get, settled

TTL_S = 60
DAY_S = 24 * 3600


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
async def cache(seconds: Seconds) -> AnswerCache:
    """With an old answer in it."""
    return await with_old_answer(seconds, ttl_s=TTL_S)


async def with_old_answer(seconds: Seconds, *, ttl_s: float) -> AnswerCache:
    async def old(_: float) -> str:
        return "old"

    cache = AnswerCache(ttl_s=ttl_s, clock=seconds)
    await get(cache, US, KEY, old)
    return cache


async def test_a_stale_answer_is_given_while_a_new_one_is_looked_up(cache: AnswerCache, seconds: Seconds) -> None:
    """Nobody waits, and however many ask there is one look-up."""
    fetch, tally = Fetch(), Tally()
    seconds.now += TTL_S

    stale = [await get(cache, US, KEY, fetch, tally=tally) for _ in range(3)]
    await settled()
    fetch.may_end.set()
    await settled()
    new = await get(cache, US, KEY, fetch, tally=tally)

    assert (stale, new, fetch.begun) == (["old"] * 3, "answer 1", 1)
    assert (tally.stale_answers, tally.cache_hits) == (3, 4)


@pytest.mark.parametrize(
    ("ttl_s", "age_s", "waits"),
    [
        pytest.param(60, 119, False, id="for as long again as it was fresh"),
        pytest.param(60, 120, True, id="and no longer"),
        pytest.param(10_000, 13_599, False, id="for an hour at most"),
        pytest.param(10_000, 13_600, True, id="and no longer than that"),
    ],
)
async def test_a_stale_answer_is_given_for_a_bounded_time(
    seconds: Seconds, ttl_s: float, age_s: float, waits: bool
) -> None:
    """After that a request waits for the new one."""
    cache = await with_old_answer(seconds, ttl_s=ttl_s)
    seconds.now += age_s

    assert await get(cache, US, KEY, Fetch.at_once()) == ("answer 1" if waits else "old")


async def test_the_new_answer_does_not_depend_on_the_request(cache: AnswerCache, seconds: Seconds) -> None:
    """It has a time of its own, and goes on when those who join it are gone."""
    loop, fetch = asyncio.get_running_loop(), Fetch()
    seconds.now += TTL_S
    await get(cache, US, KEY, fetch, deadline=loop.time())
    await settled()
    seconds.now += TTL_S  # now a request has to wait
    joined = asyncio.create_task(get(cache, US, KEY, fetch))
    await settled()

    joined.cancel()
    await settled()
    fetch.may_end.set()
    await settled()

    assert (fetch.begun, fetch.cancelled) == (1, 0)
    assert fetch.deadlines[0] > loop.time() + 20


async def test_a_refresh_counts(cache: AnswerCache, seconds: Seconds) -> None:
    """Against the rate limit of the request that caused it, which may refuse it, and in the metrics."""
    before = [refreshes("OVERLOADED"), refreshes("")]
    refused, counter, fetch = CallCounter(Overloaded("used up")), CallCounter(), Fetch.at_once()
    seconds.now += TTL_S

    answers = [await get(cache, US, KEY, fetch, count_call=refused.count)]
    await settled()
    answers.append(await get(cache, US, KEY, fetch, count_call=counter.count))
    await settled()

    assert answers == ["old", "old"]
    assert (fetch.begun, counter.calls) == (1, 1)
    assert [refreshes("OVERLOADED"), refreshes("")] == [each + 1 for each in before]


async def test_an_absence_is_an_answer_to_a_refresh(cache: AnswerCache, seconds: Seconds) -> None:
    """It counts as one, and ends the stale answer."""
    before = refreshes("")
    seconds.now += TTL_S

    answers = [await get(cache, US, KEY, Fetch.at_once(NotFound("none", http_status=404)))]
    await settled()
    answers.append(await get(cache, US, KEY, Fetch.at_once()))

    assert answers == ["old", "answer 1"]
    assert refreshes("") == before + 1


def refreshes(code: str) -> float:
    (metric,) = metrics().refreshes(code).collect()
    return next(sample.value for sample in metric.samples if sample.name.endswith("_total"))


async def test_refreshes_are_bounded(seconds: Seconds) -> None:
    """Those that find no room are left to a later request."""
    cache, fetch = AnswerCache(ttl_s=TTL_S, clock=seconds), Fetch.at_once()
    keys = [ProductKey("US", f"CFQ7TTC0{number:04}") for number in range(60)]
    for key in keys:
        await get(cache, US, key, fetch)
    seconds.now += TTL_S
    fetch.may_end.clear()

    for key in keys:
        await get(cache, US, key, fetch)
    await settled()

    assert fetch.begun == 60 + 50
    await cache.close()


async def test_a_closed_cache_leaves_no_task(cache: AnswerCache, seconds: Seconds) -> None:
    """Neither a refresh nor a look-up that a request waits for."""
    before, fetch = asyncio.all_tasks(), Fetch()
    seconds.now += TTL_S
    await get(cache, US, KEY, fetch)
    waiting = asyncio.create_task(get(cache, THEM, KEY, fetch))
    await settled()

    await cache.close()
    await asyncio.wait([waiting])

    assert asyncio.all_tasks() == before
    assert fetch.cancelled == 2


OUTAGES = [
    pytest.param(Unavailable("broken"), id="unavailable"),
    pytest.param(TimedOut("slow"), id="too slow"),
    pytest.param(Throttled("later", http_status=429), id="throttled"),
    pytest.param(Overloaded("full"), id="no room for the call"),
]


@pytest.mark.parametrize("failure", OUTAGES)
async def test_a_stale_answer_is_given_instead_of_a_failure(
    cache: AnswerCache, seconds: Seconds, failure: GatewayError
) -> None:
    """Up to a day after its time to live, and never later."""
    tally = Tally()
    seconds.now += TTL_S + DAY_S - 1
    stale = await get(cache, US, KEY, Fetch.at_once(failure), tally=tally)
    seconds.now += 1

    with pytest.raises(type(failure)):
        await get(cache, US, KEY, Fetch.at_once(failure))

    assert stale == "old"
    assert tally.stale_answers == 1


async def test_an_outage_is_waited_for_once(cache: AnswerCache, seconds: Seconds) -> None:
    """For a minute after a failure the stale answer comes at once; each of these requests tries again behind it."""
    seconds.now += DAY_S / 2
    await get(cache, US, KEY, Fetch.at_once(Unavailable("broken")))
    failing, hanging = Fetch.at_once(Unavailable("broken")), Fetch()

    answers: list[str] = []
    for pause_s, fetch in ((59, failing), (59, hanging), (0, hanging)):
        seconds.now += pause_s
        answers.append(await get(cache, US, KEY, fetch))
        await settled()

    assert answers == ["old"] * 3
    assert (failing.begun, hanging.begun) == (1, 1)
    await cache.close()


async def test_without_time_left_a_stale_answer_is_better_than_none(cache: AnswerCache, seconds: Seconds) -> None:
    """A look-up that goes on for longer than the request may wait counts as a failure."""
    fetch = Fetch()
    seconds.now += DAY_S

    answer = await get(cache, US, KEY, fetch, deadline=asyncio.get_running_loop().time() + 0.01)

    assert answer == "old"
    await cache.close()


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(Forbidden("no", http_status=403), id="forbidden"),
        pytest.param(Unauthenticated("who?"), id="token not accepted"),
        pytest.param(SignInFailed("no"), id="sign-in not accepted"),
    ],
)
@pytest.mark.parametrize("age_s", [TTL_S, DAY_S], ids=["refreshed", "waited for"])
async def test_a_caller_without_rights_gets_no_stale_answer(
    cache: AnswerCache, seconds: Seconds, failure: GatewayError, age_s: float
) -> None:
    """From the refusal on, whatever happens to Partner Center afterwards."""
    seconds.now += age_s
    await asyncio.gather(get(cache, US, KEY, Fetch.at_once(failure)), return_exceptions=True)
    await settled()

    with pytest.raises(Unavailable):
        await get(cache, US, KEY, Fetch.at_once(Unavailable("broken")))


async def test_an_item_that_is_gone_is_gone(cache: AnswerCache, seconds: Seconds) -> None:
    """Its absence replaces the stale answer."""

    async def absent(_: float) -> str | None:
        return None

    seconds.now += TTL_S
    await get(cache, US, KEY, absent)
    await settled()

    assert await get(cache, US, KEY, absent) is None


async def test_an_unreadable_answer_is_a_failure(cache: AnswerCache, seconds: Seconds) -> None:
    """Partner Center has answered, so nothing stands in for it."""
    seconds.now += DAY_S

    with pytest.raises(Malformed):
        await get(cache, US, KEY, Fetch.at_once(Malformed("odd")))


async def test_callers_never_share_a_stale_answer(cache: AnswerCache, seconds: Seconds) -> None:
    """Another caller has the failure."""
    seconds.now += TTL_S

    with pytest.raises(Unavailable):
        await get(cache, THEM, KEY, Fetch.at_once(Unavailable("broken")))


async def test_with_no_time_to_live_nothing_is_stale(seconds: Seconds) -> None:
    """A failure is a failure, a moment after an answer."""
    cache = AnswerCache(ttl_s=0, clock=seconds)
    await get(cache, US, KEY, Fetch.at_once())

    with pytest.raises(Unavailable):
        await get(cache, US, KEY, Fetch.at_once(Unavailable("broken")))
