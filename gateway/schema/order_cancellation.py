"""The mutation that cancels an order, or some of its items."""

from collections.abc import Sequence
from typing import Annotated

import strawberry

from gateway.changes.attempts import Made
from gateway.context import Info
from gateway.declined import Declined, Problem
from gateway.errors import GatewayError
from gateway.orders.cancelling import Cancellation, NoSuchOrder
from gateway.partner_center.models import orders as models
from gateway.schema.input_checks import check_sizes
from gateway.schema.node import Kind, parts_of
from gateway.schema.order import Order
from gateway.schema.user_errors import (
    InvalidInputError,
    PartnerCenterRejectedError,
    UserError,
    UserErrorCode,
    always,
    user_errors,
    with_members,
)
from gateway.schema.values import given


@strawberry.type(description="The partner's customer has no such order.")
class OrderNotFoundError(UserError):
    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        return isinstance(value, NoSuchOrder)

    code: UserErrorCode = always(UserErrorCode.ORDER_NOT_FOUND)
    order_id: strawberry.ID = strawberry.field(description="The identifier that was sent.")


@strawberry.input(description="Input of `cancelOrder`.")
class CancelOrderInput:
    order_id: strawberry.ID = strawberry.field(description="The order to cancel.")
    line_item_numbers: list[int] | None = strawberry.field(
        default=strawberry.UNSET,
        description="Which of its items: `OrderLineItem.lineItemNumber`, at least one; all of them when left out.",
    )


@strawberry.type(description="Result of `cancelOrder`.")
class CancelOrderPayload:
    order: models.Order | None = strawberry.field(
        default=None,
        graphql_type=Order | None,
        description="The order after the cancellation: cancelled items have quantity 0. Null when `errors` is not empty.",
    )
    is_changed: bool = strawberry.field(
        default=False,
        description="True when this call cancelled something; false when all of it was cancelled already and nothing was sent.",
    )
    errors: Sequence[Problem] = strawberry.field(
        default=(),
        graphql_type=list[UserError],
        description=with_members(
            "Why nothing was cancelled; empty on success.",
            InvalidInputError,
            OrderNotFoundError,
            PartnerCenterRejectedError,
        ),
    )


async def cancel_order(
    info: Info,
    input: Annotated[CancelOrderInput, strawberry.argument(description="The order, and which of its items.")],
) -> CancelOrderPayload:
    try:
        made = await _cancel(info, input)
    except GatewayError as error:
        return CancelOrderPayload(errors=user_errors(error, missing=_no_such_order(input.order_id)))
    return CancelOrderPayload(order=made.after, is_changed=made.is_changed)


async def _cancel(info: Info, input: CancelOrderInput) -> Made[models.Order]:
    """Raises Declined with every problem of the input."""
    check_sizes(input)
    parts = parts_of(Kind.ORDER, input.order_id)
    numbers = given(input.line_item_numbers)
    message = "lineItemNumbers is empty; name at least one item, or leave it out to cancel all of them."
    problems = [Problem(message=message, path=("lineItemNumbers",))] if numbers == [] else []
    if parts is None:
        raise Declined(_no_such_order(input.order_id), *problems)
    if problems:
        raise Declined(*problems)
    customer_id, order_id = parts
    info.context.read_ahead(info.path.key, customer_id)
    cancellation = Cancellation(customer_id, order_id, None if numbers is None else tuple(numbers))
    return await info.context.cancel_order(info.path.key, cancellation)


def _no_such_order(order_id: str) -> NoSuchOrder:
    return NoSuchOrder(message="The partner's customer has no such order.", path=("orderId",), order_id=order_id)
