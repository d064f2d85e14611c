"""Kinds of special customers ("Get a customer's qualification asynchronous"), a bare list."""

import msgspec

from gateway.partner_center.models.moments import Moment
from gateway.partner_center.models.record import Record
from gateway.partner_center.models.values import OpenEnum


class QualificationKind(OpenEnum):
    EDUCATION = "Education"
    GOVERNMENT_COMMUNITY_CLOUD = "GovernmentCommunityCloud"
    STATE_OWNED_ENTITY = "StateOwnedEntity"
    NONPROFIT = "Nonprofit"
    NONE = "None"
    UNKNOWN = "unknown"


class VettingStatus(OpenEnum):
    """How far Microsoft's review of a customer has come."""

    IN_REVIEW = "InReview"
    APPROVED = "Approved"
    DENIED = "Denied"
    UNKNOWN = "unknown"


class CustomerQualification(Record, frozen=True, kw_only=True):
    """A qualification that a customer has or has asked for. Kinds that are not vetted have neither status nor date."""

    kind: QualificationKind = msgspec.field(name="qualification")
    vetting_status: VettingStatus | None = None
    vetting_reason: str | None = None
    vetting_created_date: Moment | None = None
    vetting_create_date: Moment | None = None

    @property
    def vetting_started_at(self) -> Moment | None:
        """When the review began. One printed answer, and Microsoft's own client, spell the member without its "d"."""
        return self.vetting_created_date or self.vetting_create_date
