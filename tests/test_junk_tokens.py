"""A flood of made-up tokens does not keep good ones out that are new to the process."""

import asyncio
import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count

import httpx
import pytest
from starlette.datastructures import Headers

from gateway.catalog.keys import CustomerKey
from gateway.context import Context
from gateway.errors import GatewayError
from gateway.runtime import Runtime, open_runtime
from gateway.settings.model import Settings
from gateway.telemetry.requests import Tally
from tests import virtual_time
from tests.shop_ids import CONTOSO

CONNECTIONS = 500
_numbers = count()


def token(identity: str, signature: str) -> str:
    claims = json.dumps({"tid": "partner", "oid": identity}).encode()
    return f"head.{base64.urlsafe_b64encode(claims).decode().rstrip('=')}.{signature}"


def good(identity: str) -> str:
    """Another one each time, as after a renewal."""
    return token(identity, f"good{next(_numbers)}")


async def partner_center(request: httpx.Request) -> httpx.Response:
    """Takes a fifth of a second to answer, and 401 for what it has not signed."""
    await asyncio.sleep(0.2)
    if ".good" in request.headers["Authorization"]:
        return httpx.Response(200, json={"id": CONTOSO})
    return httpx.Response(401)


async def is_served(runtime: Runtime, bearer: str) -> bool:
    try:
        caller = await runtime.admit(Headers({"Authorization": f"Bearer {bearer}"}))
        async with runtime.request_context(caller, Tally()) as context:
            return await _read_a_customer(context)
    except GatewayError:
        return False


async def _read_a_customer(context: Context) -> bool:
    try:
        return await context.loaders.customers.load(CustomerKey(CONTOSO)) is not None
    except GatewayError:
        return False


async def _flood(runtime: Runtime, junk: Callable[[], str]) -> None:
    while True:
        await is_served(runtime, junk())


async def _seconds_until_served(runtime: Runtime, identity: str) -> float:
    loop = asyncio.get_running_loop()
    begun, bearer = loop.time(), good(identity)
    while not await is_served(runtime, bearer) and loop.time() < begun + 1:
        pass
    return loop.time() - begun


async def _waits(junk: Callable[[], str], identities: list[str], *, known: bool) -> list[float]:
    """How long each of the identities waits for an answer to a new token while the flood goes on."""
    runtime = open_runtime(
        Settings(catalog_ttl_s=0), transport=httpx.MockTransport(partner_center), now=lambda: datetime.now(UTC)
    )
    for identity in identities if known else ():
        assert await is_served(runtime, good(identity))
    async with asyncio.TaskGroup() as flood:
        tasks = [flood.create_task(_flood(runtime, junk)) for _ in range(CONNECTIONS)]
        await asyncio.sleep(2)
        waits: list[float] = []
        for identity in identities:
            waits.append(await _seconds_until_served(runtime, identity))
            await asyncio.sleep(0.3)
        for task in tasks:
            task.cancel()
    await runtime.close()
    return waits


IDENTITIES = ["ada", "grace", "barbara"]


@pytest.mark.parametrize("known", [pytest.param(True, id="renewed"), pytest.param(False, id="never seen")])
@pytest.mark.parametrize(
    "junk",
    [
        pytest.param(lambda: f"junk{next(_numbers)}", id="tokens without claims"),
        pytest.param(lambda: token(f"junk{next(_numbers)}", "bad"), id="an identity of its own in each token"),
        pytest.param(lambda: token("ada", f"bad{next(_numbers)}"), id="the identity of an honest caller"),
        pytest.param(lambda: token("junk", "bad"), id="one token again and again"),
    ],
)
def test_a_good_token_is_served_beside_a_flood_of_junk(junk: Callable[[], str], known: bool) -> None:
    """Within a second, while 500 connections send nothing else, each as fast as it is answered."""
    waits = virtual_time.run(_waits(junk, IDENTITIES, known=known))

    assert max(waits) < 1
