"""The mutation that spends money."""

import logging
from typing import Annotated

import strawberry

from gateway.carts import codec
from gateway.carts.checkout import still_running
from gateway.carts.idempotency import Answer
from gateway.carts.keys import CartKey
from gateway.carts.outcome import CheckedOut, NoResult
from gateway.carts.rules import CartRule
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
    info.context.outcomes[info.path.key] = "UNKNOWN"  # until checkout says what is known
    try:
        key = cart_named(input, input_rules.idempotency_key(input.idempotency_key))
        answer = await _bought(info, key, input)
    except CartRule as declined:  # the input breaks a rule, or the key was used with another one
        errors = user_errors(declined, absent=no_such_cart(input.cart_id))
        return CheckoutCartPayload(cart=None, result=None, replayed=False, errors=errors)
    done = answer.value
    info.context.outcomes[info.path.key] = done.outcome
    if isinstance(done, NoResult):
        return _without_result(done, input, replayed=answer.replayed and done.is_final)
    return CheckoutCartPayload(
        cart=graph_cart(done.cart),
        result=checkout_result(done.result, done.cart),
        replayed=answer.replayed or done.replayed,
        errors=[],
    )


async def _bought(info: Info, key: CartKey, input: CheckoutCartInput) -> Answer[CheckedOut | NoResult]:
    """What checkout, or the record of an earlier one, says. Where neither comes to say anything, nothing is known.

    Raises CartRule for an idempotency key that was used with another input.
    """
    version = given(input.expected_version)
    call = KeyedCall("checkoutCart", key.customer_id, input.idempotency_key, (key.customer_id, key.cart_id, version))
    try:
        return await call.once(info, lambda _: info.context.check_out(key, expected_version=version), codec.CHECKED_OUT)
    except CartRule:
        raise
    except StillRunning as error:
        return Answer(still_running(error), replayed=False)
    except StoreFailed as error:
        return Answer(await info.context.checkout.not_begun(key, error), replayed=False)
    except GatewayError as error:  # before an earlier call's answer could be looked up
        return Answer(NoResult("UNKNOWN", error), replayed=False)
    except Exception as error:  # noqa: BLE001 - a bug of ours must not pass for an order that was not placed
        _LOG.exception("Internal error in a checkout.")
        unknown = CheckoutUnknown(
            "Something went wrong here during the checkout: the orders may exist. Repeat the same call to find out."
        )
        unknown.__cause__ = error
        return Answer(NoResult("UNKNOWN", unknown), replayed=False)


def _without_result(done: NoResult, input: CheckoutCartInput, *, replayed: bool) -> CheckoutCartPayload:
    """The problems as data where nothing was ordered or all of it before. Raises every other failure.

    A failure that others may hold too, because they waited for the same call, is raised as a copy.
    """
    is_data = done.outcome == "NOT_PLACED" or isinstance(done.error, CartRule)
    try:
        errors = user_errors(done.error.copy(), absent=no_such_cart(input.cart_id)) if is_data else None
    except GatewayError as error:
        raise error from done.error
    if errors is None:
        raise done.error.copy() from done.error
    return CheckoutCartPayload(cart=None, result=None, replayed=replayed, errors=errors)
