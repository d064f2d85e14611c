"""Promotions that the lines of a cart miss."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from gateway.errors import GatewayError
from gateway.partner_center.models.moments import Moment
from gateway.partner_center.models.promotion_eligibility import Eligibility
from gateway.partner_center.models.promotions import PricingPolicy, Promotion, PromotionTerm, RequiredProduct
from gateway.partner_center.models.values import BillingCycle
from gateway.problems.promotions import promotion_problems
from tests.carts.shop import a_line, item
from tests.problems.judging import BROKEN, in_short, lines_of

NOW = datetime(2026, 3, 2, tzinfo=UTC)
DAY = timedelta(days=1)
A = item("A")
PRODUCT, SKU, _ = A.split(":")
FIRST, SECOND = "39NFJQT1PGVJ:0045:39NFJQT1Q684", "39NFJQT1PHSN:0008:39NFJQT1Q5J0"
YEAR = {"termDuration": "P1Y", "billingCycle": "monthly"}
MISSED, OTHER = "PROMOTION_NOT_APPLIED NOTICE 0", "PROMOTION_FOR_OTHER_TERM NOTICE 0"


def a_promotion(
    promotion_id: str = FIRST,
    duration: str | None = "P1Y",
    cycle: BillingCycle | None = BillingCycle.MONTHLY,
    *,
    discount: str = "0.05",
    sku: str | None = SKU,
    starts: datetime | None = None,
    ends: datetime | None = None,
) -> Promotion:
    granted = RequiredProduct(
        product_id=PRODUCT.lower(),
        sku_id=sku,
        term=PromotionTerm(duration=duration, billing_cycle=cycle),
        pricing_policies=(PricingPolicy(policy_type="PercentDiscount", value=discount),),
    )
    return Promotion(id=promotion_id, start_date=_moment(starts), end_date=_moment(ends), required_products=(granted,))


def _moment(time: datetime | None) -> Moment | None:
    return None if time is None else Moment.read(time.isoformat())


def verdict(promotion_id: str = FIRST, *, eligible: bool | None = True) -> Eligibility:
    return Eligibility(promotion_id=promotion_id, is_eligible=eligible)


@pytest.mark.parametrize(
    ("applied", "verdicts", "market", "problems"),
    [
        pytest.param(None, [verdict()], [a_promotion()], [MISSED], id="one that the customer could have"),
        pytest.param(None, [verdict(eligible=False)], [a_promotion()], [], id="one that it could not"),
        pytest.param(None, [verdict(eligible=None)], [a_promotion()], [], id="one that nobody judges"),
        pytest.param(FIRST, [verdict()], [a_promotion()], [], id="one that is applied"),
        pytest.param(FIRST[:-1] + "9", [verdict()], [a_promotion()], [], id="the same under its earlier id"),
        pytest.param(None, [verdict(), verdict(SECOND)], [a_promotion(), a_promotion(SECOND)], [MISSED] * 2, id="two of them"),
        pytest.param(SECOND, [verdict()], [a_promotion(discount="0.1"), a_promotion(SECOND)], [MISSED], id="a larger discount"),
        pytest.param(SECOND, [verdict()], [a_promotion(), a_promotion(SECOND)], [], id="no larger discount"),
        pytest.param(SECOND, [verdict()], [a_promotion(discount="?"), a_promotion(SECOND)], [], id="an unknown discount"),
        pytest.param(SECOND, [verdict()], [a_promotion()], [], id="beside one that the market lacks"),
        pytest.param(None, [verdict()], [], [MISSED], id="one that the market lacks"),
    ],
)  # fmt: skip
def test_a_promotion_that_could_be_had_is_missed(
    applied: str | None, verdicts: list[Eligibility], market: list[Promotion], problems: list[str]
) -> None:
    """A line has one promotion at most, so beside an applied one only a larger discount is news."""
    (line,) = lines_of(a_line(0, A, **YEAR, promotionId=applied))

    assert in_short(promotion_problems([(line, verdicts)], market, now=NOW)) == problems


@pytest.mark.parametrize(
    ("market", "applied", "problems"),
    [
        pytest.param([a_promotion()], None, [], id="for this term"),
        pytest.param([a_promotion(duration="p1y")], None, [], id="in any casing"),
        pytest.param([a_promotion(duration="P3Y")], None, [OTHER], id="for another term"),
        pytest.param([a_promotion(cycle=BillingCycle.ANNUAL)], None, [OTHER], id="for another billing cycle"),
        pytest.param([a_promotion(duration="P3Y"), a_promotion(SECOND)], None, [], id="one of them fits"),
        pytest.param([a_promotion(duration="P3Y"), a_promotion(SECOND, "P1M")], None, [OTHER] * 2, id="none of them fits"),
        pytest.param([a_promotion(duration="P3Y")], SECOND, [], id="another one is applied"),
        pytest.param([a_promotion(duration=None)], None, [], id="for any term"),
        pytest.param([a_promotion(cycle=None)], None, [], id="for any billing cycle"),
        pytest.param([a_promotion(cycle=BillingCycle.UNKNOWN)], None, [], id="for a billing cycle of tomorrow"),
        pytest.param([a_promotion(duration="P3Y", sku="0002")], None, [], id="for another SKU"),
        pytest.param([a_promotion(duration="P3Y", sku=None)], None, [], id="for nobody knows which SKU"),
        pytest.param([a_promotion(duration="P3Y", starts=NOW, ends=NOW)], None, [OTHER], id="running now"),
        pytest.param([a_promotion(duration="P3Y", ends=NOW - DAY)], None, [], id="over"),
        pytest.param([a_promotion(duration="P3Y", starts=NOW + DAY)], None, [], id="yet to begin"),
        pytest.param([a_promotion(duration="P3Y"), a_promotion(SECOND, ends=NOW - DAY)], None, [OTHER], id="the fitting one is over"),
    ],
)  # fmt: skip
def test_a_promotion_for_another_term_is_missed(
    market: list[Promotion], applied: str | None, problems: list[str]
) -> None:
    """Where none is granted for the line's own term and billing cycle."""
    (line,) = lines_of(a_line(0, A, **YEAR, promotionId=applied))

    found = promotion_problems([(line, [])], market, now=NOW)

    assert in_short(found) == problems
    assert [each.promotion for each in found] == [each for each in market if each.ends_at != NOW - DAY][: len(problems)]


