"""The catalog is asked as seldom as can be, and no caller ever meets another's answer."""

import asyncio
import gc
import json
import tracemalloc
from base64 import urlsafe_b64encode
from collections.abc import AsyncGenerator, Awaitable, Callable

import httpx
import pytest

from gateway.catalog.catalog import (
    ANSWER_OVERHEAD,
    AnswerCache,
    AvailabilitiesKey,
    Catalog,
    CustomerKey,
    ItemKey,
    Key,
    ProductKey,
    SkuKey,
    SkusKey,
)
from gateway.errors import Forbidden, Malformed, Overloaded, TimedOut, Unavailable
from gateway.partner_center.callers import TokenCaller
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.values import TargetSegment
from gateway.partner_center.reading import records as reading
from gateway.partner_center.sending.transport import Transport
from tests.single_attempt import SingleAttempt

PRODUCT, SKU, AVAILABILITY = "CFQ7TTC0LH18", "0001", "CFQ7TTC0K971"
CUSTOMER = "28045616-f6b9-462f-9701-0d89b5e65c44"
KEY = ProductKey("US", PRODUCT)
US, THEM = TokenCaller("our-token"), TokenCaller("their-token")

A_SKU: dict[str, object] = {"id": SKU, "productId": PRODUCT}
AN_AVAILABILITY: dict[str, object] = {"id": AVAILABILITY, "productId": PRODUCT, "skuId": SKU, "catalogItemId": "P:S:A"}


