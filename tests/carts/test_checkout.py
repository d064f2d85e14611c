"""A checkout buys once, says what it knows, and never says that nothing was bought unless that is certain."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from gateway.carts import edits
from gateway.carts.checkout import Checkout
from gateway.carts.content import version
from gateway.carts.keys import CartKey
from gateway.carts.purchases import PurchaseKey, Purchases
from gateway.carts.rules import CartRule, NotEditable, VersionConflict
from gateway.carts.service import Carts, Change
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.values import CartStatus
from gateway.store.locks import ResourceLocks
from gateway.store.memory import MemoryStore
from tests.carts.buying import bought, stopped
from tests.carts.shop import KEY, a_cart, a_line, item, new_line
from tests.carts.upstream import BOUGHT, FAILED, Reply, Upstream, connection_refused, refusal
from tests.harness import Clock
from tests.shop_ids import CONTOSO, DEMO_CART

OTHER = CartKey(CONTOSO, DEMO_CART.replace("2", "3"))
NO_AGREEMENT = 13605
ALREADY_SUBMITTED, IN_USE, LINES_WITH_ERRORS = 800065, 800064, 800009


async def test_a_checkout_orders_the_cart(checkout: Checkout, upstream: Upstream) -> None:
    """The cart is read, ordered once, and read again; the answer holds the orders and the ordered cart."""
    done = await bought(checkout)

    assert upstream.methods == ["GET", "POST", "GET"]
    assert [order.id for order in done.result.orders] == ["76ed9c027bca"]
    assert (done.cart.status, done.replayed) == (CartStatus.ORDERED, False)


async def test_an_ordered_cart_gives_its_result_again(checkout: Checkout, upstream: Upstream) -> None:
    """The second checkout gets the stored orders of the first one and orders nothing; but it must read the cart."""
    first = await bought(checkout)
    second = await bought(checkout)

    assert second.result == first.result
    assert (first.replayed, second.replayed) == (False, True)
    assert upstream.methods == ["GET", "POST", "GET", "GET"]


async def test_a_stored_result_is_only_for_callers_that_may_read_the_cart(
    checkout: Checkout, upstream: Upstream
) -> None:
    """A stored result never replaces Partner Center's own check of the caller's rights."""
    await bought(checkout)
    upstream.reply_with("GET", refusal(403))

    stop = await stopped(checkout)

    assert (stop.error.code, stop.outcome) == ("FORBIDDEN", "UNKNOWN")


async def test_a_cart_that_was_ordered_elsewhere_gives_partner_centers_result(
    checkout: Checkout, upstream: Upstream
) -> None:
    """No record exists here, so Partner Center is asked to repeat its answer."""
    upstream.change(status="Ordered")

    done = await bought(checkout)

    assert ([order.id for order in done.result.orders], done.replayed) == (["76ed9c027bca"], True)
    assert upstream.methods == ["GET", "POST", "GET"]


async def test_what_is_ordered_is_never_ordered_again(checkout: Checkout, upstream: Upstream) -> None:
    """Not even when Partner Center still shows the cart as active."""
    first = await bought(checkout)
    upstream.change(status="Active")

    second = await bought(checkout, expected_version="of yesterday")

    assert (second.result, second.replayed) == (first.result, True)
    assert upstream.methods.count("POST") == 1


async def test_an_ordered_cart_has_no_outdated_version(checkout: Checkout, upstream: Upstream) -> None:
    """Ordering changed the cart, so the version that its buyer saw cannot stand in the way of the result."""
    upstream.change(status="Ordered")

    done = await bought(checkout, expected_version=version(a_cart()))

    assert done.replayed


async def test_an_ordered_cart_gives_its_result_after_its_time(
    checkout: Checkout, upstream: Upstream, clock: Clock
) -> None:
    """Expiry ends changes, not the orders."""
    upstream.change(status="Ordered")
    clock.advance(timedelta(days=8))

    assert (await bought(checkout)).replayed


# The request id


def test_a_purchase_has_one_request_id_everywhere() -> None:
    """Derived from partner, customer, cart and generation: another process gives the same GUID, anything else another."""
    ids = [
        PurchaseKey(partner, cart).request_id(generation)
        for partner in ("us", "them")
        for cart in (KEY, OTHER, CartKey(CONTOSO.replace("2", "3"), DEMO_CART))
        for generation in (0, 1)
    ]

    assert PurchaseKey("us", KEY).request_id(0) == ids[0] == str(UUID(ids[0]))
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    ("first", "rises"),
    [
        pytest.param(refusal(400, LINES_WITH_ERRORS), True, id="refused for its lines"),
        pytest.param(refusal(403, NO_AGREEMENT), True, id="refused for the missing agreement"),
        pytest.param(refusal(404, 400019), True, id="refused for an item sold no more"),
        pytest.param(httpx.Response(201, json=FAILED), True, id="order errors"),
        pytest.param(httpx.Response(201, json={**FAILED, **BOUGHT}), True, id="some order errors"),
        pytest.param(refusal(400, ALREADY_SUBMITTED), False, id="already submitted"),
        pytest.param(refusal(409, IN_USE), False, id="in use"),
        pytest.param(refusal(401), False, id="not signed in"),
        pytest.param(refusal(403), False, id="no rights"),
        pytest.param(refusal(429), False, id="throttled"),
        pytest.param(refusal(500), False, id="failed"),
        pytest.param(httpx.ReadError("reset"), False, id="reset"),
        pytest.param(httpx.Response(201, content=b"{"), False, id="unreadable"),
        pytest.param(connection_refused(), False, id="not reached"),
    ],
)  # fmt: skip
async def test_the_request_id_changes_after_a_business_answer_only(
    checkout: Checkout, upstream: Upstream, first: Reply, rises: bool
) -> None:
    """A new try after a refusal is a new request; an attempt that may have succeeded is repeated under its own id."""
    upstream.reply_with("POST", first)
    for _ in range(2):
        await checkout.place(KEY, expected_version=None)

    before, *_, after = upstream.request_ids
    assert (before != after) is rises


# What may be ordered, and what is seen afterwards


async def test_an_expired_cart_is_not_ordered(checkout: Checkout, upstream: Upstream, clock: Clock) -> None:
    """By the gateway's clock; nothing is sent."""
    clock.advance(timedelta(days=7))

    stop = await stopped(checkout)

    assert isinstance(stop.error, CartRule)
    assert [type(problem) for problem in stop.error.problems] == [NotEditable]
    assert upstream.methods == ["GET"]


