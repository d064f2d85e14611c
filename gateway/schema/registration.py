"""The mutation that registers an Azure subscription for reservations."""

from collections.abc import Sequence
from typing import Annotated

import strawberry

from gateway.context import Info
from gateway.declined import Declined, Problem
from gateway.errors import GatewayError
from gateway.loaders.batching import Later
from gateway.loaders.keys import SubscriptionKey
from gateway.operations.field_cost import ONE_CALL
from gateway.partner_center.models.subscriptions import Subscription
from gateway.schema.node import Kind, parts_of
from gateway.schema.subscription import CustomerSubscription
from gateway.schema.user_errors import (
    PartnerCenterRejectedError,
    SubscriptionNotFoundError,
    UserError,
    user_errors,
    with_members,
)
from gateway.subscriptions.rules import NoSuchSubscription


@strawberry.input(description="Input of `registerSubscription`.")
class RegisterSubscriptionInput:
    subscription_id: strawberry.ID = strawberry.field(description="The Azure subscription or Azure plan to register.")


def subscription_of_payload(
    payload: strawberry.Parent["RegisterSubscriptionPayload"], info: Info
) -> Later[Subscription | None]:
    return info.context.loaders.subscriptions.get(payload.key) if payload.key else None


@strawberry.type(description="Result of `registerSubscription`.")
class RegisterSubscriptionPayload:
    key: strawberry.Private[SubscriptionKey | None] = None
    subscription: Later[Subscription | None] = strawberry.field(
        graphql_type=CustomerSubscription | None,
        resolver=subscription_of_payload,
        description="The subscription, with its present `registrationStatus`; null when `errors` is not empty.",
        metadata=ONE_CALL,
    )
    is_changed: bool = strawberry.field(
        default=False,
        description="True when this call began the registration; false when it was over or under way already and nothing was sent.",
    )
    errors: Sequence[Problem] = strawberry.field(
        default=(),
        graphql_type=list[UserError],
        description=with_members(
            "Why nothing was registered; empty on success.", PartnerCenterRejectedError, SubscriptionNotFoundError
        ),
    )


async def register_subscription(
    info: Info, input: Annotated[RegisterSubscriptionInput, strawberry.argument(description="What to register.")]
) -> RegisterSubscriptionPayload:
    try:
        return await info.context.stating_outcome(info.path.key, _register(info, input))
    except GatewayError as error:
        missing = no_such_subscription(input.subscription_id)
        return RegisterSubscriptionPayload(errors=user_errors(error, missing=missing))


async def _register(info: Info, input: RegisterSubscriptionInput) -> RegisterSubscriptionPayload:
    """Raises Declined when the identifier names no subscription."""
    parts = parts_of(Kind.SUBSCRIPTION, input.subscription_id)
    if parts is None:
        raise Declined(no_such_subscription(input.subscription_id))
    key = SubscriptionKey(*parts)
    try:
        is_changed = await info.context.registering.register(key.customer_id, key.subscription_id)
    finally:
        info.context.loaders.registrations.clear(key)
    return RegisterSubscriptionPayload(key=key, is_changed=is_changed)


def no_such_subscription(subscription_id: str) -> NoSuchSubscription:
    message = "The partner's customer has no such subscription."
    return NoSuchSubscription(message=message, path=("subscriptionId",), subscription_id=subscription_id)
