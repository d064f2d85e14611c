"""A checkout whose turn is lost on the way: another process may be at work on the cart by then."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import httpx
import pytest

from gateway.carts.checkout import Checkout
from gateway.carts.keys import CartKey
from gateway.carts.locks import CartLock, CartLocks
from gateway.carts.purchases import Purchase, PurchaseKey, Purchases
from gateway.errors import CheckoutUnknown
from gateway.partner_center.client import PartnerCenter
from gateway.store.memory import MemoryStore
from tests.carts.buying import stopped
from tests.carts.shop import KEY
from tests.carts.upstream import Told, Upstream, refusal


class FragileLock(CartLock):
    """Lost as soon as somebody says so."""

    lost = False

    @property
    def is_lost(self) -> bool:
        return FragileLock.lost


class FragileLocks(CartLocks):
    @asynccontextmanager
    async def hold(self, partner: str, key: CartKey) -> AsyncGenerator[CartLock]:
        yield FragileLock()


@pytest.fixture
def lose_turn(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    return lambda: monkeypatch.setattr(FragileLock, "lost", True)


async def no_pause(_: float) -> None:
    pass


@pytest.mark.parametrize("told", [refusal(429), refusal(401), refusal(400, 800009)])
async def test_a_refusal_that_comes_too_late_leaves_the_record_of_the_other(
    *,
    partner_center: PartnerCenter,
    clock: Callable[[], datetime],
    purchases: Purchases,
    upstream: Upstream,
    lose_turn: Callable[[], None],
    told: httpx.Response,
) -> None:
    """The other process may have ordered: that is neither denied nor forgotten."""
    key = PurchaseKey(partner_center.caller.partner, KEY)
    others = Purchase(result=b'{"orders": [{"id": "76ed9c027bca"}]}')
    checkout = Checkout(
        partner_center, locks=FragileLocks(MemoryStore(clock=lambda: 0)), purchases=purchases, now=clock, sleep=no_pause
    )

    async def late() -> httpx.Response:
        lose_turn()
        await purchases.put(key, others)
        return told

    upstream.tell("POST", late)

    stop = await stopped(checkout)

    assert (type(stop.error), stop.outcome) == (CheckoutUnknown, "UNKNOWN")
    assert await purchases.get(key) == others


@pytest.mark.parametrize("told", [refusal(503), httpx.ReadError("reset"), refusal(409, 800064)])
async def test_no_attempt_begins_after_a_pause_in_which_the_turn_was_lost(
    *,
    partner_center: PartnerCenter,
    clock: Callable[[], datetime],
    purchases: Purchases,
    upstream: Upstream,
    lose_turn: Callable[[], None],
    told: Told,
) -> None:
    """Two at once may both buy."""

    async def lose(_: float) -> None:
        lose_turn()

    checkout = Checkout(
        partner_center, locks=FragileLocks(MemoryStore(clock=lambda: 0)), purchases=purchases, now=clock, sleep=lose
    )
    upstream.tell("POST", told)

    stop = await stopped(checkout)

    assert (type(stop.error), stop.outcome) == (CheckoutUnknown, "UNKNOWN")
    assert len(upstream.request_ids) == 1


async def test_nothing_is_written_down_after_the_turn_was_lost(
    *,
    partner_center: PartnerCenter,
    clock: Callable[[], datetime],
    purchases: Purchases,
    upstream: Upstream,
    lose_turn: Callable[[], None],
) -> None:
    """It waits until an earlier attempt has had its time; meanwhile another process orders and keeps the result."""
    key = PurchaseKey(partner_center.caller.partner, KEY)
    await purchases.put(key, Purchase(sent_at=purchases.clock()))
    others = Purchase(result=b'{"orders": [{"id": "76ed9c027bca"}]}')

    async def lose(_: float) -> None:
        lose_turn()
        await purchases.put(key, others)

    checkout = Checkout(
        partner_center, locks=FragileLocks(MemoryStore(clock=lambda: 0)), purchases=purchases, now=clock, sleep=lose
    )

    stop = await stopped(checkout)

    assert (stop.outcome, upstream.request_ids) == ("UNKNOWN", [])
    assert await purchases.get(key) == others
