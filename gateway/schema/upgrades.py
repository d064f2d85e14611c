"""What a subscription can be upgraded to, and into which subscriptions it could flow: types over the records."""

from collections.abc import Iterable, Mapping
from enum import Enum
from functools import partial
from itertools import chain

import strawberry

from gateway.catalog.keys import CustomerKey
from gateway.context import Info
from gateway.loaders.batching import Later
from gateway.operations.field_cost import COST, FieldCost
from gateway.partner_center.models.subscriptions import Subscription
from gateway.partner_center.models.transitions import (
    SubscriptionVerdict,
    TransitionEligibility,
    TransitionError,
    TransitionType,
)
from gateway.partner_center.subscriptions import EligibilityType
from gateway.schema.catalog import Availability
from gateway.schema.catalog_item import AvailabilityOfItem, availability_of_item, item_cost
from gateway.schema.references import LazySubscription


@strawberry.enum(description="When an upgrade happens.")
class UpgradeTiming(Enum):
    NOW = strawberry.enum_value("immediate", description="At once.")
    AT_RENEWAL = strawberry.enum_value("scheduled", description="When the present term ends.")


TARGETS = "targets"
"""The batch of all targets of a customer: one list has them all."""

ELIGIBILITY_TYPES: Mapping[UpgradeTiming, EligibilityType] = {
    UpgradeTiming.NOW: "immediate",
    UpgradeTiming.AT_RENEWAL: "scheduled",
}


def is_eligible_target(target: strawberry.Parent[SubscriptionVerdict]) -> bool:
    return target.is_eligible is True


def reasons_of_target(target: strawberry.Parent[SubscriptionVerdict]) -> list[str]:
    return _reasons(target.errors)


def subscription_of_target(target: strawberry.Parent[SubscriptionVerdict], info: Info) -> Later[Subscription | None]:
    """From the list of all of the customer's subscriptions, which several targets share."""
    key = CustomerKey(target.customer_id)
    return info.context.loaders.subscriptions_of_customer.then(key, partial(_by_id, target.subscription_id))


def _by_id(subscription_id: str, subscriptions: Iterable[Subscription] | None) -> Subscription | None:
    wanted = subscription_id.lower()
    return next((each for each in subscriptions or () if each.id.lower() == wanted), None)


def is_eligible_upgrade(upgrade: strawberry.Parent[TransitionEligibility]) -> bool:
    return any(way.is_eligible for way in upgrade.eligibilities)


def can_transfer_licenses(upgrade: strawberry.Parent[TransitionEligibility]) -> bool:
    with_transfer = TransitionType.TRANSITION_WITH_LICENSE_TRANSFER
    return any(way.is_eligible and way.transition_type is with_transfer for way in upgrade.eligibilities)


def reasons_of_upgrade(upgrade: strawberry.Parent[TransitionEligibility]) -> list[str]:
    return _reasons(chain.from_iterable(way.errors for way in upgrade.eligibilities))


def _reasons(errors: Iterable[TransitionError]) -> list[str]:
    """Each once: several ways fail for the same reason."""
    return list(dict.fromkeys(error.words for error in errors))


def availability_of_upgrade(upgrade: strawberry.Parent[TransitionEligibility], info: Info) -> AvailabilityOfItem:
    return availability_of_item(info, customer_id=upgrade.customer_id, item_text=upgrade.catalog_item_id, country=None)


@strawberry.type(description="A subscription into which another could flow.")
class UpgradeTarget:
    subscription: Later[Subscription | None] = strawberry.field(
        graphql_type=LazySubscription | None,
        resolver=subscription_of_target,
        description="The subscription; null when it is gone. One call for all targets of the customer.",
        metadata={COST: FieldCost(weight=1, batch=TARGETS)},
    )
    is_eligible: bool = strawberry.field(resolver=is_eligible_target, description="True when it can.")
    reasons: list[str] = strawberry.field(
        resolver=reasons_of_target, description="What stands in the way, in Partner Center's words."
    )


@strawberry.type(description="Something a subscription can be upgraded to.")
class SubscriptionUpgrade:
    catalog_item_id: str = strawberry.field(description="What it would become.")
    title: str | None = strawberry.field(description="Name of what it would become.")
    description: str | None = strawberry.field(description="What that is.")
    quantity: int | None = strawberry.field(description="Number of licenses or instances it would have.")
    is_eligible: bool = strawberry.field(
        resolver=is_eligible_upgrade, description="True when the upgrade is possible, in one way or the other."
    )
    can_transfer_licenses: bool = strawberry.field(
        resolver=can_transfer_licenses, description="True when users can keep their licenses through it."
    )
    reasons: list[str] = strawberry.field(
        resolver=reasons_of_upgrade,
        description="What stands in the way of the upgrade, or of keeping the users' licenses, in Partner Center's words.",
    )
    subscription_eligibilities: list[UpgradeTarget] = strawberry.field(
        name="targets",
        description="Subscriptions that the customer has, and into which it could flow instead of becoming a new one; empty for trials and at renewal.",
        metadata={COST: FieldCost(assumed_size=2, gathers=frozenset({TARGETS}))},
    )
    availability: AvailabilityOfItem = strawberry.field(
        graphql_type=Availability | None,
        resolver=availability_of_upgrade,
        description="The catalog entry in the customer's market; null when the catalog no longer offers it.",
        metadata=item_cost("partnerCenterId", "productId", "skuId", "catalogItemId", market_argument=None),
    )
