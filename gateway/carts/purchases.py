"""The record of each cart's purchase: how often it was answered, whether an attempt may be running, and what came of it;
and the record of each order, which leads back to its cart.

A purchase is stored before each attempt and after the answer, so that a repeated call finds it after a crash, a lost
answer or in another process.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TypeVar
from uuid import UUID, uuid5

import msgspec
from msgspec.structs import replace

from gateway.carts.keys import CartKey
from gateway.carts.pairing import OrderedLine, order_key, paired, pending
from gateway.errors import Malformed, RecordUnreadable
from gateway.partner_center.models.carts import Cart, CartCheckoutResult, with_addons
from gateway.partner_center.models.orders import Order
from gateway.partner_center.reading import records as reading
from gateway.store.store import Store

R = TypeVar("R")

_PURCHASES = UUID("3f0c9f5e-7f1f-5d52-9a53-0f5f1b1b6a57")
_KEEP_S = 8 * 86_400
"""Seconds. A cart lives for seven days."""

_FORMAT = 2
"""The format of purchases as written here. In format 1 the record ends before it.

Gateways of format 1 ignore what follows the first four members, so a new format may only add members at the end, unless
no such gateway is left.
"""
_ORIGIN_FORMAT = 1
_MOST_ANSWERS = 32
"""Answers with errors that a record holds: many more than checkouts of one cart that each order another part."""


@dataclass(frozen=True, slots=True)
class PurchaseKey:
    """A cart of one partner."""

    partner: str
    cart: CartKey

    @property
    def record_key(self) -> str:
        return f"purchase:{sha256(self._text.encode()).hexdigest()}"

    def request_id(self, generation: int) -> str:
        """The MS-RequestId of every attempt at the purchase. It is derived, so all processes send the same one."""
        return str(uuid5(_PURCHASES, f"{self._text}/{generation}"))

    @property
    def _text(self) -> str:
        return f"{self.partner}/{self.cart.customer_id}/{self.cart.cart_id}"


@dataclass(frozen=True, slots=True)
class OriginKey:
    """An order of one partner's customer. The customer is a GUID in lower case."""

    partner: str
    customer_id: str
    order_id: str

    @property
    def record_key(self) -> str:
        text = f"{self.partner}/{self.customer_id}/{self.order_id.lower()}"
        return f"order:{sha256(text.encode()).hexdigest()}"


class PartialAnswer(msgspec.Struct, frozen=True, array_like=True):
    """The body of an answer with order errors, and when it came; None when the cart was checked out elsewhere."""

    body: bytes
    at: datetime | None


class Purchase(msgspec.Struct, frozen=True, array_like=True):
    """The states are those of the package's docstring.

    `generation` counts the answers that ordered nothing or only a part: it changes the MS-RequestId, so that Partner
    Center does not answer the next attempt with the same answer. `sent_at`, in seconds since the epoch, is set while an
    attempt may be running. `result` is the body of the answer once everything is ordered, and `result_at` when it came.
    `is_partly_ordered` says that an earlier answer had both orders and errors.

    `answers` are those with errors, oldest first, without any whose orders a later one names too. `ordered_lines` are
    the cart's lines that became part of an order; `is_unclear` when others may have been ordered as well.
    """

    generation: int = 0
    sent_at: float | None = None
    result: bytes | None = None
    is_partly_ordered: bool = False
    format: int = _FORMAT
    result_at: datetime | None = None
    answers: tuple[PartialAnswer, ...] = ()
    ordered_lines: tuple[OrderedLine, ...] = ()
    is_unclear: bool = False

    def sent(self, at: float) -> "Purchase":
        """An attempt may be running."""
        return replace(self, sent_at=at)

    def unsent(self) -> "Purchase":
        """The attempt was certainly not carried out."""
        return replace(self, sent_at=None)

    def refused(self) -> "Purchase":
        """The attempt was answered with a refusal of the whole checkout."""
        return replace(self, generation=self.generation + 1, sent_at=None)

    def answered(self, result: CartCheckoutResult, cart: Cart, at: datetime | None) -> "Purchase":
        """The attempt was answered. *cart* is the cart as it was sent, and *at* None when it was ordered elsewhere."""
        ordered = self._with_orders_of(result, cart)
        earlier = _not_superseded(self.answers, result, cart.customer_id)
        if not result.order_errors:
            return replace(ordered, sent_at=None, result=result.body, result_at=at, answers=earlier)
        return replace(
            ordered,
            generation=self.generation + 1,
            sent_at=None,
            is_partly_ordered=self.is_partly_ordered or bool(result.orders),
            answers=(*earlier, PartialAnswer(result.body, at))[-_MOST_ANSWERS:],
        )

    def _with_orders_of(self, result: CartCheckoutResult, cart: Cart) -> "Purchase":
        known = {each.order for each in self.ordered_lines}
        orders = [order for order in result.orders if order_key(order) not in known]
        lines = pending(with_addons(cart.line_items), self.ordered_lines)
        pairing = paired(lines, orders, result.order_errors)
        return replace(
            self,
            ordered_lines=(*self.ordered_lines, *pairing.lines),
            is_unclear=self.is_unclear or not pairing.is_complete,
        )


