"""The built storefront in front of a gateway on its sandbox, and a browser: one of each for all tests."""

from collections.abc import AsyncIterator, Generator
from typing import Literal

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.browser.conftest import QUIET
from tests.storefront.serving import STOREFRONT, build, gateway_with_documents, shop_of

AXE = STOREFRONT / "node_modules" / "axe-core" / "axe.min.js"

Scheme = Literal["light", "dark"]

expect.set_options(timeout=15_000)  # two cores may run other tests beside these


@pytest.fixture(scope="session")
def built(node: str, npm: str) -> None:
    build()


@pytest.fixture(scope="session")
def gateway(built: None) -> Generator[str]:
    with gateway_with_documents("enforce") as address:
        yield address


@pytest.fixture(scope="session")
def shop(gateway: str) -> Generator[str]:
    with shop_of(gateway) as address:
        yield address


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=[f"--{flag}" for flag in QUIET])
        yield browser
        await browser.close()


@pytest.fixture
def fresh(gateway: str) -> None:
    """The sandbox is as at the start."""
    httpx.post(f"{gateway}/_sandbox/scenario", json={"name": None}).raise_for_status()


@pytest.fixture
def width() -> int:
    """Of the window, in pixels."""
    return 1280


@pytest.fixture
def scheme() -> Scheme:
    """The colours that the visitor prefers, light or dark."""
    return "light"


@pytest_asyncio.fixture(loop_scope="session")
async def page(shop: str, fresh: None, browser: Browser, width: int, scheme: Scheme) -> AsyncIterator[Page]:
    """The catalog as a new visitor sees it. Fails when the browser complained meanwhile."""
    complaints: list[str] = []
    context = await browser.new_context(
        viewport={"width": width, "height": 844}, color_scheme=scheme, locale="en-US", reduced_motion="reduce"
    )
    page = await context.new_page()
    page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
    await page.add_init_script(path=AXE)
    await page.goto(shop)
    yield page
    await context.close()
    assert [complaint for complaint in complaints if complaint.startswith(("error", "warning"))] == []
