"""Answers written down, to be given again later or by another process: carts, changes, checkouts and refusals.

A cart is kept as the very bytes it came in, so that what is read again is what was read.
"""

import msgspec

from gateway.carts.idempotency import Codec, Refusal, refusal
from gateway.carts.outcome import CheckedOut, NoResult
from gateway.carts.service import Changed
from gateway.errors import Refused
from gateway.partner_center.models.carts import Cart
from gateway.partner_center.reading import records as reading


class _Carts(msgspec.Struct, frozen=True, array_like=True):
    """Answers of one customer, as they came."""

    customer_id: str
    bodies: tuple[bytes, ...]
    replayed: bool = False

    def carts(self) -> list[Cart]:
        return [reading.cart(body, customer_id=self.customer_id) for body in self.bodies]


_decoder = msgspec.msgpack.Decoder(_Carts)


def _cart(kept: bytes) -> Cart:
    (cart,) = _decoder.decode(kept).carts()
    return cart


def _changed(kept: bytes) -> Changed:
    before, after = _decoder.decode(kept).carts()
    return Changed(before, after)


def _write_checkout(done: CheckedOut | NoResult) -> bytes | Refusal | None:
    if isinstance(done, CheckedOut):
        return _written(done.cart.customer_id, done.cart.body, done.result.body, replayed=done.replayed)
    return refusal(done.error) if done.is_final and isinstance(done.error, Refused) else None


def _read_checkout(kept: bytes) -> CheckedOut:
    record = _decoder.decode(kept)
    cart, result = record.bodies
    return CheckedOut(
        reading.cart(cart, customer_id=record.customer_id),
        reading.checkout_result(result, customer_id=record.customer_id),
        record.replayed,
    )


def _refused_checkout(stored: Refusal) -> NoResult:
    return NoResult("NOT_PLACED", stored.error(), is_sent=True)


def _written(customer_id: str, *bodies: bytes, replayed: bool = False) -> bytes:
    return msgspec.msgpack.encode(_Carts(customer_id, bodies, replayed))


CART: Codec[Cart] = Codec(lambda cart: _written(cart.customer_id, cart.body), _cart)
CHANGED: Codec[Changed] = Codec(
    lambda changed: _written(changed.after.customer_id, changed.before.body, changed.after.body), _changed
)
CHECKED_OUT: Codec[CheckedOut | NoResult] = Codec(
    _write_checkout,
    _read_checkout,
    _refused_checkout,
    lambda done: done.error if isinstance(done, NoResult) else None,
)
