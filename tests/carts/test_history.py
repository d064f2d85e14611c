"""What a cart's checkouts ordered can be looked up later: all of their answers together, and which lines are ordered."""

import json
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import httpx
import pytest

from gateway.carts.checkout import Checkout
from gateway.carts.history import CheckoutHistory, line_of
from gateway.carts.purchases import OriginKey, PartialAnswer, Purchase, PurchaseKey, Purchases
from gateway.errors import RecordUnreadable, StoreFailed
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.carts import Cart
from gateway.partner_center.reading import records as reading
from gateway.store.locks import ResourceLocks
from gateway.store.memory import MemoryStore
from tests.carts.buying import bought, stopped
from tests.carts.shop import KEY, a_line, item
from tests.carts.upstream import Upstream, connection_refused, refusal
from tests.carts.work import Pauses, Seconds
from tests.harness import START, Clock
from tests.shop_ids import CONTOSO

A, B, C = item("A"), item("B"), item("C")
THREE_GROUPS = [a_line(n, sold, orderGroup=str(n)) for n, sold in enumerate((A, B, C))]
HOUR = timedelta(hours=1)


def an_answer(*orders: tuple[str, str], failed: Sequence[str] = ()) -> httpx.Response:
    """An order of one line for each id and item, and an error for each group that failed."""
    placed = [
        {"id": order_id, "lineItems": [{"lineItemNumber": 0, "offerId": sold, "quantity": 1}]}
        for order_id, sold in orders
    ]
    errors = [{"orderGroupId": name, "code": 800005} for name in failed]
    return httpx.Response(201, json={"orders": placed, "orderErrors": errors})


A_ORDERED = an_answer(("one", A), failed=["1", "2"])
B_ORDERED = an_answer(("two", B), failed=["2"])


class Past:
    """The history of the demo cart, and the cart as it is now, looked up when asked for."""

    def __init__(self, purchases: Purchases, upstream: Upstream, key: PurchaseKey) -> None:
        self._purchases, self._upstream, self.key = purchases, upstream, key

    async def history(self) -> CheckoutHistory:
        return CheckoutHistory(await self._purchases.get(self.key), customer_id=CONTOSO)

    def cart(self) -> Cart:
        return reading.cart(self._upstream.body, customer_id=CONTOSO)

    async def orders(self) -> list[str | None]:
        found = (await self.history()).checkouts
        assert found is not None
        return [order.id for order in found.orders]

    async def errors(self) -> list[str | None]:
        found = (await self.history()).checkouts
        assert found is not None
        return [error.order_group for error in found.order_errors]

    async def moment(self) -> datetime | None:
        found = (await self.history()).checkouts
        assert found is not None
        return found.at

    async def ordered(self) -> list[bool | None]:
        history = await self.history()
        return [history.is_ordered(line) for line in self.cart().line_items]

    async def order_lines(self) -> list[tuple[str | None, str | None] | None]:
        """The order of each line of the cart, and the item of the order line it became."""
        history = await self.history()
        found = [history.order_of(line) for line in self.cart().line_items]
        lines = [(each[0].id, line_of(*each)) if each else None for each in found]
        return [(each[0], each[1].catalog_item_id) if each and each[1] else None for each in lines]


@pytest.fixture
def past(purchases: Purchases, upstream: Upstream, partner_center: PartnerCenter) -> Past:
    upstream.change(lineItems=THREE_GROUPS)
    return Past(purchases, upstream, PurchaseKey(partner_center.caller.partner, KEY))


async def test_without_a_checkout_there_is_nothing(past: Past) -> None:
    """And every line is open."""
    history = await past.history()

    assert history.checkouts is None
    assert await past.ordered() == [False, False, False]
    assert history.open_lines(past.cart()) == list(past.cart().line_items)


async def test_a_partial_success_is_remembered(checkout: Checkout, upstream: Upstream, past: Past) -> None:
    """Its orders, its errors, its moment, and the lines of the orders."""
    upstream.reply_with("POST", A_ORDERED)
    done = await bought(checkout)

    assert (await past.orders(), await past.errors()) == (["one"], ["1", "2"])
    assert done.at == await past.moment() == START
    assert await past.ordered() == [True, False, False]
    assert await past.order_lines() == [("one", A), None, None]
    assert (await past.history()).open_lines(past.cart()) == list(past.cart().line_items[1:])


@pytest.mark.parametrize(
    ("second", "third"),
    [
        pytest.param(B_ORDERED, an_answer(("three", C)), id="which answer what they ordered"),
        pytest.param(
            an_answer(("one", A), ("two", B), failed=["2"]),
            an_answer(("one", A), ("two", B), ("three", C)),
            id="which repeat earlier orders",
        ),
    ],
)
async def test_later_checkouts_add_to_it(
    checkout: Checkout, upstream: Upstream, past: Past, clock: Clock, second: httpx.Response, third: httpx.Response
) -> None:
    """All orders stand together, each once, with the errors and the moment of the last answer."""
    upstream.reply_with("POST", A_ORDERED, second, third)
    await bought(checkout)

    clock.advance(HOUR)
    done = await bought(checkout)
    after_two = await past.orders(), await past.errors(), await past.moment(), await past.ordered()
    clock.advance(HOUR)
    await bought(checkout)

    assert [each.id for each in done.result.orders] == [each["id"] for each in second.json()["orders"]]
    assert after_two == (["one", "two"], ["2"], START + HOUR, [True, True, False])
    assert (await past.orders(), await past.errors()) == (["one", "two", "three"], [])
    assert await past.moment() == START + 2 * HOUR
    assert await past.order_lines() == [("one", A), ("two", B), ("three", C)]
    assert (await past.history()).open_lines(past.cart()) == []


