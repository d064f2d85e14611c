"""Facts derived from a cart record without a call, so that no frontend has to compute them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from gateway.partner_center.models.carts import Cart, CartLineItem, with_addons
from gateway.partner_center.models.pricing import Pricing
from gateway.partner_center.models.values import BillingCycle, CartStatus

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class TermTotal:
    """The sums over the lines that share billing cycle and term. `per_period` is None when it is for one of them."""

    billing_cycle: BillingCycle | None
    term_duration: str | None
    billing_periods: int | None
    per_period: Decimal | None
    whole_term: Decimal
    line_item_count: int


@dataclass(frozen=True, slots=True)
class Total:
    """The sums over the priced lines of one currency; None stands for lines without a currency.

    `whole_terms` sums `extendedPrice`, each over the line's own whole term, `first_periods` what each line is billed first.
    """

    currency_code: str | None
    whole_terms: Decimal
    first_periods: Decimal | None
    terms: Sequence[TermTotal]
    line_item_count: int


def every_line(cart: Cart) -> list[CartLineItem]:
    """Base lines and add-ons, each add-on right after its base line."""
    return with_addons(cart.line_items)


def lines_with_errors(cart: Cart) -> list[CartLineItem]:
    return [line for line in every_line(cart) if line.error is not None]


def is_expired(cart: Cart, now: datetime) -> bool:
    return cart.expires_at is not None and cart.expires_at <= now


def is_editable(cart: Cart, now: datetime) -> bool:
    """Whether mutations try to change the cart. An absent or unknown status does not stop them."""
    return cart.status is not CartStatus.ORDERED and not is_expired(cart, now)


def can_check_out(cart: Cart, now: datetime) -> bool:
    return is_editable(cart, now) and bool(cart.line_items) and not lines_with_errors(cart)


def totals(lines: Iterable[CartLineItem]) -> list[Total]:
    """One total per currency, and in it one per billing cycle and term, in the order of first appearance.

    Only `extendedPrice` is summed: it covers the whole term of a line, which `price` times `quantity` does not.
    Source: the printed answer of "Create a cart", where 30.40 a month for a year is 364.80.
    """
    prices = [line.pricing for line in lines if line.pricing is not None and line.pricing.extended_price is not None]
    return [_total(currency, of_currency) for currency, of_currency in _grouped(prices, by=_currency).items()]


def _total(currency_code: str | None, prices: Sequence[Pricing]) -> Total:
    return Total(
        currency_code,
        whole_terms=_sum(price.extended_price for price in prices) or Decimal(0),
        first_periods=_sum(price.per_period for price in prices),
        terms=[_term_total(*key, of_term) for key, of_term in _grouped(prices, by=_cycle_and_term).items()],
        line_item_count=len(prices),
    )


def _term_total(cycle: BillingCycle | None, term_duration: str | None, prices: Sequence[Pricing]) -> TermTotal:
    periods = {price.billing_periods for price in prices}
    return TermTotal(
        cycle,
        term_duration,
        billing_periods=periods.pop() if len(periods) == 1 else None,
        per_period=_sum(price.per_period for price in prices),
        whole_term=_sum(price.extended_price for price in prices) or Decimal(0),
        line_item_count=len(prices),
    )


def _currency(price: Pricing) -> str | None:
    return price.currency_code


def _cycle_and_term(price: Pricing) -> tuple[BillingCycle | None, str | None]:
    return price.billing.cycle, price.billing.term_duration


def _grouped(prices: Sequence[Pricing], *, by: Callable[[Pricing], K]) -> dict[K, list[Pricing]]:
    groups: dict[K, list[Pricing]] = {}
    for price in prices:
        groups.setdefault(by(price), []).append(price)
    return groups


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """None when one of the amounts is."""
    total = Decimal(0)
    for amount in amounts:
        if amount is None:
            return None
        total += amount
    return total


def unpriced_line_count(cart: Cart) -> int:
    return sum(1 for line in every_line(cart) if line.pricing is None or line.pricing.extended_price is None)
