"""The price of a line item: per unit and billing period, and for the whole term ("Pricing" resource).

Pure functions.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from gateway.sandbox import terms, wire
from gateway.sandbox.carts.records import Pricing
from gateway.sandbox.world.assortment import Assortment
from gateway.sandbox.world.seed import Currency, Offer, Term
from gateway.sandbox.world.subscription_records import PurchaseCommitment

HOURS_A_MONTH = 730  # 0.05 an hour for a year prints as 438.0 on the savings plan page: 8760 hours


@dataclass(frozen=True)
class Tariff:
    """The list price of one unit for one billing period, and the number of billing periods."""

    list_price: Decimal
    periods: int


def of_term(term: Term, billing_cycle: str, currency_code: str, assortment: Assortment) -> Tariff:
    """The tariff of a term: its own price in this currency, or else the converted dollar price."""
    currency = assortment.currency(currency_code)
    local = term.prices.get(currency_code)
    price = rounded(term.price * currency.rate, currency) if local is None else local
    return Tariff(price, terms.periods_of(term.duration, billing_cycle))


def of_commitment(
    commitment: PurchaseCommitment, duration: str | None, billing_cycle: str, currency_code: str, assortment: Assortment
) -> Tariff:
    """The tariff of a savings plan: the hourly amount for every hour of a billing period ("Azure savings plan" page)."""
    currency = assortment.currency(currency_code)
    exchange = currency.rate / assortment.currency(commitment.currency).rate
    periods = terms.periods_of(duration, billing_cycle)
    hours = HOURS_A_MONTH * terms.months_of(duration) // periods
    return Tariff(rounded(commitment.amount * hours * exchange, currency), periods)


def of_offer(
    offer: Offer, duration: str | None, billing_cycle: str, currency_code: str, assortment: Assortment
) -> Tariff | None:
    """The tariff of an old offer by month or year; None if metered. Without a term, one period is billed: Inferred."""
    if offer.price is None:
        return None
    currency = assortment.currency(currency_code)
    months = 12 if billing_cycle == "annual" else 1
    return Tariff(rounded(offer.price * months * currency.rate, currency), terms.periods_of(duration, billing_cycle))


def priced(tariff: Tariff, *, quantity: int, discount: Decimal, part: Fraction, currency: Currency) -> Pricing:
    """Applies *discount* (0 to 1) first, then charges *part* of the term.

    The extended price covers all periods and units.
    """
    discounted = rounded(tariff.list_price * (1 - discount), currency)
    prorated = rounded(discounted * part.numerator / part.denominator, currency)
    return Pricing(
        list_price=wire.money(tariff.list_price),
        discounted_price=wire.money(discounted),
        prorated_price=wire.money(prorated),
        price=wire.money(prorated),
        extended_price=wire.money(prorated * tariff.periods * quantity),
    )


def part_of_term(now: datetime, duration: str | None, ends: datetime | None) -> Fraction:
    """The fraction of a term that begins today and ends early, counted in days, first and last day included.

    1 if *ends* is None or outside of the term.
    """
    start, natural = now.date(), terms.last_day(now.date(), duration)
    if ends is None or not start <= ends.date() < natural:
        return Fraction(1)
    return Fraction((ends.date() - start).days + 1, (natural - start).days + 1)


def rounded(amount: Decimal, currency: Currency) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-currency.digits), rounding=ROUND_HALF_EVEN)
