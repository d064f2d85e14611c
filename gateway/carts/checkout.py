"""A purchase: one cart becoming orders. The cart identifies it, so repeating a checkout never buys twice.

Every attempt carries one MS-RequestId. An attempt without an answer may have been carried out, so what becomes of it is
found out by repeating the same attempt, and never taken for "not placed".
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

from gateway.carts.keys import CartKey
from gateway.carts.locks import CartLock, CartLocks
from gateway.carts.outcome import CheckedOut, NoResult, is_business
from gateway.carts.purchases import Purchase, PurchaseKey, Purchases
from gateway.carts.rules import CartRule
from gateway.carts.service import ALREADY_SUBMITTED, already_ordered, as_expected, editable
from gateway.errors import (
    CheckoutUnknown,
    Conflict,
    Forbidden,
    GatewayError,
    Malformed,
    Refused,
    StillRunning,
    StoreFailed,
    TimedOut,
    Unauthenticated,
    Unavailable,
)
from gateway.partner_center.carts import CartsClient
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.carts import Cart, CartCheckoutResult
from gateway.partner_center.models.values import CartStatus
from gateway.partner_center.plain_json import document, encode
from gateway.partner_center.reading import records as reading

_LOG = logging.getLogger(__name__)

_IN_USE = "800064"
_MORE_ATTEMPTS = 3
_SETTLES_IN_S = 5.0
"""How long Partner Center may still be at work on an attempt that nobody waits for any more. Two at once may both buy."""
_LOOK_EVERY_S = 1.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.2, 2.0
_LEAST_TIME_S = 1.0
"""No attempt starts with less time than this."""


class Checkout:
    """Checkouts for one caller."""

    def __init__(
        self,
        partner_center: PartnerCenter,
        *,
        locks: CartLocks,
        purchases: Purchases,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._partner_center = partner_center
        self._client = CartsClient(partner_center)
        self._partner = partner_center.caller.partner
        self._locks = locks
        self._purchases = purchases
        self._now = now
        self._sleep = sleep
        self._chance = chance

    async def place(self, key: CartKey, *, expected_version: str | None) -> CheckedOut | NoResult:
        """Order everything in the cart; an ordered cart answers with its earlier result.

        No edit slips in between the check of the version and the order.
        """
        try:
            async with self._locks.hold(self._partner, key) as turn:
                return await self._place(PurchaseKey(self._partner, key), turn, expected_version)
        except StillRunning as error:
            return still_running(error)
        except StoreFailed as error:
            return await self.not_begun(key, error)

    async def not_begun(self, key: CartKey, error: StoreFailed) -> NoResult:
        """What is known when the store does not answer, so that this call sends nothing: others may have before it."""
        try:
            cart = await self._cart(PurchaseKey(self._partner, key))
        except (Unauthenticated, Forbidden) as refused:
            return NoResult("UNKNOWN", refused)
        except GatewayError:
            return NoResult("UNKNOWN", error)
        return _placed(error) if cart.status is CartStatus.ORDERED else NoResult("NOT_PLACED", error)

    async def _place(self, key: PurchaseKey, turn: CartLock, expected_version: str | None) -> CheckedOut | NoResult:
        purchase = await self._purchases.find(key)
        try:
            cart = await self._cart(key)  # before its result is shown: only a caller that may read the cart gets that
        except GatewayError as error:
            return _unread(purchase, error)
        if purchase.result is not None:
            result = reading.checkout_result(purchase.result, customer_id=key.cart.customer_id)
            return CheckedOut(cart, result, replayed=True)
        if purchase.sent_at is not None:
            cart, is_over = await self._settled(key, cart, since=purchase.sent_at)
            if not is_over:
                return _unknown(_no_time(), sent=False)
        ordered = cart.status is CartStatus.ORDERED
        if not ordered:
            declined = _declined(purchase, cart, self._now(), expected_version)
            if declined is not None:
                return declined
            if _is_lost(turn):
                return _overtaken()
            try:
                await self._purchases.keep(key, purchase.sent(self._purchases.clock()))
            except StoreFailed as error:
                return _not_written(purchase, error)
        sent = await self._send(key, turn, cart, purchase)
        if isinstance(sent, NoResult):
            return sent
        return CheckedOut(await self._after(key, cart, sent), sent, replayed=ordered)

    async def _send(
        self, key: PurchaseKey, turn: CartLock, cart: Cart, purchase: Purchase
    ) -> CartCheckoutResult | NoResult:
        """The answer of the first attempt that has one. None begins when another process may be at work by then.

        *purchase* is as it was found: an earlier call may have left an attempt behind that nobody knows the end of.
        """
        if _is_lost(turn):
            return _overtaken()
        request_id = key.request_id(purchase.generation)
        unaccounted = False
        for left in reversed(range(_MORE_ATTEMPTS + 1)):
            try:
                result = await self._client.checkout(key.cart.customer_id, key.cart.cart_id, request_id=request_id)
            except GatewayError as error:
                if _says_ordered(error, cart):
                    return NoResult("PLACED", CartRule(already_ordered(_ordered(cart))))
                unaccounted = unaccounted or error.maybe_done or _is_in_use(error)
                if _is_lost(turn) and not unaccounted:
                    return _overtaken()
                if not unaccounted and (purchase.sent_at is None or is_business(error)):
                    return await self._not_placed(key, cart, purchase, error)
                await self._keep_given_up(key, purchase, error)
                if not (left and _may_be_asked_again(error) and self._has_time() and not _is_lost(turn)):
                    return await self._unresolved(key, cart, error, sent=unaccounted)
                cart, is_over = await self._pause(key, cart, error, attempt=_MORE_ATTEMPTS - left)
                if not is_over or _is_lost(turn):
                    return await self._unresolved(key, cart, error, sent=unaccounted)
                await self._keep(key, purchase.sent(self._purchases.clock()))
            else:
                return await self._answered(key, cart, purchase, result)
        raise AssertionError("the last attempt ends in an answer or in an error")

    async def _keep_given_up(self, key: PurchaseKey, purchase: Purchase, error: GatewayError) -> None:
        """The time that an attempt may still be at work begins when nobody waits for it any more."""
        if isinstance(error, TimedOut) and error.maybe_done:
            await self._keep(key, purchase.sent(self._purchases.clock()))

    async def _answered(
        self, key: PurchaseKey, cart: Cart, purchase: Purchase, result: CartCheckoutResult
    ) -> CartCheckoutResult | NoResult:
        """What an answer says. One that names neither orders nor errors says nothing, and is not final."""
        if result.orders or result.order_errors:
            await self._keep(key, purchase.answered(result))
            return result
        nothing = Malformed("Partner Center answered the checkout with neither orders nor errors.")
        return await self._unresolved(key, cart, nothing, sent=True)

    async def _not_placed(self, key: PurchaseKey, cart: Cart, purchase: Purchase, error: GatewayError) -> NoResult:
        """What is known when no attempt of this call can have ordered anything."""
        if cart.status is CartStatus.ORDERED:
            return _placed(error)
        await self._keep(key, purchase.answered() if is_business(error) else purchase.unsent())
        return replace(_nothing_sent(purchase, error), is_sent=True)

    async def _unresolved(self, key: PurchaseKey, cart: Cart, error: GatewayError, *, sent: bool) -> NoResult:
        """What is known when an attempt may have ordered and none was answered: PLACED where the cart says so, else
        UNKNOWN. *sent* says whether one of them was of this call.

        There may be no time left to read the cart again; *cart* is as it was seen last.
        """
        cart = await self._look(key) or cart
        if cart.status is not CartStatus.ORDERED:
            return _unknown(error, sent=sent)
        if is_business(error) and not _is_in_use(error):
            return NoResult("PLACED", CartRule(already_ordered(cart)))
        return _placed(error)

    async def _pause(self, key: PurchaseKey, cart: Cart, error: GatewayError, *, attempt: int) -> tuple[Cart, bool]:
        """Before the next attempt: until Partner Center cannot be at work on one that was given up, else not for long.

        The cart as it was seen last, and whether the pause was waited out.
        """
        if isinstance(error, TimedOut):
            return await self._settled(key, cart, since=self._purchases.clock())
        await self._sleep(self._chance() * min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2**attempt))
        return cart, True

    async def _settled(self, key: PurchaseKey, cart: Cart, *, since: float) -> tuple[Cart, bool]:
        """The cart once it is ordered, or once an attempt sent at *since* has had its time; False with it when this call's
        own time ends before.
        """
        left = min(since + _SETTLES_IN_S - self._purchases.clock(), _SETTLES_IN_S)
        while left > 0 and self._has_time() and cart.status is not CartStatus.ORDERED:
            await self._sleep(min(left, _LOOK_EVERY_S))
            left -= _LOOK_EVERY_S
            cart = await self._look(key) or cart
        return cart, left <= 0 or cart.status is CartStatus.ORDERED

    def _has_time(self) -> bool:
        left = self._partner_center.time_left
        return left is None or left >= _LEAST_TIME_S

    async def _cart(self, key: PurchaseKey) -> Cart:
        return await self._client.get(key.cart.customer_id, key.cart.cart_id)

    async def _look(self, key: PurchaseKey) -> Cart | None:
        """The cart as it stands; None when it cannot be read now."""
        try:
            return await self._cart(key)
        except GatewayError:
            return None

    async def _after(self, key: PurchaseKey, before: Cart, result: CartCheckoutResult) -> Cart:
        """The cart as Partner Center now shows it; the orders exist, so a failing read must not hide them."""
        return await self._look(key) or (before if result.order_errors else _ordered(before))

    async def _keep(self, key: PurchaseKey, purchase: Purchase) -> None:
        """What is answered is answered: a store that fails now must not hide it."""
        try:
            await self._purchases.keep(key, purchase)
        except StoreFailed:
            _LOG.warning("What became of a checkout could not be kept.")


def still_running(error: StillRunning) -> NoResult:
    """What is known while an earlier call is at work on the same cart or under the same key."""
    return NoResult("UNKNOWN", CheckoutUnknown(error.message))


def _no_time() -> TimedOut:
    return TimedOut("There was no time left to wait for the end of an attempt that may be under way.", sent=False)


def _is_lost(turn: CartLock) -> bool:
    """Asked through a function, because type checkers take a property for unchanged across an await."""
    return turn.is_lost


def _overtaken() -> NoResult:
    """What is known when another process may have taken its turn: the record of the purchase is that one's now."""
    message = "Another request may be checking this cart out. Repeat the same call to learn its result."
    return NoResult("UNKNOWN", CheckoutUnknown(message))


