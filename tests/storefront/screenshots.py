"""Takes the pictures of the storefront in docs/images, light and dark: python -m tests.storefront.screenshots"""

import asyncio
import base64
import shutil
import sys
from collections.abc import Mapping
from typing import Literal

from playwright.async_api import Browser, Page, async_playwright, expect

from tests.browser.conftest import QUIET
from tests.storefront.serving import ROOT, build, gateway_with_documents, shop_of
from tests.storefront.shopping import begin

Scheme = Literal["light", "dark"]

_IMAGES = ROOT / "docs" / "images"
_WINDOW = (1080, 860)
expect.set_options(timeout=15_000)

_LARGEST = 150_000
"""Bytes."""


async def take(shop: str, gateway: str) -> Mapping[str, bytes]:
    """The pictures by name, as WebP."""
    pictures: dict[str, bytes] = {}
    async with async_playwright() as playwright:
        chromium = shutil.which("chromium") or sys.exit("Chromium is not installed.")
        browser = await playwright.chromium.launch(executable_path=chromium, args=[f"--{flag}" for flag in QUIET])
        for scheme in ("light", "dark"):
            pictures[f"storefront-{scheme}"] = await _webp(await _side_by_side(browser, scheme, shop, gateway))
            pictures[f"storefront-conflict-{scheme}"] = await _webp(await _conflict(browser, scheme, shop))
        await browser.close()
    return pictures


async def _side_by_side(browser: Browser, scheme: Scheme, shop: str, gateway: str) -> Page:
    """The cart in the shop, and the same cart in GraphiQL."""
    left = await _cart(browser, scheme, shop)
    right = await _open(browser, scheme, f"{gateway}/graphql")
    await right.wait_for_load_state("networkidle")
    await expect(right.locator(".graphiql-query-editor .view-lines")).to_contain_text("status")
    await right.get_by_role("button", name="Execute").click()
    await expect(right.locator(".result-window")).to_contain_text("ACTIVE")
    await right.mouse.move(0, 0)
    await right.wait_for_timeout(500)  # its tooltips fade
    pictures = [base64.b64encode(await each.screenshot()).decode() for each in (left, right)]
    images = "".join(f'<img src="data:image/png;base64,{picture}">' for picture in pictures)
    width, height = _WINDOW
    both = await browser.new_page(viewport={"width": 2 * width + 24, "height": height})
    await both.set_content(f'<body style="margin: 0; display: flex; gap: 24px; background: #8888">{images}</body>')
    return both


async def _conflict(browser: Browser, scheme: Scheme, shop: str) -> Page:
    """A cart that a colleague has changed, in the shop."""
    page = await _cart(browser, scheme, shop)
    await begin(page, "version-conflict")
    await page.get_by_role("button", name="One more of Microsoft 365 E3").click()
    await page.get_by_role("button", name="Update").click()
    await expect(page.get_by_text("Somebody else has changed this cart")).to_be_visible()
    return page


async def _cart(browser: Browser, scheme: Scheme, shop: str) -> Page:
    page = await _open(browser, scheme, f"{shop}/#/cart")
    await page.get_by_label("Try a scenario").select_option("")
    await expect(page.get_by_role("link", name="Check out")).to_be_visible()
    return page


async def _open(browser: Browser, scheme: Scheme, address: str) -> Page:
    width, height = _WINDOW
    page = await browser.new_page(
        viewport={"width": width, "height": height}, color_scheme=scheme, locale="en-US", reduced_motion="reduce"
    )
    await page.goto(address)
    return page


async def _webp(page: Page) -> bytes:
    """Playwright itself writes none."""
    session = await page.context.new_cdp_session(page)
    taken: dict[str, str] = await session.send(  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - a Dict without types
        "Page.captureScreenshot", {"format": "webp", "quality": 80}
    )
    return base64.b64decode(taken["data"])


def save(name: str, picture: bytes) -> None:
    if len(picture) > _LARGEST:
        sys.exit(f"{name} has {len(picture)} bytes; {_LARGEST} are allowed.")
    _IMAGES.mkdir(exist_ok=True)
    (_IMAGES / f"{name}.webp").write_bytes(picture)


if __name__ == "__main__":
    build()
    with gateway_with_documents("off") as its_gateway, shop_of(its_gateway) as its_shop:
        for its_name, its_picture in asyncio.run(take(its_shop, its_gateway)).items():
            save(its_name, its_picture)
