"""Checks out a cart. The cart identifies the purchase, so a repeated checkout never buys twice.

An attempt without an answer may have been carried out. Its outcome is found by repeating the same attempt and is never
assumed to be "not placed". `outcome` decides what is known, `attempts` sends, `purchases` records.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import datetime

from gateway.carts import outcome
from gateway.carts.attempts import Attempts, as_ordered
from gateway.carts.keys import CartKey
from gateway.carts.outcome import CheckedOut, NoResult
from gateway.carts.purchases import Purchase, PurchaseKey, Purchases
from gateway.errors import Forbidden, GatewayError, StillRunning, StoreFailed, TimedOut, Unauthenticated
from gateway.partner_center.carts import CartsClient
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.carts import Cart, CartCheckoutResult
from gateway.partner_center.models.values import CartStatus
from gateway.partner_center.reading import records as reading
from gateway.store.locks import ResourceLock, ResourceLocks
from gateway.telemetry.purchases import PurchaseReport


class Checkout:
    """Checkouts for one caller."""

    def __init__(
        self,
        partner_center: PartnerCenter,
        *,
        locks: ResourceLocks,
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
        """Orders everything in the cart. An ordered cart answers with its earlier result.

        Holds the cart's lock, so no edit happens between the check of the version and the order.
        """
        report = PurchaseReport(customer_id=key.customer_id, cart_id=key.cart_id)
        try:
            ended = await self._exclusively(key, expected_version, report)
        except BaseException:
            report.finish("UNKNOWN")
            raise
        _finish(report, ended)
        return ended

    async def _exclusively(
        self, key: CartKey, expected_version: str | None, report: PurchaseReport
    ) -> CheckedOut | NoResult:
        try:
            async with self._locks.hold(self._partner, key.customer_id, key.cart_id) as lock:
                return await self._place(PurchaseKey(self._partner, key), lock, expected_version, report)
        except StillRunning as error:
            return outcome.still_running(error)
        except StoreFailed as error:
            return await self.not_begun(key, error)

    async def not_begun(self, key: CartKey, error: StoreFailed) -> NoResult:
        """The outcome when the store failed before this call sent anything; an earlier call may have ordered."""
        try:
            cart = await self._read(key)
        except (Unauthenticated, Forbidden) as refused:
            return NoResult("UNKNOWN", refused)
        except GatewayError:
            return NoResult("UNKNOWN", error)
        return outcome.store_failed(error, cart)

    async def _place(
        self, key: PurchaseKey, lock: ResourceLock, expected_version: str | None, report: PurchaseReport
    ) -> CheckedOut | NoResult:
        purchase = await self._purchases.get(key)
        try:
            cart = await self._read(key.cart)  # first, because only a caller that may read the cart may see its result
        except GatewayError as error:
            return outcome.cart_unread(purchase, error)
        if purchase.result is not None:
            result = reading.checkout_result(purchase.result, customer_id=key.cart.customer_id)
            return CheckedOut(cart, result, replayed=True, at=purchase.result_at)
        attempts = Attempts(
            self._partner_center,
            self._purchases,
            key,
            purchase,
            cart,
            lock=lock,
            report=report,
            now=self._now,
            sleep=self._sleep,
            chance=self._chance,
        )
        if purchase.sent_at is not None and not await attempts.settle(since=purchase.sent_at):
            return outcome.unknown(_no_time(), sent=False)
        before = attempts.cart
        if before.status is not CartStatus.ORDERED:
            stopped = await self._begin(key, lock, purchase, before, expected_version)
            if stopped is not None:
                return stopped
        return await _sent(attempts, before, purchase)

    async def _begin(
        self, key: PurchaseKey, lock: ResourceLock, purchase: Purchase, cart: Cart, expected_version: str | None
    ) -> NoResult | None:
        """Records that an attempt follows, and returns None. If none may be sent, returns the reason instead."""
        declined = outcome.declined(purchase, cart, self._now(), expected_version)
        if declined is not None:
            return declined
        if lock.is_lost:
            return outcome.overtaken()
        try:
            await self._purchases.put(key, purchase.sent(self._purchases.clock()))
        except StoreFailed as error:
            return outcome.not_recorded(purchase, error)
        return None

    async def _read(self, key: CartKey) -> Cart:
        return await self._client.get(key.customer_id, key.cart_id)


def _finish(report: PurchaseReport, ended: CheckedOut | NoResult) -> None:
    if isinstance(ended, NoResult):
        report.finish(ended.outcome, error=ended.error)
    else:
        orders = [order.id for order in ended.result.orders]
        report.finish(ended.outcome, orders=orders, replayed=ended.replayed)


async def _sent(attempts: Attempts, before: Cart, purchase: Purchase) -> CheckedOut | NoResult:
    answer = await attempts.send()
    if isinstance(answer, NoResult):
        return answer
    return CheckedOut(
        await _cart_after(attempts, answer.result),
        answer.result,
        replayed=before.status is CartStatus.ORDERED,
        at=answer.at,
        is_partly_ordered=purchase.is_partly_ordered,
    )


async def _cart_after(attempts: Attempts, result: CartCheckoutResult) -> Cart:
    """The cart as Partner Center shows it after the checkout. A failing read must not hide orders that exist."""
    if await attempts.refresh() or result.order_errors:
        return attempts.cart
    return as_ordered(attempts.cart)


def _no_time() -> TimedOut:
    return TimedOut("The request's deadline was too close to wait for the end of an earlier attempt.", sent=False)
