"""What stands between a cart and its orders, found before paying."""

import sqlite3
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from gateway.sandbox.app import Sandbox
from tests.harness import Gateway
from tests.schema.failing import Failing, answering, refusing
from tests.schema.looking import (
    ABSENT,
    E3,
    E3_FOR_THREE_YEARS,
    FOR_AUTHORITIES,
    FOR_NONPROFITS,
    FOR_SCHOOLS,
    NOT_FOR_SALE,
    REISSUED,
    RESELLER,
    WITH_TERMS,
    ACart,
    Line,
    Over,
    in_short,
    look,
    naming,
    reservation,
)  # fmt: skip
from tests.shop_ids import ALPINE, BASIC, CONTOSO, FJORD, WINGTIP

Inject = Callable[..., Awaitable[None]]


@pytest.fixture(params=["on", "off"])
async def compiled(request: pytest.FixtureRequest, gateway_over: Over) -> AsyncGenerator[Gateway]:
    """A gateway with and without the compiler."""
    async with gateway_over(compile=request.param) as opened:
        yield opened


@pytest.fixture
def inject(sandbox: Sandbox) -> Inject:
    """Sets a fault rule."""

    async def injected(**rule: object) -> None:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(sandbox), base_url="http://sandbox") as control:
            answer = await control.post("/_sandbox/faults", json={"faults": [rule]})
        assert answer.status_code == 200, answer.text

    return injected


SEEN = [
    pytest.param(CONTOSO, {}, [], id="a cart with which nothing is wrong"),
    pytest.param(WINGTIP, {}, ["CUSTOMER_AGREEMENT_MISSING BLOCKER"], id="no agreement"),
    pytest.param(FJORD, FOR_SCHOOLS, ["LINE_ITEM_ERROR BLOCKER 0", "QUALIFICATION_MISSING BLOCKER 0"], id="not a school after all"),
    pytest.param(ALPINE, FOR_SCHOOLS, ["LINE_ITEM_ERROR BLOCKER 0", "QUALIFICATION_MISSING RISK 0"], id="perhaps a school"),
    pytest.param("e26f786a-53f0-415d-bd9b-0b1b14561ba4", FOR_SCHOOLS, [], id="a school"),
    pytest.param(CONTOSO, FOR_AUTHORITIES, ["LINE_ITEM_ERROR BLOCKER 0", "QUALIFICATION_MISSING BLOCKER 0"], id="not an authority"),
    pytest.param("6838132f-5b5d-40dc-b3a8-1c98c3a80210", FOR_AUTHORITIES, [], id="an authority"),
    pytest.param(CONTOSO, FOR_NONPROFITS, ["LINE_ITEM_ERROR BLOCKER 0", "QUALIFICATION_MISSING RISK 0"], id="not a charity that Partner Center knows"),
    pytest.param("8f3158c5-0918-41a3-82d8-f1fcc7e136cc", FOR_NONPROFITS, [], id="a charity"),
    pytest.param(FJORD, reservation(), ["LINE_ITEM_ERROR BLOCKER 0", "AZURE_SUBSCRIPTION_NOT_READY BLOCKER 0"], id="Azure that is not registered"),
    pytest.param(CONTOSO, reservation("1C461A25-F729-4FA5-AADB-280947DD05E8"), [], id="Azure that is registered"),
    pytest.param(CONTOSO, naming(), ["RESELLER_NOT_ACCEPTED BLOCKER 0"], id="a reseller that may not be named"),
    pytest.param(CONTOSO, naming(RESELLER), [], id="one that may be"),
    pytest.param(CONTOSO, WITH_TERMS, ["LINE_ITEM_ERROR BLOCKER 0", "TERMS_NOT_ACCEPTED BLOCKER 0"], id="terms that nobody agreed to"),
    pytest.param(CONTOSO, {**WITH_TERMS, "attestationAccepted": True}, [], id="terms that somebody agreed to"),
    pytest.param(CONTOSO, NOT_FOR_SALE, ["NOT_FOR_SALE BLOCKER 0"], id="an item that is not for sale"),
    pytest.param(CONTOSO, REISSUED, ["LINE_ITEM_ERROR BLOCKER 0", "AVAILABILITY_REPLACED BLOCKER 0"], id="an availability of earlier days"),
    pytest.param(CONTOSO, ABSENT, ["LINE_ITEM_ERROR BLOCKER 0", "NOT_FOR_SALE BLOCKER 0"], id="a product of earlier days"),
    pytest.param(CONTOSO, E3_FOR_THREE_YEARS, ["PROMOTION_FOR_OTHER_TERM NOTICE 0"] * 2, id="a term without the promotion"),
    pytest.param(CONTOSO, E3, [], id="a term with it"),
]  # fmt: skip


