"""Prices of a cart or order line ("Cart resources", Pricing), and what follows from them exactly.

Nothing is rounded and nothing multiplied up: what cannot be said without inventing a figure is None.
"""

import re
from datetime import datetime
from decimal import Decimal
from typing import ClassVar, NamedTuple

from gateway.partner_center.models.record import RecordWithContext
from gateway.partner_center.models.values import BillingCycle, require_amounts

_MONTHS_BETWEEN_BILLS = {
    BillingCycle.MONTHLY: 1,
    BillingCycle.ANNUAL: 12,
    BillingCycle.BIENNIAL: 24,
    BillingCycle.TRIENNIAL: 36,
}
_TERM = re.compile(r"P(\d{1,3})([MY])", re.ASCII | re.IGNORECASE)


class Billing(NamedTuple):
    """How a line is billed in its first term."""

    cycle: BillingCycle | None = None
    term_duration: str | None = None
    custom_term_end_date: datetime | None = None

    @property
    def periods(self) -> int | None:
        """How often the line is billed in its term: 12 for a year billed monthly, 0 for what is never billed.

        None when that is not certain: in a first term that a custom end cuts short, whose arithmetic no page prints, and
        for a term that the cycle does not divide. Source: the printed prices of "Create a cart" and "Checkout a cart".
        """
        if self.custom_term_end_date is not None:
            return None
        if self.cycle is BillingCycle.ONE_TIME:
            return 1
        if self.cycle is BillingCycle.NONE:
            return 0
        term, months = _months_in(self.term_duration), _MONTHS_BETWEEN_BILLS.get(self.cycle or BillingCycle.UNKNOWN)
        return term // months if term and months and term % months == 0 else None


def _months_in(term_duration: str | None) -> int | None:
    """None for durations in other units."""
    found = _TERM.fullmatch(term_duration or "")
    return int(found[1]) * (12 if found[2] in "Yy" else 1) if found else None


class Pricing(RecordWithContext, frozen=True, kw_only=True):
    """Prices of a cart or order line, before tax ("Cart resources", Pricing).

    `price` is that of one unit for one billing period, `extended_price` that of the whole line over its whole term; the
    others are per unit.
    """

    list_price: Decimal | None = None
    discounted_price: Decimal | None = None
    prorated_price: Decimal | None = None
    price: Decimal | None = None
    extended_price: Decimal | None = None

    currency_code: ClassVar[str | None] = None
    """That of the line, or of the order around it."""
    billing: ClassVar[Billing] = Billing()
    """That of the line."""

    def __post_init__(self) -> None:
        require_amounts(self.list_price, self.discounted_price, self.prorated_price, self.price, self.extended_price)

    @property
    def billing_periods(self) -> int | None:
        """How often the line is billed in its term; `Billing.periods` says when that is None."""
        return self.billing.periods

    @property
    def per_period(self) -> Decimal | None:
        """What the whole line is billed each time, 0 for what is never billed.

        None when the division does not come out in hundredths, or one of its sides is None.
        """
        periods = self.billing_periods
        if periods is None or self.extended_price is None:
            return None
        if periods == 0:
            return Decimal(0)
        hundredths = 100 * self.extended_price
        return self.extended_price / periods if hundredths % periods == 0 else None
