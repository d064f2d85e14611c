"""The attempts at one purchase: sends it until an answer is known, and waits where two attempts at once could buy
twice.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import datetime

from gateway.carts.outcome import (
    Answered,
    NoResult,
    is_business,
    is_in_use,
    nothing_sent,
    overtaken,
    placed,
    says_ordered,
    unknown,
)
from gateway.carts.purchases import Purchase, PurchaseKey, Purchases
from gateway.carts.rules import CartRule, already_ordered
from gateway.errors import GatewayError, Malformed, StoreFailed, TimedOut, Unavailable
from gateway.partner_center.carts import CartsClient
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.carts import Cart
from gateway.partner_center.models.orders import Order
from gateway.partner_center.models.values import CartStatus
from gateway.partner_center.plain_json import encode
from gateway.partner_center.reading import records as reading
from gateway.store.locks import ResourceLock
from gateway.telemetry.purchases import PurchaseReport

_LOG = logging.getLogger(__name__)

_MAX_ATTEMPTS = 4
_SETTLE_S = 5.0
"""How long Partner Center may keep working on an attempt after the gateway gave up waiting for its answer."""
_POLL_S = 1.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.2, 2.0
_MIN_TIME_S = 1.0
"""No attempt starts with less time than this before the request's deadline."""


class Attempts:
    """Made under the cart's lock by one call. `cart` is the cart as last read."""

    def __init__(
        self,
        partner_center: PartnerCenter,
        purchases: Purchases,
        key: PurchaseKey,
        purchase: Purchase,
        cart: Cart,
        *,
        lock: ResourceLock,
        report: PurchaseReport,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[object]],
        chance: Callable[[], float],
    ) -> None:
        """*purchase* is the record as found: an earlier call may have left an attempt without a known end."""
        self.cart = cart
        self._partner_center = partner_center
        self._client = CartsClient(partner_center)
        self._purchases = purchases
        self._key = key
        self._purchase = purchase
        self._lock = lock
        self._report = report
        self._now = now
        self._sleep = sleep
        self._chance = chance
        self._may_have_ordered = False
        """Whether an attempt of this call may have been carried out without an answer."""

    async def send(self) -> Answered | NoResult:
        """The answer to the first attempt that has one, else the known outcome. All attempts carry one MS-RequestId.

        No attempt starts once the lock is lost, because another process may be at work then.
        """
        if self._is_overtaken():
            return overtaken()
        cart, request_id = self._key.cart, self._key.request_id(self._purchase.generation)
        was_ordered_elsewhere = self._purchase.sent_at is None and self.cart.status is CartStatus.ORDERED
        for number in range(_MAX_ATTEMPTS):
            self._report.add_attempt(request_id)
            try:
                result = await self._client.checkout(cart.customer_id, cart.cart_id, request_id=request_id)
            except GatewayError as error:
                ended = await self._after_failure(error, number)
                if ended is not None:
                    return ended
            else:
                return await self._after_answer(Answered(result, None if was_ordered_elsewhere else self._now()))
        raise AssertionError("the last attempt ends in an answer or in an error")

    async def settle(self, *, since: float) -> bool:
        """Waits until an attempt sent at *since* cannot be running any more, or the cart reads as ordered.

        False when the request's deadline ends the wait earlier.
        """
        left = min(since + _SETTLE_S - self._purchases.clock(), _SETTLE_S)
        while left > 0 and self._has_time() and self.cart.status is not CartStatus.ORDERED:
            await self._sleep(min(left, _POLL_S))
            left -= _POLL_S
            await self.refresh()
        return left <= 0 or self.cart.status is CartStatus.ORDERED

    async def refresh(self) -> bool:
        """Reads the cart again. False, with the cart as it was, when it cannot be read now."""
        try:
            self.cart = await self._client.get(self._key.cart.customer_id, self._key.cart.cart_id)
        except GatewayError:
            return False
        return True

    async def _after_failure(self, error: GatewayError, number: int) -> NoResult | None:
        """The outcome after a failed attempt; None when the next one may start."""
        if says_ordered(error, self.cart):
            return NoResult("PLACED", CartRule(already_ordered(as_ordered(self.cart))))
        self._may_have_ordered = self._may_have_ordered or error.maybe_done or is_in_use(error)
        if not self._may_have_ordered:
            if self._is_overtaken():
                return overtaken()
            if self._purchase.sent_at is None or is_business(error):
                return await self._not_placed(error)
        if isinstance(error, TimedOut) and error.maybe_done:
            await self._record_sent()  # `_SETTLE_S` counts from the moment the gateway stops waiting
        if number + 1 == _MAX_ATTEMPTS or not self._may_repeat(error):
            return await self._unresolved(error)
        if not await self._pause(error, number) or self._is_overtaken():
            return await self._unresolved(error)
        await self._record_sent()
        return None

    async def _after_answer(self, answer: Answered) -> Answered | NoResult:
        """The answer or, for one with neither orders nor errors, which says nothing, the unresolved outcome."""
        result = answer.result
        if result.orders or result.order_errors:
            purchase = self._purchase.answered(result, self.cart, answer.at)
            await asyncio.gather(self._record(purchase), self._record_origins(result.orders))
            return answer
        self._may_have_ordered = True
        return await self._unresolved(Malformed("Partner Center answered the checkout with neither orders nor errors."))

    async def _not_placed(self, error: GatewayError) -> NoResult:
        """No attempt of this call can have ordered anything."""
        if self.cart.status is CartStatus.ORDERED:
            return placed(error)
        await self._record(self._purchase.refused() if is_business(error) else self._purchase.unsent())
        return replace(nothing_sent(self._purchase, error), is_sent=True)

    async def _unresolved(self, error: GatewayError) -> NoResult:
        """An attempt, of this call or an earlier one, may have ordered: PLACED if the cart says so, else UNKNOWN."""
        await self.refresh()
        if self.cart.status is not CartStatus.ORDERED:
            return unknown(error, sent=self._may_have_ordered)
        if is_business(error) and not is_in_use(error):
            return NoResult("PLACED", CartRule(already_ordered(self.cart)))
        return placed(error)

    def _may_repeat(self, error: GatewayError) -> bool:
        is_transient = isinstance(error, Unavailable | Malformed) or is_in_use(error)
        return is_transient and self._has_time() and not self._is_overtaken()

    async def _pause(self, error: GatewayError, number: int) -> bool:
        """Waits before the next attempt; after a timeout, until the last one has settled. False without time for it."""
        if isinstance(error, TimedOut):
            return await self.settle(since=self._purchases.clock())
        await self._sleep(self._chance() * min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2**number))
        return True

    def _has_time(self) -> bool:
        left = self._partner_center.time_left
        return left is None or left >= _MIN_TIME_S

    def _is_overtaken(self) -> bool:
        """A method, because type checkers assume that a property does not change across an await."""
        return self._lock.is_lost

    async def _record_sent(self) -> None:
        await self._record(self._purchase.sent(self._purchases.clock()))

    async def _record(self, purchase: Purchase) -> None:
        """A store failure must not hide the answer, so it is only logged."""
        try:
            await self._purchases.put(self._key, purchase)
        except StoreFailed:
            _LOG.warning("The outcome of a checkout could not be stored.")

    async def _record_origins(self, orders: Iterable[Order]) -> None:
        """Only the way back from the orders to their cart depends on it."""
        try:
            await self._purchases.put_origins(orders, self._key)
        except StoreFailed:
            _LOG.warning("The cart of an order could not be stored.")


def as_ordered(cart: Cart) -> Cart:
    """The cart with the status that it must have after a successful checkout."""
    body = encode({**cart.document, "status": CartStatus.ORDERED.value})
    return reading.cart(body, customer_id=cart.customer_id)