@pytest.mark.parametrize(("customer", "line", "problems"), SEEN)
async def test_each_obstacle_is_seen_beforehand(
    compiled: Gateway, a_cart: ACart, customer: str, line: Line, problems: list[str]
) -> None:
    """By the checks together, in their order, and nothing beside it."""
    cart = await a_cart(line, customer=customer, attested=True)

    assert in_short(await look(compiled, cart)) == problems


CHECKOUT = """
mutation Buy($cart: ID!) {
  checkoutCart(input: {cartId: $cart}) {
    result { outcome orderErrors { code } }
    errors { ... on PartnerCenterRejectedError { reason } }
  }
}
"""
REMOTE_ASSIST: Line = {"catalogItemId": "CFQ7TTC0HBSJ:0001:CFQ7TTC0JQH3", "termDuration": "P1M"}
FOR_MOVERS = "39NFJQT1XK5L:000J:39NFJQT1Q5D8"


async def test_a_promotion_that_is_not_applied_can_be_asked_for(compiled: Gateway, a_cart: ACart) -> None:
    """The notice leads to it; with it, the line misses nothing, although it could have a smaller one."""
    missing = await look(compiled, await a_cart(REMOTE_ASSIST))
    having = await look(compiled, await a_cart({**REMOTE_ASSIST, "promotionId": FOR_MOVERS}))

    assert in_short(missing) == ["PROMOTION_NOT_APPLIED NOTICE 0"]
    assert missing[0]["promotion"] == {"partnerCenterId": FOR_MOVERS}
    assert having == []


async def test_an_expired_cart_cannot_be_bought(gateway_over: Over, sandbox: Sandbox, a_cart: ACart) -> None:
    """By the gateway's clock, which may be ahead of Partner Center's."""
    cart = await a_cart()
    async with gateway_over(now=lambda: sandbox.now() + timedelta(days=8)) as gateway:
        assert in_short(await look(gateway, cart, "LINE_ITEMS")) == ["CART_EXPIRED BLOCKER"]


async def test_lines_that_are_ordered_are_not_looked_into(compiled: Gateway, a_cart: ACart) -> None:
    """After a checkout that succeeded in part, only the rest stands to be bought; after all of it, nothing does."""
    cart = await a_cart(E3_FOR_THREE_YEARS, naming(), attested=True)
    before = in_short(await look(compiled, cart))
    bought = (await compiled.data(CHECKOUT, {"cart": cart["id"]}))["checkoutCart"]["result"]
    after = in_short(await look(compiled, cart))

    assert before == ["RESELLER_NOT_ACCEPTED BLOCKER 1", *["PROMOTION_FOR_OTHER_TERM NOTICE 0"] * 2]
    assert bought == {"outcome": "PARTIALLY_SUCCEEDED", "orderErrors": [{"code": "RESELLER_NOT_ACCEPTED"}]}
    assert after == ["RESELLER_NOT_ACCEPTED BLOCKER 1"]


async def test_an_ordered_cart_has_one_problem(compiled: Gateway, a_cart: ACart) -> None:
    """And takes no call beyond its own."""
    cart = await a_cart(E3_FOR_THREE_YEARS)
    await compiled.data(CHECKOUT, {"cart": cart["id"]})
    await compiled.calls()

    assert in_short(await look(compiled, cart)) == ["CART_ORDERED BLOCKER"]
    assert len(await compiled.calls()) == 1


