"""What a checkout produced, right after it or looked up later."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum

import strawberry

from gateway.carts.summary import every_line
from gateway.operations.field_cost import COST, FieldCost
from gateway.partner_center.models import carts
from gateway.partner_center.models.orders import Order as OrderRecord
from gateway.partner_center.models.problems import problem_code
from gateway.schema.line_item import RECORDED_ORDERS, CartLineItem
from gateway.schema.order import Order
from gateway.schema.problems import ProblemCode

_ORDERS = {COST: FieldCost(assumed_size=4)}


@strawberry.enum(description="How much of a checkout succeeded.")
class CheckoutOutcome(Enum):
    SUCCEEDED = strawberry.enum_value("SUCCEEDED", description="Every order group became an order.")
    PARTIALLY_SUCCEEDED = strawberry.enum_value(
        "PARTIALLY_SUCCEEDED", description="Some order groups became orders, others failed."
    )
    FAILED = strawberry.enum_value("FAILED", description="No order was placed.")


@strawberry.type(description="Why one order group of a cart could not be ordered.")
class OrderError:
    order_group: str | None = strawberry.field(description="The group that failed; matches `CartLineItem.orderGroup`.")
    code: ProblemCode = strawberry.field(description="What stood in the way.")
    message: str | None = strawberry.field(description="Partner Center's explanation.")
    partner_center_code: str = strawberry.field(description="Partner Center's own error code, as text.")
    line_items: list[carts.CartLineItem] = strawberry.field(
        graphql_type=list[CartLineItem],
        description="The cart lines and add-ons of the failed group.",
        metadata={COST: FieldCost(assumed_size=5, gathers=frozenset({RECORDED_ORDERS}))},
    )


@strawberry.type(description="What a checkout produced. Orders and errors can come together.")
class CartCheckoutResult:
    orders: Sequence[OrderRecord] = strawberry.field(
        graphql_type=list[Order], description="The orders that were placed.", metadata=_ORDERS
    )
    order_errors: list[OrderError] = strawberry.field(description="The order groups that failed.", metadata=_ORDERS)
    outcome: CheckoutOutcome = strawberry.field(description="How much succeeded, over both lists.")
    checked_out_at: datetime | None = strawberry.field(
        description="When the last answer came; null when the cart was checked out elsewhere."
    )


def checkout_result(
    orders: Sequence[OrderRecord], errors: Sequence[carts.OrderError], cart: carts.Cart, *, at: datetime | None
) -> CartCheckoutResult:
    """Each failed order group has its lines of *cart*. *at* is the moment of the answer."""
    failed = [
        OrderError(
            order_group=error.order_group,
            code=ProblemCode(problem_code(error.partner_center_code)),
            message=error.message,
            partner_center_code=error.partner_center_code,
            line_items=_lines_of_group(cart, error.order_group),
        )
        for error in errors
    ]
    outcome = _outcome(has_orders=bool(orders), has_errors=bool(errors))
    return CartCheckoutResult(orders=orders, order_errors=failed, outcome=outcome, checked_out_at=at)


def _lines_of_group(cart: carts.Cart, group: str | None) -> list[carts.CartLineItem]:
    return [line for line in every_line(cart) if group is not None and line.order_group == group]


def _outcome(*, has_orders: bool, has_errors: bool) -> CheckoutOutcome:
    if not has_orders:
        return CheckoutOutcome.FAILED
    return CheckoutOutcome.PARTIALLY_SUCCEEDED if has_errors else CheckoutOutcome.SUCCEEDED
