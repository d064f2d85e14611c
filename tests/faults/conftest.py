"""Partner Center with faults on order, gateways in front of it, and programs a machine may lack."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack

import httpx
import pytest

from gateway.app import build_app
from gateway.settings.model import Settings
from tests.faults.partner_center import HOST, PartnerCenter
from tests.faults.shop import Shop


@pytest.fixture
async def partner_center() -> AsyncGenerator[PartnerCenter]:
    partner_center = PartnerCenter()
    yield partner_center
    await partner_center.end()


@pytest.fixture
async def a_replica(partner_center: PartnerCenter) -> AsyncGenerator[Callable[..., Awaitable[Shop]]]:
    """Starts one more gateway with these settings in front of the same Partner Center; the demo partner's shop in it."""
    async with AsyncExitStack() as stack:

        async def started(**settings: object) -> Shop:
            told = Settings.model_validate({"upstream_url": f"https://{HOST}", **settings})
            app = build_app(told, transport=partner_center)
            await stack.enter_async_context(app.router.lifespan_context(app))
            http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway")
            http.headers["Authorization"] = f"Bearer {partner_center.sandbox.demo_token()}"
            return Shop(await stack.enter_async_context(http))

        yield started