async def test_a_group_that_fails_again_and_again_fills_no_store(
    checkout: Checkout, upstream: Upstream, past: Past, purchases: Purchases
) -> None:
    """An answer goes once a later one has its orders too; of those with orders of their own the last 32 are enough."""
    upstream.reply_with("POST", *[an_answer(("one", A), failed=["1", "2"])] * 3)
    for _ in range(3):
        await bought(checkout)
    repeated = len((await purchases.get(past.key)).answers)

    upstream.reply_with("POST", *[an_answer((f"order {n}", B), failed=["2"]) for n in range(40)])
    for _ in range(40):
        await bought(checkout)

    assert repeated == 1
    assert (await past.orders())[-1] == "order 39"
    assert len(await past.orders()) == 32


async def test_an_answer_that_cannot_be_read_any_more_fails_no_checkout(
    checkout: Checkout, past: Past, purchases: Purchases
) -> None:
    """Another version of the gateway recorded it; it stays, as it may name an order."""
    unreadable = PartialAnswer(b"{", None)
    await purchases.put(past.key, Purchase(1, is_partly_ordered=True, answers=(unreadable,)))

    done = await bought(checkout)

    recorded = await purchases.get(past.key)
    assert (recorded.result, recorded.answers) == (done.result.body, (unreadable,))


async def test_a_refusal_of_the_whole_checkout_changes_nothing(
    checkout: Checkout, upstream: Upstream, past: Past, clock: Clock
) -> None:
    """It has neither orders nor order errors: what is known comes from the answer before."""
    upstream.reply_with("POST", A_ORDERED, refusal(403, 13605))
    await bought(checkout)
    clock.advance(HOUR)
    await stopped(checkout)

    assert (await past.orders(), await past.errors(), await past.moment()) == (["one"], ["1", "2"], START)


async def test_a_checkout_that_ordered_nothing_shows_why(checkout: Checkout, upstream: Upstream, past: Past) -> None:
    """Its errors stay until there is another answer."""
    upstream.reply_with("POST", an_answer(failed=["0", "1", "2"]))
    await bought(checkout)

    assert (await past.orders(), await past.errors()) == ([], ["0", "1", "2"])
    assert await past.ordered() == [False, False, False]


async def test_an_attempt_without_an_answer_leaves_the_rest_open(
    checkout: Checkout, upstream: Upstream, past: Past
) -> None:
    """It may have ordered any of the lines that nobody saw ordered; the total of what is open is not known either."""
    upstream.reply_with("POST", A_ORDERED, *[refusal(500)] * 4)
    await bought(checkout)
    await stopped(checkout)

    assert await past.ordered() == [True, None, None]
    assert (await past.history()).open_lines(past.cart()) is None


async def test_an_attempt_that_was_not_sent_leaves_nothing_open(
    checkout: Checkout, upstream: Upstream, past: Past
) -> None:
    """What is known stays known."""
    upstream.reply_with("POST", A_ORDERED, *[connection_refused()] * 4)
    await bought(checkout)
    await stopped(checkout)

    assert await past.ordered() == [True, False, False]


async def test_an_order_that_fits_no_line_leaves_the_rest_open(
    checkout: Checkout, upstream: Upstream, past: Past
) -> None:
    """It is shown, but which of the lines it holds is not known."""
    upstream.reply_with("POST", an_answer(("one", A), ("other", item("D")), failed=["7"]))
    await bought(checkout)

    assert await past.orders() == ["one", "other"]
    assert await past.ordered() == [True, None, None]


async def test_lines_that_come_later_are_not_ordered(checkout: Checkout, upstream: Upstream, past: Past) -> None:
    """Though an equal line is, and though the new ones come between others and all are renumbered."""
    upstream.reply_with("POST", A_ORDERED)
    await bought(checkout)
    lines = [a_line(n, sold, orderGroup=str(n)) for n, sold in enumerate((B, A, C, A))]
    upstream.change(lineItems=[*lines, a_line(9, A, quantity=2)])

    assert await past.ordered() == [False, True, False, False, False]


async def test_a_cart_that_was_ordered_elsewhere_has_no_moment(
    checkout: Checkout, upstream: Upstream, past: Past
) -> None:
    """Partner Center repeats the result, but does not say when it was ordered; its lines are known."""
    upstream.change(status="Ordered")
    upstream.reply_with("POST", an_answer(("one", A), ("two", B), ("three", C)))
    done = await bought(checkout)

    assert (done.at, await past.moment()) == (None, None)
    assert await past.order_lines() == [("one", A), ("two", B), ("three", C)]


