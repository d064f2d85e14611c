"""Checkouts that are expected to have a result, or none."""

from gateway.carts.checkout import Checkout
from gateway.carts.outcome import CheckedOut, NoResult
from tests.carts.shop import KEY


async def bought(checkout: Checkout, *, expected_version: str | None = None) -> CheckedOut:
    done = await checkout.place(KEY, expected_version=expected_version)
    assert isinstance(done, CheckedOut)
    return done


async def stopped(checkout: Checkout, *, expected_version: str | None = None) -> NoResult:
    done = await checkout.place(KEY, expected_version=expected_version)
    assert isinstance(done, NoResult)
    return done
