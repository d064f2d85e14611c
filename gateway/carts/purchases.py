"""What is known of each cart's purchase: how often it was answered, whether it is under way, and what came of it.

Kept in the store, so that a crash, another process or a caller who lost the answer finds it again. It is written before
the first attempt and after the answer, never in between.
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
"""A cart lives for seven days."""


@dataclass(frozen=True, slots=True)
class PurchaseKey:
    """One partner's one cart."""

    partner: str
    cart: CartKey

    @property
    def record_key(self) -> str:
        return f"purchase:{sha256(self._text.encode()).hexdigest()}"

    def request_id(self, generation: int) -> str:
        """The MS-RequestId that every attempt at the purchase carries, whoever makes it: derived, so the same everywhere."""
        return str(uuid5(_PURCHASES, f"{self._text}/{generation}"))

    @property
    def _text(self) -> str:
        return f"{self.partner}/{self.cart.customer_id}/{self.cart.cart_id}"


class Purchase(msgspec.Struct, frozen=True, array_like=True):
    """`generation` counts the business answers that ordered nothing, or not everything: an honest new try after one is
    not answered with that one again. `sent_at`, in seconds since the epoch, is set while an attempt may be under way, and
    `result`, the answer's own bytes, once everything is ordered. `is_partly_ordered` says that an earlier answer had orders
    beside errors.
    """

    generation: int = 0
    sent_at: float | None = None
    result: bytes | None = None
    is_partly_ordered: bool = False

    def sent(self, at: float) -> "Purchase":
        """While an attempt may be under way."""
        return Purchase(self.generation, at, None, self.is_partly_ordered)

    def unsent(self) -> "Purchase":
        """After an attempt that was not carried out."""
        return Purchase(self.generation, None, None, self.is_partly_ordered)

    def answered(self, result: CartCheckoutResult | None = None) -> "Purchase":
        """After an answer; None is a refusal of the whole."""
        if result is not None and not result.order_errors:
            return Purchase(self.generation, None, result.body, self.is_partly_ordered)
        has_orders = result is not None and bool(result.orders)
        return Purchase(self.generation + 1, None, None, self.is_partly_ordered or has_orders)


_decoder = msgspec.msgpack.Decoder(Purchase)


class Purchases:
    """Every call may raise StoreFailed."""

    def __init__(self, store: Store, *, clock: Callable[[], float]) -> None:
        """*clock* gives seconds since the epoch: other processes compare them with theirs."""
        self._store = store
        self.clock = clock

    async def find(self, key: PurchaseKey) -> Purchase:
        kept = await self._store.get(key.record_key)
        return Purchase() if kept is None else _decoder.decode(kept)

    async def keep(self, key: PurchaseKey, purchase: Purchase) -> None:
        await self._store.put(key.record_key, msgspec.msgpack.encode(purchase), keep_s=_KEEP_S, owner=key.partner)