async def test_an_ordered_cart_is_ordered_without_a_record(upstream: Upstream, past: Past) -> None:
    """Wherever that happened: nothing is open."""
    upstream.change(status="Ordered")

    assert await past.ordered() == [True, True, True]
    assert (await past.history()).open_lines(past.cart()) == []


async def test_a_repeat_names_the_moment_of_the_answer(checkout: Checkout, past: Past, clock: Clock) -> None:
    """Not of the repetition."""
    await bought(checkout)
    clock.advance(HOUR)

    assert (await bought(checkout)).at == await past.moment() == START


async def test_a_part_that_an_earlier_version_forgot_is_not_denied(past: Past, purchases: Purchases) -> None:
    """Its record says that something was ordered, and not what."""
    await purchases.put(past.key, Purchase(1, is_partly_ordered=True, is_unclear=True))

    assert (await past.history()).checkouts is None
    assert await past.ordered() == [None, None, None]


# The way back, and stores that fail


async def test_each_order_leads_back_to_the_cart(
    checkout: Checkout, upstream: Upstream, past: Past, purchases: Purchases
) -> None:
    """Those of a partial success too."""
    upstream.reply_with("POST", A_ORDERED, an_answer(("two", B), ("three", C)))
    for _ in range(2):
        await bought(checkout)

    origins = [await purchases.origin(OriginKey(past.key.partner, CONTOSO, each)) for each in ("one", "two", "three")]

    assert origins == [KEY, KEY, KEY]


class WithoutOrigins(MemoryStore):
    """A store that takes no record of an order."""

    async def put(self, key: str, record: bytes, *, keep_s: float, owner: str = "") -> None:
        if key.startswith("order:"):
            raise StoreFailed("The gateway's store does not answer.")
        await super().put(key, record, keep_s=keep_s, owner=owner)


async def test_a_checkout_does_not_fail_for_the_way_back(
    upstream: Upstream,
    partner_center: PartnerCenter,
    past: Past,
    clock: Clock,
    pauses: Pauses,
    seconds: Seconds,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The orders and the record of the purchase stand; that the orders lead nowhere is logged."""
    purchases = Purchases(WithoutOrigins(clock=seconds), clock=seconds)
    locks = ResourceLocks(MemoryStore(clock=seconds))
    checkout = Checkout(partner_center, locks=locks, purchases=purchases, now=clock, sleep=pauses)

    with caplog.at_level(logging.WARNING):
        done = await bought(checkout)

    assert [order.id for order in done.result.orders] == ["76ed9c027bca"]
    assert (await purchases.get(past.key)).result == done.result.body
    assert await purchases.origin(OriginKey(past.key.partner, CONTOSO, "76ed9c027bca")) is None
    assert "The cart of an order could not be stored." in caplog.messages


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        pytest.param("Active", "UNKNOWN", id="which Partner Center shows as active"),
        pytest.param("Ordered", "PLACED", id="which Partner Center shows as ordered"),
    ],
)
async def test_a_record_of_a_later_version_is_not_denied(
    partner_center: PartnerCenter, upstream: Upstream, past: Past, clock: Clock, seconds: Seconds, status: str, outcome: str
) -> None:  # fmt: skip
    """Nothing is sent, and nobody hears that a cart was not ordered."""
    store = MemoryStore(clock=seconds)
    await store.put(past.key.record_key, b"\x95\x00\xc0\xc0\xc2\x03", keep_s=60)
    upstream.change(status=status)
    checkout = Checkout(
        partner_center, locks=ResourceLocks(store), purchases=Purchases(store, clock=seconds), now=clock
    )

    stop = await stopped(checkout)

    assert (type(stop.error), stop.outcome) == (RecordUnreadable, outcome)
    assert "POST" not in upstream.methods


@pytest.mark.parametrize(
    "members",
    [
        pytest.param({"lineItems": [{"offerId": A, "quantity": 10**30, "lineItemNumber": 10**30}]}, id="numbers"),
        pytest.param({"lineItems": "none"}, id="no lines"),
        pytest.param({"id": None}, id="no id"),
        pytest.param({"id": "x\ud800"}, id="an id that is no text"),
    ],
)
async def test_odd_orders_are_recorded(
    checkout: Checkout, upstream: Upstream, past: Past, members: Mapping[str, object]
) -> None:
    """No oddity of an order may fail the checkout that placed it."""
    upstream.change(lineItems=[a_line(0, A, quantity=10**30), {"id": 1}, {}])
    answer: object = {"orders": [{"id": "one", **members}], "orderErrors": [dict[str, str]()]}
    upstream.reply_with("POST", httpx.Response(201, content=json.dumps(answer).encode()))

    await bought(checkout)

    assert len(await past.orders()) == 1
    assert None in await past.ordered()


def test_a_line_that_an_order_shows_no_more_is_none() -> None:
    """Partner Center may have renumbered it."""
    order = reading.order(b'{"lineItems": [{"lineItemNumber": 1}]}', customer_id=CONTOSO, order_id="one")

    assert [line_of(order, number) is not None for number in (0, 1)] == [False, True]