def test_the_message_names_the_terms() -> None:
    """Each once, so that the buyer knows what to change."""
    (line,) = lines_of(a_line(0, A, **YEAR))
    granted = (
        a_promotion(duration="P3Y", cycle=None).required_products * 2 + a_promotion(duration="P1M").required_products
    )

    (found,) = promotion_problems([(line, [])], [Promotion(id=FIRST, required_products=granted)], now=NOW)

    assert "granted for P3Y any billing cycle, P1M MONTHLY:" in found.message


Verdicts = Sequence[Eligibility] | GatewayError | None
NONE: Verdicts = ()


@pytest.mark.parametrize(
    ("verdicts", "problems"),
    [
        pytest.param([BROKEN, NONE], ["PROMOTION_FOR_OTHER_TERM NOTICE 0", "PROMOTION_FOR_OTHER_TERM NOTICE 1", "NOT_CHECKED RISK 0"], id="of one line"),
        pytest.param([BROKEN, BROKEN], ["PROMOTION_FOR_OTHER_TERM NOTICE 0", "PROMOTION_FOR_OTHER_TERM NOTICE 1", "NOT_CHECKED RISK"], id="of all lines"),
        pytest.param([None, NONE], ["NOT_CHECKED RISK 0", "PROMOTION_FOR_OTHER_TERM NOTICE 0", "PROMOTION_FOR_OTHER_TERM NOTICE 1"], id="that could not be asked for"),
    ],
)  # fmt: skip
def test_verdicts_that_fail_cost_no_more_than_themselves(verdicts: Sequence[Verdicts], problems: list[str]) -> None:
    """The list of the market still says what is granted for other terms."""
    lines = lines_of(a_line(0, A, **YEAR), a_line(1, A, **YEAR))

    found = promotion_problems(list(zip(lines, verdicts, strict=True)), [a_promotion(duration="P3Y")], now=NOW)

    assert in_short(found) == problems
