"""The mutations that change one thing about a subscription, or cancel it."""

from collections.abc import Iterator, Sequence
from typing import Annotated

import strawberry

from gateway.changes.attempts import Made
from gateway.context import Info
from gateway.declined import Declined, Problem
from gateway.errors import GatewayError
from gateway.partner_center.models import subscriptions as models
from gateway.schema.input_checks import check_sizes
from gateway.schema.node import Kind, parts_of
from gateway.schema.registration import no_such_subscription
from gateway.schema.subscription import CustomerSubscription
from gateway.schema.subscription_values import SubscriptionNextTerm
from gateway.schema.user_errors import (
    InvalidInputError,
    PartnerCenterRejectedError,
    SubscriptionNotFoundError,
    UserError,
    UserErrorCode,
    always,
    user_errors,
    with_members,
)
from gateway.schema.values import given
from gateway.subscriptions import rules
from gateway.subscriptions.changing import CANCELLED, NewValue, RequestedChange, dropped_next_term

_LONGEST_NAME = 100


@strawberry.type(
    description="The subscription was changed after `expectedVersion` was read. Show it as it is now and ask again."
)
class SubscriptionVersionConflictError(UserError):
    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        return isinstance(value, rules.VersionConflict)

    code: UserErrorCode = always(UserErrorCode.SUBSCRIPTION_VERSION_CONFLICT)
    expected_version: str = strawberry.field(description="The version that was sent.")
    subscription: models.Subscription = strawberry.field(
        graphql_type=CustomerSubscription, description="The present subscription, with its present version."
    )


@strawberry.input(one_of=True, description="A change to a subscription. Give exactly one of the fields.")
class SubscriptionChangeInput:
    quantity: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="Total number of licenses from now on; at least 1. More can be had at any time; fewer only as far as `CustomerSubscription.removableSeats` allows.",
    )
    auto_renew_enabled: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether it should renew at the end of its term."
    )
    friendly_name: str | None = strawberry.field(
        default=strawberry.UNSET, description="A name of your own for it, of 1 to 100 characters."
    )


@strawberry.input(description="Input of `updateSubscription`.")
class UpdateSubscriptionInput:
    subscription_id: strawberry.ID = strawberry.field(description="The subscription to change.")
    expected_version: str = strawberry.field(
        description="`CustomerSubscription.version` you last saw. When outdated, nothing is changed: a number of seats is a total, and would undo what somebody else has added."
    )
    change: SubscriptionChangeInput = strawberry.field(description="The one change.")


@strawberry.input(description="Input of `cancelSubscription`.")
class CancelSubscriptionInput:
    subscription_id: strawberry.ID = strawberry.field(description="The subscription to cancel.")
    expected_version: str = strawberry.field(
        description="`CustomerSubscription.version` you last showed to the person who decides. When outdated, nothing is cancelled. Ignored when it is cancelled already."
    )


@strawberry.type(description="Result of `updateSubscription`.")
class UpdateSubscriptionPayload:
    subscription: models.Subscription | None = strawberry.field(
        default=None,
        graphql_type=CustomerSubscription | None,
        description="The subscription after the change; null when `errors` is not empty.",
    )
    is_changed: bool = strawberry.field(
        default=False,
        description="True when this call changed something; false when it was as asked already and nothing was sent.",
    )
    is_pending: bool = strawberry.field(
        default=False,
        description="True when Partner Center has taken the change but is still at work on it: read the subscription again in a minute.",
    )
    dropped_next_term: models.NextTermInstructions | None = strawberry.field(
        default=None,
        graphql_type=SubscriptionNextTerm | None,
        description="What was to happen at renewal and no longer is, because Partner Center drops it with a change during the term; null when nothing was lost.",
    )
    errors: Sequence[Problem] = strawberry.field(
        default=(),
        graphql_type=list[UserError],
        description=with_members(
            "Why nothing was changed; empty on success.",
            InvalidInputError,
            PartnerCenterRejectedError,
            SubscriptionNotFoundError,
            SubscriptionVersionConflictError,
        ),
    )


