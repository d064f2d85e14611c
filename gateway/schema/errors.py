"""Our failures as graph types. The only place that knows both, and that decides which failures are data.

What a mutation's caller can act on becomes a UserError of its payload; everything else is raised on and ends in the
answer's top-level `errors`.
"""

from collections.abc import Sequence
from typing import cast

import strawberry

from gateway.carts import rules
from gateway.errors import Forbidden, GatewayError, NotFound, Refused, Throttled
from gateway.partner_center.models import carts
from gateway.schema.cart import Cart
from gateway.schema.line_item import CartLineItem
from gateway.schema.user_errors import (
    CartLineItemNotFoundError,
    CartNotEditableError,
    CartNotEditableReason,
    CartNotFoundError,
    CartVersionConflictError,
    CustomerNotFoundError,
    IdempotencyKeyReusedError,
    InvalidInputError,
    PartnerCenterRejectedError,
    UserError,
    UserErrorCode,
)

_NOBODY_THERE = {None, "800008", "60003", "1000"}
"""Codes of a 404 that says the cart or customer itself is missing; others speak of something inside the request."""


_MOST_TOLD = 50


def user_errors(error: GatewayError, *, absent: rules.Problem) -> list[UserError]:
    """The problems of a mutation as data. Raises *error* when it is none that the caller can act on.

    *absent* is what to report when Partner Center does not know the cart or the customer that the mutation names.
    """
    if isinstance(error, rules.CartRule):
        return [_user_error(problem) for problem in _first(error.problems)]
    if isinstance(error, NotFound) and error.partner_center_code in _NOBODY_THERE:
        return [_user_error(absent)]
    if isinstance(error, Refused) and not isinstance(error, Forbidden | Throttled):
        return [_rejected(error)]
    raise error


def _first(problems: Sequence[rules.Problem]) -> Sequence[rules.Problem]:
    """As many as somebody reads; one more says that there are others."""
    left = len(problems) - _MOST_TOLD
    if left <= 0:
        return problems
    return [*problems[:_MOST_TOLD], rules.Problem(message=f"{left} more problems of this input are not told.")]


def _user_error(problem: rules.Problem) -> UserError:
    message, path = problem.message, input_path(problem.path)
    match problem:
        case rules.NoSuchCart():
            cart_id = strawberry.ID(problem.cart_id)
            return CartNotFoundError(code=UserErrorCode.CART_NOT_FOUND, message=message, path=path, cart_id=cart_id)
        case rules.NoSuchCustomer():
            return CustomerNotFoundError(code=UserErrorCode.CUSTOMER_NOT_FOUND, message=message, path=path)
        case rules.NoSuchLine():
            return CartLineItemNotFoundError(
                code=UserErrorCode.CART_LINE_ITEM_NOT_FOUND,
                message=message,
                path=path,
                line_item_id=strawberry.ID(problem.line_id),
            )
        case rules.NotEditable():
            return CartNotEditableError(
                code=UserErrorCode.CART_NOT_EDITABLE,
                message=message,
                path=path,
                reason=CartNotEditableReason[problem.reason],
                cart=graph_cart(problem.cart),
            )
        case rules.VersionConflict():
            return CartVersionConflictError(
                code=UserErrorCode.CART_VERSION_CONFLICT,
                message=message,
                path=path,
                expected_version=problem.expected_version,
                cart=graph_cart(problem.cart),
            )
        case rules.KeyReused():
            return IdempotencyKeyReusedError(
                code=UserErrorCode.IDEMPOTENCY_KEY_REUSED,
                message=message,
                path=path,
                idempotency_key=problem.idempotency_key,
            )
        case _:
            return InvalidInputError(code=UserErrorCode.INVALID_INPUT, message=message, path=path)


def graph_cart(cart: carts.Cart) -> Cart:
    """The record, which stands for its graph type wherever one is promised."""
    return cast("Cart", cart)


def graph_lines(lines: list[carts.CartLineItem]) -> list[CartLineItem]:
    """The records, likewise."""
    return cast("list[CartLineItem]", lines)


def input_path(path: rules.Path) -> list[str]:
    """From the mutation's arguments, all of which stand in `input`."""
    return ["input", *path] if path else []


def _rejected(refusal: Refused) -> PartnerCenterRejectedError:
    return PartnerCenterRejectedError(
        code=UserErrorCode.PARTNER_CENTER_REJECTED,
        message=refusal.message,
        path=[],
        http_status=refusal.http_status,
        partner_center_code=refusal.partner_center_code,
        partner_center_description=refusal.description,
        correlation_id=refusal.upstream_correlation_id,
    )
