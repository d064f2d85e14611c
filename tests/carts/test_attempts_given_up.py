"""An attempt that nobody waits for any more may still be at work: none begins before it has had its time."""

import asyncio

import httpx

from gateway.carts.checkout import Checkout
from gateway.carts.purchases import Purchase, PurchaseKey, Purchases
from gateway.errors import CheckoutUnknown
from gateway.partner_center.client import PartnerCenter
from tests.carts.buying import bought, stopped
from tests.carts.shop import KEY
from tests.carts.upstream import Upstream, hang
from tests.carts.work import Pauses, Seconds


async def test_a_call_without_the_time_to_wait_for_an_earlier_attempt_sends_nothing(
    checkout: Checkout, upstream: Upstream, purchases: Purchases, partner_center: PartnerCenter, seconds: Seconds
) -> None:
    """Two at once may both buy. The record stays, so the next call has less to wait for."""
    key = PurchaseKey(partner_center.caller.partner, KEY)
    earlier = Purchase(sent_at=seconds.now - 1)
    await purchases.put(key, earlier)
    partner_center.deadline = asyncio.get_running_loop().time() + 0.9

    stop = await stopped(checkout)

    assert (type(stop.error), stop.outcome, upstream.request_ids) == (CheckoutUnknown, "UNKNOWN", [])
    assert stop.error.message.startswith("An earlier checkout")
    assert await purchases.get(key) == earlier


async def test_no_attempt_begins_when_time_ends_before_the_one_given_up_has_had_its_own(
    checkout: Checkout, upstream: Upstream, partner_center: PartnerCenter
) -> None:
    """The same holds within one call."""
    upstream.reply_with("POST", hang)

    async def look() -> httpx.Response:
        partner_center.deadline = asyncio.get_running_loop().time() + 0.9
        return httpx.Response(200, content=upstream.body)

    upstream.reply_with("GET", httpx.Response(200, content=upstream.body), look)

    stop = await stopped(checkout)

    assert (stop.outcome, len(upstream.request_ids)) == ("UNKNOWN", 1)


async def test_the_next_call_waits_for_an_attempt_that_was_given_up_last(
    *, checkout: Checkout, upstream: Upstream, partner_center: PartnerCenter, pauses: Pauses, seconds: Seconds
) -> None:
    """Its time to settle begins when the last caller stops waiting for it, however long ago it was sent."""

    async def hang_to_the_end() -> httpx.Response:
        seconds.now += 10
        partner_center.deadline = asyncio.get_running_loop().time()
        return await hang()

    upstream.reply_with("POST", hang_to_the_end)
    await stopped(checkout)
    partner_center.deadline = None

    await bought(checkout)

    assert sum(pauses.seconds) == 5
