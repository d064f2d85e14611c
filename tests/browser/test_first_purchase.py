"""A newcomer's first minute: `gateway dev` in a browser, from the query it shows to the README's purchase."""

import re
from collections.abc import Awaitable, Callable, Generator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect
from starlette.types import ASGIApp

from gateway.dev.development import Development
from gateway.settings.model import Settings

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

README = Path(__file__).parents[2] / "README.md"


@pytest.fixture
def application() -> Generator[ASGIApp, None, None]:
    """Gateway and sandbox, as `gateway dev` serves them."""
    application = Development(Settings(mode="development"))
    yield application
    application.close()


async def test_a_newcomer_buys_the_demo_cart(
    page: Page, open_tab: Callable[[str], Awaitable[None]], check_seclusion: Callable[[], None]
) -> None:
    """The shown query runs at a press, the README's first operation orders the cart, and no other host is asked."""
    purchase = re.findall(r"```graphql\n(.*?)```", README.read_text("utf-8"), re.DOTALL)[0]
    editor, answer = page.locator(".graphiql-query-editor .view-lines"), page.locator(".result-window")
    run = page.get_by_role("button", name="Execute")

    await page.wait_for_load_state("networkidle")  # the editor has read the schema
    await expect(page.locator(".graphiql-plugin li strong").first).to_have_text("Sign in")  # its own description
    await expect(page.get_by_role("complementary")).to_have_count(0)  # which this gateway does not ask for
    await expect(editor).to_contain_text("status")  # and shows the first query, which comes later on a busy machine
    await run.click()
    await expect(answer).to_contain_text("ACTIVE")
    await open_tab("MendLine")  # an operation of the collection, with variables
    await run.click()
    await expect(answer).to_contain_text("300")
    await editor.click()
    await page.keyboard.press("Control+A")
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.evaluate("text => navigator.clipboard.writeText(text)", purchase)
    await page.keyboard.press("Control+V")
    await expect(page.get_by_role("tab", name="BuyDemoCart")).to_be_visible()
    await run.click()

    await expect(answer).to_contain_text("SUCCEEDED")
    check_seclusion()
