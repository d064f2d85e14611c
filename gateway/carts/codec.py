"""Answers written down, to be given again later or by another process: carts, changes, checkouts and refusals.

A cart is kept as the very bytes it came in, so that what is read again is what was read.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Never, TypeVar

import msgspec

from gateway.carts.purchases import CheckedOut, NoResult
from gateway.carts.service import Changed
from gateway.errors import Conflict, GatewayError, NotFound, Refused
from gateway.partner_center.models.carts import Cart
from gateway.partner_center.reading import records as reading

T = TypeVar("T")

_KINDS: dict[str, type[Refused]] = {kind.__name__: kind for kind in (Refused, NotFound, Conflict)}


class _Carts(msgspec.Struct, frozen=True, array_like=True):
    """Answers of one customer, as they came."""

    customer_id: str
    bodies: tuple[bytes, ...]
    replayed: bool = False

    def carts(self) -> list[Cart]:
        return [reading.cart(body, customer_id=self.customer_id) for body in self.bodies]


class Refusal(msgspec.Struct, frozen=True, array_like=True):
    """A business refusal of Partner Center's."""

    kind: str
    message: str
    http_status: int
    partner_center_code: str | None
    description: str | None
    retry_after_s: float | None
    upstream_correlation_id: str | None

    def error(self) -> Refused:
        """The failure again, as the stored answer of an earlier call."""
        error = _KINDS[self.kind](
            self.message,
            http_status=self.http_status,
            partner_center_code=self.partner_center_code,
            description=self.description,
            retry_after_s=self.retry_after_s,
            upstream_correlation_id=self.upstream_correlation_id,
        )
        error.replayed = True
        return error


def refusal(error: Refused) -> Refusal:
    return Refusal(
        kind=type(error).__name__,
        message=error.message,
        http_status=error.http_status,
        partner_center_code=error.partner_center_code,
        description=error.description,
        retry_after_s=error.retry_after_s,
        upstream_correlation_id=error.upstream_correlation_id,
    )


def _raised(stored: Refusal) -> Never:
    raise stored.error()


def _none(_: object) -> None:
    """An answer that is a failure is raised."""


@dataclass(frozen=True, slots=True)
class Form(Generic[T]):
    """How an answer is written down, and read again.

    `write` gives None for an answer that is not final, which is not written down. `refused` says what a refusal that was
    written down is to a repeat of its call: raised, unless answers have a value for it. `failure` is what such a value
    holds.
    """

    write: Callable[[T], bytes | Refusal | None]
    read: Callable[[bytes], T]
    refused: Callable[[Refusal], T] = _raised
    failure: Callable[[T], GatewayError | None] = _none


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


CART: Form[Cart] = Form(lambda cart: _written(cart.customer_id, cart.body), _cart)
CHANGED: Form[Changed] = Form(
    lambda changed: _written(changed.after.customer_id, changed.before.body, changed.after.body), _changed
)
CHECKED_OUT: Form[CheckedOut | NoResult] = Form(
    _write_checkout,
    _read_checkout,
    _refused_checkout,
    lambda done: done.error if isinstance(done, NoResult) else None,
)
