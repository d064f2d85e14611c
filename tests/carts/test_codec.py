"""Answers under an idempotency key are read by the version that wrote them, by the one before, and by the one after."""

from datetime import UTC, datetime

import msgspec

from gateway.carts.codec import CHECKED_OUT
from gateway.carts.outcome import CheckedOut
from gateway.partner_center.reading import records as reading
from tests.carts.shop import a_cart
from tests.shop_ids import CONTOSO

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
BODY = b'{"orders":[{"id":"76ed9c027bca"}]}'
WITHOUT_A_MOMENT = (
    b'\x93\xa2u1\x92\xc4-{"id":"c1","status":"Ordered","lineItems":[]}\xc4"{"orders":[{"id":"76ed9c027bca"}]}\xc3'
)
"""What a gateway stored before checkouts had a moment."""


class WithoutMoment(msgspec.Struct, frozen=True, array_like=True):
    """An answer as such a gateway reads it."""

    customer_id: str
    bodies: tuple[bytes, ...]
    replayed: bool = False


def a_checkout() -> CheckedOut:
    result = reading.checkout_result(BODY, customer_id=CONTOSO)
    return CheckedOut(a_cart(), result, replayed=False, at=AT, is_partly_ordered=True)


def test_a_checkout_is_read_as_it_was_written() -> None:
    """Its moment too."""
    stored = CHECKED_OUT.write(a_checkout())

    assert isinstance(stored, bytes)
    assert CHECKED_OUT.read(stored) == a_checkout()


def test_a_checkout_without_a_moment_is_still_read() -> None:
    """It is repeated as it was answered."""
    done = CHECKED_OUT.read(WITHOUT_A_MOMENT)

    assert isinstance(done, CheckedOut)
    assert (done.cart.id, done.result.orders[0].id, done.replayed, done.at) == ("c1", "76ed9c027bca", True, None)


def test_a_checkout_with_a_moment_is_read_by_the_version_before() -> None:
    """In a rolling update either version may repeat it."""
    stored = CHECKED_OUT.write(a_checkout())

    assert isinstance(stored, bytes)
    assert msgspec.msgpack.decode(stored, type=WithoutMoment) == WithoutMoment(CONTOSO, (a_cart().body, BODY))