def _unread(purchase: Purchase, error: GatewayError) -> NoResult:
    """What is known when the cart cannot be read, so that this call sends nothing: what the record of earlier calls says.

    A caller that Partner Center does not accept is not shown what the record says.
    """
    if purchase.result is None and purchase.sent_at is None:
        return _unread_and_unsent(purchase, error)
    if isinstance(error, Unauthenticated | Forbidden):
        return NoResult("UNKNOWN", error)
    return _unknown(error, sent=False) if purchase.result is None else _placed(error)


def _unread_and_unsent(purchase: Purchase, error: GatewayError) -> NoResult:
    """The same where no record says that the cart was checked out: the refusal to show it may say that it is."""
    if _is_submitted(error):
        return _placed(error)
    return NoResult("UNKNOWN", error) if _is_in_use(error) else _nothing_sent(purchase, error)


def _not_written(purchase: Purchase, error: StoreFailed) -> NoResult:
    """What is known when this call cannot be written down, and so is not sent: what the record of earlier calls says."""
    return _nothing_sent(purchase, error) if purchase.sent_at is None else NoResult("UNKNOWN", error)


def _declined(purchase: Purchase, cart: Cart, now: datetime, expected_version: str | None) -> NoResult | None:
    """Why a cart that does not read as ordered is not checked out; None when it can be."""
    try:
        editable(cart, now)
        as_expected(cart, expected_version)
    except CartRule as rule:
        if purchase.sent_at is None:
            return NoResult("NOT_PLACED", rule)
        unknown = _unknown(rule, sent=False)
        return NoResult("UNKNOWN", unknown.error.adding(f"This call was not sent: {rule.message}"))
    return None


