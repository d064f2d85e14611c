"""A purchase: one cart becoming orders. The cart identifies it, so repeating a checkout never buys twice.

Every attempt at one purchase carries the same MS-RequestId, derived from the customer, the cart and a generation that
rises only once Partner Center has given a business answer, so that an honest new try is not met with yesterday's refusal.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from gateway.carts.rules import CartRule
from gateway.carts.service import ALREADY_SUBMITTED, CartKey, Turns, already_ordered, as_expected, editable, was_sent
from gateway.errors import (
    CheckoutUnknown,
    Conflict,
    Forbidden,
    GatewayError,
    Malformed,
    Refused,
    Throttled,
    Unavailable,
)
from gateway.partner_center import reading
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.documents import document, encode
from gateway.partner_center.models.carts import Cart, CartCheckoutResult
from gateway.partner_center.models.values import CartStatus

_PURCHASES = UUID("3f0c9f5e-7f1f-5d52-9a53-0f5f1b1b6a57")
_IN_USE = "800064"


@dataclass(frozen=True, slots=True)
class CheckedOut:
    """The cart after a checkout and what it produced; `replayed` when it had been ordered before this call."""

    cart: Cart
    result: CartCheckoutResult
    replayed: bool


class Generations:
    """How many business answers each cart's checkouts have had in this process; the oldest carts are forgotten."""

    def __init__(self, *, at_most: int = 100_000) -> None:
        self._answers: OrderedDict[CartKey, int] = OrderedDict()
        self._at_most = at_most

    def request_id(self, key: CartKey) -> str:
        """The MS-RequestId of the purchase's present generation."""
        return str(uuid5(_PURCHASES, f"{key.customer_id}/{key.cart_id}/{self._answers.get(key, 0)}"))

    def answered(self, key: CartKey) -> None:
        self._answers[key] = self._answers.pop(key, 0) + 1
        if len(self._answers) > self._at_most:
            self._answers.popitem(last=False)


class Checkout:
    """Checkouts for one caller."""

    def __init__(
        self, partner_center: PartnerCenter, *, turns: Turns, generations: Generations, now: Callable[[], datetime]
    ) -> None:
        self._partner_center = partner_center
        self._turns = turns
        self._generations = generations
        self._now = now

    async def place(self, key: CartKey, *, expected_version: str | None) -> CheckedOut:
        """Order everything in the cart; an ordered cart answers with its earlier result.

        Raises CartRule and business refusals when nothing was ordered; every other GatewayError carries `outcome`.
        No edit made through this process slips in between the check of the version and the order.
        """
        async with self._turns.of(key):
            cart = await self._read(key)
            ordered = cart.status is CartStatus.ORDERED
            if not ordered:
                editable(cart, self._now())
                as_expected(cart, expected_version)
            result = await self._send(key, cart)
            return CheckedOut(await self._after(key, cart, result), result, replayed=ordered)

    async def _read(self, key: CartKey) -> Cart:
        try:
            return await self._partner_center.get_cart(key.customer_id, key.cart_id)
        except GatewayError as error:
            error.outcome = "NOT_PLACED"
            raise

    async def _send(self, key: CartKey, cart: Cart) -> CartCheckoutResult:
        request_id = self._generations.request_id(key)
        try:
            result = await self._partner_center.checkout_cart(key.customer_id, key.cart_id, request_id=request_id)
        except (Unavailable, Malformed) as error:
            raise _unanswered(error) from error
        except Throttled as error:
            error.outcome = "NOT_PLACED"
            raise
        except Refused as refusal:
            raise self._refused(key, cart, refusal) from refusal
        except GatewayError as error:
            error.outcome = "NOT_PLACED"
            raise
        if result.order_errors:
            self._generations.answered(key)
        return result

    def _refused(self, key: CartKey, cart: Cart, refusal: Refused) -> GatewayError:
        if refusal.partner_center_code == ALREADY_SUBMITTED:
            return CartRule(already_ordered(cart))
        if isinstance(refusal, Conflict) and refusal.partner_center_code == _IN_USE:
            return CheckoutUnknown(
                "Another request is checking this cart out. Repeat the same call to learn its result.",
                upstream_correlation_id=refusal.upstream_correlation_id,
            )
        if not isinstance(refusal, Forbidden):
            self._generations.answered(key)
        refusal.outcome = "NOT_PLACED"
        return refusal

    async def _after(self, key: CartKey, before: Cart, result: CartCheckoutResult) -> Cart:
        """The cart as Partner Center now shows it; the orders exist, so a failing read must not hide them."""
        try:
            return await self._partner_center.get_cart(key.customer_id, key.cart_id)
        except GatewayError:
            return before if result.order_errors else _ordered(before)


def _ordered(cart: Cart) -> Cart:
    """The cart as it must be by now."""
    body = encode({**document(cart.body), "status": CartStatus.ORDERED.value})
    return reading.cart(body, customer_id=cart.customer_id)


def _unanswered(error: Unavailable | Malformed) -> GatewayError:
    if not was_sent(error):
        error.outcome = "NOT_PLACED"
        return error
    return CheckoutUnknown(
        "The checkout was sent, but its answer did not arrive: the orders may exist. Repeat the same call to find out.",
        upstream_correlation_id=error.upstream_correlation_id,
    )
