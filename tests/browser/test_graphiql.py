"""GraphiQL, as built and served, in a real browser."""

import os
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from gateway.http.graphiql import Scenario, SignIn, Tab

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

AXE = Path(__file__).parents[2] / "graphiql" / "node_modules" / "axe-core" / "axe.min.js"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
SIGN_IN = SignIn("Enter a key of the shop.")
SCENARIOS = [
    Scenario(
        name="greeting",
        summary="Somebody is to be greeted",
        look_for="The greeting names them.",
        tabs={"Hail": Tab("query Hail { greeting }", {"name": "third"}), "Meet": Tab("query Meet { greeting }")},
    ),
    Scenario(name="farewell", summary="Somebody leaves", look_for="", tabs={"Leave": Tab("query Leave { greeting }")}),
]


def _as_shown(text: str) -> str:
    """*text* as the editor puts it on the page: with spaces that do not break."""
    return text.replace(" ", "\xa0")


async def test_the_first_query_runs_at_the_press_of_the_button(
    page: Page, first_query: str, check_seclusion: Callable[[], None]
) -> None:
    """The editor opens with it, whatever characters it has, and the answer appears. Nothing asks for a token, or lists scenarios."""
    for line in first_query.splitlines():
        await expect(page.locator(".graphiql-query-editor .view-lines")).to_contain_text(_as_shown(line))

    await page.get_by_role("button", name="Execute").click()

    await expect(page.locator(".result-window")).to_contain_text(_as_shown("Good day, first <query>."))
    await expect(page.get_by_role("complementary")).to_have_count(0)
    await expect(page.locator(".graphiql-editor-tool")).not_to_contain_text("Bearer")
    await expect(page.get_by_role("button", name="Show Scenarios")).to_have_count(0)
    check_seclusion()


async def test_a_tab_runs_with_its_variables(
    page: Page, open_tab: Callable[[str], Awaitable[None]], check_seclusion: Callable[[], None]
) -> None:
    """By the keyboard too."""
    await open_tab("Greet")

    await page.locator(".graphiql-query-editor .view-lines").click()
    await page.keyboard.press("Control+Enter")

    await expect(page.locator(".result-window")).to_contain_text(_as_shown("Good day, second </tab>."))
    check_seclusion()


async def test_the_schema_can_be_read(page: Page, check_seclusion: Callable[[], None]) -> None:
    """The documentation is open at the first visit, and stays closed once somebody has closed it."""
    docs = page.locator(".graphiql-plugin")
    await docs.get_by_text("Query", exact=True).click()
    await expect(docs).to_contain_text("Says good day to somebody.")

    await page.get_by_role("button", name="Hide Documentation Explorer").click()
    await page.reload()

    await expect(page.get_by_role("button", name="Show Documentation Explorer")).to_be_visible()
    check_seclusion()


async def test_the_editor_completes_names(page: Page, check_seclusion: Callable[[], None]) -> None:
    """GraphiQL's workers run, which look into the schema while one types."""
    await page.locator(".graphiql-query-editor .view-lines").click()
    await page.keyboard.press("Control+A")
    await page.keyboard.type("{ gree")

    await expect(page.locator(".suggest-widget")).to_contain_text("greeting")
    check_seclusion()


@pytest.mark.parametrize("ide_options", [{"sign_in": SIGN_IN}], ids=["with sign-in"])
async def test_a_token_entered_once_serves_every_tab(
    page: Page,
    open_tab: Callable[[str], Awaitable[None]],
    enter_token: Callable[[str], Awaitable[None]],
    tokens_sent: list[str | None],
    check_seclusion: Callable[[], None],
) -> None:
    """A sentence says what to enter, and vanishes when somebody does."""
    notice = page.get_by_role("complementary", name="Before you begin")
    headers = page.locator(".graphiql-editor-tool .graphiql-editor:not(.hidden) .view-lines")
    await expect(notice).to_contain_text(SIGN_IN.sentence)
    await expect(headers).to_have_text(_as_shown('{"Authorization": "Bearer "}'))

    await enter_token("key-of-the-shop")
    await expect(notice).to_have_count(0)
    await open_tab("Greet")
    await expect(headers).to_contain_text("key-of-the-shop")
    await page.get_by_role("button", name="Execute").click()

    await expect(page.locator(".result-window")).to_contain_text("second")
    assert tokens_sent == ["Bearer key-of-the-shop"]
    check_seclusion()


@pytest.mark.parametrize("ide_options", [{"schema": False, "notice": "Take care."}], ids=["without the schema"])
async def test_a_hidden_schema_is_explained(
    page: Page, first_query: str, requested: list[str], check_seclusion: Callable[[], None]
) -> None:
    """Nothing asks for it, and operations run all the same. What else the page has to say can be dismissed."""
    await expect(page.locator(".graphiql-plugin")).to_contain_text("introspection is off")
    await expect(page.get_by_text("Take care.")).to_be_visible()
    await page.get_by_role("button", name="Dismiss").click()
    await expect(page.get_by_text("Take care.")).to_have_count(0)
    await page.get_by_role("button", name="Execute").click()

    await expect(page.locator(".result-window")).to_contain_text(_as_shown("Good day, first <query>."))
    assert not any("schema" in address for address in requested)
    check_seclusion()


