"""`gateway serve` in a browser, where callers send a token and only trusted documents run."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect
from starlette.types import ASGIApp

from gateway.app import build_app
from gateway.dev.in_process import InProcess
from gateway.operations.collection import manifest, read_collection
from gateway.sandbox.app import Sandbox
from gateway.settings.manifest import read_manifest
from gateway.settings.model import Settings

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def application(sandbox: Sandbox, tmp_path: Path) -> AsyncIterator[ASGIApp]:
    """The gateway in development, with the collection as its trusted documents."""
    file = tmp_path / "documents.json"
    file.write_text(manifest(read_collection()))
    settings = Settings(
        mode="development",
        upstream_url="http://127.0.0.1",
        trusted_documents=read_manifest(file),
        trusted_documents_mode="enforce",
    )
    app = build_app(settings, transport=InProcess(sandbox), now=sandbox.now)
    async with app.router.lifespan_context(app):
        yield app


async def test_a_token_is_all_that_the_first_tab_needs(
    page: Page,
    enter_token: Callable[[str], Awaitable[None]],
    sandbox: Sandbox,
    check_seclusion: Callable[[], None],
) -> None:
    """The documentation can be read before there is a token, and the page says what to enter and what is refused."""
    notice = page.get_by_role("complementary")
    await expect(page.locator(".graphiql-plugin li strong").first).to_have_text("Sign in")
    await expect(notice).to_contain_text("https://api.partnercenter.microsoft.com")
    await expect(notice).to_contain_text("GATEWAY_TRUSTED_DOCUMENTS_MODE=enforce")

    await enter_token(sandbox.demo_token())
    await expect(notice).not_to_contain_text("access token")
    await page.get_by_role("button", name="Execute").click()

    await expect(page.locator(".result-window")).to_contain_text("Business Premium")
    check_seclusion()
