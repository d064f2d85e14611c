"""Promotions, verdicts on them, and the dates on which a term may end, in every form in which they come."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from gateway.partner_center.models.promotion_eligibility import Eligibility, EligibilityError, IneligibilityReason
from gateway.partner_center.models.promotions import (
    PricingPolicy,
    Promotion,
    PromotionConstraints,
    PromotionTerm,
    RequiredProduct,
    is_same_promotion,
)
from gateway.partner_center.models.term_end_dates import TermEndDateKind
from gateway.partner_center.models.values import BillingCycle
from gateway.partner_center.reading import records as reading

Wire = Callable[[str], bytes]


def a_promotion(**members: object) -> Promotion:
    return reading.promotion(json.dumps({"id": "P:0001:A", **members}).encode(), promotion_id="P:0001:A")


def verdicts(*eligibilities: object) -> tuple[Eligibility, ...]:
    body = {"items": [{"id": 0, "catalogItemId": "P:0001:A", "eligibilities": eligibilities}]}
    (found,) = reading.eligibilities(json.dumps(body).encode()).items
    return found.eligibilities


def an_error(**members: object) -> EligibilityError:
    """The error of the only verdict."""
    ((error,),) = [each.errors for each in verdicts({"promotionId": "x", "isEligible": False, "errors": [members]})]
    return error


@pytest.mark.parametrize(
    ("written", "ends"),
    [
        pytest.param("9999-01-01T00:00:00+00:00", None, id="the first day of 9999"),
        pytest.param("9999-12-31T23:59:59.9999999Z", None, id="the last"),
        pytest.param("2027-06-30T23:59:59+00:00", datetime(2027, 6, 30, 23, 59, 59, tzinfo=UTC), id="a real end"),
        pytest.param("2027-06-30T23:59:59", datetime(2027, 6, 30, 23, 59, 59, tzinfo=UTC), id="without a zone"),
        pytest.param("soon", None, id="not a date"),
    ],
)
def test_the_year_9999_is_not_an_end(written: str, ends: datetime | None) -> None:
    """Promotions without an end have one in 9999; times without a zone are in UTC."""
    assert a_promotion(endDate=written).ends_at == ends


@pytest.mark.parametrize(
    ("policies", "discount"),
    [
        pytest.param([("PercentDiscount", "0.05")], Decimal("0.05"), id="a percentage"),
        pytest.param([("percentdiscount", "0.167")], Decimal("0.167"), id="in any casing"),
        pytest.param([("PercentDiscount", "1")], Decimal(1), id="all of it"),
        pytest.param([("PercentDiscount", "5")], None, id="more than all"),
        pytest.param([("PercentDiscount", "much")], None, id="not a number"),
        pytest.param([("PercentDiscount", None)], None, id="no value"),
        pytest.param([("FixedPrice", "0.05")], None, id="another kind"),
        pytest.param([("PercentDiscount", "0.05"), ("PercentDiscount", "0.1")], None, id="two policies"),
        pytest.param([], None, id="none"),
    ],
)
def test_a_discount_is_a_share_of_the_price(policies: list[tuple[str, str | None]], discount: Decimal | None) -> None:
    """Only a single percentage is one; how others add up is not documented."""
    policy = tuple(PricingPolicy(policy_type=kind, value=value) for kind, value in policies)

    assert RequiredProduct(product_id="P", sku_id="0001", pricing_policies=policy).discount == discount


def test_constraints_come_with_a_read_by_id(wire: Wire) -> None:
    """Groups of products stay groups; their ids are in the notation of the rest of the catalog."""
    whole = reading.promotion(wire("promotion-get.response.constructed"), promotion_id="1")
    listed = reading.promotions(wire("promotions-list.response")).items[0]

    constraints = whole.promotion_constraints
    assert constraints is not None
    assert constraints.is_first_purchase_only
    assert (constraints.seat_constraints[0].max_seats, constraints.asset_ownership_limits[0].max_assets) == (500, 2)
    assert [[each.sku_key for each in group] for group in constraints.product_ownership_constraints] == [
        ["CFQ7TTCXB3QF:0001", "CFQ7TTCXB3QF:0002"],
        ["CFQ7TTCXR7LM:0005"],
    ]
    assert (whole.is_whole, listed.is_whole) == (True, False)


@pytest.mark.parametrize(
    ("constraint", "is_only"),
    [
        pytest.param({"isApplicable": True, "type": "FirstPurchase"}, True, id="as documented"),
        pytest.param({"isApplicable": "True", "type": "first_purchase"}, True, id="in other spellings"),
        pytest.param({"isApplicable": False, "type": "FirstPurchase"}, False, id="not applicable"),
        pytest.param({"isApplicable": True, "type": "Weekday"}, False, id="another constraint"),
    ],
)
def test_a_promotion_may_be_for_the_first_purchase(constraint: dict[str, object], *, is_only: bool) -> None:
    """Other constraints say nothing about it."""
    found = a_promotion(promotionConstraints={"eligibilityConstraints": [constraint]}).promotion_constraints

    assert isinstance(found, PromotionConstraints)
    assert found.is_first_purchase_only is is_only


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        pytest.param([{"billingCycle": "annual", "duration": "P1Y"}], [("P1Y", BillingCycle.ANNUAL)], id="a list, as clients have it"),
        pytest.param({"billingCycle": "Annual", "duration": "P1Y"}, [("P1Y", BillingCycle.ANNUAL)], id="one term, as in the table"),
        pytest.param([{"duration": "P1Y"}, 7, {"billingCycle": "weekly"}], [("P1Y", None), (None, BillingCycle.UNKNOWN)], id="odd terms"),
        pytest.param("P1Y", [], id="a text"),
        pytest.param(None, [], id="null"),
    ],
)  # fmt: skip
def test_eligible_terms_are_an_object_or_a_list(
    terms: object, expected: list[tuple[str | None, BillingCycle | None]]
) -> None:
    """The page's table and Microsoft's client differ."""
    found = an_error(type="Term", eligibleTerms=terms).eligible_terms

    assert found == tuple(PromotionTerm(duration=duration, billing_cycle=cycle) for duration, cycle in expected)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        pytest.param("SeatCount", IneligibilityReason.SEAT_COUNT, id="as printed"),
        pytest.param("seatCount", IneligibilityReason.SEAT_COUNT, id="in camel case"),
        pytest.param("TERM", IneligibilityReason.TERM, id="in capitals"),
        pytest.param("OfferPurchasedPreviously", IneligibilityReason.PURCHASED_PREVIOUSLY, id="bought before"),
        pytest.param("Weekday", IneligibilityReason.UNKNOWN, id="a kind to come"),
        pytest.param(7, IneligibilityReason.UNKNOWN, id="a number"),
        pytest.param(None, IneligibilityReason.UNKNOWN, id="null"),
    ],
)
def test_a_reason_reads_in_any_casing(written: object, reason: IneligibilityReason) -> None:
    """Clients compare the types without regard to case; what is not known is UNKNOWN."""
    assert an_error(type=written, description="why").type is reason


def test_a_verdict_without_errors_reads(wire: Wire) -> None:
    """Answers are paired by the id of their question; an eligible promotion leaves its errors out."""
    body = wire("promotion-eligibility.response.term-and-redemption.constructed")

    found = {item.id: item.eligibilities for item in reading.eligibilities(body).items}

    assert found[1] == (Eligibility(promotion_id="39NF41TZQ8MA:0003:39NF41TC2V7H", is_eligible=True),)
    assert [each.errors[0].type for each in found[0]] == [
        IneligibilityReason.TERM,
        IneligibilityReason.REDEMPTION_LIMIT,
    ]
    assert found[0][1].errors[0].max_promotion_redemption_count == 3


@pytest.mark.parametrize(
    ("first", "second", "is_same"),
    [
        pytest.param("P:0001:A", "P:0001:A", True, id="equal"),
        pytest.param("P:0001:A", "p:0001:B", True, id="another last part"),
        pytest.param("P:0001:A", "P:0002:A", False, id="another SKU"),
        pytest.param("P", "Q", False, id="one part"),
        pytest.param("P", None, False, id="none"),
        pytest.param(None, None, False, id="neither"),
    ],
)
def test_the_last_part_of_a_promotion_id_does_not_count(
    first: str | None, second: str | None, *, is_same: bool
) -> None:
    """It changes from time to time, and both ids stay good."""
    assert is_same_promotion(first, second) is is_same


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        pytest.param("calendarMonthAligned", TermEndDateKind.CALENDAR_MONTH, id="a month"),
        pytest.param("SubscriptionAligned", TermEndDateKind.SUBSCRIPTION, id="a subscription, in Pascal case"),
        pytest.param("moonAligned", TermEndDateKind.UNKNOWN, id="a kind to come"),
        pytest.param(None, TermEndDateKind.UNKNOWN, id="none"),
    ],
)
def test_a_term_end_date_is_in_utc(written: str | None, kind: TermEndDateKind) -> None:
    """Dates come without a zone; an unknown kind costs nothing else."""
    item = {"allowedCustomTermEndDateType": written, "allowedCustomTermEndDate": "2027-01-31T00:00:00"}

    body = json.dumps({"items": [item, {"allowedCustomTermEndDate": "?"}]}).encode()

    (found,) = reading.term_end_dates(body, customer_id="c").items

    assert (found.date, found.kind, found.customer_id) == (datetime(2027, 1, 31, tzinfo=UTC), kind, "c")