@pytest.mark.parametrize("look", [PHONE], ids=["phone"])
@pytest.mark.parametrize("ide_options", [{"sign_in": SIGN_IN}], ids=["with sign-in"])
async def test_a_phone_shows_query_answer_and_documentation(page: Page, check_seclusion: Callable[[], None]) -> None:
    """One above the other, and nothing is wider than the screen."""
    answer, docs = page.locator(".result-window"), page.locator(".graphiql-plugin")
    query = page.locator(".graphiql-query-editor .view-lines")

    await page.get_by_role("button", name="Execute").click()
    await expect(answer).to_contain_text("first")
    for each in (query, answer, page.get_by_role("tab", name="Greet"), page.get_by_text("Headers", exact=True)):
        await expect(each).to_be_in_viewport()
    await page.get_by_role("button", name="Show Documentation Explorer").click()
    await expect(docs.get_by_text("Query", exact=True)).to_be_in_viewport()
    await expect(query).not_to_be_in_viewport()
    await page.get_by_role("button", name="Hide Documentation Explorer").click()

    await expect(query).to_be_in_viewport()
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    check_seclusion()


@pytest.mark.parametrize("ide_options", [{"scenarios": SCENARIOS}], ids=["with scenarios"])
async def test_a_scenario_opens_a_tab(
    page: Page, scenarios_begun: list[object], check_seclusion: Callable[[], None]
) -> None:
    """With its first operation and variables, once the sandbox is ready; if it is not, the panel says why. More are a press away."""
    panel = page.locator(".graphiql-plugin")
    await page.get_by_role("button", name="Show Scenarios").click()
    await expect(panel).to_contain_text("Somebody is to be greeted.")

    await panel.get_by_role("button", name="Try greeting").click()

    await expect(page.get_by_role("tab", name="Hail")).to_have_attribute("aria-selected", "true")
    await expect(page.locator(".graphiql-query-editor .view-lines")).to_contain_text("Hail")
    await expect(page.locator(".graphiql-editor-tool")).to_contain_text("third")
    await expect(panel).to_contain_text("The greeting names them.")
    await panel.get_by_role("button", name="Open Meet").click()
    await expect(page.get_by_role("tab", name="Meet")).to_have_attribute("aria-selected", "true")
    await expect(page.locator(".graphiql-query-editor .view-lines")).to_contain_text("Meet")
    assert scenarios_begun == [{"name": "greeting"}]
    check_seclusion()
    await panel.get_by_role("button", name="Try farewell").click()
    await expect(panel.get_by_role("status")).to_have_text("farewell: There is no such scenario.")
    await expect(page.get_by_role("tab", name="Leave")).to_have_count(0)


@pytest.mark.parametrize("look", [PHONE], ids=["phone"])
@pytest.mark.parametrize("ide_options", [{"scenarios": SCENARIOS}], ids=["with scenarios"])
async def test_on_a_phone_the_tab_of_a_scenario_takes_the_place_of_the_panel(page: Page) -> None:
    editor = page.locator(".graphiql-query-editor .view-lines")
    await page.get_by_role("button", name="Show Scenarios").click()
    await expect(editor).not_to_be_in_viewport()

    await page.get_by_role("button", name="Try greeting").click()

    await expect(editor).to_contain_text("Hail")
    await expect(editor).to_be_in_viewport()


@pytest.fixture
def axe() -> str:
    """The script that looks for what people with disabilities cannot use."""
    if not AXE.is_file():
        reason = "axe-core is not installed; run npm ci --prefix graphiql"
        pytest.fail(reason, pytrace=False) if os.environ.get("REQUIRE_ALL") == "1" else pytest.skip(reason)
    return AXE.read_text("utf-8")


@pytest.mark.parametrize("ide_options", [{"sign_in": SIGN_IN, "scenarios": SCENARIOS}], ids=["with everything"])
@pytest.mark.parametrize(
    "look",
    [
        pytest.param({"color_scheme": "light"}, id="light"),
        pytest.param({**PHONE, "color_scheme": "dark"}, id="dark, on a phone"),
    ],
)
async def test_the_page_is_accessible(page: Page, axe: str, look: Mapping[str, Any]) -> None:
    """axe finds nothing but what is GraphiQL's own: buttons within its tabs, and the colours of code."""
    if "viewport" not in look:
        await page.get_by_role("button", name="Show Scenarios").click()
    await page.evaluate(axe)

    found = await page.evaluate(
        "axe.run({exclude: ['.monaco-editor .view-lines']}, {rules: {'nested-interactive': {enabled: false}}})"
    )

    assert {each["id"]: [node["html"] for node in each["nodes"]] for each in found["violations"]} == {}
