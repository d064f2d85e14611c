"""Agreements that customers accept ("Agreement resources"): their forms, their text, and who accepted one when.

Contacts are personal data: never logged, never cached, and left out of every `repr`.
"""

from datetime import UTC, datetime

import msgspec

from gateway.partner_center.models.moments import Moment
from gateway.partner_center.models.record import UNREAD, Record, Unread, Word
from gateway.partner_center.models.values import OpenEnum


class AgreementType(OpenEnum):
    """The agreements that Partner Center tracks ("Get agreement metadata")."""

    MICROSOFT_CUSTOMER_AGREEMENT = "MicrosoftCustomerAgreement"
    MICROSOFT_CLOUD_AGREEMENT = "MicrosoftCloudAgreement"
    UNKNOWN = "unknown"


class AgreementTemplate(Record, frozen=True, kw_only=True):
    """An agreement in its present form. `agreement_link` leads to a page about the agreement."""

    template_id: Word
    agreement_type: AgreementType
    agreement_link: str | None = None
    version_rank: int | None = None
    links: Unread = UNREAD
    attributes: Unread = UNREAD


class AgreementDocument(Record, frozen=True, kw_only=True):
    """Addresses of an agreement's text, good for five minutes."""

    display_uri: str | None = None
    download_uri: str | None = None
    language: str | None = None
    country: Word | None = None


class AgreementContact(Record, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody at the customer who accepted an agreement."""

    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone_number: str | None = None

    def __repr__(self) -> str:
        return "AgreementContact(...)"


class Agreement(Record, frozen=True, kw_only=True):
    """A partner's confirmation that a customer has accepted an agreement. Lists print `date_agreed` without a zone."""

    primary_contact: AgreementContact | None = None
    date_agreed: Moment | None = None
    template_id: Word | None
    type: AgreementType = AgreementType.UNKNOWN
    agreement_link: str | None = None
    links: Unread = UNREAD
    attributes: Unread = UNREAD


class NewAgreement(Record, frozen=True, kw_only=True):
    """A confirmation as a partner sends it ("Confirm customer consent"); Partner Center requires every member."""

    primary_contact: AgreementContact
    date_agreed: datetime
    template_id: str
    type: AgreementType

    def document(self) -> dict[str, object]:
        """The body of the request, with the moment in UTC and to the millisecond, as printed."""
        moment = self.date_agreed.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return {
            "primaryContact": msgspec.to_builtins(self.primary_contact),
            "templateId": self.template_id,
            "dateAgreed": moment,
            "type": self.type.value,
        }

    def confirms_the_same_as(self, stored: Agreement) -> bool:
        """Whether a stored confirmation has the same form, mail address and moment, to the second."""
        contact = stored.primary_contact
        return (
            (stored.template_id or "").lower() == self.template_id.lower()
            and contact is not None
            and (contact.email or "").casefold() == (self.primary_contact.email or "").casefold()
            and stored.date_agreed is not None
            and _to_the_second(stored.date_agreed) == _to_the_second(self.date_agreed)
        )


class SignatureStatus(Record, frozen=True, kw_only=True):
    """Whether the customer has signed the Microsoft Customer Agreement itself ("Get direct sign status")."""

    may_be_empty = True

    is_signed: bool | None


def _to_the_second(moment: datetime) -> datetime:
    return datetime.fromtimestamp(int(moment.timestamp()), UTC)
