"""The catalog is asked as seldom as can be, and no caller ever meets another's answer."""

import asyncio
import gc
from collections.abc import AsyncGenerator, Awaitable, Callable

import httpx
import pytest

from gateway.catalog import (
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
from gateway.errors import Forbidden, Malformed, Unavailable
from gateway.partner_center.auth import Caller
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.values import TargetSegment
from gateway.partner_center.transport import Transport

PRODUCT, SKU, AVAILABILITY = "CFQ7TTC0LH18", "0001", "CFQ7TTC0K971"
CUSTOMER = "28045616-f6b9-462f-9701-0d89b5e65c44"
KEY = ProductKey("US", PRODUCT)
US, THEM = Caller("our-token"), Caller("their-token")

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
        self.begun = 0
        self.beginnings = asyncio.Semaphore(0)
        self.may_end = asyncio.Event()
        self._failures = list(failures)

    async def __call__(self) -> str:
        self.begun += 1
        self.beginnings.release()
        number = self.begun
        await self.may_end.wait()
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
    return AnswerCache(ttl_s=60, clock=seconds, at_most=3)


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
    """Those who asked together share it; the next asker tries again."""
    fetch = Fetch.at_once(Unavailable("broken"))

    together = await asyncio.gather(*(cache.get(US, KEY, fetch) for _ in range(3)), return_exceptions=True)

    assert [type(each) for each in together] == [Unavailable] * 3
    assert await cache.get(US, KEY, fetch) == "answer 2"


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


async def test_a_failure_that_nobody_waits_for_is_quiet(cache: AnswerCache) -> None:
    """When all askers have gone, the failure of their look-up is nobody's; the key is free again."""
    fetch = Fetch(Unavailable("broken"))
    asker = asyncio.create_task(cache.get(US, KEY, fetch))
    await under_way(fetch, asker)
    asker.cancel()
    await asyncio.wait([asker])
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))

    fetch.may_end.set()
    for _ in range(3):
        await asyncio.sleep(0)

    assert await cache.get(US, KEY, fetch) == "answer 2"
    del asker
    gc.collect()
    assert complaints == []


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
        yield Catalog(PartnerCenter(transport, US), cache, US)


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