def _not_superseded(
    answers: Iterable[PartialAnswer], result: CartCheckoutResult, customer_id: str
) -> tuple[PartialAnswer, ...]:
    """The answers with an order that *result* does not name."""
    named = {order_key(order) for order in result.orders}
    return tuple(each for each in answers if not _keys_of_orders(each, customer_id) <= named)


def _keys_of_orders(answer: PartialAnswer, customer_id: str) -> set[str]:
    """With a key that no order has when the answer, of another version of the gateway, cannot be read."""
    try:
        return {order_key(order) for order in reading.checkout_result(answer.body, customer_id=customer_id).orders}
    except Malformed:
        return {""}


class _Format(msgspec.Struct, frozen=True, array_like=True):
    """The beginning of a purchase of any format."""

    generation: msgspec.Raw
    sent_at: msgspec.Raw
    result: msgspec.Raw
    is_partly_ordered: msgspec.Raw = msgspec.Raw()
    format: int = 1


class _Origin(msgspec.Struct, frozen=True, array_like=True):
    """The cart that an order was placed from; its customer is the order's."""

    format: int
    cart_id: str


_format = msgspec.msgpack.Decoder(_Format)
_purchase = msgspec.msgpack.Decoder(Purchase)
_origin = msgspec.msgpack.Decoder(_Origin)


def _decoded(stored: bytes) -> Purchase:
    """A purchase of format 1 has forgotten which part was ordered."""
    found = _read(_format, stored).format
    if found > _FORMAT:
        raise _unreadable()
    purchase = _read(_purchase, stored)
    return purchase if found > 1 else replace(purchase, is_unclear=purchase.is_partly_ordered)


def _read(decoder: msgspec.msgpack.Decoder[R], stored: bytes) -> R:
    try:
        return decoder.decode(stored)
    except msgspec.DecodeError as error:
        raise _unreadable() from error


def _unreadable() -> RecordUnreadable:
    return RecordUnreadable("The gateway's store has a record that another version of the gateway wrote.")


class Purchases:
    """The purchases and the origins of orders in the store.

    Every call may raise StoreFailed, of which RecordUnreadable says that there is a record.
    """

    def __init__(self, store: Store, *, clock: Callable[[], float]) -> None:
        """*clock* gives seconds since the epoch, because other processes read what it gave."""
        self._store = store
        self.clock = clock

    async def get(self, key: PurchaseKey) -> Purchase:
        stored = await self._store.get(key.record_key)
        return Purchase() if stored is None else _decoded(stored)

    async def put(self, key: PurchaseKey, purchase: Purchase) -> None:
        await self._store.put(key.record_key, msgspec.msgpack.encode(purchase), keep_s=_KEEP_S, owner=key.partner)

    async def origin(self, key: OriginKey) -> CartKey | None:
        """The cart that an order was placed from; None when that is not known."""
        stored = await self._store.get(key.record_key)
        if stored is None:
            return None
        origin = _read(_origin, stored)
        if origin.format > _ORIGIN_FORMAT:
            raise _unreadable()
        return CartKey(key.customer_id, origin.cart_id)

    async def put_origins(self, orders: Iterable[Order], key: PurchaseKey) -> None:
        """Records the cart of each order; of one without an id there would be nothing to ask for."""
        record = msgspec.msgpack.encode(_Origin(_ORIGIN_FORMAT, key.cart.cart_id))
        keys = [OriginKey(key.partner, key.cart.customer_id, order.id).record_key for order in orders if order.id]
        await asyncio.gather(*(self._store.put(each, record, keep_s=_KEEP_S, owner=key.partner) for each in keys))
