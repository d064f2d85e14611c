"""The outcome of a checkout: what is known about the cart's orders, and why. Values, and the decisions behind them.

Nothing here calls Partner Center or the store. NOT_PLACED is claimed only when it is certain.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from gateway.carts.purchases import Purchase
from gateway.carts.rules import ALREADY_SUBMITTED, CartRule, require_editable, require_version
from gateway.errors import (
    CheckoutUnknown,
    Conflict,
    Forbidden,
    GatewayError,
    RecordUnreadable,
    Refused,
    StillRunning,
    StoreFailed,
    Throttled,
    Unauthenticated,
)
from gateway.partner_center.models.carts import Cart, CartCheckoutResult
from gateway.partner_center.models.values import CartStatus

Outcome = Literal["PLACED", "NOT_PLACED", "UNKNOWN"]
"""Whether orders exist for a cart."""

_IN_USE = "800064"
"""Partner Center's code for a cart that another request is working on ("Partner Center REST error codes")."""


@dataclass(frozen=True, slots=True)
class Answered:
    """Partner Center's answer to a checkout, and when it came; None when the cart was checked out elsewhere."""

    result: CartCheckoutResult
    at: datetime | None


@dataclass(frozen=True, slots=True)
class CheckedOut:
    """The cart after a checkout, its result, and when that came: None when the cart was checked out elsewhere, or an
    earlier version of the gateway recorded it. `replayed` when the cart had been ordered before this call.
    `is_partly_ordered` when an earlier checkout ordered a part of it, which the result need not repeat.
    """

    cart: Cart
    result: CartCheckoutResult
    replayed: bool
    at: datetime | None = None
    is_partly_ordered: bool = False

    @property
    def outcome(self) -> "Outcome":
        """PLACED for an ordered cart and for one that was ordered in part, even when the result lists only errors."""
        is_ordered = self.is_partly_ordered or self.cart.status is CartStatus.ORDERED
        return "PLACED" if self.result.orders or is_ordered else "NOT_PLACED"


@dataclass(frozen=True, slots=True)
class NoResult:
    """A checkout that ended without a result: what is known of the cart's orders, and the error that ended the call.

    NOT_PLACED means certainly no order, UNKNOWN that one may exist, PLACED that orders exist but their result could not
    be read. `is_sent` says that Partner Center was asked to check out; a refusal to show the cart does not count.
    """

    outcome: Outcome
    error: GatewayError
    is_sent: bool = False

    @property
    def is_final(self) -> bool:
        """Whether a repeat would end the same way, because Partner Center refused the purchase itself."""
        return self.is_sent and self.outcome == "NOT_PLACED" and is_business(self.error)


def is_business(error: GatewayError) -> bool:
    """Whether Partner Center refused the request for its content, not for the caller's rights or rate."""
    return isinstance(error, Refused) and not isinstance(error, Forbidden | Throttled)


def is_in_use(error: GatewayError) -> bool:
    """Whether another request, possibly an earlier attempt of this purchase, is working on the cart."""
    return isinstance(error, Conflict) and error.partner_center_code == _IN_USE


def says_ordered(error: GatewayError, cart: Cart) -> bool:
    """Whether the failed attempt shows that orders exist: Partner Center says so, or refuses to check out a cart that
    was read as ordered.
    """
    if _is_submitted(error):
        return True
    return cart.status is CartStatus.ORDERED and is_business(error) and not is_in_use(error)


def still_running(error: StillRunning) -> NoResult:
    """An earlier call is still at work on the same cart or under the same idempotency key."""
    return NoResult("UNKNOWN", CheckoutUnknown(error.message))


def overtaken() -> NoResult:
    """The lease was lost, so the record of the purchase may be another process's now."""
    message = "Another request may be checking this cart out. Repeat the same call to learn its result."
    return NoResult("UNKNOWN", CheckoutUnknown(message))


def cart_unread(purchase: Purchase, error: GatewayError) -> NoResult:
    """The cart could not be read, so nothing was sent: only the record of earlier calls is known.

    A caller that Partner Center rejects does not learn what the record says.
    """
    if purchase.result is None and purchase.sent_at is None:
        return _cart_unread_and_unsent(purchase, error)
    if isinstance(error, Unauthenticated | Forbidden):
        return NoResult("UNKNOWN", error)
    return unknown(error, sent=False) if purchase.result is None else placed(error)


def _cart_unread_and_unsent(purchase: Purchase, error: GatewayError) -> NoResult:
    """No record shows a checkout, but the refusal to show the cart may."""
    if _is_submitted(error):
        return placed(error)
    return NoResult("UNKNOWN", error) if is_in_use(error) else nothing_sent(purchase, error)


def store_failed(error: StoreFailed, cart: Cart) -> NoResult:
    """The store failed before anything was sent: only the cart's status is known, and perhaps that there is a record."""
    if cart.status is CartStatus.ORDERED:
        return placed(error)
    return NoResult("UNKNOWN" if isinstance(error, RecordUnreadable) else "NOT_PLACED", error)


def not_recorded(purchase: Purchase, error: StoreFailed) -> NoResult:
    """The attempt could not be recorded, so it was not sent."""
    return nothing_sent(purchase, error) if purchase.sent_at is None else NoResult("UNKNOWN", error)


def declined(purchase: Purchase, cart: Cart, now: datetime, expected_version: str | None) -> NoResult | None:
    """Why the gateway does not check out a cart that was read as not ordered; None when it may."""
    try:
        require_editable(cart, now)
        require_version(cart, expected_version)
    except CartRule as rule:
        if purchase.sent_at is None:
            return NoResult("NOT_PLACED", rule)
        earlier = unknown(rule, sent=False)
        return NoResult("UNKNOWN", earlier.error.adding(f"This call was not sent: {rule.message}"))
    return None


def nothing_sent(purchase: Purchase, error: GatewayError) -> NoResult:
    """No attempt since the last answered one can have ordered anything."""
    if not purchase.is_partly_ordered or is_business(error):
        return NoResult("NOT_PLACED", error)
    return NoResult("UNKNOWN", error.adding("An earlier checkout ordered a part of this cart."))


def placed(error: GatewayError) -> NoResult:
    """Orders exist, but *error* kept the call from showing them."""
    repeat = "; repeat the same call later to see them" if error.retryable else ""
    return NoResult("PLACED", error.adding(f"The orders exist all the same{repeat}."))


def unknown(error: GatewayError, *, sent: bool) -> NoResult:
    """An attempt was sent and its answer is missing.

    *sent* says whether this call sent it, not a recorded earlier one.
    """
    attempt = "The checkout" if sent else "An earlier checkout of this cart"
    failure = CheckoutUnknown(
        f"{attempt} was sent, but its answer did not arrive: the orders may exist. Repeat the same call to find out.",
        retry_after_s=error.retry_after_s,
        upstream_correlation_id=error.upstream_correlation_id,
    )
    failure.__cause__ = error
    return NoResult("UNKNOWN", failure)


def _is_submitted(error: GatewayError) -> bool:
    return isinstance(error, Refused) and error.partner_center_code == ALREADY_SUBMITTED
