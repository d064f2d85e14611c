"""The record of each cart's purchase: how often it was answered, whether an attempt may be running, and its result.

It is stored before each attempt and after the answer, so that a repeated call finds it after a crash, a lost answer or
in another process.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID, uuid5

import msgspec

from gateway.carts.keys import CartKey
from gateway.partner_center.models.carts import CartCheckoutResult
from gateway.store.store import Store

_PURCHASES = UUID("3f0c9f5e-7f1f-5d52-9a53-0f5f1b1b6a57")
_KEEP_S = 8 * 86_400
"""Seconds. A cart lives for seven days."""


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


class Purchase(msgspec.Struct, frozen=True, array_like=True):
    """The states are those of the package's docstring.

    `generation` counts the answers that ordered nothing or only a part: it changes the MS-RequestId, so that Partner
    Center does not answer the next attempt with the same answer. `sent_at`, in seconds since the epoch, is set while an
    attempt may be running. `result` is the body of the answer once everything is ordered. `is_partly_ordered` says that
    an earlier answer had both orders and errors.
    """

    generation: int = 0
    sent_at: float | None = None
    result: bytes | None = None
    is_partly_ordered: bool = False

    def sent(self, at: float) -> "Purchase":
        """An attempt may be running."""
        return Purchase(self.generation, at, None, self.is_partly_ordered)

    def unsent(self) -> "Purchase":
        """The attempt was certainly not carried out."""
        return Purchase(self.generation, None, None, self.is_partly_ordered)

    def answered(self, result: CartCheckoutResult | None = None) -> "Purchase":
        """The attempt was answered; None stands for a refusal of the whole checkout."""
        if result is not None and not result.order_errors:
            return Purchase(self.generation, None, result.body, self.is_partly_ordered)
        has_orders = result is not None and bool(result.orders)
        return Purchase(self.generation + 1, None, None, self.is_partly_ordered or has_orders)


_decoder = msgspec.msgpack.Decoder(Purchase)


class Purchases:
    """The purchases in the store. Every call may raise StoreFailed."""

    def __init__(self, store: Store, *, clock: Callable[[], float]) -> None:
        """*clock* gives seconds since the epoch, because other processes read what it gave."""
        self._store = store
        self.clock = clock

    async def get(self, key: PurchaseKey) -> Purchase:
        stored = await self._store.get(key.record_key)
        return Purchase() if stored is None else _decoder.decode(stored)

    async def put(self, key: PurchaseKey, purchase: Purchase) -> None:
        await self._store.put(key.record_key, msgspec.msgpack.encode(purchase), keep_s=_KEEP_S, owner=key.partner)
