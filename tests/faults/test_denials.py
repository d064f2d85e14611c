"""What was placed once is never denied, however little can be looked up."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from gateway.app import build_app
from gateway.settings.model import Settings
from tests.faults.partner_center import HOST, PartnerCenter
from tests.faults.shop import Shop
from tests.store.server import RedisServer

LOST = {"calls": "POST */checkout", "fault": "reset", "when": "after"}


@pytest.mark.redis
async def test_a_store_that_is_gone_denies_no_order(
    partner_center: PartnerCenter, a_replica: Callable[..., Awaitable[Shop]], redis_server: RedisServer
) -> None:
    """A call that is refused for the store looks at the cart before it says what is known."""
    shop = await a_replica(store_url=redis_server.url)
    bought, untouched = await partner_center.new_cart("first"), await partner_center.new_cart("second")
    await partner_center.order(LOST)
    await shop.check_out(bought)
    await partner_center.order()
    redis_server.stop()

    told = [await shop.check_out(cart) for cart in (bought, untouched)]

    assert [(each.code, each.outcome) for each in told] == [("OVERLOADED", "PLACED"), ("OVERLOADED", "NOT_PLACED")]


async def test_a_cart_that_was_seen_ordered_is_reported_placed_at_the_deadline(partner_center: PartnerCenter) -> None:
    """The last attempt takes all the time there is, but the cart was read as ordered before it."""
    settings = Settings(upstream_url=f"https://{HOST}", attempt_s=1, deadline_s=2.9)
    app = build_app(settings, transport=partner_center)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as http,
    ):
        http.headers["Authorization"] = f"Bearer {partner_center.sandbox.demo_token()}"
        cart = await partner_center.new_cart("first")
        await partner_center.order({"calls": "POST */checkout", "fault": "hang", "when": "after"})

        told = await Shop(http).check_out(cart)

    assert (told.code, told.outcome) == ("UPSTREAM_TIMEOUT", "PLACED")
