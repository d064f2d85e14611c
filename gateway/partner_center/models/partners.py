"""Partners ("Relationships resources", "Profile resources"): resellers, and the partner that asks.

The tables call the partner identifier `partnerId`, the printed answers and Microsoft's own client `mpnId`.
"""

from collections.abc import Iterable

import msgspec

from gateway.partner_center.models.record import UNREAD, Record, Unread, Word


class Partner(msgspec.Struct, frozen=True, kw_only=True):
    """A partner as far as Partner Center shows it. Profiles have only the name; a customer's resellers no state."""

    mpn_id: str
    name: str | None = None
    tenant_id: str | None = None
    location: str | None = None
    relationship_state: str | None = None


class PartnerRelationship(Record, frozen=True, kw_only=True):
    """`id` is the tenant of the other partner."""

    id: Word | None = None
    name: str | None = None
    mpn_id: Word | None = None
    partner_id: Word | None = None
    state: str | None = None
    location: str | None = None
    relationship_type: str | None = None
    links: Unread = UNREAD
    attributes: Unread = UNREAD

    @property
    def partner(self) -> Partner | None:
        """The other partner; None without a partner identifier."""
        mpn_id = self.mpn_id or self.partner_id
        if mpn_id is None:
            return None
        return Partner(
            mpn_id=mpn_id,
            name=self.name,
            tenant_id=self.id,
            location=self.location,
            relationship_state=self.state,
        )


class MpnProfile(Record, frozen=True, kw_only=True):
    """The profile of a partner ("Get partner by MPN ID")."""

    partner_name: str | None = None
    mpn_id: Word | None = None
    partner_id: Word | None = None
    profile_type: str | None = None
    links: Unread = UNREAD
    attributes: Unread = UNREAD


class ResellerVerdict(Record, frozen=True, kw_only=True):
    """Whether a partner may be named in purchases ("Validate reseller partner of record")."""

    partner_id: Word
    is_valid_partner_id_on_record: bool | None
    error_code: int | None = None
    error_description: str | None = None


class ResellerVerdicts(Record, frozen=True, kw_only=True):
    needs_its_list = True

    validation_results: tuple[ResellerVerdict, ...]


def partners_of(relationships: Iterable[PartnerRelationship]) -> tuple[Partner, ...]:
    """The partners of relationships, without those that have no partner identifier."""
    return tuple(partner for each in relationships if (partner := each.partner) is not None)
