"""The records of seed.json about agreements, resellers and qualifications."""

import msgspec


class Record(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """As in `seed`, which imports this module."""


class AgreementTemplate(Record, kw_only=True, frozen=True):
    """One form of an agreement. *languages*: those that its text exists in, beside en-US."""

    template_id: str
    agreement_type: str
    agreement_link: str
    version_rank: int = 0
    languages: tuple[str, ...] = ()
    is_superseded: bool = False


class Reseller(Record, kw_only=True, frozen=True):
    """An indirect reseller of the partner. *refusal_code*: why it may not be named in purchases, None if it may.

    *has_signed_agreement*: whether it has signed its own agreement with Microsoft.
    """

    id: str
    name: str
    mpn_id: str
    location: str
    state: str = "Active"
    refusal_code: int | None = None
    has_signed_agreement: bool = True


class Qualification(Record, kw_only=True, frozen=True):
    """A kind of special customer. The vetting members are None for kinds that are not vetted."""

    qualification: str
    vetting_status: str | None = None
    vetting_reason: str | None = None
    vetting_created_date: str | None = None
