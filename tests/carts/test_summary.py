"""What follows from a cart as it stands."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from gateway.carts import summary
from gateway.carts.document import Document
from gateway.carts.summary import TermTotal, Total
from gateway.partner_center.models.carts import Cart
from gateway.partner_center.models.values import BillingCycle
from tests.carts.shop import OLD_ADDON, OLD_OFFER, a_base_line, a_cart, a_line, item

EXPIRY = datetime(2026, 3, 8, 12, tzinfo=UTC)
FAULT = {"errorCode": 10010, "errorDescription": "That cannot be."}
A, B = item("A"), item("B")


def priced(number: int, amount: str | None, currency: str | None = "USD", *addons: Document) -> Document:
    pricing = {} if amount is None else {"extendedPrice": Decimal(amount)}
    return a_line(number, A, currencyCode=currency, pricing=pricing, addonItems=list(addons))


def test_an_addon_follows_its_base_line() -> None:
    """Lines are gone through in the order of the cart, at any depth."""
    deep = a_base_line(1, a_line(2, OLD_ADDON, addonItems=[a_line(3, OLD_ADDON)]), a_line(4, OLD_ADDON))
    cart = a_cart([a_line(0, A), deep, a_line(5, B)])

    assert [line.partner_center_id for line in summary.every_line(cart)] == ["0", "1", "2", "3", "4", "5"]


def test_lines_with_errors_are_found_at_any_depth() -> None:
    """An add-on's error is an error of the cart."""
    cart = a_cart([a_line(0, A), a_base_line(1, a_line(2, OLD_ADDON, error=FAULT)), a_line(3, B, error=FAULT)])

    assert [line.partner_center_id for line in summary.lines_with_errors(cart)] == ["2", "3"]


@pytest.mark.parametrize(
    ("after_expiry", "expired"),
    [
        pytest.param(timedelta(microseconds=-1), False, id="just before"),
        pytest.param(timedelta(0), True, id="at the very moment"),
        pytest.param(timedelta(days=1), True, id="after"),
    ],
)
def test_a_cart_expires_at_its_moment(after_expiry: timedelta, expired: bool) -> None:
    """From the moment it names on, a cart is expired and no longer editable."""
    cart, now = a_cart(expirationTimestamp=EXPIRY), EXPIRY + after_expiry

    assert summary.is_expired(cart, now) is expired
    assert summary.is_editable(cart, now) is not expired


def test_a_cart_that_names_no_end_does_not_expire() -> None:
    """Absence is no expiry."""
    assert not summary.is_expired(a_cart(expirationTimestamp=None), datetime.max.replace(tzinfo=UTC))


@pytest.mark.parametrize(
    ("cart", "editable", "can_check_out"),
    [
        pytest.param(a_cart(), True, True, id="an active cart"),
        pytest.param(a_cart([a_line(0, A, error=FAULT)]), True, False, id="a faulty line must be mended first"),
        pytest.param(
            a_cart([a_base_line(0, a_line(1, OLD_ADDON, error=FAULT))]), True, False, id="so must a faulty add-on"
        ),
        pytest.param(a_cart(status="Ordered"), False, False, id="an ordered cart can only be read"),
        pytest.param(a_cart(status="Frozen"), True, True, id="a status of tomorrow does not stop a mutation"),
        pytest.param(a_cart(status=None), True, True, id="neither does a status that is left out"),
        pytest.param(a_cart([]), True, False, id="nothing in it can be ordered"),
        pytest.param(a_cart(expirationTimestamp="2026-03-01T00:00:00Z"), False, False, id="an expired cart"),
    ],
)
def test_what_a_cart_allows(cart: Cart, editable: bool, can_check_out: bool) -> None:
    """Status, expiry and errors decide together."""
    now = datetime(2026, 3, 2, tzinfo=UTC)

    assert (summary.is_editable(cart, now), summary.can_check_out(cart, now)) == (editable, can_check_out)


MONTH, YEAR = {"termDuration": "P1M"}, {"termDuration": "P1Y"}


