"""The mutation that places orders, the only one that spends money, and its result."""

import logging
from collections.abc import Sequence
from typing import Annotated

import strawberry

from gateway.carts.idempotency import Answer
from gateway.carts.keys import CartKey
from gateway.carts.outcome import CheckedOut, NoResult, still_running
from gateway.carts.rules import CartRule
from gateway.context import Info, KeyedCall
from gateway.declined import Problem
from gateway.errors import CheckoutUnknown, GatewayError, StillRunning, StoreFailed
from gateway.partner_center.models import carts
from gateway.schema.cart import Cart, cart_key
from gateway.schema.cart_change import CHANGE_ERRORS, KEY
from gateway.schema.checkout_result import CartCheckoutResult, checkout_result
from gateway.schema.input_checks import check_idempotency_key, checked_cart, no_such_cart
from gateway.schema.user_errors import (
    IdempotencyKeyReusedError,
    UserError,
    user_errors,
    with_members,
)
from gateway.schema.values import given

_LOG = logging.getLogger(__name__)


@strawberry.input(description="Input of `checkoutCart`.")
class CheckoutCartInput:
    cart_id: strawberry.ID = strawberry.field(description="The cart to order.")
    expected_version: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="`Cart.version` you last showed to the buyer. When given and outdated, nothing is ordered. Ignored for a cart that is already ordered.",
    )
    idempotency_key: str | None = strawberry.field(
        default=strawberry.UNSET,
        description=(
            f"{KEY}\n"
            "A repetition with the same key returns the first answer, a refusal included.\n"
            "A checkout is safe to repeat without a key, because a cart is ordered once only; without one, a repetition after a refusal tries again."
        ),
    )


@strawberry.type(description="Result of `checkoutCart`.")
class CheckoutCartPayload:
    cart: carts.Cart | None = strawberry.field(
        default=None, graphql_type=Cart | None, description="The cart after checkout; null when `errors` is not empty."
    )
    result: CartCheckoutResult | None = strawberry.field(
        default=None, description="What checkout produced; null when `errors` is not empty."
    )
    replayed: bool = strawberry.field(
        default=False,
        description="True when this is the stored answer of an earlier call with the same `idempotencyKey`, or the result of an earlier checkout of the same cart: this call ordered nothing.",
    )
    errors: Sequence[Problem] = strawberry.field(
        default=(),
        graphql_type=list[UserError],
        description=with_members(
            "Why this call ordered nothing; empty when Partner Center carried out the checkout. Failures of single order groups are in `result`.\n"
            "A `CartNotEditableError` with reason `ALREADY_ORDERED` means that orders exist but cannot be shown here: look at the customer's orders.\n"
            "Every other member means that no order was placed.",
            *CHANGE_ERRORS,
            IdempotencyKeyReusedError,
        ),
    )


async def checkout_cart(
    info: Info, input: Annotated[CheckoutCartInput, strawberry.argument(description="Cart to order.")]
) -> CheckoutCartPayload:
    try:
        key = checked_cart(input, cart_key(input.cart_id), check_idempotency_key(input.idempotency_key))
    except CartRule as rule:
        return CheckoutCartPayload(errors=rule.problems)
    info.context.read_ahead(info.path.key, key.customer_id)
    answer = await _check_out(info, key, input)
    checkout = answer.value
    info.context.outcomes[info.path.key] = checkout.outcome
    if isinstance(checkout, NoResult):
        return _without_result(checkout, input, replayed=answer.replayed and checkout.is_final)
    return CheckoutCartPayload(
        cart=checkout.cart,
        result=checkout_result(checkout.result.orders, checkout.result.order_errors, checkout.cart, at=checkout.at),
        replayed=answer.replayed or checkout.replayed,
    )


async def _check_out(info: Info, key: CartKey, input: CheckoutCartInput) -> Answer[CheckedOut | NoResult]:
    """The known outcome of the cart's orders, whatever happens; UNKNOWN when neither the checkout nor a record says."""
    try:
        call = KeyedCall("checkoutCart", given(input.idempotency_key))
        return await info.context.check_out(key, call, expected_version=given(input.expected_version))
    except StillRunning as error:
        return Answer(still_running(error), replayed=False)
    except StoreFailed as error:
        return Answer(await info.context.checkout.not_begun(key, error), replayed=False)
    except GatewayError as error:  # the answer of an earlier call cannot be read, or is of another input
        return Answer(NoResult("UNKNOWN", error), replayed=False)
    except Exception as error:  # noqa: BLE001 - a bug of ours must not pass for an order that was not placed
        _LOG.exception("Internal error in a checkout.")
        unknown = CheckoutUnknown(
            "Something went wrong here during the checkout: the orders may exist. Repeat the same call to find out."
        )
        unknown.__cause__ = error
        return Answer(NoResult("UNKNOWN", unknown), replayed=False)


def _without_result(checkout: NoResult, input: CheckoutCartInput, *, replayed: bool) -> CheckoutCartPayload:
    """The refusal as data; raises the failure when the caller cannot act on it, or orders may exist.

    Raises a copy, because others may hold the failure too: they waited for the same call.
    """
    error = checkout.error.copy()
    if checkout.outcome != "NOT_PLACED" and not isinstance(error, CartRule):
        raise error from checkout.error
    try:
        errors = user_errors(error, missing=no_such_cart(input.cart_id))
    except GatewayError:
        raise error from checkout.error
    return CheckoutCartPayload(errors=errors, replayed=replayed)
