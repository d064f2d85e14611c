"""Prices of line items, before tax, in the customer's currency."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from gateway.sandbox import wire
from gateway.sandbox.carts import pricing

Create = Callable[..., Awaitable[dict[str, Any]]]

CONTOSO, WINGTIP = "28045616-f6b9-462f-9701-0d89b5e65c44", "18ac2950-8ea9-4dfc-92a4-ff4d4cd57796"
SCHOOL = "94cd6638-11b6-4323-8c9f-6ae3088adc59"
E3 = "CFQ7TTC0LFLX:0001:CFQ7TTC0LB30"
YEAR_OF_E3 = {"catalogItemId": E3, "promotionId": "39NFJQT1PM6C:0005:39NFJQT1Q5L7"}
PLAN = {
    "catalogItemId": "DZH318Z09V6F:0001:DZH318Z0BLD3",
    "provisioningContext": {"scope": "single", "entitlementId": "cdd17cc7-14fe-4445-8650-1f52de705851"},
    "purchaseCommitment": {"amount": 0.05},
}


@pytest.mark.parametrize(
    ("customer", "line", "expected"),
    [
        pytest.param(CONTOSO, {}, (30.4, 30.4, 30.4, 364.8), id="a year by the month is twelve months"),
        pytest.param(CONTOSO, {"quantity": 3}, (30.4, 30.4, 30.4, 1094.4), id="the line amount counts the seats"),
        pytest.param(CONTOSO, {"termDuration": "P1M"}, (36.48, 36.48, 36.48, 36.48), id="a month is one month"),
        pytest.param(CONTOSO, {"billingCycle": "annual"}, (364.8, 364.8, 364.8, 364.8), id="a year at once"),
        pytest.param(CONTOSO, {"termDuration": "P3Y"}, (29.0, 29.0, 29.0, 1044.0), id="three years by the month"),
        pytest.param(WINGTIP, {}, (31.5, 31.5, 31.5, 378.0), id="a local list price of its own"),
        pytest.param(WINGTIP, {"termDuration": "P1M"}, (32.83, 32.83, 32.83, 32.83), id="by the rate, half to even"),
        pytest.param(SCHOOL, {"catalogItemId": "CFQ7TTC0LF8S:0001:CFQ7TTC0EDUC"}, (456.0, 456.0, 456.0, 5472.0), id="yen have no cents"),
        pytest.param(CONTOSO, {"catalogItemId": E3, "termDuration": "P1M"}, (34.56, 25.92, 25.92, 25.92), id="a promotion that applies by itself"),
        pytest.param(CONTOSO, {"catalogItemId": E3, "termDuration": "P1M", "quantity": 101}, (34.56, 34.56, 34.56, 3490.56), id="too many seats for it"),
        pytest.param(CONTOSO, YEAR_OF_E3, (28.8, 14.4, 14.4, 172.8), id="a promotion that was named"),
        pytest.param(CONTOSO, {"customTermEndDate": "2024-06-30T00:00:00Z"}, (30.4, 30.4, 29.57, 354.84), id="356 of 366 days"),
        pytest.param(CONTOSO, {"termDuration": "P1M", "customTermEndDate": "2023-07-31"}, (36.48, 36.48, 24.71, 24.71), id="21 of 31 days"),
        pytest.param(CONTOSO, {**PLAN, "billingCycle": "one_time"}, (438.0, 438.0, 438.0, 438.0), id="a savings plan: 8760 hours"),
        pytest.param(CONTOSO, {**PLAN, "billingCycle": "monthly"}, (36.5, 36.5, 36.5, 438.0), id="a savings plan by the month"),
    ],
)  # fmt: skip
async def test_prices_of_a_line(
    create: Create, customer: str, line: dict[str, object], expected: tuple[float, float, float, float]
) -> None:
    """listPrice, discountedPrice and price are per period; extendedPrice covers the whole term and all seats."""
    cart = await create(line, customer=customer)

    priced = cart["lineItems"][0]["pricing"]
    listed, discounted, price, extended = expected
    assert priced == {
        "listPrice": listed,
        "discountedPrice": discounted,
        "proratedPrice": price,
        "price": price,
        "extendedPrice": extended,
    }


async def test_metered_offers_have_no_price(create: Create) -> None:
    """The cost of Azure depends on its use."""
    cart = await create({"catalogItemId": "MS-AZR-0145P"})

    assert "pricing" not in cart["lineItems"][0]


async def test_the_currency_follows_the_customers_market(create: Create) -> None:
    """A line need not name it."""
    cart = await create({}, customer=WINGTIP)

    assert cart["lineItems"][0]["currencyCode"] == "EUR"


@pytest.mark.parametrize(
    ("amount", "printed"),
    [
        pytest.param("30.40", "30.4", id="no needless zeros"),
        pytest.param("438", "438.0", id="at least one digit after the point"),
        pytest.param("1E+3", "1000.0", id="no exponent"),
        pytest.param("0", "0.0", id="nothing"),
        pytest.param("364.85", "364.85", id="cents"),
    ],
)
def test_money_is_printed_like_a_double(amount: str, printed: str) -> None:
    """Samples show 30.4, 438.0, 364.8."""
    assert wire.encode(wire.money(Decimal(amount))) == printed.encode()


@pytest.mark.parametrize(
    ("ends", "part"),
    [
        pytest.param(None, Fraction(1), id="a whole term"),
        pytest.param(datetime(2023, 7, 31, tzinfo=UTC), Fraction(21, 31), id="both ends included"),
        pytest.param(datetime(2023, 8, 10, tzinfo=UTC), Fraction(1), id="the natural end"),
        pytest.param(datetime(2022, 8, 10, tzinfo=UTC), Fraction(1), id="an end in the past takes nothing away"),
    ],
)
def test_the_fraction_of_a_term_is_counted_in_days(ends: datetime | None, part: Fraction) -> None:
    """A month from July 11 ends on August 10."""
    assert pricing.part_of_term(datetime(2023, 7, 11, 12, tzinfo=UTC), "P1M", ends) == part
