"""Scenarios that a checkout shows: what it refuses, what it orders in part, and what becomes of an order."""

from gateway.sandbox import wire
from gateway.sandbox.carts import carts
from gateway.sandbox.carts.records import CartRecord
from gateway.sandbox.carts.request import read_cart_request
from gateway.sandbox.orders import placing
from gateway.sandbox.scenarios.scenario import (
    BUSINESS_BASIC,
    FABRIKAM,
    MICROSOFT_365_E3,
    USER_CAL,
    WINGTIP,
    Scenario,
    line,
)
from gateway.sandbox.world.seed import Customer
from gateway.sandbox.world.world import World

_CHECKOUT = "POST customers/*/carts/*/checkout"


def _buy_most_seats(world: World, customer: Customer, cart: CartRecord) -> None:
    """A colleague orders 150 of the 300 seats of Business Basic that the customer may have."""
    body = wire.encode({"lineItems": [line(BUSINESS_BASIC, 150, cycle="annual")]})
    lines = carts.checked_lines(world, customer, read_cart_request(body).lines, earlier=None)
    placing.place_order(world, customer, lines, placing.Origin(None, None))


SCENARIOS = (
    Scenario(
        name="partly-failed-checkout",
        operation="CheckOut",
        operations=("CheckOut", "WhatBecameOfCart", "CartPage"),
        look_for=(
            "A colleague bought the last seats of Business Basic after the cart was written. The checkout places two "
            "orders and answers an order error for Business Basic; the cart stays open for that line."
        ),
        lines=(
            line(BUSINESS_BASIC, 200, cycle="annual"),
            line(MICROSOFT_365_E3, 25),
            line(USER_CAL, 10, cycle="one_time", term=None),
        ),
        prepare=_buy_most_seats,
    ),
    Scenario(
        name="lost-answer",
        operation="CheckOut",
        operations=("CheckOut", "WhatBecameOfCart"),
        look_for=(
            "The first checkout ends with CHECKOUT_OUTCOME_UNKNOWN within seconds. The same request, sent again, finds "
            "the orders, and there is only one of each."
        ),
        # As many as a client with four attempts makes; the answers are lost after the first has placed the orders.
        faults=({"calls": _CHECKOUT, "fault": "reset", "when": "after", "times": 4},),
        switches={"orderedCartSeconds": 4},
    ),
    Scenario(
        name="slow-provisioning",
        operation="WhatBecameOfCart",
        operations=("CheckOut", "WhatBecameOfCart"),
        look_for=(
            "After the checkout the order lists no subscriptions. Five minutes later it does; moving the clock with "
            '{"advance": "PT5M"} makes that now.'
        ),
        switches={"provisioningSeconds": 300},
    ),
    Scenario(
        name="missing-agreement",
        operation="CheckOut",
        operations=("CheckOut", "CartPage"),
        look_for=(
            "The checkout is refused: CUSTOMER_AGREEMENT_MISSING. Cart.problems finds it before paying, where it is asked "
            "to check AGREEMENT."
        ),
        customer_id=WINGTIP,
    ),
    Scenario(
        name="low-credit",
        operation="CheckOut",
        operations=("CheckOut", "CartPage"),
        look_for=(
            "The customer's credit is 2,500.00 USD, the order for more. The checkout places no order, and its order error "
            "is CREDIT_TOO_LOW. No call shows the credit before."
        ),
        customer_id=FABRIKAM,
        lines=(line(MICROSOFT_365_E3, 10),),
    ),
)
