"""Eight tenants with the same customer, cart and catalog ids, all at once: nobody meets what is another's."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import httpx
import pytest

from gateway.app import build_app
from gateway.settings.model import Settings
from tests.faults.partner_center import HOST
from tests.faults.shop import PRODUCT, Shop, cart, orders_in
from tests.faults.tenants import ByToken, Tenant, ToToken, naming_its_tenant, opaque, web_token
from tests.shop_ids import CONTOSO

KEY = "the-same-key-for-all"
EVERYTHING = """
query Everything($customer: String!, $product: String!, $cart: ID!) {
  customer(by: {tenantId: $customer}) { companyName }
  product(by: {partnerCenterId: $product}) { title }
  cart(by: {id: $cart}) { customer { companyName } lineItems { friendlyName product { title } } }
}
"""


@dataclass(frozen=True)
class Member:
    """A tenant and its shop, which all have in one gateway."""

    tenant: Tenant
    shop: Shop
    cart_id: str

    async def see(self) -> object:
        given = {"customer": CONTOSO, "product": PRODUCT, "cart": cart(self.cart_id)}
        answer = await self.shop.http.post("/graphql", json={"query": EVERYTHING, "variables": given})
        return answer.json()

    @property
    def own(self) -> object:
        """What it is to see, and nothing else."""
        customer, product = {"companyName": f"customer of {self.tenant.name}"}, f"product of {self.tenant.name}"
        line = {"friendlyName": f"line of {self.tenant.name}", "product": {"title": product}}
        seen = {
            "customer": customer,
            "product": {"title": product},
            "cart": {"customer": customer, "lineItems": [line]},
        }
        return {"data": seen}


@asynccontextmanager
async def in_one_gateway(tokens: Sequence[tuple[str, str]]) -> AsyncGenerator[list[Member]]:
    """A member for each (name, token). What they read takes a moment, so that all of them are under way together."""
    tenants = [Tenant(name, token) for name, token in tokens]
    app = build_app(Settings(upstream_url=f"https://{HOST}"), transport=ByToken(tenants))
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(app.router.lifespan_context(app))
        members: list[Member] = []
        for tenant in tenants:
            http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway")
            http.headers["Authorization"] = f"Bearer {tenant.token}"
            cart_id = await tenant.new_cart(f"line of {tenant.name}")
            await tenant.order({"calls": "*", "fault": "delay", "seconds": 0.02, "when": "after"})
            members.append(Member(tenant, Shop(await stack.enter_async_context(http)), cart_id))
        yield members
    for tenant in tenants:
        await tenant.end()


@pytest.fixture(params=[naming_its_tenant, opaque], ids=["tokens that name their tenant", "opaque tokens"])
async def members(request: pytest.FixtureRequest) -> AsyncGenerator[list[Member]]:
    to_token: ToToken = request.param
    async with in_one_gateway([(f"tenant {number}", to_token(f"tenant {number}")) for number in range(8)]) as members:
        assert len({member.cart_id for member in members}) == 1
        yield members


async def test_everybody_reads_his_own(members: list[Member]) -> None:
    """The first time, and again when the catalog's answers are kept."""
    for _ in range(3):
        seen = await asyncio.gather(*(member.see() for member in members for _ in range(2)))

        assert seen == [member.own for member in members for _ in range(2)]


async def test_everybody_fills_his_own_cart(members: list[Member]) -> None:
    """With the same line under the same key: each is added, and each only once."""
    told = await asyncio.gather(
        *(each.shop.add(each.cart_id, "added", idempotencyKey=KEY) for each in members for _ in range(2))
    )

    assert [each.code for each in told] == [None] * 16
    assert sum(each.value["replayed"] for each in told) == 8
    for member in members:
        assert await member.tenant.lines(member.cart_id) == [f"line of {member.tenant.name}", "added"]


async def test_everybody_gets_his_own_orders(members: list[Member]) -> None:
    """Under the same key, and when it is asked again with it and without."""
    bought = await asyncio.gather(
        *(each.shop.check_out(each.cart_id, idempotencyKey=KEY) for each in members for _ in range(2))
    )
    again = await asyncio.gather(
        *(each.shop.check_out(each.cart_id, **key) for each in members for key in ({"idempotencyKey": KEY}, {}))
    )

    own = [orders for each in members for orders in [await each.tenant.orders(each.cart_id)] * 2]
    assert len({order for orders in own for order in orders}) == 8
    assert [orders_in(each) for each in bought] == own
    assert [orders_in(each) for each in again] == own


async def test_a_tenant_is_the_same_in_capitals() -> None:
    """Two tokens of one user are one caller: what one of them bought is the answer to the other."""
    tid = "0a5f2c7e-95a7-4f2c-8c1e-3c1d2b7a9fee"
    async with in_one_gateway([("tenant", web_token(tid=tid)), ("tenant", web_token(tid=tid.upper()))]) as members:
        first = await members[0].shop.check_out(members[0].cart_id, idempotencyKey=KEY)

        second = await members[1].shop.check_out(members[1].cart_id, idempotencyKey=KEY)

        assert (first.value["replayed"], second.value["replayed"]) == (False, True)
        assert orders_in(second) == orders_in(first)


async def test_a_cart_is_the_same_in_capitals(members: list[Member]) -> None:
    """Ids are GUIDs, so both spellings are one cart: of one identifier, and read once."""
    member = members[0]
    both = """
    query Both($customer: String!, $cart: String!, $CUSTOMER: String!, $CART: String!) {
      small: cart(by: {partnerCenter: {customerTenantId: $customer, cartId: $cart}}) { id }
      large: cart(by: {partnerCenter: {customerTenantId: $CUSTOMER, cartId: $CART}}) { id }
    }
    """
    given = {"customer": CONTOSO, "cart": member.cart_id, "CUSTOMER": CONTOSO.upper(), "CART": member.cart_id.upper()}

    answer = (await member.shop.http.post("/graphql", json={"query": both, "variables": given})).json()

    assert answer == {"data": {name: {"id": cart(member.cart_id)} for name in ("small", "large")}}
    assert [each.method for each in member.tenant.sent] == ["GET"]