class Seconds:
    """A clock in seconds that only tests move."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Fetch:
    """Looks something up when it is let go; answers a new object each time, or fails as told."""

    def __init__(self, *failures: Exception) -> None:
        self.begun = self.cancelled = 0
        self.deadlines: list[float] = []
        self.beginnings = asyncio.Semaphore(0)
        self.may_end = asyncio.Event()
        self._failures = list(failures)

    async def __call__(self, deadline: float) -> str:
        self.begun += 1
        self.deadlines.append(deadline)
        self.beginnings.release()
        number = self.begun
        try:
            await self.may_end.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self._failures:
            raise self._failures.pop(0)
        return f"answer {number}"

    @classmethod
    def at_once(cls, *failures: Exception) -> "Fetch":
        fetch = cls(*failures)
        fetch.may_end.set()
        return fetch


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def cache(seconds: Seconds) -> AnswerCache:
    """Of three answers."""
    return AnswerCache(ttl_s=60, clock=seconds, max_bytes=3 * (ANSWER_OVERHEAD + 100))


async def under_way(fetch: Fetch, *askers: asyncio.Task[str], begun: int = 1) -> None:
    """Lets everybody ask and *begun* look-ups begin; nobody has an answer yet."""
    for _ in range(begun):
        await fetch.beginnings.acquire()
    assert not any(asker.done() for asker in askers)


# The cache


@pytest.mark.parametrize("ttl_s", [60, 0], ids=["kept", "not kept"])
async def test_those_who_ask_at_once_share_one_flight(seconds: Seconds, ttl_s: float) -> None:
    """However many ask for a key together, it is looked up once."""
    cache, fetch = AnswerCache(ttl_s=ttl_s, clock=seconds), Fetch()
    askers = [asyncio.create_task(cache.get(US, KEY, fetch)) for _ in range(5)]
    await under_way(fetch, *askers)
    fetch.may_end.set()

    assert await asyncio.gather(*askers) == ["answer 1"] * 5
    assert fetch.begun == 1


async def test_an_answer_is_kept_for_its_time(cache: AnswerCache, seconds: Seconds) -> None:
    """Until the last moment, counted from when it came."""
    fetch = Fetch()
    asker = asyncio.create_task(cache.get(US, KEY, fetch))
    await under_way(fetch, asker)
    seconds.now += 100
    fetch.may_end.set()
    seen = [await asker]

    for pause in (0, 59.9, 0.1):
        seconds.now += pause
        seen.append(await cache.get(US, KEY, fetch))

    assert seen == ["answer 1", "answer 1", "answer 1", "answer 2"]


async def test_nothing_is_kept_for_no_time(seconds: Seconds) -> None:
    """Zero seconds turn keeping off."""
    cache, fetch = AnswerCache(ttl_s=0, clock=seconds), Fetch.at_once()

    assert [await cache.get(US, KEY, fetch) for _ in range(2)] == ["answer 1", "answer 2"]


async def test_each_key_has_its_answer(cache: AnswerCache) -> None:
    """Markets, products, and kinds of look-up of the same ids are told apart."""
    fetch = Fetch.at_once()
    keys: list[Key] = [KEY, ProductKey("DE", PRODUCT), SkusKey("US", PRODUCT, None)]

    answers = [await cache.get(US, key, fetch) for key in keys * 2]

    assert answers == ["answer 1", "answer 2", "answer 3"] * 2


async def test_a_kept_answer_is_its_callers_alone(cache: AnswerCache) -> None:
    """Another tenant asks for itself, even for the same key at the same moment."""
    ours, theirs = Fetch.at_once(), Fetch.at_once(Forbidden("no", http_status=403))
    await cache.get(US, KEY, ours)

    with pytest.raises(Forbidden):
        await cache.get(THEM, KEY, theirs)

    assert (ours.begun, theirs.begun) == (1, 1)


async def test_a_flight_is_its_callers_alone(cache: AnswerCache) -> None:
    """Nobody joins the look-up of another tenant."""
    fetch = Fetch()
    ours = asyncio.create_task(cache.get(US, KEY, fetch))
    theirs = asyncio.create_task(cache.get(THEM, KEY, fetch))
    await under_way(fetch, ours, theirs, begun=2)
    fetch.may_end.set()

    assert [await ours, await theirs] == ["answer 1", "answer 2"]


async def test_a_failure_is_not_kept(cache: AnswerCache) -> None:
    """The next asker tries again."""
    fetch = Fetch.at_once(Unavailable("broken"))

    with pytest.raises(Unavailable):
        await cache.get(US, KEY, fetch)

    assert await cache.get(US, KEY, fetch) == "answer 2"


async def test_each_asker_has_a_failure_of_its_own(cache: AnswerCache) -> None:
    """What one request notes on its failure is not on that of another."""
    fetch = Fetch.at_once(Forbidden("no", http_status=403, upstream_correlation_id="upstream-1"))

    first, *others = await asyncio.gather(*(cache.get(US, KEY, fetch) for _ in range(3)), return_exceptions=True)
    assert isinstance(first, Forbidden)
    first.message, first.maybe_done = "changed", True

    assert fetch.begun == 1
    for other in others:
        assert isinstance(other, Forbidden)
        assert (other.message, other.maybe_done, other.upstream_correlation_id) == ("no", False, "upstream-1")


async def test_a_bug_in_a_look_up_is_each_askers_own_too(cache: AnswerCache) -> None:
    """An exception that is not ours is the cause of a new one for each asker."""
    bug = KeyError("bug")
    fetch = Fetch.at_once(bug)

    failures = await asyncio.gather(*(cache.get(US, KEY, fetch) for _ in range(2)), return_exceptions=True)

    assert failures[0] is not failures[1]
    assert [each.__cause__ for each in failures if isinstance(each, RuntimeError)] == [bug, bug]


async def test_a_look_up_has_a_deadline_of_its_own(seconds: Seconds) -> None:
    """It begins when the look-up does, whatever time the asker that began it has left."""
    cache, fetch = AnswerCache(ttl_s=60, clock=seconds, look_up_s=1_000), Fetch.at_once()
    loop = asyncio.get_running_loop()

    before = loop.time()
    await cache.get(US, KEY, fetch, deadline=before + 10)
    after = loop.time()

    assert before + 1_000 <= fetch.deadlines[0] <= after + 1_000


async def test_each_asker_waits_until_its_own_deadline(cache: AnswerCache) -> None:
    """The one that began the look-up runs out of time; the one that joined it gets the answer."""
    fetch, now = Fetch(), asyncio.get_running_loop().time()
    hasty = asyncio.create_task(cache.get(US, KEY, fetch, deadline=now + 0.01))
    patient = asyncio.create_task(cache.get(US, KEY, fetch, deadline=now + 30))

    with pytest.raises(TimedOut):
        await hasty
    fetch.may_end.set()

    assert await patient == "answer 1"
    assert fetch.begun == 1


async def test_without_time_nothing_is_begun(cache: AnswerCache) -> None:
    """Neither a look-up nor its payment; a cached answer needs no time."""
    fetch, till, now = Fetch.at_once(), Till(), asyncio.get_running_loop().time()
    with pytest.raises(TimedOut):
        await cache.get(US, KEY, fetch, deadline=now, count_call=till.pay)
    begun_without_time = (fetch.begun, till.paid)

    await cache.get(US, KEY, fetch)

    assert begun_without_time == (0, 0)
    assert await cache.get(US, KEY, fetch, deadline=now) == "answer 1"


class Till:
    """Takes payments, until it is empty."""

    def __init__(self, *refusals: Exception) -> None:
        self.paid = 0
        self._refusals = list(refusals)

    async def pay(self) -> None:
        if self._refusals:
            raise self._refusals.pop()
        self.paid += 1


async def test_the_asker_that_begins_a_look_up_pays_for_it(cache: AnswerCache) -> None:
    """Those that join it do not, nor does a hit; an asker that cannot pay fails alone."""
    fetch, poor, rich, third = Fetch(), Till(Overloaded("used up")), Till(), Till()
    askers = [asyncio.create_task(cache.get(US, KEY, fetch, count_call=till.pay)) for till in (poor, rich, third)]
    await fetch.beginnings.acquire()
    fetch.may_end.set()

    answers = await asyncio.gather(*askers, return_exceptions=True)
    answers.append(await cache.get(US, KEY, fetch, count_call=third.pay))

    assert isinstance(answers[0], Overloaded)
    assert answers[1:] == ["answer 1"] * 3
    assert (poor.paid, rich.paid, third.paid) == (0, 1, 0)


@pytest.mark.parametrize("gone", [0, 1], ids=["who began the flight", "who joined it"])
async def test_who_goes_away_takes_no_answer_along(cache: AnswerCache, gone: int) -> None:
    """The look-up goes on for the others who wait for it, and its answer is kept."""
    fetch = Fetch()
    askers = [asyncio.create_task(cache.get(US, KEY, fetch)) for _ in range(3)]
    await under_way(fetch, *askers)

    askers[gone].cancel()
    fetch.may_end.set()
    answers = await asyncio.gather(*askers, return_exceptions=True)

    assert isinstance(answers.pop(gone), asyncio.CancelledError)
    assert answers == ["answer 1", "answer 1"]
    assert await cache.get(US, KEY, fetch) == "answer 1"


async def test_a_look_up_ends_with_its_last_asker(cache: AnswerCache) -> None:
    """It is cancelled once all that waited for it have gone away, and who asks then begins another at once."""
    fetch = Fetch()
    askers = [asyncio.create_task(cache.get(US, KEY, fetch)) for _ in range(2)]
    await under_way(fetch, *askers)

    for asker in askers:
        asker.cancel()
    later = asyncio.create_task(cache.get(US, KEY, fetch))
    await under_way(fetch, later)
    fetch.may_end.set()

    assert await later == "answer 2"
    assert fetch.cancelled == 1


async def test_a_thousand_askers_that_go_away_leave_nothing(cache: AnswerCache) -> None:
    """No task is left, and no look-up to join."""
    fetch = Fetch()
    before = asyncio.all_tasks()
    keys = [ProductKey("US", f"CFQ7TTC0{number:04}") for number in range(500)]
    askers = [asyncio.create_task(cache.get(US, key, fetch)) for key in keys for _ in range(2)]
    await under_way(fetch, *askers, begun=500)

    for asker in askers:
        asker.cancel()
    await asyncio.wait(askers)
    fetch.may_end.set()
    again = [await cache.get(US, key, fetch) for key in keys]

    assert again == [f"answer {number}" for number in range(501, 1001)]
    assert asyncio.all_tasks() == before


async def test_a_failure_that_nobody_waits_for_is_quiet(cache: AnswerCache) -> None:
    """When all askers have run out of time, the failure of their look-up is nobody's; the key is free again."""
    fetch, now = Fetch(Unavailable("broken")), asyncio.get_running_loop().time()
    with pytest.raises(TimedOut):
        await cache.get(US, KEY, fetch, deadline=now + 0.01)
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))

    fetch.may_end.set()
    for _ in range(3):
        await asyncio.sleep(0)

    assert await cache.get(US, KEY, fetch) == "answer 2"
    gc.collect()
    assert complaints == []


