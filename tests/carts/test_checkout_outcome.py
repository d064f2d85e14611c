"""A checkout that fails says what is known of it, and that nothing was bought only when that is certain."""

import httpx
import pytest

from gateway.carts.checkout import Checkout
from gateway.carts.purchases import Purchase, PurchaseKey, Purchases
from gateway.carts.rules import CartRule, NotEditable
from gateway.errors import (
    CheckoutUnknown,
    Conflict,
    Forbidden,
    GatewayError,
    Malformed,
    NotFound,
    Refused,
    StoreFailed,
    Throttled,
    TimedOut,
    Unauthenticated,
    Unavailable,
)
from gateway.partner_center.client import PartnerCenter
from tests.carts.buying import bought, stopped
from tests.carts.shop import KEY
from tests.carts.upstream import FAILED, Reply, Upstream, connection_refused, hang, refusal
from tests.carts.work import Pauses, Seconds

NO_AGREEMENT = 13605
ALREADY_SUBMITTED, IN_USE, LINES_WITH_ERRORS = 800065, 800064, 800009


AMBIGUOUS = [
    pytest.param(hang, TimedOut, id="no answer in time"),
    pytest.param(httpx.ReadError("reset"), Unavailable, id="connection reset"),
    pytest.param(httpx.RemoteProtocolError("closed"), Unavailable, id="closed without an answer"),
    pytest.param(httpx.ConnectError("lost"), Unavailable, id="a connection error that proves nothing"),
    pytest.param(refusal(408), TimedOut, id="408"),
    pytest.param(refusal(500), Unavailable, id="500"),
    pytest.param(refusal(503), Unavailable, id="503"),
    pytest.param(httpx.Response(200, content=b'{"orders": ['), Malformed, id="an answer cut off"),
    pytest.param(httpx.Response(200, html="<html>"), Malformed, id="a page"),
    pytest.param(httpx.Response(200, json=["orders"]), Malformed, id="another shape"),
    pytest.param(httpx.Response(302, headers={"location": "/"}), Malformed, id="a redirect"),
    pytest.param(refusal(409, IN_USE), Conflict, id="in use"),
]
"""Answers after which the orders may exist."""


@pytest.mark.parametrize(("told", "_"), AMBIGUOUS)
async def test_an_unanswered_attempt_is_repeated_under_its_id(
    checkout: Checkout, upstream: Upstream, told: Reply, _: object
) -> None:
    """The documented way to learn what became of it: the same call, with the same request id."""
    upstream.reply_with("POST", told)

    done = await bought(checkout)

    assert (len(done.result.orders), done.replayed) == (1, False)
    assert (len(upstream.request_ids), len(set(upstream.request_ids))) == (2, 1)


@pytest.mark.parametrize(("told", "cause"), AMBIGUOUS)
async def test_a_checkout_without_any_answer_is_unknown(
    checkout: Checkout, upstream: Upstream, told: Reply, cause: type[GatewayError]
) -> None:
    """It was sent, so the orders may exist: the error asks the caller to repeat it, and support can find the call."""
    upstream.reply_with("POST", *[told] * 4)

    stop = await stopped(checkout)

    assert isinstance(stop.error, CheckoutUnknown)
    assert stop.outcome == "UNKNOWN"
    assert stop.error.extensions == {"code": "CHECKOUT_OUTCOME_UNKNOWN", "retryable": True}
    assert type(stop.error.__cause__) is cause
    assert stop.error.upstream_correlation_id
    assert (len(upstream.request_ids), len(set(upstream.request_ids))) == (4, 1)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"attributes": {}}, id="without both lists"),
        pytest.param({"orders": [], "orderErrors": []}, id="with both of them empty"),
        pytest.param({"orders": None}, id="with null"),
    ],
)
async def test_an_answer_that_names_nothing_is_unknown(checkout: Checkout, upstream: Upstream, body: object) -> None:
    """It is not repeated at once; the next call sends the same request id and gets the orders."""
    upstream.reply_with("POST", httpx.Response(200, json=body))

    stop = await stopped(checkout)
    attempts = len(upstream.request_ids)
    done = await bought(checkout)

    assert (type(stop.error), stop.outcome, attempts) == (CheckoutUnknown, "UNKNOWN", 1)
    assert len(done.result.orders) == 1
    assert len(set(upstream.request_ids)) == 1


@pytest.mark.parametrize(("told", "cause"), AMBIGUOUS[:-1])
async def test_a_cart_that_reads_ordered_was_placed(
    checkout: Checkout, upstream: Upstream, told: Reply, cause: type[GatewayError]
) -> None:
    """The orders exist, though their ids could not be read: the error says so, and that a repeat will show them."""
    upstream.reply_with("POST", *[told] * 4)
    upstream.reply_with("GET", httpx.Response(200, content=upstream.body))
    upstream.change(status="Ordered")

    stop = await stopped(checkout)

    assert (type(stop.error), stop.outcome, stop.error.retryable) == (cause, "PLACED", True)
    assert "orders exist" in stop.error.message


