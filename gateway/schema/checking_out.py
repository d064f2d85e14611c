"""The mutation that spends money."""

import logging
from typing import Annotated

import strawberry

from gateway.carts import kept
from gateway.carts.keys import CartKey
from gateway.carts.purchases import CheckedOut
from gateway.carts.repeats import Answer
from gateway.context import Info
from gateway.errors import CheckoutUnknown, GatewayError, StillRunning, StoreFailed
from gateway.schema import input_rules
from gateway.schema.calls import KeyedCall, cart_named, no_such_cart
from gateway.schema.errors import graph_cart, user_errors
from gateway.schema.input_records import given
from gateway.schema.inputs import CheckoutCartInput
from gateway.schema.order import checkout_result
from gateway.schema.payloads import CheckoutCartPayload

_LOG = logging.getLogger(__name__)


async def checkout_cart(
    info: Info, input: Annotated[CheckoutCartInput, strawberry.argument(description="Cart to order.")]
) -> CheckoutCartPayload:
    try:
        key = cart_named(input, input_rules.idempotency_key(input.idempotency_key))
        version = given(input.expected_version)
        call = KeyedCall(
            "checkoutCart", key.customer_id, input.idempotency_key, (key.customer_id, key.cart_id, version)
        )
        answer = await _bought(info, key, call, version)
    except GatewayError as error:
        error.outcome = error.outcome or "NOT_PLACED"  # what comes without one came before anything was sent
        errors = user_errors(error, absent=no_such_cart(input.cart_id))
        return CheckoutCartPayload(cart=None, result=None, replayed=error.replayed, errors=errors)
    except Exception as error:
        _LOG.exception("Internal error in a checkout.")
        raise CheckoutUnknown(
            "Something went wrong here during the checkout: the orders may exist. Repeat the same call to find out."
        ) from error
    done = answer.value
    return CheckoutCartPayload(
        cart=graph_cart(done.cart),
        result=checkout_result(done.result, done.cart),
        replayed=answer.replayed or done.replayed,
        errors=[],
    )


async def _bought(info: Info, key: CartKey, call: KeyedCall, version: str | None) -> Answer[CheckedOut]:
    try:
        return await call.once(info, lambda _: info.context.check_out(key, expected_version=version), kept.CHECKED_OUT)
    except StillRunning as error:
        raise CheckoutUnknown(error.message) from error
    except StoreFailed as error:
        raise await info.context.checkout.not_begun(key, error) from None
