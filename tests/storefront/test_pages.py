"""Every page of the storefront in both widths and both schemes of colours, and what it is built from."""

import json
import re

import pytest
from playwright.async_api import Page, expect

from gateway.operations.collection import read_collection
from tests.storefront.conftest import Scheme
from tests.storefront.serving import MANIFEST, STOREFRONT
from tests.storefront.shopping import check_state


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
async def test_each_page_is_accessible_and_fits(page: Page, scheme: Scheme, width: int) -> None:
    """No violation that axe can find, and nothing to scroll sideways for."""
    await expect(page.get_by_text("per month").first).to_be_visible()
    await check_state(page)
    await page.get_by_role("link", name="Cart").click()
    await expect(page.get_by_role("link", name="Check out")).to_be_visible()
    await check_state(page)
    await page.get_by_role("link", name="Check out").click()
    await expect(page.get_by_role("button", name="Place order")).to_be_enabled()
    await check_state(page)
    await page.get_by_role("link", name="Orders").click()
    await expect(page.get_by_text("No orders yet")).to_be_visible()
    await check_state(page)


@pytest.mark.node
def test_its_documents_are_those_of_the_collection(built: None) -> None:
    """The shop has no query of its own, and the manifest is made from the collection as it is."""
    texts = json.loads(MANIFEST.read_text("utf-8")).values()

    names = sorted(re.findall(r"\b(?:query|mutation) ([A-Z]\w+)", " ".join(texts)))

    assert names == sorted(operation.name for operation in read_collection())


def test_its_cache_knows_the_types_as_the_documented_one() -> None:
    """The plugin that lists them is one file, in two places so that each example stands alone."""
    plugins = [STOREFRONT.parent / example / "typeLists.js" for example in ("storefront", "caches")]

    assert len({plugin.read_text("utf-8") for plugin in plugins}) == 1


def test_its_lock_file_names_no_registry() -> None:
    """So that any mirror serves it."""
    assert "resolved" not in (STOREFRONT / "package-lock.json").read_text("utf-8")
