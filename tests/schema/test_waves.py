"""How long a page takes where each call to Partner Center takes 20 ms: calls that do not depend on one another overlap."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx
import pytest

from gateway.app import build_app
from gateway.dev.in_process import InProcess
from gateway.sandbox.app import build_sandbox
from gateway.schema.node import Kind, node_id
from gateway.settings.model import Settings
from tests import virtual_time
from tests.harness import Clock, Gateway
from tests.shop_ids import CONTOSO, DEMO_CART

CALL_S = 0.02
CART = node_id(Kind.CART, CONTOSO, DEMO_CART)
ITEM = "CFQ7TTC0LH18:0001:CFQ7TTC0K971"
LINE = f'{{catalogItemId: "{ITEM}", quantity: 1, termDuration: "P1Y", billingCycle: MONTHLY}}'
THE_CART = f"GET /v1/customers/{CONTOSO}/carts/{DEMO_CART}"
THE_CUSTOMER = f"GET /v1/customers/{CONTOSO}"
TITLES = "lineItems { product { title } sku { title } }"


class Slow(httpx.AsyncBaseTransport):
    """Takes its time for every call, and fails those for the customer where *is_broken*."""

    def __init__(self, inner: httpx.AsyncBaseTransport, *, is_broken: bool) -> None:
        self._inner = inner
        self._is_broken = is_broken

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(CALL_S)
        if self._is_broken and request.url.path == f"/v1/customers/{CONTOSO}":
            return httpx.Response(403)
        return await self._inner.handle_async_request(request)


@asynccontextmanager
async def opened(*, is_broken: bool = False, **settings: object) -> AsyncGenerator[Gateway]:
    sandbox = build_sandbox(clock=Clock())
    given = {"mode": "development", "upstream_url": "http://127.0.0.1", "catalog_ttl_s": 0, **settings}
    app = build_app(
        Settings.model_validate(given),
        transport=Slow(InProcess(sandbox), is_broken=is_broken),
        now=sandbox.now,
        token_without_sign_in=sandbox.demo_token,
    )
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as http,
    ):
        yield Gateway(http, sandbox)
    sandbox.close()


async def waves(gateway: Gateway, document: str, variables: dict[str, object] | None = None) -> float:
    """The time that an answer takes, in calls."""
    loop = asyncio.get_running_loop()
    started_at = loop.time()
    await gateway.data(document, variables)
    return (loop.time() - started_at) / CALL_S


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param(f'{{ cart(by: {{id: "{CART}"}}) {{ {TITLES} }} }}', 2, id="a cart"),
        pytest.param(f'{{ mine: cart(by: {{id: "{CART}"}}) {{ {TITLES} }} }}', 2, id="under an alias"),
        pytest.param(f'{{ node(id: "{CART}") {{ ... on Cart {{ {TITLES} }} }} }}', 2, id="a cart as a node"),
        pytest.param(f'{{ cart(by: {{id: "{CART}"}}) {{ customer {{ companyName }} }} }}', 1, id="a cart's customer"),
        pytest.param(
            f'mutation {{ addCartLineItems(input: {{cartId: "{CART}", lineItems: [{LINE}]}}) {{ cart {{ {TITLES} }} }} }}',
            3,
            id="a cart that is read, written and shown",
        ),
        pytest.param(
            f'mutation {{ createCart(input: {{customer: {{tenantId: "{CONTOSO}"}}, lineItems: [{LINE}]}}) {{ cart {{ {TITLES} }} }} }}',
            2,
            id="a cart that is created",
        ),
    ],
)
def test_the_customer_is_read_together_with_what_belongs_to_it(document: str, expected: int) -> None:
    """Its market is then known when the items are looked up."""

    async def run() -> float:
        async with opened() as gateway:
            return await waves(gateway, document)

    assert virtual_time.run(run()) == pytest.approx(expected)


def test_a_cached_page_takes_one_call() -> None:
    """For the cart, which is never cached."""

    async def run() -> tuple[float, list[str]]:
        document = f'{{ cart(by: {{id: "{CART}"}}) {{ {TITLES} }} }}'
        async with opened(catalog_ttl_s=300) as gateway:
            await gateway.data(document)
            await gateway.calls()
            return await waves(gateway, document), await gateway.calls()

    taken, calls = virtual_time.run(run())

    assert taken == pytest.approx(1)
    assert calls == [THE_CART]


_IN_MARKET = f"""query Page($in: CountryCode) {{
  cart(by: {{id: "{CART}"}}) {{ lineItems {{ product(country: $in) {{ title }} }} }}
}}"""


@pytest.mark.parametrize(
    ("document", "market", "is_read"),
    [
        pytest.param(_IN_MARKET, "US", False, id="the market is given"),
        pytest.param(_IN_MARKET, None, True, id="it could be given"),
        pytest.param(f'{{ cart(by: {{id: "{CART}"}}) {{ version }} }}', None, False, id="no item is asked for"),
        pytest.param(
            f'{{ node(id: "{CART}") {{ id ... on Order {{ lineItems {{ product {{ title }} }} }} }} }}',
            None,
            False,
            id="only an order's items are",
        ),
    ],
)
async def test_the_customer_is_not_read_in_vain(document: str, market: str | None, is_read: bool) -> None:
    """Only where something asked for needs it."""
    async with opened() as gateway:
        await gateway.data(document, {"in": market} if market else {})

        assert (THE_CUSTOMER in await gateway.calls()) is is_read


async def test_a_customer_that_cannot_be_read_leaves_the_cart_alone() -> None:
    """The fields that need its market fail, each with the error."""
    async with opened(is_broken=True) as gateway:
        answer = await gateway.ask(
            f'{{ cart(by: {{id: "{CART}"}}) {{ version lineItems {{ product {{ title }} }} }} }}'
        )

    assert answer["data"]["cart"]["version"]
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"FORBIDDEN"}
    assert {error["path"][-1] for error in answer["errors"]} == {"product"}


async def test_the_last_call_that_a_rate_limit_allows_is_the_carts() -> None:
    """The customer's read begins together with the cart's, and counts after it."""
    async with opened(limit_calls_a_minute=1, limit_calls_at_once=1) as gateway:
        answer = await gateway.ask(
            f'{{ cart(by: {{id: "{CART}"}}) {{ version lineItems {{ product {{ title }} }} }} }}'
        )

        assert await gateway.calls() == [THE_CART]
    assert answer["data"]["cart"]["version"]
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"OVERLOADED"}


async def test_a_rate_limit_does_not_fail_what_follows_a_write() -> None:
    """A customer that could not be read before the write is read after it."""
    document = f"""mutation {{ addCartLineItems(input: {{cartId: "{CART}", lineItems: [{LINE}]}}) {{
      cart {{ {TITLES} }}
    }} }}"""

    async with opened(limit_calls_a_minute=1, limit_calls_at_once=1) as gateway:
        answer = await gateway.ask(document)

    assert "errors" not in answer
