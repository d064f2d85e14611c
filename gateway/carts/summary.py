"""Facts derived from a cart record without a call, so that no frontend has to compute them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from gateway.partner_center.models.carts import Cart, CartLineItem, with_addons
from gateway.partner_center.models.values import CartStatus


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of `extendedPrice` over the lines of one currency; None stands for lines without a currency."""

    currency_code: str | None
    amount: Decimal
    line_item_count: int


def every_line(cart: Cart) -> list[CartLineItem]:
    """Base lines and add-ons, each add-on right after its base line."""
    return with_addons(cart.line_items)


def lines_with_errors(cart: Cart) -> list[CartLineItem]:
    return [line for line in every_line(cart) if line.error is not None]


def is_expired(cart: Cart, now: datetime) -> bool:
    return cart.expiration_timestamp is not None and cart.expiration_timestamp <= now


def is_editable(cart: Cart, now: datetime) -> bool:
    """Whether mutations try to change the cart. An absent or unknown status does not stop them."""
    return cart.status is not CartStatus.ORDERED and not is_expired(cart, now)


def can_check_out(cart: Cart, now: datetime) -> bool:
    return is_editable(cart, now) and bool(cart.line_items) and not lines_with_errors(cart)


def totals(cart: Cart) -> list[Total]:
    """One sum per currency, in the order of first appearance.

    Only `extendedPrice` is summed: it covers the whole term of a line, which `price` times `quantity` does not.
    Source: the printed answer of "Create a cart", where 30.40 a month for a year is 364.80.
    """
    sums: dict[str | None, tuple[Decimal, int]] = {}
    for line in every_line(cart):
        if line.pricing is not None and line.pricing.extended_price is not None:
            amount, count = sums.get(line.currency_code, (Decimal(0), 0))
            sums[line.currency_code] = (amount + line.pricing.extended_price, count + 1)
    return [Total(currency, amount, count) for currency, (amount, count) in sums.items()]


def unpriced_line_count(cart: Cart) -> int:
    return sum(1 for line in every_line(cart) if line.pricing is None or line.pricing.extended_price is None)
