"""Under four times the load it can do, a real gateway still answers everybody soon."""

import asyncio
import contextlib
import math
import time

from tests.load.many_callers import PING, QUERY, Reply, again_and_again, client, partner_center
from tests.programs import running
from tests.shop_ids import CONTOSO

_SECONDS = 2.0
_AT_CAPACITY = 8


async def _together(address: str, clients: int) -> list[Reply]:
    """The answers to so many clients, each asking again as soon as it is answered."""
    until = time.monotonic() + _SECONDS
    asking = (again_and_again(address, "token-of-many", QUERY, until=until) for _ in range(clients))
    return [reply for replies in await asyncio.gather(*asking) for reply in replies]


async def _now_and_then(address: str, until: float) -> list[Reply]:
    """A ping and a look at the health, ten times a second, by somebody else."""
    replies: list[Reply] = []
    async with client(address, "token-of-another") as other:
        while time.monotonic() < until:
            replies += [await other.ask(PING), await other.get("/health")]
            await asyncio.sleep(0.1)  # the pace of the load, not a wait for something
    return replies


async def test_a_ping_is_answered_soon_under_four_times_the_load() -> None:
    """Others are refused with the time to wait, or served; the p95 of pings and of /health is within a second."""
    limits = {
        "GATEWAY_LOG_LEVEL": "error",
        "GATEWAY_LIMIT_REQUESTS": str(_AT_CAPACITY),
        "GATEWAY_LIMIT_WAITING": str(_AT_CAPACITY),
    }
    async with partner_center(delay_s=0.05) as upstream:
        with running("serve", GATEWAY_UPSTREAM_URL=upstream, GATEWAY_CATALOG_TTL_S="0", **limits) as (address, _):
            pings, replies = await asyncio.gather(
                _now_and_then(address, time.monotonic() + _SECONDS), _together(address, 4 * _AT_CAPACITY)
            )

    slowest = sorted(ping.seconds for ping in pings)[math.ceil(len(pings) * 0.95) - 1]
    refused = [reply for reply in replies if reply.status == 503]
    assert slowest <= 1
    assert {reply.status for reply in replies} == {200, 503}
    assert all("retry-after: 1\r\n" in reply.head for reply in refused)
    assert {reply.body["errors"][0]["extensions"]["code"] for reply in refused} == {"OVERLOADED"}
    assert {ping.status for ping in pings[1::2]} == {200}


async def test_slow_senders_occupy_no_slot() -> None:
    """However many have begun to send, another's request is served."""
    limits = {"GATEWAY_LOG_LEVEL": "error", "GATEWAY_LIMIT_REQUESTS": "2", "GATEWAY_LIMIT_WAITING": "0"}
    async with partner_center(delay_s=0) as upstream:
        with running("serve", GATEWAY_UPSTREAM_URL=upstream, GATEWAY_CATALOG_TTL_S="0", **limits) as (address, _):
            async with contextlib.AsyncExitStack() as opened:
                for _ in range(50):
                    slow = await opened.enter_async_context(client(address, "token-of-slow"))
                    await slow.begin()
                other = await opened.enter_async_context(client(address, "token-of-another"))

                reply = await other.ask(QUERY, id=CONTOSO)

    assert (reply.status, reply.body) == (200, {"data": {"customer": {"companyName": "Contoso"}}})
