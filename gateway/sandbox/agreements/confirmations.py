"""Who has accepted which agreement: the partner's confirmations, and the customer's own signature.

Pages: "Confirm customer consent", "Get confirmation of customer consent", "Get direct sign status".
"""

from datetime import datetime

import msgspec

from gateway.sandbox import errors, sign_in, wire
from gateway.sandbox.agreements import templates
from gateway.sandbox.routing import Answer, Call
from gateway.sandbox.world.partner_seed import AgreementTemplate
from gateway.sandbox.world.seed import Customer
from gateway.sandbox.world.world import World

_KIND = "agreement"
_SEEDED = "2019-08-26T00:00:00Z"


class Contact(msgspec.Struct, frozen=True, rename=wire.normalized_name, kw_only=True):
    """Who accepted; only the telephone number may be missing."""

    first_name: str
    last_name: str
    email: str
    phone_number: str | None = None

    def document(self) -> wire.Document:
        return wire.without_nulls(
            {
                "firstName": self.first_name,
                "lastName": self.last_name,
                "email": self.email,
                "phoneNumber": self.phone_number,
            }
        )


class Confirmation(msgspec.Struct, frozen=True, rename=wire.normalized_name, kw_only=True):
    """A confirmation as sent and as stored; all members are required."""

    primary_contact: Contact
    date_agreed: str
    template_id: str
    type: str

    @property
    def moment(self) -> datetime | None:
        """When it was accepted, to the second; None if the text is not a timestamp."""
        moment = wire.parse_timestamp(self.date_agreed)
        return None if moment is None else moment.replace(microsecond=0)


def list_all(world: World, call: Call) -> Answer:
    """GET a customer's confirmations, oldest first; bare of links and attributes, with dates without zone (sample)."""
    sign_in.require_user(call)
    customer = world.customer(call.path_ids["customer"])
    types = templates.requested_types(call)
    found = [each for each in _confirmations(world, customer) if each.type in types]
    items = [_listed(world, each) for each in found]
    return Answer({"totalCount": len(items), "items": items})


def confirm(world: World, call: Call) -> Answer:
    """POST a confirmation. The same one again is refused (600061); a second one with another date is not (sample).

    The codes for a superseded template and for a date in the future are Inferred.
    """
    caller = sign_in.require_user(call)
    customer = world.customer(call.path_ids["customer"])
    sent = wire.decode_as(call.body, Confirmation)
    template = _current_template(world, sent)
    if sent.moment is None or sent.moment > world.now():
        raise errors.invalid_property("dateAgreed", "it must be a timestamp that is not in the future.")
    stored = msgspec.structs.replace(sent, template_id=template.template_id, type=template.agreement_type)
    if _identity(stored) in map(_identity, _confirmations(world, customer)):
        raise errors.agreement_repeated()
    world.store.write(_KIND, f"{customer.id}/{world.ids.guid('agreement')}", stored)
    return Answer({"userId": caller, **_document(stored, date_agreed=sent.date_agreed)}, status=201)


def get_signature(world: World, call: Call) -> Answer:
    """GET directSignedMicrosoftCustomerAgreementStatus."""
    sign_in.require_user(call)
    return Answer({"isSigned": world.customer(call.path_ids["customer"]).agreement_signed})


def has_accepted(world: World, customer: Customer) -> bool:
    """Whether purchases are possible: confirmed by the partner, or signed by the customer."""
    confirmed = (each.type == templates.CUSTOMER_AGREEMENT for each in _confirmations(world, customer))
    return customer.agreement_signed or any(confirmed)


def _confirmations(world: World, customer: Customer) -> list[Confirmation]:
    seeded = [_seeded(world, customer)] if customer.agreement_accepted else []
    return [*seeded, *world.store.read_all(_KIND, Confirmation, prefix=f"{customer.id}/")]


def _seeded(world: World, customer: Customer) -> Confirmation:
    """The confirmation of a customer that has accepted from the start."""
    types = {each.agreement_type: each.template_id for each in templates.current(world)}
    contact = Contact(first_name=customer.first_name, last_name=customer.last_name, email=customer.email)
    return Confirmation(
        primary_contact=contact,
        date_agreed=_SEEDED,
        template_id=types.get(templates.CUSTOMER_AGREEMENT, ""),
        type=templates.CUSTOMER_AGREEMENT,
    )


def _current_template(world: World, sent: Confirmation) -> AgreementTemplate:
    """Raises Refusal 400/3000."""
    for each in templates.current(world):
        is_of_type = each.agreement_type.lower() == sent.type.lower()
        if is_of_type and each.template_id == sent.template_id.lower():
            return each
    raise errors.invalid_property("templateId", f"{sent.template_id} is not the current form of {sent.type}.")


def _identity(confirmation: Confirmation) -> tuple[object, ...]:
    contact = confirmation.primary_contact
    names = (contact.first_name, contact.last_name, contact.email.lower(), contact.phone_number or "")
    return (confirmation.template_id, confirmation.moment, *names)


def _listed(world: World, confirmation: Confirmation) -> wire.Document:
    links = {each.template_id: each.agreement_link for each in world.seed.agreement_templates}
    moment = confirmation.moment
    date = "" if moment is None else moment.replace(tzinfo=None).isoformat()
    document = {**_document(confirmation, date_agreed=date), "agreementLink": links.get(confirmation.template_id)}
    return wire.without_nulls(document)


def _document(confirmation: Confirmation, *, date_agreed: str) -> wire.Document:
    return {
        "primaryContact": confirmation.primary_contact.document(),
        "templateId": confirmation.template_id,
        "dateAgreed": date_agreed,
        "type": confirmation.type,
    }
