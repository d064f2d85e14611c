"""A checkout that loses its lock: another process may be working on the cart by then."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import httpx
import pytest

from gateway.carts.checkout import Checkout
from gateway.carts.purchases import Purchase, PurchaseKey, Purchases
from gateway.errors import CheckoutUnknown
from gateway.partner_center.client import PartnerCenter
from gateway.store.locks import ResourceLock, ResourceLocks
from gateway.store.memory import MemoryStore
from tests.carts.buying import stopped
from tests.carts.shop import KEY
from tests.carts.upstream import Reply, Upstream, refusal


class FragileLock(ResourceLock):
    """Lost once `lose_lock` is called."""

    lost = False

    @property
    def is_lost(self) -> bool:
        return FragileLock.lost


class FragileLocks(ResourceLocks):
    @asynccontextmanager
    async def hold(self, partner: str, *resource: str) -> AsyncGenerator[ResourceLock]:
        yield FragileLock()


@pytest.fixture
def lose_lock(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    return lambda: monkeypatch.setattr(FragileLock, "lost", True)


async def no_pause(_: float) -> None:
    pass


@pytest.mark.parametrize("late_refusal", [refusal(429), refusal(401), refusal(400, 800009)])
async def test_a_refusal_that_comes_too_late_leaves_the_record_of_the_other(
    *,
    partner_center: PartnerCenter,
    clock: Callable[[], datetime],
    purchases: Purchases,
    upstream: Upstream,
    lose_lock: Callable[[], None],
    late_refusal: httpx.Response,
) -> None:
    """The other process may have ordered: this call neither denies that nor overwrites the record."""
    key = PurchaseKey(partner_center.caller.partner, KEY)
    others = Purchase(result=b'{"orders": [{"id": "76ed9c027bca"}]}')
    checkout = Checkout(
        partner_center, locks=FragileLocks(MemoryStore(clock=lambda: 0)), purchases=purchases, now=clock, sleep=no_pause
    )

    async def late() -> httpx.Response:
        lose_lock()
        await purchases.put(key, others)
        return late_refusal

    upstream.reply_with("POST", late)

    stop = await stopped(checkout)

    assert (type(stop.error), stop.outcome) == (CheckoutUnknown, "UNKNOWN")
    assert await purchases.get(key) == others


@pytest.mark.parametrize("told", [refusal(503), httpx.ReadError("reset"), refusal(409, 800064)])
async def test_no_attempt_begins_after_a_pause_in_which_the_lease_was_lost(
    *,
    partner_center: PartnerCenter,
    clock: Callable[[], datetime],
    purchases: Purchases,
    upstream: Upstream,
    lose_lock: Callable[[], None],
    told: Reply,
) -> None:
    """Two at once may both buy."""

    async def lose(_: float) -> None:
        lose_lock()

    checkout = Checkout(
        partner_center, locks=FragileLocks(MemoryStore(clock=lambda: 0)), purchases=purchases, now=clock, sleep=lose
    )
    upstream.reply_with("POST", told)

    stop = await stopped(checkout)

    assert (type(stop.error), stop.outcome) == (CheckoutUnknown, "UNKNOWN")
    assert len(upstream.request_ids) == 1


async def test_nothing_is_recorded_after_the_lease_was_lost(
    *,
    partner_center: PartnerCenter,
    clock: Callable[[], datetime],
    purchases: Purchases,
    upstream: Upstream,
    lose_lock: Callable[[], None],
) -> None:
    """This call waits until an earlier attempt has settled; meanwhile another process orders and stores the result."""
    key = PurchaseKey(partner_center.caller.partner, KEY)
    await purchases.put(key, Purchase(sent_at=purchases.clock()))
    others = Purchase(result=b'{"orders": [{"id": "76ed9c027bca"}]}')

    async def lose(_: float) -> None:
        lose_lock()
        await purchases.put(key, others)

    checkout = Checkout(
        partner_center, locks=FragileLocks(MemoryStore(clock=lambda: 0)), purchases=purchases, now=clock, sleep=lose
    )

    stop = await stopped(checkout)

    assert (stop.outcome, upstream.request_ids) == ("UNKNOWN", [])
    assert await purchases.get(key) == others
