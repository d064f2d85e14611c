"""What a request asks for one by one is looked up together: each key once, and each with its own fate."""

import asyncio
import gc
import weakref
from collections import Counter
from collections.abc import AsyncGenerator
from typing import Any, cast

import httpx
import pytest

from gateway.carts.keys import CartKey
from gateway.carts.purchases import Purchases
from gateway.catalog.answer_cache import AnswerCache
from gateway.catalog.catalog import Catalog
from gateway.catalog.keys import AvailabilitiesKey, CustomerKey, ItemKey, ProductKey, SkuKey, SkusKey
from gateway.errors import Malformed
from gateway.loaders.keys import OrderKey
from gateway.loaders.loaders import Loaders
from gateway.partner_center.callers import TokenCaller
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.catalog import Product
from gateway.partner_center.sending.httpx_client import HttpxClient
from gateway.partner_center.sending.transport import Transport
from gateway.store.memory import MemoryStore
from tests.shop_ids import CONTOSO, DEMO_CART
from tests.single_attempt import SingleAttempt

AT_MOST = 3
PRODUCT, SKU, AVAILABILITY = "CFQ7TTC0LH18", "0001", "CFQ7TTC0K971"


class Shop:
    """Sells every product but those told otherwise; counts who asks, and how many are asked for at once."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.told: dict[str, httpx.Response] = {}
        self.most = 0
        self._flying = 0

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        name = request.url.path.rpartition("/")[2]
        self.asked[name] += 1
        self._flying += 1
        self.most = max(self.most, self._flying)
        for _ in range(3):
            await asyncio.sleep(0)
        self._flying -= 1
        return self.told.get(name) or httpx.Response(200, json={"id": name, "title": f"Product {name}"})


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
async def partner_center(shop: Shop) -> AsyncGenerator[PartnerCenter]:
    """Over a transport that bounds nothing."""
    async with httpx.AsyncClient(transport=httpx.MockTransport(shop), base_url="https://upstream.test") as http:
        transport = Transport(HttpxClient(http), attempt_s=5, concurrency=1000, locale="en-US")
        yield PartnerCenter(SingleAttempt(transport), TokenCaller("canary-token"))


@pytest.fixture
def loaders(partner_center: PartnerCenter) -> Loaders:
    """Over a cache that keeps nothing."""
    return loaders_over(partner_center, AnswerCache(ttl_s=0, clock=lambda: 0.0))


def loaders_over(partner_center: PartnerCenter, cache: AnswerCache) -> Loaders:
    """The loaders of one request."""
    purchases = Purchases(MemoryStore(clock=lambda: 0), clock=lambda: 0)
    catalog = Catalog(partner_center, cache, partner_center.caller)
    return Loaders(partner_center, catalog, purchases, at_most=AT_MOST)


def product(number: int) -> ProductKey:
    return ProductKey("US", f"CFQ7TTC0{number:04}")


async def test_each_distinct_key_is_looked_up_once(loaders: Loaders, shop: Shop) -> None:
    """Asked for together or again later in the request, a thing costs one call."""
    found = await loaders.products.load_many([product(1), product(2), product(1)])
    again = await loaders.products.load(product(2))

    assert [each.id for each in found if each] == ["CFQ7TTC00001", "CFQ7TTC00002", "CFQ7TTC00001"]
    assert again is found[1]
    assert shop.asked == {"CFQ7TTC00001": 1, "CFQ7TTC00002": 1}


async def test_look_ups_fly_together_up_to_the_bound(loaders: Loaders, shop: Shop) -> None:
    """A batch is as parallel as it may be and no more, and answers in the order of its keys."""
    keys = [product(number) for number in range(20)]

    found = await loaders.products.load_many(keys)

    assert [each.id for each in found if each] == [key.product_id for key in keys]
    assert shop.most == AT_MOST


async def test_a_failure_belongs_to_its_key(loaders: Loaders, shop: Shop) -> None:
    """One broken look-up among many costs that one; what is absent is None."""
    shop.told = {"CFQ7TTC00003": httpx.Response(500), "CFQ7TTC00004": httpx.Response(404, json={"code": 400013})}

    found = await asyncio.gather(*(loaders.products.load(product(n)) for n in range(1, 6)), return_exceptions=True)

    assert [getattr(each, "title", None) or type(each).__name__ for each in found] == [
        "Product CFQ7TTC00001",
        "Product CFQ7TTC00002",
        "Unavailable",
        "NoneType",
        "Product CFQ7TTC00005",
    ]


async def test_every_loader_knows_absence(loaders: Loaders, shop: Shop) -> None:
    """None stands for what Partner Center does not have, whatever it is."""
    names = (DEMO_CART, CONTOSO, "a68736758d9c", PRODUCT, SKU, "skus", AVAILABILITY, "availabilities")
    shop.told = {name: httpx.Response(404, json={"code": 400013}) for name in names}

    looked_up: list[asyncio.Future[Any]] = [
        loaders.carts.load(CartKey(CONTOSO, DEMO_CART)),
        loaders.customers.load(CustomerKey(CONTOSO)),
        loaders.orders.load(OrderKey(CONTOSO, "a68736758d9c")),
        loaders.products.load(ProductKey("US", PRODUCT)),
        loaders.skus.load(SkuKey("US", PRODUCT, SKU)),
        loaders.skus_of_product.load(SkusKey("US", PRODUCT, None)),
        loaders.availabilities.load(ItemKey("US", PRODUCT, SKU, AVAILABILITY)),
        loaders.availabilities_of_sku.load(AvailabilitiesKey("US", PRODUCT, SKU, None)),
    ]

    assert await asyncio.gather(*looked_up) == [None] * len(names)
    assert shop.asked == dict.fromkeys(names, 1)


async def test_a_cart_forgotten_is_read_again(loaders: Loaders, shop: Shop) -> None:
    """After a change of a cart the same request sees it as it then stands."""
    shop.told = {DEMO_CART: httpx.Response(200, json={"id": DEMO_CART, "lineItems": []})}
    key = CartKey(CONTOSO, DEMO_CART)
    before = await loaders.carts.load(key)
    shop.told = {DEMO_CART: httpx.Response(200, json={"id": DEMO_CART, "lineItems": [], "status": "Ordered"})}

    kept = await loaders.carts.load(key)
    loaders.carts.clear(key)
    after = await loaders.carts.load(key)

    assert kept is before
    assert after != before


async def test_a_cached_answer_comes_at_once(partner_center: PartnerCenter, shop: Shop) -> None:
    """Without a future, and as one hit however many fields ask."""
    cache = AnswerCache(ttl_s=60, clock=lambda: 0.0)
    looked_up = await loaders_over(partner_center, cache).products.load(product(1))
    loaders = loaders_over(partner_center, cache)

    found = [loaders.products.get(product(1)) for _ in range(3)]
    titles = loaders.products.then(product(1), lambda found: found and found.title)

    assert found == [looked_up] * 3
    assert titles == "Product CFQ7TTC00001"
    assert shop.asked.total() == partner_center.tally.cache_hits == 1


async def test_an_answer_of_the_request_comes_at_once(loaders: Loaders, shop: Shop) -> None:
    """Once it is there, whether it was found or is absent."""
    shop.told = {"CFQ7TTC00002": httpx.Response(404, json={"code": 400013})}
    there, absent = await loaders.products.load_many([product(1), product(2)])

    assert there is not None
    assert loaders.products.get(product(1)) is there
    assert absent is loaders.products.get(product(2)) is None


def future_of(value: object) -> asyncio.Future[object]:
    assert isinstance(value, asyncio.Future)
    return cast("asyncio.Future[object]", value)


async def test_a_failure_goes_to_all_that_wait(loaders: Loaders, shop: Shop) -> None:
    """A step that follows is not taken, and one that fails itself fails its own field alone."""
    shop.told = {"CFQ7TTC00001": httpx.Response(500)}

    def fail(_: object) -> str:
        raise Malformed("odd")

    steps: list[object] = [
        loaders.products.then(product(1), lambda _: "never"),
        loaders.products.then(product(1), fail),
        loaders.products.then(product(2), fail),
        loaders.products.then(product(2), lambda found: loaders.products.get(product(3)) if found else None),
    ]
    found = await asyncio.gather(*map(future_of, steps), return_exceptions=True)

    assert [type(each).__name__ for each in found] == ["Unavailable", "Unavailable", "Malformed", "Product"]


async def test_an_answer_that_came_with_another_is_not_looked_up(loaders: Loaders, shop: Shop) -> None:
    """It is used until it is cleared, and replaces none that is there."""
    known, other = Product(id="CFQ7TTC00001", title="Known"), Product(id="CFQ7TTC00001", title="Other")
    loaders.products.prime(product(1), known).prime(product(1), other)

    primed = await loaders.products.load(product(1))
    loaders.products.clear(product(1))
    looked_up = await loaders.products.load(product(1))

    assert primed is known
    assert looked_up not in (known, None)
    assert shop.asked.total() == 1


async def test_an_asker_that_is_cancelled_takes_no_answer_along(loaders: Loaders) -> None:
    """Others in the same request that asked for the same thing have it."""
    first, second = loaders.products.load(product(1)), loaders.products.load(product(1))

    first.cancel()
    found = await second

    assert found is not None
    assert found.id == "CFQ7TTC00001"


async def test_stopped_batches_ask_for_nothing_more(loaders: Loaders, shop: Shop) -> None:
    """Neither what waits for its turn nor what was asked for last is looked up, and no task is left."""
    before = asyncio.all_tasks()
    for number in range(30):
        loaders.products.load(product(number))
    while not shop.asked:  # noqa: ASYNC110 - a batch begins within some turns of the loop
        await asyncio.sleep(0)
    loaders.skus.load(SkuKey("US", PRODUCT, SKU))

    loaders.batches.stop()
    while asyncio.all_tasks() != before:  # noqa: ASYNC110 - what was cancelled ends within some turns of the loop
        await asyncio.sleep(0)

    assert 0 < shop.asked.total() <= AT_MOST


async def test_closed_loaders_free_their_answers_at_once(loaders: Loaders) -> None:
    """A request's answers, a cart's body among them, do not wait in memory for the garbage collector."""
    await loaders.orders.load(OrderKey(CONTOSO, "a68736758d9c"))
    orders = weakref.ref(loaders.orders)
    gc.disable()

    try:
        loaders.close()
        freed = orders() is None
    finally:
        gc.enable()

    assert freed
