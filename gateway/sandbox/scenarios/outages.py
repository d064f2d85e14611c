"""Scenarios of a Partner Center that answers late or not at once."""

from gateway.sandbox.scenarios.scenario import Scenario

SCENARIOS = (
    Scenario(
        name="throttled",
        operation="CartPage",
        operations=("CartPage",),
        look_for=(
            "The first page takes three seconds and more, and ends with UPSTREAM_THROTTLED: retryable, with retryAfter. "
            "Sent again, it works."
        ),
        # As many as a client with four attempts makes.
        faults=({"calls": "GET customers/*/carts/*", "fault": 429, "retryAfter": 1, "times": 4},),
    ),
    Scenario(
        name="slow",
        operation="CartPage",
        operations=("CartPage",),
        look_for="The page takes four seconds and more, because it waits for the cart before it asks for the products.",
        faults=({"calls": "GET", "fault": "delay", "seconds": 2},),
    ),
)
