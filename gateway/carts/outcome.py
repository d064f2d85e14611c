"""What is known of a cart's orders after a checkout."""

from dataclasses import dataclass
from typing import Literal

from gateway.errors import Forbidden, GatewayError, Refused, Throttled
from gateway.partner_center.models.carts import Cart, CartCheckoutResult
from gateway.partner_center.models.values import CartStatus

Outcome = Literal["PLACED", "NOT_PLACED", "UNKNOWN"]
"""What is known of a cart's orders."""


@dataclass(frozen=True, slots=True)
class CheckedOut:
    """The cart after a checkout and what it produced; `replayed` when it had been ordered before this call."""

    cart: Cart
    result: CartCheckoutResult
    replayed: bool

    @property
    def outcome(self) -> "Outcome":
        """An ordered cart has orders, also where its answer names none beside its errors."""
        return "PLACED" if self.result.orders or self.cart.status is CartStatus.ORDERED else "NOT_PLACED"


@dataclass(frozen=True, slots=True)
class NoResult:
    """A checkout that ended without a result to show: what stopped it, and what is known of the cart's orders.

    NOT_PLACED only when it is certain, UNKNOWN when an order may exist, PLACED when orders exist whose answer could not
    be had. `error` belongs to this call alone and does not say what is known. `is_sent` says that Partner Center was asked
    to check out: a refusal to show the cart is not one of the purchase.
    """

    outcome: Outcome
    error: GatewayError
    is_sent: bool = False

    @property
    def is_final(self) -> bool:
        """Whether the same call would end the same way again: Partner Center refused the purchase itself."""
        return self.is_sent and self.outcome == "NOT_PLACED" and is_business(self.error)


def is_business(error: GatewayError) -> bool:
    """Whether Partner Center has answered the request itself, and not the caller's rights or its pace."""
    return isinstance(error, Refused) and not isinstance(error, Forbidden | Throttled)
