"""Each scenario of the sandbox, as a buyer meets it in the storefront."""

import re
from collections.abc import Awaitable, Callable
from itertools import cycle

import pytest
from playwright.async_api import Page, expect

from tests.storefront.shopping import TIMES, begin, check_state, order

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def partly_failed(page: Page) -> None:
    """Says what was ordered, what was not and why; the cart asks for the rest only."""
    await order(page)
    await expect(page.get_by_text("Part of your order is placed")).to_be_visible()
    await expect(page.get_by_role("heading", name=re.compile("^Order [0-9a-f]"))).to_have_count(2)
    await expect(page.get_by_text("This quantity is not allowed.")).to_be_visible()
    await check_state(page)
    await page.get_by_role("link", name="Back to the cart").click()
    await expect(page.get_by_text("Ordered", exact=True)).to_have_count(2)


async def out_of_stock(page: Page) -> None:
    """Does not offer a checkout until the line is removed."""
    await expect(page.get_by_role("button", name="Check out")).to_be_disabled()
    await page.get_by_role("button", name="Remove the line").click()
    await expect(page.get_by_role("link", name="Check out")).to_be_visible()


async def over_seat_limit(page: Page) -> None:
    """Mends the line with the quantity that its error names."""
    await page.get_by_role("button", name="Set to 300 seats").click()
    await expect(page.get_by_label("Quantity of Microsoft 365 Business Basic")).to_have_value("300")
    await expect(page.get_by_role("link", name="Check out")).to_be_visible()


async def expired(page: Page) -> None:
    """Starts a new cart with the same lines."""
    await page.get_by_role("button", name="Start a new cart with the same lines").click()
    await expect(page.get_by_role("link", name="Check out")).to_be_visible()
    await expect(page.get_by_label("Quantity of Microsoft 365 E3")).to_have_value("10")


async def throttled(page: Page) -> None:
    """Waits as long as it is asked to, and tries again by itself."""
    await expect(page.get_by_text("Partner Center asks us to slow down")).to_be_visible()
    await check_state(page)
    await expect(page.get_by_role("link", name="Check out")).to_be_visible()


async def slow(page: Page) -> None:
    """Shows the shape of the page meanwhile."""
    await expect(page.get_by_text("Loading the cart")).to_be_attached()
    await check_state(page)
    await expect(page.get_by_role("link", name="Check out")).to_be_visible()


async def lost_answer(page: Page) -> None:
    """Says that it does not know yet, and finds out by itself, even when the page is loaded anew."""
    await order(page)
    await expect(page.get_by_text("We do not know yet whether your order was placed")).to_be_visible()
    await check_state(page)
    await page.reload()
    await expect(page.get_by_text("Thank you. Your order is placed.")).to_be_visible()
    await expect(page.get_by_role("heading", name=re.compile("^Order [0-9a-f]"))).to_have_count(2)


async def slow_provisioning(page: Page) -> None:
    """Says that the subscriptions are on their way."""
    await order(page)
    await expect(page.get_by_text("Thank you. Your order is placed.")).to_be_visible()
    await page.get_by_role("link", name="Orders").first.click()
    await expect(page.get_by_text("Partner Center is setting it up")).to_be_visible()


async def lapsing_promotion(page: Page) -> None:
    """Goes on without the promotion that has ended, and says until when the other is offered."""
    await expect(page.get_by_text("Microsoft 365 E3 for a year, 5% off, until")).to_be_visible()
    await page.get_by_role("button", name="Go on without the promotion").click()
    await expect(page.get_by_role("link", name="Check out")).to_be_visible()


async def version_conflict(page: Page) -> None:
    """Shows what the buyer saw beside what it is now, and makes the buyer's change only when asked again."""
    await page.get_by_role("button", name="One more of Microsoft 365 E3").click()
    await page.get_by_role("button", name="Update").click()
    row = page.get_by_role("row").filter(has_text="Microsoft 365 E3")
    await expect(row.get_by_role("cell")).to_have_text(["15 seats · $4,924.80", "20 seats · $6,566.40", "16 seats"])
    await check_state(page)
    await page.get_by_role("button", name="Make my change all the same").click()
    await expect(page.get_by_text(f"16 {TIMES} $27.36")).to_be_visible()


async def missing_agreement(page: Page) -> None:
    """Finds out before paying."""
    await page.get_by_role("link", name="Check out").click()
    await expect(page.get_by_text("The customer has not accepted the Microsoft Customer Agreement")).to_be_visible()
    await expect(page.get_by_role("button", name="Place order")).to_be_disabled()
    await check_state(page)


async def low_credit(page: Page) -> None:
    """Says that nothing was ordered, and why."""
    await order(page)
    await expect(page.get_by_text("Nothing was ordered")).to_be_visible()
    await expect(page.get_by_text("The credit is too low.")).to_be_visible()
    await check_state(page)


STORIES: dict[str, Callable[[Page], Awaitable[None]]] = {
    "partly-failed-checkout": partly_failed,
    "out-of-stock": out_of_stock,
    "over-seat-limit": over_seat_limit,
    "expired-cart": expired,
    "throttled": throttled,
    "slow": slow,
    "lost-answer": lost_answer,
    "slow-provisioning": slow_provisioning,
    "lapsing-promotion": lapsing_promotion,
    "version-conflict": version_conflict,
    "missing-agreement": missing_agreement,
    "low-credit": low_credit,
}


@pytest.mark.parametrize("width", [390])
@pytest.mark.parametrize(("name", "scheme"), list(zip(STORIES, cycle(["light", "dark"]), strict=False)))
async def test_the_storefront_copes(page: Page, name: str) -> None:
    """What the story of the scenario says, on a telephone; every other one in the dark."""
    await begin(page, name)

    await STORIES[name](page)

    await check_state(page)


async def test_every_scenario_has_a_story(page: Page, gateway: str) -> None:
    answer = await page.request.get(f"{gateway}/_sandbox/scenario")
    scenarios = (await answer.json())["scenarios"]

    assert [scenario["name"] for scenario in scenarios] == [*STORIES]


async def test_a_throttled_checkout_can_be_sent_again(page: Page, gateway: str) -> None:
    """Nothing was ordered, which the page says; the button that costs money is pressed by the buyer alone."""
    await page.get_by_role("link", name="Cart").click()
    fault = {"calls": "POST */checkout", "fault": 429, "retryAfter": 1, "times": 4}
    assert (await page.request.post(f"{gateway}/_sandbox/faults", data={"faults": [fault]})).ok
    await order(page)
    await expect(page.get_by_text("Nothing was ordered. Partner Center asks us to slow down")).to_be_visible()
    await check_state(page)

    await page.get_by_role("button", name="Try again").click()

    await expect(page.get_by_text("Thank you. Your order is placed.")).to_be_visible()


async def test_a_change_that_failed_can_be_repeated(page: Page, gateway: str) -> None:
    """With the version that was shown, so that it cannot be made twice."""
    await page.get_by_role("link", name="Cart").click()
    fault = {"calls": "PUT customers/*/carts/*", "fault": 503, "times": 4}
    await page.get_by_label("Quantity of Office staff").fill("26")
    assert (await page.request.post(f"{gateway}/_sandbox/faults", data={"faults": [fault]})).ok
    await page.get_by_role("button", name="Update").click()
    await expect(page.get_by_text("Partner Center cannot be reached")).to_be_visible()
    await check_state(page)

    await page.get_by_role("button", name="Try again").click()

    await expect(page.get_by_text(f"26 {TIMES} $27.36")).to_be_visible()
