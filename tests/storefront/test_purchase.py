"""A purchase in the storefront, from the search to the order, by mouse and by keyboard."""

import asyncio
import re

import pytest
from playwright.async_api import Page, Route, expect

from tests.storefront.shopping import TIMES, begin, check_state, order

DEMO_CART = "29982361-779a-41ea-991a-6ee4c320e033"

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_visitor_finds_changes_and_buys(page: Page, gateway: str) -> None:
    """The price is shown before the line is in the cart, and what is ordered is what the cart showed."""
    await page.get_by_label("Search the catalog").fill("business premium")
    await page.get_by_role("button", name="Search").click()
    product = page.get_by_role("listitem").filter(
        has=page.get_by_role("heading", name="Microsoft 365 Business Premium")
    )
    await product.get_by_label("Quantity").fill("7")
    await expect(product.get_by_text(re.compile(r"\$[\d,.]+ per month"))).to_be_visible()
    await check_state(page)
    await product.get_by_role("button", name="Add to cart").click()
    await product.get_by_role("link", name="Open the cart").click()
    await expect(page.get_by_label("Quantity of Microsoft 365 Business Premium")).to_have_value("7")
    await page.get_by_role("button", name="Remove Access to the file server").click()
    await expect(page.get_by_role("heading", name="Access to the file server")).to_have_count(0)
    await page.get_by_label("Quantity of Office staff").fill("30")
    await page.get_by_role("button", name="Update").click()
    await expect(page.get_by_text(f"30 {TIMES} $27.36")).to_be_visible()
    await order(page)

    await expect(page.get_by_text("Thank you. Your order is placed.")).to_be_visible()
    await check_state(page)
    await page.get_by_role("link", name="Orders").first.click()
    await expect(page.get_by_role("heading", name="Your last checkout")).to_be_visible()
    await expect(page.get_by_text(f"7 {TIMES} Microsoft 365 Business Premium")).to_be_visible()
    await check_state(page)
    answer = await page.request.get(f"{gateway}/_sandbox/purchases")
    carts = {purchase["cartId"] for purchase in (await answer.json())["purchases"]}
    assert carts == {None, DEMO_CART}  # those of the seed have none


async def test_the_keyboard_is_enough_to_buy(page: Page) -> None:
    """From a field in the page to the order by Tab, Enter and digits, each stop with a name and a visible focus."""
    await page.get_by_label("Search the catalog").focus()
    await page.keyboard.type("apps for business")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("for “apps for business”")).to_be_visible()
    await _tab_to(page, "Quantity")
    await page.keyboard.press("Control+A")
    await page.keyboard.type("3")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Added to the cart.")).to_be_visible()
    await _tab_to(page, "Open the cart")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_be_focused()
    await _tab_to(page, "Check out")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Place order")).to_be_enabled()
    await _tab_to(page, "Place order")
    await page.keyboard.press("Enter")

    await expect(page.get_by_text("Thank you. Your order is placed.")).to_be_visible()


async def test_what_an_earlier_search_found_cannot_be_bought_during_the_next(page: Page) -> None:
    """It stays to be seen until the new products are there, and nobody buys it for one of them."""
    answered = asyncio.Event()

    async def hold(route: Route) -> None:
        await answered.wait()
        await route.continue_()

    buttons = page.get_by_role("button", name="Add to cart")
    await expect(buttons).not_to_have_count(0)
    await page.route("**/graphql/**", hold)
    await page.get_by_label("Search the catalog").fill("apps for business")
    await page.keyboard.press("Enter")

    await expect(page.get_by_text("Searching …")).to_be_visible()
    await buttons.first.focus()
    await expect(buttons.first).not_to_be_focused()
    answered.set()
    await expect(page.get_by_text("3 products for “apps for business”")).to_be_visible()
    await buttons.first.focus()
    await expect(buttons.first).to_be_focused()


async def test_a_last_line_leaves_an_empty_cart(page: Page) -> None:
    """Partner Center has no empty carts: the shop begins a new one with the next line."""
    await begin(page, "low-credit")
    await page.get_by_role("button", name="Remove Microsoft 365 E3").click()
    await expect(page.get_by_role("heading", name="Your cart is empty")).to_be_visible()
    await check_state(page)
    await page.get_by_role("link", name="catalog", exact=True).click()
    await page.get_by_role("button", name="Add to cart").first.click()

    await page.get_by_role("link", name="Open the cart").click()

    await expect(page.get_by_role("button", name="Remove")).to_have_count(1)


async def _tab_to(page: Page, name: str) -> None:
    """Presses Tab until something of this name has the focus, which is seen by an outline."""
    named = """() => {
        const at = document.activeElement;
        const label = at.labels?.[0]?.textContent ?? at.ariaLabel ?? at.textContent;
        return [label.trim(), getComputedStyle(at).outlineStyle];
    }"""
    for _ in range(60):
        await page.keyboard.press("Tab")
        found, outline = await page.evaluate(named)
        if found.startswith(name):
            assert outline != "none"
            return
    pytest.fail(f"Tab does not reach {name}")
