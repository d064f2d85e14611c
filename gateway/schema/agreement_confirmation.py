"""The mutation that confirms a customer's acceptance of an agreement."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated

import strawberry

from gateway.agreements import standing
from gateway.agreements.confirming import Acceptance
from gateway.context import Info
from gateway.declined import Declined, Problem
from gateway.errors import GatewayError
from gateway.loaders.keys import AgreementKey
from gateway.partner_center.models import agreements as models
from gateway.schema.agreements import AgreementType, CustomerAgreement
from gateway.schema.customer_reference import CustomerReferenceInput, checked_customer, no_such_customer
from gateway.schema.input_checks import check_sizes
from gateway.schema.user_errors import (
    CustomerNotFoundError,
    InvalidInputError,
    PartnerCenterRejectedError,
    UserError,
    user_errors,
    with_members,
)
from gateway.schema.values import given


@strawberry.input(description="The person at the customer who accepted an agreement.")
class AgreementContactInput:
    first_name: str = strawberry.field(description="First name.")
    last_name: str = strawberry.field(description="Last name.")
    email: str = strawberry.field(description="Mail address.")
    phone_number: str | None = strawberry.field(default=strawberry.UNSET, description="Telephone number.")


@strawberry.input(description="Input of `confirmCustomerAgreement`.")
class ConfirmCustomerAgreementInput:
    customer: CustomerReferenceInput = strawberry.field(description="The customer that accepted.")
    type: AgreementType = strawberry.field(
        default=AgreementType.MICROSOFT_CUSTOMER_AGREEMENT, description="Which agreement."
    )
    template_id: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="The form that was accepted: `AgreementTemplate.templateId`; the present one when left out.",
    )
    agreed_at: datetime = strawberry.field(description="When it was accepted; not in the future.")
    contact: AgreementContactInput = strawberry.field(description="Who accepted it.")


@strawberry.type(description="Result of `confirmCustomerAgreement`.")
class ConfirmCustomerAgreementPayload:
    agreement: standing.CustomerAgreement | None = strawberry.field(
        default=None,
        graphql_type=CustomerAgreement | None,
        description="Where the customer stands now; null when `errors` is not empty.",
    )
    is_changed: bool = strawberry.field(
        default=False,
        description="True when this call made the confirmation; false when it existed already and nothing was sent.",
    )
    errors: Sequence[Problem] = strawberry.field(
        default=(),
        graphql_type=list[UserError],
        description=with_members(
            "Why nothing was confirmed; empty on success.",
            CustomerNotFoundError,
            InvalidInputError,
            PartnerCenterRejectedError,
        ),
    )


async def confirm_customer_agreement(
    info: Info,
    input: Annotated[
        ConfirmCustomerAgreementInput,
        strawberry.argument(description="Customer, agreement, and who accepted it when."),
    ],
) -> ConfirmCustomerAgreementPayload:
    try:
        return await info.context.stating_outcome(info.path.key, _confirm(info, input))
    except GatewayError as error:
        return ConfirmCustomerAgreementPayload(errors=user_errors(error, missing=no_such_customer(input.customer)))


async def _confirm(info: Info, input: ConfirmCustomerAgreementInput) -> ConfirmCustomerAgreementPayload:
    """Raises Declined with every problem of the input."""
    acceptance = _acceptance(input, now=info.context.now())
    if not info.context.tracks_agreements:
        raise Declined(Problem(message="In the cloud that this gateway serves, Partner Center tracks no agreements."))
    try:
        confirmed = await info.context.confirming.confirm(acceptance)
    finally:
        key = AgreementKey(acceptance.customer_id, acceptance.type)
        info.context.loaders.agreement_confirmations.clear(key)
    return ConfirmCustomerAgreementPayload(agreement=confirmed.agreement, is_changed=confirmed.is_changed)


def _acceptance(input: ConfirmCustomerAgreementInput, *, now: datetime) -> Acceptance:
    check_sizes(input)
    customer_id = checked_customer(input.customer, _problems(input, now))
    contact = models.AgreementContact(
        first_name=input.contact.first_name,
        last_name=input.contact.last_name,
        email=input.contact.email,
        phone_number=given(input.contact.phone_number),
    )
    kind = models.AgreementType(input.type.value)
    return Acceptance(customer_id, kind, given(input.template_id), input.agreed_at, contact)


def _problems(input: ConfirmCustomerAgreementInput, now: datetime) -> Iterator[Problem]:
    if input.agreed_at > now:
        yield Problem(message="agreedAt is in the future; say when the agreement was accepted.", path=("agreedAt",))
    template_id = given(input.template_id)
    if template_id is not None and not template_id.strip():
        yield Problem(message="templateId is blank; leave it out for the present form.", path=("templateId",))
    for member, text in (("firstName", input.contact.first_name), ("lastName", input.contact.last_name)):
        if not text.strip():
            yield Problem(message=f"{member} is blank; name who accepted the agreement.", path=("contact", member))
    if "@" not in input.contact.email:
        yield Problem(
            message="email has no @; give the mail address of who accepted the agreement.", path=("contact", "email")
        )