REFUSALS = [
    pytest.param(refusal(401), id="not signed in"),
    pytest.param(refusal(403), id="no rights"),
    pytest.param(refusal(429), id="throttled"),
    pytest.param(refusal(400, LINES_WITH_ERRORS), id="lines with errors"),
    pytest.param(refusal(404, 400019), id="an item sold no more"),
    pytest.param(connection_refused(), id="nobody there any more"),
]


@pytest.mark.parametrize("told", REFUSALS)
async def test_a_refusal_does_not_settle_an_attempt_with_an_unknown_outcome(
    checkout: Checkout, upstream: Upstream, told: Reply
) -> None:
    """The attempt before it may have ordered, so the answer is not NOT_PLACED."""
    upstream.reply_with("POST", httpx.ReadError("reset"), *[told] * 3)

    stop = await stopped(checkout)

    assert (type(stop.error), stop.outcome) == (CheckoutUnknown, "UNKNOWN")


async def test_a_submitted_cart_after_a_lost_answer_was_placed(checkout: Checkout, upstream: Upstream) -> None:
    """400/800065 answers the repeat: the attempt before it did order."""
    upstream.reply_with("POST", httpx.ReadError("reset"), refusal(400, ALREADY_SUBMITTED))

    stop = await stopped(checkout)

    assert isinstance(stop.error, CartRule)
    assert [problem.reason for problem in stop.error.problems if isinstance(problem, NotEditable)] == [
        "ALREADY_ORDERED"
    ]


async def test_an_attempt_that_was_given_up_has_its_time(
    checkout: Checkout, upstream: Upstream, pauses: Pauses
) -> None:
    """Two checkouts at once may both buy, so a repeat after silence looks at the cart for a while first."""
    upstream.reply_with("POST", hang)

    await bought(checkout)

    assert sum(pauses.seconds) == 5
    assert upstream.methods == ["GET", "POST", *["GET"] * 5, "POST", "GET"]


async def test_a_cart_that_turns_ordered_meanwhile_is_asked_for_at_once(
    checkout: Checkout, upstream: Upstream, pauses: Pauses
) -> None:
    """The work is done; repeating the call gives its result."""
    active = httpx.Response(200, content=upstream.body)
    upstream.reply_with("POST", hang)
    upstream.reply_with("GET", active, active)
    upstream.change(status="Ordered")

    done = await bought(checkout)

    assert len(done.result.orders) == 1
    assert pauses.seconds == [1, 1]


async def test_a_crash_in_the_middle_is_found_again(
    checkout: Checkout, upstream: Upstream, purchases: Purchases, partner_center: PartnerCenter, seconds: Seconds
) -> None:
    """A recorded attempt is repeated under its own id, once it can no longer be running."""
    key = PurchaseKey(partner_center.caller.partner, KEY)
    await purchases.put(key, Purchase(generation=7, sent_at=seconds.now - 2))

    done = await bought(checkout)

    assert (done.replayed, upstream.request_ids) == (False, [key.request_id(7)])
    assert upstream.methods == ["GET", *["GET"] * 3, "POST", "GET"]


@pytest.mark.parametrize("told", [refusal(401), refusal(403), refusal(429), connection_refused()])
async def test_what_an_earlier_call_left_open_is_not_denied(
    checkout: Checkout, upstream: Upstream, purchases: Purchases, partner_center: PartnerCenter, seconds: Seconds,
    told: Reply,
) -> None:  # fmt: skip
    """That this call sent nothing proves nothing about the attempt before it."""
    key = PurchaseKey(partner_center.caller.partner, KEY)
    await purchases.put(key, Purchase(generation=7, sent_at=seconds.now - 60))
    upstream.reply_with("POST", *[told] * 4)

    stop = await stopped(checkout)

    assert (type(stop.error), stop.outcome) == (CheckoutUnknown, "UNKNOWN")
    assert (await purchases.get(key)).sent_at is not None


@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        pytest.param(Purchase(), "NOT_PLACED", id="nothing was ever sent"),
        pytest.param(Purchase(generation=1), "NOT_PLACED", id="the last try was refused"),
        pytest.param(Purchase(sent_at=900.0), "UNKNOWN", id="an attempt is unaccounted for"),
        pytest.param(Purchase(result=b'{"orders": [{"id": "76ed9c027bca"}]}'), "PLACED", id="it was placed before"),
    ],
)
async def test_a_cart_that_cannot_be_read_undoes_nothing(
    checkout: Checkout, upstream: Upstream, purchases: Purchases, partner_center: PartnerCenter, found: Purchase,
    outcome: str,
) -> None:  # fmt: skip
    """That this call sent nothing does not prove that an earlier call, or another tab, has ordered nothing."""
    await purchases.put(PurchaseKey(partner_center.caller.partner, KEY), found)
    upstream.reply_with("GET", refusal(503))

    stop = await stopped(checkout)

    assert (stop.outcome, stop.error.retryable) == (outcome, True)
    assert upstream.methods == ["GET"]


