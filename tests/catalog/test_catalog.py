"""The catalog makes the documented call for each key, and caches its answer."""

from collections.abc import AsyncGenerator
from typing import TypeVar

import httpx
import pytest

from gateway.catalog.answer_cache import AnswerCache
from gateway.catalog.catalog import Catalog
from gateway.catalog.keys import AvailabilitiesKey, CustomerKey, ItemKey, Key, ProductKey, SkuKey, SkusKey
from gateway.errors import Forbidden, Malformed, Unavailable
from gateway.partner_center.callers import TokenCaller
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.values import TargetSegment
from gateway.partner_center.sending.httpx_client import HttpxClient
from gateway.partner_center.sending.transport import Transport
from tests.shop_ids import CONTOSO
from tests.single_attempt import SingleAttempt

T = TypeVar("T")
PRODUCT, SKU, AVAILABILITY = "CFQ7TTC0LH18", "0001", "CFQ7TTC0K971"
KEY = ProductKey("US", PRODUCT)
US, THEM = TokenCaller("our-token"), TokenCaller("their-token")

A_SKU: dict[str, object] = {"id": SKU, "productId": PRODUCT}
AN_AVAILABILITY: dict[str, object] = {"id": AVAILABILITY, "productId": PRODUCT, "skuId": SKU, "catalogItemId": "P:S:A"}


@pytest.fixture
def cache() -> AnswerCache:
    return AnswerCache(ttl_s=60, clock=lambda: 1000.0)


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
        transport = Transport(HttpxClient(http), attempt_s=5, concurrency=5, locale="en-US")
        yield Catalog(PartnerCenter(SingleAttempt(transport), US), cache, US)


P = f"/v1/products/{PRODUCT}"
LOOK_UPS: list[tuple[str, dict[str, object], Key[object]]] = [
    (f"{P}?country=US", {"id": PRODUCT}, KEY),
    (f"{P}/skus/{SKU}?country=US", A_SKU, SkuKey("US", PRODUCT, SKU)),
    (f"{P}/skus/{SKU}/availabilities/{AVAILABILITY}?country=DE", AN_AVAILABILITY, ItemKey("DE", PRODUCT, SKU, AVAILABILITY)),
    (f"{P}/skus?country=US", {"items": [A_SKU]}, SkusKey("US", PRODUCT, None)),
    (f"{P}/skus?country=US&targetSegment=education", {"items": [A_SKU]}, SkusKey("US", PRODUCT, TargetSegment.EDUCATION)),
    (f"{P}/skus/{SKU}/availabilities?country=US", {"items": [AN_AVAILABILITY]}, AvailabilitiesKey("US", PRODUCT, SKU, None)),
    (f"{P}/skus/{SKU}/availabilities?country=US&targetSegment=nonprofit", {"items": [AN_AVAILABILITY]}, AvailabilitiesKey("US", PRODUCT, SKU, TargetSegment.NONPROFIT)),
    (f"/v1/customers/{CONTOSO}", {"id": CONTOSO}, CustomerKey(CONTOSO)),
]  # fmt: skip
each_look_up = pytest.mark.parametrize(("address", "body", "key"), LOOK_UPS, ids=[each[0] for each in LOOK_UPS])


async def get(catalog: Catalog, key: Key[T]) -> T | None:
    """The cached answer, else the one that is looked up."""
    answer = catalog.cached(key)
    return await (await catalog.look_up(key)) if answer is None else answer


@each_look_up
async def test_a_look_up_is_one_call_while_it_is_cached(
    pages: Pages,
    catalog: Catalog,
    address: str,
    body: dict[str, object],
    key: Key[object],
) -> None:
    """The documented call is made once, and its answer given twice."""
    pages.answer = httpx.Response(200, json=body)

    first, second = await get(catalog, key), await get(catalog, key)

    assert first
    assert first is second
    assert pages.asked == [address]


@each_look_up
async def test_absence_is_none_and_not_cached(
    pages: Pages,
    catalog: Catalog,
    address: str,
    body: dict[str, object],
    key: Key[object],
) -> None:
    """What is missing today may be sold tomorrow."""
    absent = await get(catalog, key)
    pages.answer = httpx.Response(200, json=body)

    assert absent is None
    assert await get(catalog, key) is not None
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
        await get(catalog, KEY)


async def test_an_absence_says_what_is_missing(pages: Pages, catalog: Catalog) -> None:
    """A missing availability differs from a missing product, for each request that waits for the same look-up."""
    pages.answer = httpx.Response(404, json={"code": 400019, "description": "The availability was not found."})
    key = ItemKey("US", PRODUCT, SKU, AVAILABILITY)

    before = catalog.absence(key)
    assert await get(catalog, key) is None

    absence = catalog.absence(key)
    assert before is None
    assert absence is not None
    assert absence.partner_center_code == "400019"


async def test_an_empty_list_is_an_answer(pages: Pages, catalog: Catalog) -> None:
    """A product without SKUs exists."""
    pages.answer = httpx.Response(200, json={"items": []})

    assert await get(catalog, SkusKey("US", PRODUCT, None)) == ()
