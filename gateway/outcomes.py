"""What is known of the orders and changes of a request, by the response key of the field that asked for each."""

from collections.abc import Awaitable
from typing import Literal, TypeVar

from gateway.carts.outcome import Outcome
from gateway.changes.attempts import Made
from gateway.changes.making import Unsettled
from gateway.errors import ChangeUnknown, GatewayError
from gateway.telemetry.changes import change_ended

S = TypeVar("S")
T = TypeVar("T")

ChangeOutcome = Literal["DONE", "NOT_DONE", "UNKNOWN"]
"""Whether a change other than a checkout was made."""


Outcomes = dict[str | int, Outcome | ChangeOutcome]
"""What has not ended, or never began, has no entry: its outcome is unknown."""


async def stating(outcomes: Outcomes, root_field: str | int, change: Awaitable[T]) -> T:
    """What *change* gives; notes the outcome for errors at and below the root field.

    *change* raises ChangeUnknown when it may have been made, and Unsettled when an earlier call may have made it; its
    other failures mean that nothing was changed.
    """
    try:
        changed = await change
    except Unsettled as unsettled:
        outcomes[root_field] = "UNKNOWN"
        raise unsettled.error from unsettled
    except GatewayError as error:
        outcomes[root_field] = "UNKNOWN" if isinstance(error, ChangeUnknown) else "NOT_DONE"
        raise
    outcomes[root_field] = "DONE"
    return changed


async def reported(
    outcomes: Outcomes,
    root_field: str | int,
    making: Awaitable[Made[S]],
    *,
    change: str,
    customer_id: str,
    resource_id: str,
) -> Made[S]:
    """States the outcome and reports it, also where the request is given up. *change* names what was to change."""
    is_changed = is_pending = False
    failure: GatewayError | None = None
    try:
        made = await stating(outcomes, root_field, making)
    except GatewayError as error:
        failure = error
        raise
    else:
        is_changed, is_pending = made.is_changed, made.is_pending
        return made
    finally:
        change_ended(
            change,
            outcomes.get(root_field, "UNKNOWN"),
            customer_id=customer_id,
            resource_id=resource_id,
            is_changed=is_changed,
            is_pending=is_pending,
            error=failure,
        )
