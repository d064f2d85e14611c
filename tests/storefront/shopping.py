"""What tests do with the shop, and what they check on each of its states."""

from playwright.async_api import Page, expect

TIMES = "\N{MULTIPLICATION SIGN}"


async def begin(page: Page, scenario: str) -> None:
    """Chooses a scenario in the shop's menu, which opens the cart."""
    await page.get_by_label("Try a scenario").select_option(scenario)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Cart")


async def order(page: Page) -> None:
    """From the cart to the press of the button that costs money."""
    await page.get_by_role("link", name="Check out").click()
    await page.get_by_role("button", name="Place order").click()


async def check_state(page: Page) -> None:
    """Whatever the page shows is accessible and fits its window."""
    violations = await page.evaluate(
        "async () => (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)"
    )
    assert violations == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