@strawberry.type(description="Result of `cancelSubscription`.")
class CancelSubscriptionPayload:
    subscription: models.Subscription | None = strawberry.field(
        default=None,
        graphql_type=CustomerSubscription | None,
        description="The cancelled subscription; null when `errors` is not empty.",
    )
    is_changed: bool = strawberry.field(
        default=False,
        description="True when this call cancelled it; false when it was cancelled already and nothing was sent.",
    )
    is_pending: bool = strawberry.field(
        default=False,
        description="True when Partner Center has taken the cancellation but is still at work on it: read the subscription again in a minute.",
    )
    errors: Sequence[Problem] = strawberry.field(
        default=(),
        graphql_type=list[UserError],
        description=with_members(
            "Why nothing was cancelled; empty on success.",
            PartnerCenterRejectedError,
            SubscriptionNotFoundError,
            SubscriptionVersionConflictError,
        ),
    )


async def update_subscription(
    info: Info,
    input: Annotated[
        UpdateSubscriptionInput, strawberry.argument(description="Subscription, its version and the change.")
    ],
) -> UpdateSubscriptionPayload:
    try:
        check_sizes(input)
        made = await _change(info, input, _new_value(input.change))
    except GatewayError as error:
        missing = no_such_subscription(input.subscription_id)
        return UpdateSubscriptionPayload(errors=user_errors(error, missing=missing))
    return UpdateSubscriptionPayload(
        subscription=made.after,
        is_changed=made.is_changed,
        is_pending=made.is_pending,
        dropped_next_term=dropped_next_term(made),
    )


async def cancel_subscription(
    info: Info,
    input: Annotated[CancelSubscriptionInput, strawberry.argument(description="The subscription and its version.")],
) -> CancelSubscriptionPayload:
    try:
        made = await _change(info, input, CANCELLED)
    except GatewayError as error:
        missing = no_such_subscription(input.subscription_id)
        return CancelSubscriptionPayload(errors=user_errors(error, missing=missing))
    return CancelSubscriptionPayload(subscription=made.after, is_changed=made.is_changed, is_pending=made.is_pending)


async def _change(
    info: Info, input: UpdateSubscriptionInput | CancelSubscriptionInput, new: NewValue
) -> Made[models.Subscription]:
    """Raises Declined with every problem of the input."""
    parts = parts_of(Kind.SUBSCRIPTION, input.subscription_id)
    problems = list(_problems(new))
    if parts is None:
        raise Declined(no_such_subscription(input.subscription_id), *problems)
    if problems:
        raise Declined(*problems)
    customer_id, subscription_id = parts
    info.context.read_ahead(info.path.key, customer_id)
    requested = RequestedChange(customer_id, subscription_id, input.expected_version, new)
    return await info.context.change_subscription(info.path.key, requested)


def _new_value(change: SubscriptionChangeInput) -> NewValue:
    if (quantity := given(change.quantity)) is not None:
        return NewValue("quantity", quantity)
    if (auto_renew_enabled := given(change.auto_renew_enabled)) is not None:
        return NewValue("autoRenewEnabled", auto_renew_enabled)
    return NewValue("friendlyName", given(change.friendly_name) or "")


def _problems(new: NewValue) -> Iterator[Problem]:
    path = ("change", new.member)
    match new:
        case NewValue("quantity", int(quantity)) if quantity < 1:
            message = f"A quantity of {quantity}; at least 1 is needed. Use cancelSubscription to give up all seats."
            yield Problem(message=message, path=path)
        case NewValue("friendlyName", str(name)) if not name.strip():
            yield Problem(message="friendlyName is blank; give it at least one visible character.", path=path)
        case NewValue("friendlyName", str(name)) if len(name) > _LONGEST_NAME:
            message = f"friendlyName has {len(name)} characters; at most {_LONGEST_NAME} are accepted."
            yield Problem(message=message, path=path)
        case _:
            pass
