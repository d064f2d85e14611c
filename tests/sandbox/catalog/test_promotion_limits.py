"""Who may have a promotion of the packaged seed, for how many seats, and how often."""

from typing import Any

import httpx
import pytest

CONTOSO, ADATUM = "28089560-09e9-4305-9944-5fb2b1a786e5", "6edaebfe-43a1-4a8f-8c3d-3c1683762336"
E1, APPS = "CFQ7TTC0LF8Q:0001:CFQ7TTC0KQDF", "CFQ7TTC0LH2H:0001:CFQ7TTC0Z48Y"
TEAMS, VISIO = "CFQ7TTC0RM8K:0002:CFQ7TTC00TP9", "CFQ7TTC0HD32:0002:CFQ7TTC0R504"
PLAN_5 = "CFQ7TTC0HD9Z:0002:CFQ7TTC0W82Y"
COPILOT = "CFQ7TTC0MM8R:0002:CFQ7TTC0CHLM"


def purchase(item: str, quantity: int = 1, **others: object) -> dict[str, object]:
    """A year of an item, paid by the year."""
    asked = {"catalogItemId": item, "quantity": quantity, "termDuration": "P1Y", "billingCycle": "annual"}
    return {**asked, **others}


async def first_error(api: httpx.AsyncClient, customer: str, item: dict[str, object]) -> dict[str, Any] | None:
    """Why the customer does not get the first promotion of the item; None if it does."""
    answer = await api.post(f"/v1/customers/{customer}/promotionEligibilities", json={"items": [item]})
    (found,) = answer.json()["items"]
    errors: list[dict[str, Any]] = found["eligibilities"][0].get("errors", [])
    return errors[0] if errors else None


async def bought(api: httpx.AsyncClient, customer: str, *lines: dict[str, object]) -> list[str | None]:
    """Buys the lines; the promotion of each."""
    cart = (await api.post(f"/v1/customers/{customer}/carts", json={"lineItems": lines})).json()
    answer = await api.post(f"/v1/customers/{customer}/carts/{cart['id']}/checkout")
    assert answer.status_code == 201, answer.text
    return [line.get("promotionId") for line in cart["lineItems"]]


@pytest.mark.parametrize(
    ("customer", "item", "kind"),
    [
        pytest.param(CONTOSO, purchase(APPS, 8), None, id="as many seats as are left"),
        pytest.param(CONTOSO, purchase(APPS, 9), "SeatCount", id="more seats than are left"),
        pytest.param(ADATUM, purchase(APPS, 20), None, id="all seats, for another customer"),
        pytest.param(CONTOSO, purchase(E1), "RedemptionLimit", id="used up"),
        pytest.param(ADATUM, purchase(E1), None, id="not used by this customer"),
        pytest.param(CONTOSO, purchase(PLAN_5), "Term", id="for another term"),
        pytest.param(CONTOSO, purchase(PLAN_5, termDuration="P3Y"), None, id="for that term"),
        pytest.param(CONTOSO, purchase(TEAMS), None, id="a first purchase"),
        pytest.param(CONTOSO, purchase(VISIO), "PrerequisiteProductOwnership", id="a missing product"),
        pytest.param(ADATUM, purchase(VISIO), None, id="the product is owned"),
    ],
)
async def test_a_promotion_has_limits(
    packaged_api: httpx.AsyncClient, customer: str, item: dict[str, object], kind: str | None
) -> None:
    """Seats, redemptions, term, first purchase and ownership, by the rules of new-commerce-promotions.md."""
    error = await first_error(packaged_api, customer, item)

    assert (None if error is None else error["type"]) == kind


async def test_limits_come_with_their_numbers(packaged_api: httpx.AsyncClient) -> None:
    """The members of verify-promotion-eligibility.md."""
    seats = await first_error(packaged_api, CONTOSO, purchase(APPS, 9))
    times = await first_error(packaged_api, CONTOSO, purchase(E1))

    assert seats is not None
    assert times is not None
    assert {name: value for name, value in seats.items() if name not in ("type", "description")} == {
        "minimumRequiredSeats": 1, "maximumRequiredSeats": 20, "availableSeats": 8,
    }  # fmt: skip
    assert {name: value for name, value in times.items() if name not in ("type", "description")} == {
        "maxPromotionRedemptionCount": 1, "remainingPromotionRedemptionCount": 0,
    }  # fmt: skip


async def test_a_cancelled_purchase_was_the_first(packaged_api: httpx.AsyncClient) -> None:
    """Cancelling does not give a first-purchase promotion back."""
    await bought(packaged_api, CONTOSO, purchase(TEAMS))
    path = f"/v1/customers/{CONTOSO}/subscriptions"
    (owned,) = [each for each in (await packaged_api.get(path)).json()["items"] if each["offerId"] == TEAMS]
    await packaged_api.patch(f"{path}/{owned['id']}", json={**owned, "status": "deleted"})

    error = await first_error(packaged_api, CONTOSO, purchase(TEAMS))

    assert error is not None
    assert error["type"] == "OfferPurchasedPreviously"


async def test_a_first_purchase_promotion_goes_to_the_first_line(packaged_api: httpx.AsyncClient) -> None:
    """Lines are processed in order."""
    promotions = await bought(packaged_api, CONTOSO, purchase(TEAMS), purchase(TEAMS, billingCycle="monthly"))

    assert promotions == ["39NFJQT1WD7R:0004:39NFJQT1Q6B9", None]


async def test_lines_of_a_cart_share_the_seats_of_a_promotion(packaged_api: httpx.AsyncClient) -> None:
    """Eight are left: five, and not another five."""
    promotions = await bought(packaged_api, CONTOSO, purchase(APPS, 5), purchase(APPS, 5, billingCycle="monthly"))

    assert promotions == ["39NFJQT1T6HD:0002:39NFJQT1Q6B5", None]


async def test_owned_seats_count_towards_the_minimum(packaged_api: httpx.AsyncClient) -> None:
    """Copilot in Europe needs ten seats: one is enough for a customer who has nine."""
    await packaged_api.post("/_sandbox/clock", json={"now": "2025-08-01T00:00:00Z"})
    alone = await first_error(packaged_api, ADATUM, purchase(COPILOT))
    await bought(packaged_api, ADATUM, purchase(COPILOT, 9, billingCycle="monthly"))

    with_nine = await first_error(packaged_api, ADATUM, purchase(COPILOT))

    assert alone is not None
    assert alone["type"] == "SeatCount"
    assert with_nine is None


@pytest.mark.parametrize(("quantity", "status"), [(20, 200), (21, 400)], ids=str)
async def test_seats_beyond_the_promotion_are_refused(
    packaged_api: httpx.AsyncClient, quantity: int, status: int
) -> None:
    """A subscription bought with a promotion does not grow beyond its seats (code 2002)."""
    path = f"/v1/customers/{CONTOSO}/subscriptions/4dfee87c-cfa9-40f1-8a86-c728c2457a62"
    owned = (await packaged_api.get(path)).json()

    answer = await packaged_api.patch(path, json={**owned, "quantity": quantity})

    assert (answer.status_code, answer.json().get("code")) == (status, None if status == 200 else 2002)