# What the cache holds


async def test_the_least_asked_for_is_forgotten_first(cache: AnswerCache) -> None:
    """Only so many answers are kept; asking for one keeps it longer."""
    fetch = Fetch.at_once()
    a, b, c, d = (ProductKey("US", f"CFQ7TTC0LH1{letter}") for letter in "ABCD")

    for key in (a, b, c, a, d):
        await cache.get(US, key, fetch)

    assert [await cache.get(US, key, fetch) for key in (a, c, d, b)] == [
        "answer 1",
        "answer 3",
        "answer 4",
        "answer 5",
    ]


async def test_one_caller_pushes_out_no_other(cache: AnswerCache) -> None:
    """However much it asks for, and with however many tokens of its own."""
    fetch = Fetch.at_once()
    await cache.get(US, KEY, fetch)

    for number in range(100):
        token = jwt(user="greedy", number=number)
        await cache.get(TokenCaller(token), ProductKey("US", f"CFQ7TTC0{number:04}"), Fetch.at_once())

    assert await cache.get(US, KEY, fetch) == "answer 1"


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
            await cache.get(US, ProductKey("US", f"{number}"), several_products(number))
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


async def test_an_answer_that_cannot_be_measured_is_given_and_not_kept(cache: AnswerCache) -> None:
    """Such as one with half a character in it, which has no JSON."""
    answers = iter(["\ud83d", "\ud83d", "whole"])

    async def fetch(_: float) -> str:
        return next(answers)

    assert [await cache.get(US, KEY, fetch) for _ in range(4)] == ["\ud83d", "\ud83d", "whole", "whole"]