async def test_only_what_the_buyer_saw_is_ordered(checkout: Checkout, upstream: Upstream) -> None:
    """Another version is shown to the buyer before any money moves."""
    upstream.change(lineItems=[a_line(0, item("A"), quantity=1000)])

    stop = await stopped(checkout, expected_version=version(a_cart()))

    assert isinstance(stop.error, CartRule)
    (problem,) = stop.error.problems
    assert isinstance(problem, VersionConflict)
    assert problem.cart.line_items[0].quantity == 1000
    assert upstream.methods == ["GET"]


async def test_what_the_buyer_saw_is_ordered(checkout: Checkout, upstream: Upstream) -> None:
    """The current version lets the checkout through."""
    await bought(checkout, expected_version=version(a_cart()))

    assert upstream.methods == ["GET", "POST", "GET"]


@pytest.mark.parametrize(
    ("answer", "orders", "status"),
    [
        pytest.param(BOUGHT, 1, CartStatus.ORDERED, id="everything ordered"),
        pytest.param({**FAILED, **BOUGHT}, 1, CartStatus.ACTIVE, id="some of it failed"),
        pytest.param(FAILED, 0, CartStatus.ACTIVE, id="all of it failed"),
    ],
)
@pytest.mark.parametrize("told", [refusal(500), refusal(404), httpx.ReadError("reset")], ids=["500", "404", "reset"])
async def test_a_failing_second_look_hides_no_order(
    *,
    checkout: Checkout,
    upstream: Upstream,
    told: Reply,
    answer: Mapping[str, object],
    orders: int,
    status: CartStatus,
) -> None:
    """The result is passed on, with the cart in the state that it must have now."""
    upstream.reply_with("GET", httpx.Response(200, content=upstream.body), told)
    upstream.reply_with("POST", httpx.Response(201, json=answer))

    done = await bought(checkout)

    assert (len(done.result.orders), done.cart.status) == (orders, status)
    assert done.cart.line_items == a_cart().line_items


async def test_two_tabs_buy_once(checkout: Checkout, upstream: Upstream) -> None:
    """The second waits for the first, finds the cart ordered, and gets the same orders."""
    first, second = await asyncio.gather(*(bought(checkout) for _ in range(2)))

    assert upstream.methods == ["GET", "POST", "GET", "GET"]
    assert (first.replayed, second.replayed) == (False, True)
    assert first.result == second.result


async def test_no_edit_slips_in_before_the_order(
    connect: Callable[..., PartnerCenter], upstream: Upstream, clock: Clock, purchases: Purchases
) -> None:
    """A change that comes while a checkout runs waits, and then finds the cart ordered."""
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def slowly() -> httpx.Response:
        begun.set()
        await may_end.wait()
        return upstream.answer(upstream.requests[-1])

    upstream.reply_with("POST", slowly)
    locks, partner_center = ResourceLocks(MemoryStore(clock=lambda: 0)), connect(httpx.MockTransport(upstream))
    checkout = Checkout(partner_center, locks=locks, purchases=purchases, now=clock)
    carts = Carts(partner_center, locks=locks, now=clock)
    buying = asyncio.create_task(bought(checkout))
    await begun.wait()
    change = Change(edits.adding([new_line(item("Z"))]), expected_version=None, attested=None)
    changing = asyncio.create_task(carts.change(KEY, change))
    may_end.set()

    await buying
    with pytest.raises(CartRule):
        await changing

    assert upstream.methods == ["GET", "POST", "GET", "GET"]