@pytest.mark.parametrize(
    "told", [refusal(401), refusal(403), refusal(429), connection_refused(), refusal(500), httpx.ReadError("reset")]
)
async def test_an_ordered_cart_is_placed_whatever_becomes_of_this_call(
    checkout: Checkout, upstream: Upstream, told: Reply
) -> None:
    """The cart reads ordered, so the orders exist, though they could not be shown."""
    upstream.change(status="Ordered")
    upstream.reply_with("POST", *[told] * 4)

    stop = await stopped(checkout)

    assert stop.outcome == "PLACED"


async def test_an_ordered_cart_whose_result_is_refused_is_ordered(checkout: Checkout, upstream: Upstream) -> None:
    """Every other refusal of a checkout means that nothing was placed, so this one is reported as already ordered."""
    upstream.change(status="Ordered")
    upstream.reply_with("POST", refusal(400, LINES_WITH_ERRORS))

    stop = await stopped(checkout)

    assert isinstance(stop.error, CartRule)
    assert [problem.reason for problem in stop.error.problems if isinstance(problem, NotEditable)] == [
        "ALREADY_ORDERED"
    ]


async def test_a_refusal_of_the_purchase_settles_what_an_earlier_call_left_open(
    checkout: Checkout, upstream: Upstream, purchases: Purchases, partner_center: PartnerCenter, seconds: Seconds
) -> None:
    """It answers the request id that the attempt before it carried, so nothing was placed; the next try is a new one."""
    key = PurchaseKey(partner_center.caller.partner, KEY)
    await purchases.put(key, Purchase(generation=7, sent_at=seconds.now - 60))
    upstream.reply_with("POST", refusal(403, NO_AGREEMENT))

    stop = await stopped(checkout)

    assert (type(stop.error), stop.outcome) == (Refused, "NOT_PLACED")
    assert await purchases.get(key) == Purchase(generation=8)


async def test_the_purchase_is_recorded_before_it_is_sent(
    checkout: Checkout, upstream: Upstream, purchases: Purchases, partner_center: PartnerCenter, seconds: Seconds
) -> None:
    """After a crash, the next call must be able to see that there was an attempt."""
    key = PurchaseKey(partner_center.caller.partner, KEY)
    found: list[Purchase] = []

    async def look() -> httpx.Response:
        found.append(await purchases.get(key))
        return upstream.answer(upstream.requests[-1])

    upstream.reply_with("POST", look)
    done = await bought(checkout)

    assert found == [Purchase(generation=0, sent_at=seconds.now)]
    recorded = await purchases.get(key)
    assert (recorded.generation, recorded.sent_at, recorded.result) == (0, None, done.result.body)


@pytest.mark.parametrize(
    ("told", "failure"),
    [
        pytest.param(connection_refused(), Unavailable, id="connection refused"),
        pytest.param(refusal(401), Unauthenticated, id="not signed in"),
        pytest.param(refusal(403), Forbidden, id="no rights"),
        pytest.param(refusal(403, 900329), Forbidden, id="no rights, with a code"),
        pytest.param(refusal(429), Throttled, id="throttled"),
        pytest.param(refusal(400, LINES_WITH_ERRORS), Refused, id="lines with errors"),
        pytest.param(refusal(403, NO_AGREEMENT), Refused, id="no agreement"),
        pytest.param(refusal(404, 800008), NotFound, id="cart gone"),
        pytest.param(refusal(409, 1), Conflict, id="a conflict of another kind"),
        pytest.param(refusal(412, 1), Conflict, id="a precondition"),
    ],
)
async def test_nothing_was_placed_when_that_is_certain(
    checkout: Checkout, upstream: Upstream, told: Reply, failure: type[GatewayError]
) -> None:
    """Partner Center said no, or was never reached."""
    upstream.reply_with("POST", told)

    stop = await stopped(checkout)

    assert (type(stop.error), stop.outcome) == (failure, "NOT_PLACED")
    assert upstream.methods == ["GET", "POST"]