async def test_without_its_store_all_lines_are_looked_into(gateway_over: Over, a_cart: ACart, tmp_path: Path) -> None:
    """Nobody knows then which of them are ordered, and the problems need no store."""
    cart, path = await a_cart(E3_FOR_THREE_YEARS, naming(), attested=True), tmp_path / "store.sqlite"
    async with gateway_over(store_url=f"sqlite:{path}") as gateway:
        await gateway.data(CHECKOUT, {"cart": cart["id"]})
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("DROP TABLE records")

        found = in_short(await look(gateway, cart))

    assert found == ["RESELLER_NOT_ACCEPTED BLOCKER 1", *["PROMOTION_FOR_OTHER_TERM NOTICE 0"] * 2]


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        pytest.param(400019, "AVAILABILITY_REPLACED", id="the availability alone"),
        pytest.param(400018, "NOT_FOR_SALE", id="the SKU"),
        pytest.param(400013, "NOT_FOR_SALE", id="the product"),
    ],
)
async def test_what_is_missing_decides_what_helps(
    gateway_over: Over, sandbox: Sandbox, a_cart: ACart, code: int, problem: str
) -> None:
    """Another availability of the SKU, or nothing. One look-up says which, also where a field beside it made it."""
    cart = await a_cart()
    document = f"""{{ cart(by: {{id: "{cart["id"]}"}}) {{
      lineItems {{ availability {{ segment }} }} problems(checks: CATALOG) {{ code }} }} }}"""
    async with gateway_over(Failing(sandbox, refusing(404, code), ending=BASIC.rpartition(":")[2])) as gateway:
        found = await gateway.data(document)

    assert found["cart"]["problems"] == [{"code": problem}]
    assert found["cart"]["lineItems"] == [{"availability": None}]


async def test_a_verdict_that_is_left_out_is_a_risk(gateway_over: Over, sandbox: Sandbox, a_cart: ACart) -> None:
    """The problem names the partner, and does not say that it may not be named."""
    cart = await a_cart(naming(RESELLER), attested=True)
    nothing = answering(200, b'{"validationResults": []}')
    async with gateway_over(Failing(sandbox, nothing, ending="/validateresellers")) as gateway:
        (found,) = await look(gateway, cart, "RESELLERS")

    assert (found["code"], found["severity"], found["partnerId"]) == ("NOT_CHECKED", "RISK", RESELLER)


@pytest.mark.parametrize(
    ("line", "problems"),
    [
        pytest.param(naming(RESELLER), ["PARTNER_ATTESTATION_MISSING BLOCKER"], id="with a reseller"),
        pytest.param({}, [], id="without one"),
    ],
)
async def test_an_attestation_that_is_declined_is_missing(
    gateway: Gateway, inject: Inject, a_cart: ACart, line: Line, problems: list[str]
) -> None:
    """Where a cart says so, which Partner Center's answers seldom do."""
    cart = await a_cart(line, attested=True)
    await inject(calls="GET */carts/*", fault="edit", set={"partnerOnRecordAttestationAccepted": False})

    assert in_short(await look(gateway, cart, "RESELLERS")) == problems


async def test_one_obstacle_has_one_code_at_all_three_moments(compiled: Gateway, inject: Inject, a_cart: ACart) -> None:
    """Before paying, for an order group that is refused, and for a request that is refused."""
    cart = await a_cart(naming(), attested=True)

    (before,) = await look(compiled, cart)
    group = (await compiled.data(CHECKOUT, {"cart": cart["id"]}))["checkoutCart"]
    await inject(calls="POST */checkout", fault=400, code=900414)
    request = (await compiled.data(CHECKOUT, {"cart": cart["id"]}))["checkoutCart"]

    assert before["code"] == "RESELLER_NOT_ACCEPTED"
    assert group["result"]["orderErrors"] == [{"code": before["code"]}]
    assert request["errors"] == [{"reason": before["code"]}]
