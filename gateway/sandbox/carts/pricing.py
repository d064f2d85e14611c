"""What a line costs, by the Pricing resource: per unit and billing period, and for the whole term. Pure."""

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
    """What is charged for one unit and one billing period before anything else, and how often."""

    list_price: Decimal
    periods: int


def of_term(term: Term, billing_cycle: str, currency_code: str, assortment: Assortment) -> Tariff:
    """The price of a term in a currency: its own there, else the dollar price by the rate."""
    currency = assortment.currency(currency_code)
    own = term.prices.get(currency_code)
    price = rounded(term.price * currency.rate, currency) if own is None else own
    return Tariff(price, terms.periods_of(term.duration, billing_cycle))


def of_commitment(
    commitment: PurchaseCommitment, duration: str | None, billing_cycle: str, currency_code: str, assortment: Assortment
) -> Tariff:
    """A savings plan: so much an hour, for every hour of a billing period ("Azure savings plan" page)."""
    currency = assortment.currency(currency_code)
    exchange = currency.rate / assortment.currency(commitment.currency).rate
    periods = terms.periods_of(duration, billing_cycle)
    hours = HOURS_A_MONTH * terms.months_of(duration) // periods
    return Tariff(rounded(commitment.amount * hours * exchange, currency), periods)


def of_offer(
    offer: Offer, duration: str | None, billing_cycle: str, currency_code: str, assortment: Assortment
) -> Tariff | None:
    """An old offer by the month or the year, None when metered. Without a term one period is billed: Inferred."""
    if offer.price is None:
        return None
    currency = assortment.currency(currency_code)
    months = 12 if billing_cycle == "annual" else 1
    return Tariff(rounded(offer.price * months * currency.rate, currency), terms.periods_of(duration, billing_cycle))


def priced(tariff: Tariff, *, quantity: int, discount: Decimal, part: Fraction, currency: Currency) -> Pricing:
    """*discount* is taken off first, then *part* of the term is charged; extendedPrice covers the whole term."""
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
    """How much of a term that begins today is left when it ends early, counted in days, both ends included.

    An end outside of the term takes nothing away.
    """
    start, natural = now.date(), terms.last_day(now.date(), duration)
    if ends is None or not start <= ends.date() < natural:
        return Fraction(1)
    return Fraction((ends.date() - start).days + 1, (natural - start).days + 1)


def rounded(amount: Decimal, currency: Currency) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-currency.digits), rounding=ROUND_HALF_EVEN)
