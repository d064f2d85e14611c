"""Enumerations and small types of subscriptions: their states, and what can be taken back of them."""

from datetime import datetime
from enum import Enum

import strawberry

from gateway.context import Info
from gateway.partner_center.models import provisioning
from gateway.partner_center.models.subscriptions import NextTermInstructions
from gateway.partner_center.models.subscriptions import SubscriptionStatus as Status
from gateway.schema.catalog import Availability
from gateway.schema.catalog_item import AvailabilityOfItem, availability_of_item, item_cost
from gateway.schema.scalars import Duration
from gateway.schema.values import BillingCycleType


@strawberry.enum(description="States of a subscription.")
class SubscriptionStatus(Enum):
    NONE = strawberry.enum_value(Status.NONE, description="None yet.")
    ACTIVE = strawberry.enum_value(Status.ACTIVE, description="In use.")
    PENDING = strawberry.enum_value(Status.PENDING, description="Being set up.")
    SUSPENDED = strawberry.enum_value(Status.SUSPENDED, description="Out of use, but still billed.")
    EXPIRED = strawberry.enum_value(Status.EXPIRED, description="Its term has ended.")
    DISABLED = strawberry.enum_value(Status.DISABLED, description="Out of use after the end of its term.")
    DELETED = strawberry.enum_value(Status.DELETED, description="Cancelled.")
    UNKNOWN = strawberry.enum_value(
        Status.UNKNOWN,
        description="A state that this version of the gateway does not know. Not accepted in inputs.",
    )


@strawberry.enum(description="How far something has been handed over.")
class ProvisioningStatus(Enum):
    PENDING = strawberry.enum_value(
        provisioning.ProvisioningStatus.PENDING, description="Partner Center is working on it."
    )
    SUCCEEDED = strawberry.enum_value(provisioning.ProvisioningStatus.SUCCEEDED, description="Ready for use.")
    FAILED = strawberry.enum_value(
        provisioning.ProvisioningStatus.FAILED, description="It could not be done, or was cancelled before it was."
    )
    UNKNOWN = strawberry.enum_value(
        provisioning.ProvisioningStatus.UNKNOWN, description="A state that this version of the gateway does not know."
    )


@strawberry.enum(description="Whether an Azure subscription is ready for reservations.")
class RegistrationStatus(Enum):
    NOT_REGISTERED = strawberry.enum_value(
        provisioning.RegistrationStatus.NOT_REGISTERED, description="It has to be registered first."
    )
    REGISTERING = strawberry.enum_value(
        provisioning.RegistrationStatus.REGISTERING, description="Registration is under way."
    )
    REGISTERED = strawberry.enum_value(provisioning.RegistrationStatus.REGISTERED, description="Ready.")
    UNKNOWN = strawberry.enum_value(
        provisioning.RegistrationStatus.UNKNOWN, description="A state that this version of the gateway does not know."
    )


@strawberry.type(description="What is given back on cancelling a subscription.")
class SubscriptionRefund:
    type: str | None = strawberry.field(description="How much, in Partner Center's words: `Full` or `Partial`.")
    until: datetime | None = strawberry.field(name="expiresAt", description="Until when; null when there is no end.")


@strawberry.type(description="Seats that can be taken away for a time.")
class SeatReduction:
    quantity: int = strawberry.field(description="Number of seats.")
    expires_at: datetime = strawberry.field(description="Until when.")


def availability_of_next_term(next_term: strawberry.Parent[NextTermInstructions], info: Info) -> AvailabilityOfItem:
    return availability_of_item(
        info, customer_id=next_term.customer_id, item_text=next_term.catalog_item_id, country=None
    )


@strawberry.type(description="What a subscription turns into at renewal.")
class SubscriptionNextTerm:
    catalog_item_id: str | None = strawberry.field(
        description="What it will be; null when Partner Center names no availability. Partner Center reissues availabilities, so it may lead nowhere later."
    )
    quantity: int | None = strawberry.field(description="Number of licenses or instances.")
    term_duration: Duration | None = strawberry.field(description="Length of the next term.")
    billing_cycle: BillingCycleType | None = strawberry.field(description="How often the partner is billed then.")
    promotion_id: str | None = strawberry.field(description="Promotion of the next term; null means the full price.")
    custom_term_end_date: datetime | None = strawberry.field(
        description="End of the next term, where it is aligned with another date than the regular one."
    )
    availability: AvailabilityOfItem = strawberry.field(
        graphql_type=Availability | None,
        resolver=availability_of_next_term,
        description="The catalog entry in the customer's market; null when the catalog no longer offers it.",
        metadata=item_cost("partnerCenterId", "productId", "skuId", "catalogItemId", market_argument=None),
    )
