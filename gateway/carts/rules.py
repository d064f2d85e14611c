"""The rules by which the gateway itself declines an edit or a checkout of a cart: its problems, and what finds them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from gateway.carts.content import is_version_of
from gateway.carts.summary import is_expired
from gateway.declined import Declined, Problem
from gateway.partner_center.models.carts import Cart
from gateway.partner_center.models.values import CartStatus

NotEditableReason = Literal["ALREADY_ORDERED", "EXPIRED"]

ALREADY_SUBMITTED = "800065"
"""Partner Center's code for a cart that is ordered ("Partner Center REST error codes")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSuchCart(Problem):
    """`cart_id` is the identifier as the caller sent it."""

    cart_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSuchLine(Problem):
    """`line_id` is the identifier as the caller sent it."""

    line_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotEditable(Problem):
    reason: NotEditableReason
    cart: Cart


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionConflict(Problem):
    """`expected_version` is None when the caller gave none and Partner Center refused because of another change."""

    expected_version: str | None
    cart: Cart


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyReused(Problem):
    """An idempotency key that was used before with another input."""

    idempotency_key: str


class CartRule(Declined):
    """An edit or a checkout of a cart that the gateway declines."""


def require_editable(cart: Cart, now: datetime) -> None:
    """Raises CartRule when the cart is ordered, or expired by the gateway's clock."""
    if cart.status is CartStatus.ORDERED:
        raise CartRule(already_ordered(cart))
    if is_expired(cart, now):
        message = "The cart has expired: Partner Center keeps carts for seven days. Create a new one."
        raise CartRule(NotEditable(message=message, path=("cartId",), reason="EXPIRED", cart=cart))


def require_version(cart: Cart, expected_version: str | None) -> None:
    """Raises CartRule when the caller expects another version of the cart; None expects any."""
    if expected_version is None or is_version_of(expected_version, cart):
        return
    message = "The cart has changed since this version was read, and nothing was done. Read the cart and decide again."
    raise CartRule(
        VersionConflict(message=message, path=("expectedVersion",), expected_version=expected_version, cart=cart)
    )


def already_ordered(cart: Cart) -> NotEditable:
    message = "The cart is already checked out, so it can only be read. Create a new one for further purchases."
    return NotEditable(message=message, path=("cartId",), reason="ALREADY_ORDERED", cart=cart)


def being_changed(cart: Cart) -> VersionConflict:
    """Partner Center kept refusing the write because of other requests."""
    message = "Other requests are changing the cart right now, and nothing of this change was made. Try again."
    return VersionConflict(message=message, path=("cartId",), expected_version=None, cart=cart)
