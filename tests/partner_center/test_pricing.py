"""What follows from a line's prices, and what does not."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from gateway.partner_center.models.pricing import Billing, Pricing
from gateway.partner_center.models.values import BillingCycle

CUT_SHORT = datetime(2026, 3, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("billing", "periods"),
    [
        pytest.param(Billing(BillingCycle.MONTHLY, "P1M"), 1, id="a month by the month"),
        pytest.param(Billing(BillingCycle.MONTHLY, "P1Y"), 12, id="a year by the month"),
        pytest.param(Billing(BillingCycle.MONTHLY, "P3Y"), 36, id="three years by the month"),
        pytest.param(Billing(BillingCycle.ANNUAL, "P1Y"), 1, id="a year at once"),
        pytest.param(Billing(BillingCycle.ANNUAL, "P3Y"), 3, id="three years by the year"),
        pytest.param(Billing(BillingCycle.ANNUAL, "P12M"), 1, id="twelve months by the year"),
        pytest.param(Billing(BillingCycle.TRIENNIAL, "P3Y"), 1, id="three years at once"),
        pytest.param(Billing(BillingCycle.ONE_TIME, "P1Y"), 1, id="a term billed once"),
        pytest.param(Billing(BillingCycle.ONE_TIME, None), 1, id="perpetual software"),
        pytest.param(Billing(BillingCycle.NONE, "P1M"), 0, id="a trial is never billed"),
        pytest.param(Billing(BillingCycle.ANNUAL, "P1M"), None, id="a cycle longer than the term"),
        pytest.param(Billing(BillingCycle.BIENNIAL, "P3Y"), None, id="a cycle that does not divide the term"),
        pytest.param(Billing(BillingCycle.MONTHLY, None), None, id="no term"),
        pytest.param(Billing(BillingCycle.MONTHLY, "P30D"), None, id="a term in days"),
        pytest.param(Billing(BillingCycle.UNKNOWN, "P1Y"), None, id="a cycle of tomorrow"),
        pytest.param(Billing(None, "P1Y"), None, id="no cycle"),
        pytest.param(Billing(BillingCycle.MONTHLY, "P1Y", CUT_SHORT), None, id="a first term that is cut short"),
        pytest.param(Billing(BillingCycle.ONE_TIME, "P1Y", CUT_SHORT), None, id="cut short, though billed once"),
    ],
)
def test_periods(billing: Billing, periods: int | None) -> None:
    """The term divided by the cycle, where that is certain."""
    assert billing.periods == periods


YEAR_BY_MONTH = Billing(BillingCycle.MONTHLY, "P1Y")


@pytest.mark.parametrize(
    ("extended", "billing", "per_period"),
    [
        pytest.param("364.80", YEAR_BY_MONTH, "30.40", id="twelve equal parts"),
        pytest.param("438.0", Billing(BillingCycle.ONE_TIME, "P1Y"), "438.0", id="all at once"),
        pytest.param("0.12", YEAR_BY_MONTH, "0.01", id="a cent each"),
        pytest.param("100", YEAR_BY_MONTH, None, id="no whole cents"),
        pytest.param("0.06", YEAR_BY_MONTH, None, id="half a cent each"),
        pytest.param("0", Billing(BillingCycle.NONE, "P1M"), "0", id="a trial costs nothing"),
        pytest.param("100", Billing(BillingCycle.MONTHLY, "P1Y", CUT_SHORT), None, id="periods that are not certain"),
        pytest.param(None, YEAR_BY_MONTH, None, id="no price"),
        pytest.param(None, Billing(BillingCycle.NONE, "P1M"), None, id="no price of a trial"),
    ],
)
def test_what_is_billed_each_time(extended: str | None, billing: Billing, per_period: str | None) -> None:
    """The price of the whole term divided by its periods, never rounded."""
    pricing = Pricing(extended_price=None if extended is None else Decimal(extended))
    pricing.set_context(billing=billing)

    assert pricing.per_period == (None if per_period is None else Decimal(per_period))
