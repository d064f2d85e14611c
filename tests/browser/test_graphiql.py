"""GraphiQL, as built and served, in a real browser."""

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, expect

pytestmark = pytest.mark.browser


def _as_shown(text: str) -> str:
    """*text* as the editor puts it on the page: with spaces that do not break."""
    return text.replace(" ", "\xa0")


async def test_the_first_query_runs_at_the_press_of_the_button(
    page: Page, first_query: str, check_seclusion: Callable[[], None]
) -> None:
    """The editor opens with it, whatever characters it has, and the answer appears."""
    for line in first_query.splitlines():
        await expect(page.locator(".graphiql-query-editor .view-lines")).to_contain_text(_as_shown(line))

    await page.get_by_role("button", name="Execute").click()

    await expect(page.locator(".result-window")).to_contain_text(_as_shown("Good day, first <query>."))
    check_seclusion()


async def test_a_tab_runs_with_its_variables(
    page: Page, open_tab: Callable[[str], Awaitable[None]], check_seclusion: Callable[[], None]
) -> None:
    await open_tab("Greet")

    await page.get_by_role("button", name="Execute").click()

    await expect(page.locator(".result-window")).to_contain_text(_as_shown("Good day, second </tab>."))
    check_seclusion()


async def test_the_schema_can_be_read(page: Page, check_seclusion: Callable[[], None]) -> None:
    """The documentation explorer gets it by introspection."""
    await page.get_by_role("button", name="Show Documentation Explorer").click()
    await page.locator(".graphiql-plugin").get_by_text("Query", exact=True).click()

    await expect(page.locator(".graphiql-plugin")).to_contain_text("Says good day to somebody.")
    check_seclusion()


async def test_the_editor_completes_names(page: Page, check_seclusion: Callable[[], None]) -> None:
    """GraphiQL's workers run, which look into the schema while one types."""
    await page.locator(".graphiql-query-editor .view-lines").click()
    await page.keyboard.press("Control+A")
    await page.keyboard.type("{ gree")

    await expect(page.locator(".suggest-widget")).to_contain_text("greeting")
    check_seclusion()
