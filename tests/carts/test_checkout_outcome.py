"""A checkout that fails says what is known of it, and that nothing was bought only when that is certain."""

import httpx
import pytest

from gateway.carts.checkout import Checkout
from gateway.carts.rules import CartRule, NotEditable
from gateway.errors import (
    CheckoutUnknown,
    Conflict,
    Forbidden,
    GatewayError,
    Malformed,
    NotFound,
    Refused,
    Throttled,
    TimedOut,
    Unauthenticated,
    Unavailable,
)
from tests.carts.shop import KEY
from tests.carts.upstream import Told, Upstream, connection_refused, hang, refusal

NO_AGREEMENT = 13605
ALREADY_SUBMITTED, IN_USE, LINES_WITH_ERRORS = 800065, 800064, 800009


async def failure_of(checkout: Checkout) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        await checkout.place(KEY, expected_version=None)
    return caught.value


@pytest.mark.parametrize(
    ("told", "cause"),
    [
        pytest.param(hang, TimedOut, id="no answer in time"),
        pytest.param(httpx.ReadError("reset"), Unavailable, id="connection reset"),
        pytest.param(httpx.RemoteProtocolError("closed"), Unavailable, id="closed without an answer"),
        pytest.param(httpx.ConnectError("lost"), Unavailable, id="a connection error that proves nothing"),
        pytest.param(refusal(408), TimedOut, id="408"),
        pytest.param(refusal(500), Unavailable, id="500"),
        pytest.param(refusal(503), Unavailable, id="503"),
        pytest.param(httpx.Response(200, content=b'{"orders": ['), Malformed, id="an answer cut off"),
        pytest.param(httpx.Response(200, html="<html>"), Malformed, id="a page"),
        pytest.param(httpx.Response(200, json={"orders": "none"}), Malformed, id="another shape"),
        pytest.param(httpx.Response(302, headers={"location": "/"}), Malformed, id="a redirect"),
    ],
)
async def test_an_unanswered_checkout_is_unknown(
    checkout: Checkout, upstream: Upstream, told: Told, cause: type[GatewayError]
) -> None:
    """It was sent, so the orders may exist: the caller is told to ask again, and support can find the call."""
    upstream.tell("POST", told)

    error = await failure_of(checkout)

    assert isinstance(error, CheckoutUnknown)
    assert error.extensions == {"code": "CHECKOUT_OUTCOME_UNKNOWN", "retryable": True, "outcome": "UNKNOWN"}
    assert type(error.__cause__) is cause
    assert error.upstream_correlation_id
    assert upstream.methods == ["GET", "POST"]


async def test_a_checkout_in_use_is_unknown(checkout: Checkout, upstream: Upstream) -> None:
    """The request that holds the cart (409/800064) may be buying it."""
    upstream.tell("POST", refusal(409, IN_USE))

    error = await failure_of(checkout)

    assert isinstance(error, CheckoutUnknown)
    assert (error.outcome, type(error.__cause__)) == ("UNKNOWN", Conflict)
    assert error.upstream_correlation_id


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
        pytest.param(refusal(412), Conflict, id="a precondition"),
    ],
)
async def test_nothing_was_placed_when_that_is_certain(
    checkout: Checkout, upstream: Upstream, told: Told, failure: type[GatewayError]
) -> None:
    """Partner Center said no, or was never reached."""
    upstream.tell("POST", told)

    error = await failure_of(checkout)

    assert (type(error), error.outcome) == (failure, "NOT_PLACED")
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
    checkout: Checkout, upstream: Upstream, told: Told, failure: type[GatewayError]
) -> None:
    """Without having seen the cart nothing is ordered."""
    upstream.tell("GET", told)

    error = await failure_of(checkout)

    assert (type(error), error.outcome) == (failure, "NOT_PLACED")
    assert upstream.methods == ["GET"]


async def test_a_submitted_cart_has_been_ordered(checkout: Checkout, upstream: Upstream) -> None:
    """400/800065 means that orders exist, though nobody here can say which."""
    upstream.tell("POST", refusal(400, ALREADY_SUBMITTED))

    error = await failure_of(checkout)

    assert isinstance(error, CartRule)
    (problem,) = error.problems
    assert isinstance(problem, NotEditable)
    assert (problem.reason, error.outcome) == ("ALREADY_ORDERED", None)
