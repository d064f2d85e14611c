"""How results are stored under an idempotency key: carts, changes and checkouts.

A cart is stored as the bytes of its answer, so decoding gives the same record again.
"""

from datetime import datetime

import msgspec

from gateway.carts.idempotency import Codec
from gateway.carts.outcome import CheckedOut, NoResult
from gateway.carts.refusals import Refusal, refusal
from gateway.carts.service import Changed
from gateway.errors import GatewayError, Refused
from gateway.partner_center.models.carts import Cart
from gateway.partner_center.reading import records as reading


class _Bodies(msgspec.Struct, frozen=True, array_like=True):
    """Bodies of Partner Center's answers about one customer. Earlier versions of the gateway did not write all members."""

    customer_id: str
    bodies: tuple[bytes, ...]
    replayed: bool = False
    at: datetime | None = None
    is_partly_ordered: bool = False

    def carts(self) -> list[Cart]:
        return [reading.cart(body, customer_id=self.customer_id) for body in self.bodies]


_decoder = msgspec.msgpack.Decoder(_Bodies)


def _encoded(customer_id: str, *bodies: bytes) -> bytes:
    return msgspec.msgpack.encode(_Bodies(customer_id, bodies))


def _encode_cart(cart: Cart) -> bytes:
    return _encoded(cart.customer_id, cart.body)


def _decode_cart(record: bytes) -> Cart:
    (cart,) = _decoder.decode(record).carts()
    return cart


def _encode_change(changed: Changed) -> bytes:
    return _encoded(changed.after.customer_id, changed.before.body, changed.after.body)


def _decode_change(record: bytes) -> Changed:
    before, after = _decoder.decode(record).carts()
    return Changed(before, after)


def _encode_checkout(done: CheckedOut | NoResult) -> bytes | Refusal | None:
    if isinstance(done, CheckedOut):
        bodies = (done.cart.body, done.result.body)
        stored = _Bodies(done.cart.customer_id, bodies, done.replayed, done.at, done.is_partly_ordered)
        return msgspec.msgpack.encode(stored)
    return refusal(done.error) if done.is_final and isinstance(done.error, Refused) else None


def _decode_checkout(record: bytes) -> CheckedOut:
    stored = _decoder.decode(record)
    cart, result = stored.bodies
    return CheckedOut(
        reading.cart(cart, customer_id=stored.customer_id),
        reading.checkout_result(result, customer_id=stored.customer_id),
        stored.replayed,
        stored.at,
        stored.is_partly_ordered,
    )


def _refused_checkout(stored: Refusal) -> NoResult:
    return NoResult("NOT_PLACED", stored.error(), is_sent=True)


def _checkout_failure(done: CheckedOut | NoResult) -> GatewayError | None:
    return done.error if isinstance(done, NoResult) else None


CART: Codec[Cart] = Codec(_encode_cart, _decode_cart)
CHANGED: Codec[Changed] = Codec(_encode_change, _decode_change)
CHECKED_OUT: Codec[CheckedOut | NoResult] = Codec(
    _encode_checkout, _decode_checkout, _refused_checkout, _checkout_failure
)