def _nothing_sent(purchase: Purchase, error: GatewayError) -> NoResult:
    """What is known when no attempt can have ordered anything since the last one that was answered."""
    if not purchase.is_partly_ordered or is_business(error):
        return NoResult("NOT_PLACED", error)
    return NoResult("UNKNOWN", error.adding("An earlier checkout ordered a part of this cart."))


def _placed(error: GatewayError) -> NoResult:
    repeat = "; repeat the same call later to see them" if error.retryable else ""
    return NoResult("PLACED", error.adding(f"The orders exist all the same{repeat}."))


def _unknown(error: GatewayError, *, sent: bool) -> NoResult:
    """An attempt was sent, by this call or by a recorded earlier one, and its answer is missing."""
    sender = (
        "The checkout was sent, but its answer" if sent else "An earlier checkout of this cart was sent, but its answer"
    )
    unknown = CheckoutUnknown(
        f"{sender} did not arrive: the orders may exist. Repeat the same call to find out.",
        retry_after_s=error.retry_after_s,
        upstream_correlation_id=error.upstream_correlation_id,
    )
    unknown.__cause__ = error
    return NoResult("UNKNOWN", unknown)


def _says_ordered(error: GatewayError, cart: Cart) -> bool:
    """Whether orders exist of which Partner Center does not tell: it says so, or refuses to repeat its answer."""
    if _is_submitted(error):
        return True
    return cart.status is CartStatus.ORDERED and is_business(error) and not _is_in_use(error)


def _is_submitted(error: GatewayError) -> bool:
    return isinstance(error, Refused) and error.partner_center_code == ALREADY_SUBMITTED


def _is_in_use(error: GatewayError) -> bool:
    """Whether another request is at work on the cart, perhaps an attempt of ours."""
    return isinstance(error, Conflict) and error.partner_center_code == _IN_USE


def _may_be_asked_again(error: GatewayError) -> bool:
    return isinstance(error, Unavailable | Malformed) or _is_in_use(error)


def _ordered(cart: Cart) -> Cart:
    """The cart as it must be by now."""
    body = encode({**document(cart.body), "status": CartStatus.ORDERED.value})
    return reading.cart(body, customer_id=cart.customer_id)
