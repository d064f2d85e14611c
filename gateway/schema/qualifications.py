"""Kinds of special customers: an object type over the record."""

from datetime import datetime
from enum import Enum

import strawberry

from gateway.catalog.keys import CustomerKey
from gateway.context import Info
from gateway.loaders.batching import Later
from gateway.partner_center.models import customers
from gateway.partner_center.models import qualifications as models


@strawberry.enum(description="Kinds of special customers.")
class QualificationKind(Enum):
    EDUCATION = strawberry.enum_value(models.QualificationKind.EDUCATION, description="A school or university.")
    GOVERNMENT_COMMUNITY_CLOUD = strawberry.enum_value(
        models.QualificationKind.GOVERNMENT_COMMUNITY_CLOUD, description="A public authority in the government cloud."
    )
    STATE_OWNED_ENTITY = strawberry.enum_value(
        models.QualificationKind.STATE_OWNED_ENTITY, description="An enterprise that a state owns."
    )
    NONPROFIT = strawberry.enum_value(models.QualificationKind.NONPROFIT, description="A charity.")
    NONE = strawberry.enum_value(models.QualificationKind.NONE, description="An ordinary customer.")
    UNKNOWN = strawberry.enum_value(
        models.QualificationKind.UNKNOWN, description="A kind that this version of the gateway does not know."
    )


@strawberry.enum(description="State of Microsoft's review of a customer.")
class VettingStatus(Enum):
    IN_REVIEW = strawberry.enum_value(models.VettingStatus.IN_REVIEW, description="In progress.")
    APPROVED = strawberry.enum_value(models.VettingStatus.APPROVED, description="Passed.")
    DENIED = strawberry.enum_value(models.VettingStatus.DENIED, description="Failed.")
    UNKNOWN = strawberry.enum_value(
        models.VettingStatus.UNKNOWN, description="A state that this version of the gateway does not know."
    )


@strawberry.type(description="A kind of special customer that the customer is, or has asked to be.")
class CustomerQualification:
    kind: QualificationKind = strawberry.field(description="The kind.")
    vetting_status: VettingStatus | None = strawberry.field(
        description="State of Microsoft's review; null for kinds that are not reviewed."
    )
    vetting_reason: str | None = strawberry.field(description="Why the review failed; null when it did not.")
    vetting_started_at: datetime | None = strawberry.field(
        description="When the review began; null without a review, or when Partner Center does not say."
    )


def qualifications_of_customer(
    customer: strawberry.Parent[customers.Customer], info: Info
) -> Later[tuple[models.CustomerQualification, ...] | None]:
    return info.context.loaders.qualifications.get(CustomerKey(customer.id.lower()))
