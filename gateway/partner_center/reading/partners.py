"""Bodies of answers about agreements, qualifications and partners to records. Each reader raises Malformed."""

from gateway.errors import Malformed
from gateway.partner_center.models.agreements import (
    Agreement,
    AgreementDocument,
    AgreementTemplate,
    SignatureStatus,
)
from gateway.partner_center.models.collection import Collection
from gateway.partner_center.models.partners import MpnProfile, Partner, PartnerRelationship, ResellerVerdicts
from gateway.partner_center.models.qualifications import CustomerQualification
from gateway.partner_center.reading.decode import Reader

agreement = Reader(Agreement)
agreements = Reader(Collection[Agreement])
agreement_templates = Reader(Collection[AgreementTemplate])
agreement_document = Reader(AgreementDocument)
qualifications = Reader(tuple[CustomerQualification, ...])
relationships = Reader(Collection[PartnerRelationship])

_signature = Reader(SignatureStatus)
_profile = Reader(MpnProfile)
_verdicts = Reader(ResellerVerdicts)


def is_signed(body: bytes) -> bool | None:
    """Whether the customer has signed; None when Partner Center does not say."""
    return _signature(body).is_signed


def profile(body: bytes, *, mpn_id: str | None) -> Partner:
    """The partner in an answer; *mpn_id* is the one that was asked for, None for the caller itself."""
    found = _profile(body)
    identifier = found.mpn_id or found.partner_id or mpn_id
    if identifier is None:
        raise Malformed("Partner Center's answer breaks the documented shape of MpnProfile at $.mpnId.")
    return Partner(mpn_id=identifier, name=found.partner_name)


def verdicts(body: bytes) -> dict[str, bool | None]:
    """Whether each partner may be named, by its identifier."""
    return {each.partner_id: each.is_valid_partner_id_on_record for each in _verdicts(body).validation_results}