@pytest.mark.parametrize(
    ("told", "failure"),
    [
        pytest.param(hang, TimedOut, id="no answer in time"),
        pytest.param(refusal(500), Unavailable, id="failed"),
        pytest.param(refusal(401), Unauthenticated, id="not signed in"),
        pytest.param(refusal(404, 800008), NotFound, id="gone"),
        pytest.param(httpx.Response(200, content=b"<"), Malformed, id="unreadable"),
    ],
)
async def test_nothing_was_placed_when_the_cart_cannot_be_read(
    checkout: Checkout, upstream: Upstream, told: Reply, failure: type[GatewayError]
) -> None:
    """Nothing is ordered unless the cart has been read."""
    upstream.reply_with("GET", told)

    stop = await stopped(checkout)

    assert (type(stop.error), stop.outcome) == (failure, "NOT_PLACED")
    assert upstream.methods == ["GET"]


async def test_a_submitted_cart_has_been_ordered(checkout: Checkout, upstream: Upstream) -> None:
    """400/800065 means that orders exist, though their ids are not known here."""
    upstream.reply_with("POST", refusal(400, ALREADY_SUBMITTED))

    stop = await stopped(checkout)

    assert isinstance(stop.error, CartRule)
    (problem,) = stop.error.problems
    assert isinstance(problem, NotEditable)
    assert (problem.reason, stop.outcome) == ("ALREADY_ORDERED", "PLACED")


@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        pytest.param(Purchase(), "NOT_PLACED", id="nothing was sent"),
        pytest.param(Purchase(sent_at=900.0), "UNKNOWN", id="an attempt is unaccounted for"),
        pytest.param(Purchase(1, is_partly_ordered=True), "UNKNOWN", id="a part is ordered"),
    ],
)
async def test_a_checkout_that_cannot_be_recorded_says_what_the_record_says(
    *,
    checkout: Checkout,
    upstream: Upstream,
    purchases: Purchases,
    partner_center: PartnerCenter,
    monkeypatch: pytest.MonkeyPatch,
    found: Purchase,
    outcome: str,
) -> None:
    """The store returns the record but accepts no write: nothing is sent, and no earlier attempt is denied."""
    await purchases.put(PurchaseKey(partner_center.caller.partner, KEY), found)

    async def fail(*_: object) -> None:
        raise StoreFailed("The gateway's store does not answer.")

    monkeypatch.setattr(purchases, "put", fail)

    stop = await stopped(checkout)

    assert (type(stop.error), stop.outcome) == (StoreFailed, outcome)
    assert upstream.request_ids == []


@pytest.mark.parametrize("orders", ["text", ["text"], [7], [["76ed9c027bca"]], {"items": [{"id": "76ed9c027bca"}]}])
async def test_orders_that_cannot_be_read_are_not_denied(
    checkout: Checkout, upstream: Upstream, purchases: Purchases, partner_center: PartnerCenter, orders: object
) -> None:
    """Beside an error they would look like a checkout that ordered nothing."""
    upstream.reply_with("POST", httpx.Response(201, json={"orders": orders, "orderErrors": [{"code": 800005}]}))

    done = await bought(checkout)

    assert (done.outcome, len(done.result.order_errors)) == ("PLACED", 1)
    kept = await purchases.get(PurchaseKey(partner_center.caller.partner, KEY))
    assert kept.is_partly_ordered


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        pytest.param(refusal(409, IN_USE), "UNKNOWN", id="another request is at work on it"),
        pytest.param(refusal(400, ALREADY_SUBMITTED), "PLACED", id="it was submitted"),
    ],
)
async def test_a_refusal_to_show_the_cart_may_say_that_it_is_being_ordered(
    checkout: Checkout, upstream: Upstream, told: Reply, outcome: str
) -> None:
    """By another party, since no record here says so. It is not stored under an idempotency key."""
    upstream.reply_with("GET", told)

    stop = await stopped(checkout)

    assert (stop.outcome, stop.is_final) == (outcome, False)
    assert upstream.methods == ["GET"]


@pytest.mark.parametrize(("status", "outcome"), [("Ordered", "PLACED"), ("Active", "NOT_PLACED")])
async def test_an_answer_of_errors_alone_does_not_deny_the_orders_of_an_ordered_cart(
    checkout: Checkout, upstream: Upstream, status: str, outcome: str
) -> None:
    """The cart's own status is certain, whoever ordered it."""
    upstream.change(status=status)
    upstream.reply_with("POST", httpx.Response(200, json=FAILED))

    done = await bought(checkout)

    assert done.outcome == outcome


async def test_an_answer_of_errors_alone_does_not_deny_an_earlier_order(checkout: Checkout, upstream: Upstream) -> None:
    """A further checkout of a partly ordered cart may answer only what it tried itself."""
    partly = {**FAILED, "orders": [{"id": "76ed9c027bca", "status": "pending"}]}
    upstream.reply_with("POST", httpx.Response(200, json=partly), httpx.Response(200, json=FAILED))
    await bought(checkout)

    again = await bought(checkout)

    assert (again.result.orders, again.outcome) == ((), "PLACED")