# The catalog


class Pages:
    """A Partner Center with one answer to everything."""

    def __init__(self) -> None:
        self.answer = httpx.Response(404, json={"code": 400013})
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.raw_path.decode())
        return self.answer


@pytest.fixture
def pages() -> Pages:
    return Pages()


@pytest.fixture
async def catalog(pages: Pages, cache: AnswerCache) -> AsyncGenerator[Catalog]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(pages), base_url="https://upstream.test") as http:
        transport = Transport(http, attempt_s=5, concurrency=5, locale="en-US")
        yield Catalog(PartnerCenter(SingleAttempt(transport), US), cache, US)


P = f"/v1/products/{PRODUCT}"
LOOK_UPS: list[tuple[str, dict[str, object], Callable[[Catalog], Awaitable[object]]]] = [
    (f"{P}?country=US", {"id": PRODUCT}, lambda c: c.product(KEY)),
    (f"{P}/skus/{SKU}?country=US", A_SKU, lambda c: c.sku(SkuKey("US", PRODUCT, SKU))),
    (f"{P}/skus/{SKU}/availabilities/{AVAILABILITY}?country=DE", AN_AVAILABILITY, lambda c: c.availability(ItemKey("DE", PRODUCT, SKU, AVAILABILITY))),
    (f"{P}/skus?country=US", {"items": [A_SKU]}, lambda c: c.skus(SkusKey("US", PRODUCT, None))),
    (f"{P}/skus?country=US&targetSegment=education", {"items": [A_SKU]}, lambda c: c.skus(SkusKey("US", PRODUCT, TargetSegment.EDUCATION))),
    (f"{P}/skus/{SKU}/availabilities?country=US", {"items": [AN_AVAILABILITY]}, lambda c: c.availabilities(AvailabilitiesKey("US", PRODUCT, SKU, None))),
    (f"{P}/skus/{SKU}/availabilities?country=US&targetSegment=nonprofit", {"items": [AN_AVAILABILITY]}, lambda c: c.availabilities(AvailabilitiesKey("US", PRODUCT, SKU, TargetSegment.NONPROFIT))),
    (f"/v1/customers/{CUSTOMER}", {"id": CUSTOMER}, lambda c: c.customer(CustomerKey(CUSTOMER))),
]  # fmt: skip
each_look_up = pytest.mark.parametrize(("address", "body", "look_up"), LOOK_UPS, ids=[each[0] for each in LOOK_UPS])


@each_look_up
async def test_a_look_up_is_one_call_while_it_is_kept(
    pages: Pages,
    catalog: Catalog,
    address: str,
    body: dict[str, object],
    look_up: Callable[[Catalog], Awaitable[object]],
) -> None:
    """The documented call is made once, and its answer given twice."""
    pages.answer = httpx.Response(200, json=body)

    first, second = await look_up(catalog), await look_up(catalog)

    assert first
    assert first is second
    assert pages.asked == [address]


@each_look_up
async def test_absence_is_none_and_not_kept(
    pages: Pages,
    catalog: Catalog,
    address: str,
    body: dict[str, object],
    look_up: Callable[[Catalog], Awaitable[object]],
) -> None:
    """What is missing today may be sold tomorrow."""
    absent = await look_up(catalog)
    pages.answer = httpx.Response(200, json=body)

    assert absent is None
    assert await look_up(catalog) is not None
    assert pages.asked == [address, address]


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        pytest.param(httpx.Response(403), Forbidden, id="no rights"),
        pytest.param(httpx.Response(500), Unavailable, id="failed"),
        pytest.param(httpx.Response(200, content=b"<"), Malformed, id="unreadable"),
    ],
)
async def test_every_other_failure_is_raised(
    pages: Pages, catalog: Catalog, answer: httpx.Response, failure: type[Exception]
) -> None:
    """Only a missing thing is None."""
    pages.answer = answer

    with pytest.raises(failure):
        await catalog.product(KEY)


async def test_an_empty_list_is_an_answer(pages: Pages, catalog: Catalog) -> None:
    """A product without SKUs exists."""
    pages.answer = httpx.Response(200, json={"items": []})

    assert await catalog.skus(SkusKey("US", PRODUCT, None)) == ()