def total(currency: str | None, amount: str, lines: int) -> Total:
    """The total of lines without a term: only their whole price is certain."""
    term = TermTotal(None, None, None, None, Decimal(amount), lines)
    return Total(currency, Decimal(amount), None, [term], lines)


@pytest.mark.parametrize(
    ("lines", "totals", "unpriced"),
    [
        pytest.param([priced(0, "364.80")], [total("USD", "364.80", 1)], 0, id="one line"),
        pytest.param([priced(0, "0.10"), priced(1, "0.20")], [total("USD", "0.30", 2)], 0, id="cents are exact"),
        pytest.param(
            [priced(0, "1", "EUR"), priced(1, "2", "USD"), priced(2, "3", "EUR")],
            [total("EUR", "4", 2), total("USD", "2", 1)],
            0,
            id="a sum for each currency, in order of appearance",
        ),
        pytest.param([priced(0, "1", None)], [total(None, "1", 1)], 0, id="a currency nobody stated"),
        pytest.param([priced(0, "1", "USD", priced(1, "2"))], [total("USD", "3", 2)], 0, id="add-ons are summed too"),
        pytest.param(
            [priced(0, None), a_line(1, A, pricing=None), priced(2, "5")],
            [total("USD", "5", 1)],
            2,
            id="lines without a price are counted apart",
        ),
        pytest.param([priced(0, "0")], [total("USD", "0", 1)], 0, id="free is a price"),
        pytest.param([priced(0, None, "USD", priced(1, None))], [], 2, id="no price at all"),
    ],
)
def test_totals(lines: Sequence[Document], totals: list[Total], unpriced: int) -> None:
    """Extended prices are summed for each currency; what has none is counted, never guessed."""
    cart = a_cart(lines)

    assert summary.totals(summary.every_line(cart)) == totals
    assert summary.unpriced_line_count(cart) == unpriced


def test_monthly_and_yearly_money_is_not_mixed() -> None:
    """Lines are summed by billing cycle and term; what each is billed first is the sum over all of them."""
    cart = a_cart(
        [
            priced(0, "120.00") | YEAR | {"billingCycle": "monthly"},
            priced(1, "20") | MONTH | {"billingCycle": "monthly"},
            priced(2, "240") | YEAR | {"billingCycle": "annual"},
            priced(3, "60.00") | YEAR | {"billingCycle": "Monthly"},
        ]
    )

    (found,) = summary.totals(summary.every_line(cart))

    assert (found.whole_terms, found.first_periods) == (Decimal("440.00"), Decimal(275))
    assert found.terms == [
        TermTotal(BillingCycle.MONTHLY, "P1Y", 12, Decimal(15), Decimal("180.00"), 2),
        TermTotal(BillingCycle.MONTHLY, "P1M", 1, Decimal(20), Decimal(20), 1),
        TermTotal(BillingCycle.ANNUAL, "P1Y", 1, Decimal(240), Decimal(240), 1),
    ]


def test_a_term_that_is_cut_short_leaves_its_period_open() -> None:
    """One line whose periods are not certain makes those of its sum uncertain, and no other sum."""
    cut = {"customTermEndDate": "2026-03-31T00:00:00Z"}
    cart = a_cart(
        [
            priced(0, "120") | YEAR | {"billingCycle": "monthly"},
            priced(1, "11.90") | YEAR | {"billingCycle": "monthly"} | cut,
            priced(2, "240") | YEAR | {"billingCycle": "annual"},
        ]
    )

    (found,) = summary.totals(summary.every_line(cart))

    assert found.first_periods is None
    assert [(term.billing_periods, term.per_period) for term in found.terms] == [(None, None), (1, Decimal(240))]


def test_a_price_is_never_computed() -> None:
    """A line's price times its quantity is not its total: the extended price covers the whole term."""
    pricing = {"price": Decimal("30.40"), "extendedPrice": Decimal("364.80")}
    cart = a_cart([a_line(0, OLD_OFFER, quantity=1, pricing=pricing)])

    assert [found.whole_terms for found in summary.totals(summary.every_line(cart))] == [Decimal("364.80")]
