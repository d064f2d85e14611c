"""Agreements that customers accept: their present form, its text, and where a customer stands."""

import asyncio
import re
from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Annotated

import strawberry

from gateway.agreements import standing
from gateway.catalog.keys import AgreementTemplatesKey, CustomerKey
from gateway.context import Info
from gateway.errors import InvalidInput
from gateway.loaders.batching import Later
from gateway.loaders.keys import AgreementDocumentKey, AgreementKey
from gateway.operations.field_cost import COST, ONE_CALL, FieldCost
from gateway.partner_center.models import agreements as models
from gateway.partner_center.models import customers
from gateway.schema.scalars import CountryCode
from gateway.schema.values import given

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)
_CUSTOMER_AGREEMENT = models.AgreementType.MICROSOFT_CUSTOMER_AGREEMENT


@strawberry.enum(description="Agreements that customers have to accept.")
class AgreementType(Enum):
    MICROSOFT_CUSTOMER_AGREEMENT = strawberry.enum_value(
        models.AgreementType.MICROSOFT_CUSTOMER_AGREEMENT, description="The Microsoft Customer Agreement."
    )
    MICROSOFT_CLOUD_AGREEMENT = strawberry.enum_value(
        models.AgreementType.MICROSOFT_CLOUD_AGREEMENT, description="Its predecessor, the Microsoft Cloud Agreement."
    )


WhichAgreement = Annotated[AgreementType, strawberry.argument(description="Which agreement.")]


@strawberry.type(description="The text of an agreement.")
class AgreementDocument:
    download_uri: str | None = strawberry.field(name="downloadUrl", description="Address to download it from.")
    display_uri: str | None = strawberry.field(name="previewUrl", description="Address to read it at.")
    language: str | None = strawberry.field(description="Its language.")
    country: CountryCode | None = strawberry.field(description="The country it is for.")


def document_of_template(
    template: strawberry.Parent[models.AgreementTemplate],
    info: Info,
    country: Annotated[
        CountryCode | None,
        strawberry.argument(description="Country the text is for; the gateway's default market when left out."),
    ] = strawberry.UNSET,
    language: Annotated[
        str | None,
        strawberry.argument(
            description="Language of the text, for example `de-DE`; the gateway's own when left out. Partner Center answers in `en-US` where it lacks the language."
        ),
    ] = strawberry.UNSET,
) -> Later[models.AgreementDocument]:
    wanted = given(language) or info.context.locale
    if not _LANGUAGE.fullmatch(wanted) or len(wanted) > 35:
        raise InvalidInput("language must be a language tag, such as de-DE.")
    key = AgreementDocumentKey(template.template_id, wanted, given(country) or info.context.default_country)
    return info.context.loaders.agreement_documents.get(key)


@strawberry.type(description="An agreement in its present form.")
class AgreementTemplate:
    template_id: str = strawberry.field(description="Partner Center's identifier of this form of the agreement.")
    agreement_type: AgreementType = strawberry.field(name="type", description="Which agreement.")
    agreement_link: str | None = strawberry.field(name="url", description="Address of a page about the agreement.")
    document: Later[models.AgreementDocument] = strawberry.field(
        graphql_type=AgreementDocument | None,
        resolver=document_of_template,
        description="The text of the agreement for a country, in a language. Its addresses are new each time and expire after five minutes.",
        metadata=ONE_CALL,
    )


@strawberry.type(description="The person at the customer who accepted an agreement.")
class AgreementContact:
    first_name: str | None = strawberry.field(description="First name.")
    last_name: str | None = strawberry.field(description="Last name.")
    email: str | None = strawberry.field(description="Mail address.")
    phone_number: str | None = strawberry.field(description="Telephone number.")


@strawberry.type(description="The partner's statement that somebody at the customer has accepted an agreement.")
class AgreementConfirmation:
    template_id: str | None = strawberry.field(description="Partner Center's identifier of the form that was accepted.")
    date_agreed: datetime | None = strawberry.field(name="agreedAt", description="When it was accepted.")
    primary_contact: AgreementContact | None = strawberry.field(name="contact", description="Who accepted it.")


def is_signed_by_customer(agreement: strawberry.Parent[standing.CustomerAgreement], info: Info) -> Later[bool | None]:
    """Read together with the confirmations; after a confirmation only when it is asked for."""
    if agreement.type is not _CUSTOMER_AGREEMENT:
        return None
    return info.context.loaders.agreement_signatures.get(CustomerKey(agreement.customer_id))


@strawberry.type(description="Where a customer stands with an agreement.")
class CustomerAgreement:
    type: AgreementType = strawberry.field(description="Which agreement.")
    is_accepted: bool = strawberry.field(
        description="True when this agreement does not stand in the way of orders: the partner has confirmed it, or the customer has signed it."
    )
    is_signed_by_customer: Later[bool | None] = strawberry.field(
        graphql_type=bool | None,
        resolver=is_signed_by_customer,
        description="True when the customer has signed it itself; null where Partner Center does not say.",
        metadata={COST: FieldCost()},  # its call counts in the fields that lead here
    )
    confirmations: Sequence[models.Agreement] = strawberry.field(
        graphql_type=list[AgreementConfirmation], description="The partner's confirmations, oldest first."
    )


async def agreement_template(
    info: Info, type: WhichAgreement = AgreementType.MICROSOFT_CUSTOMER_AGREEMENT
) -> models.AgreementTemplate | None:
    """The first of the present forms, of which there is usually one."""
    if not info.context.tracks_agreements:
        return None
    kind = models.AgreementType(type.value)
    templates = await info.context.loaders.agreement_templates.load(AgreementTemplatesKey(kind))
    return next((each for each in templates or () if each.agreement_type is kind), None)


async def agreement_of_customer(
    customer: strawberry.Parent[customers.Customer],
    info: Info,
    type: WhichAgreement = AgreementType.MICROSOFT_CUSTOMER_AGREEMENT,
) -> standing.CustomerAgreement | None:
    """Two calls side by side, the second of which may fail where the first tells that the agreement is accepted.

    Customers sign only the Microsoft Customer Agreement themselves.
    """
    if not info.context.tracks_agreements:
        return None
    kind, customer_id, loaders = models.AgreementType(type.value), customer.id.lower(), info.context.loaders
    confirmations = loaders.agreement_confirmations.load(AgreementKey(customer_id, kind))
    if kind is not _CUSTOMER_AGREEMENT:
        return standing.standing(customer_id, kind, await confirmations, is_signed=None)
    signature = loaders.agreement_signatures.load(CustomerKey(customer_id))
    found, is_signed = await asyncio.gather(confirmations, signature, return_exceptions=True)
    if isinstance(found, BaseException):
        raise found
    if isinstance(is_signed, BaseException):
        if not found:
            raise is_signed
        is_signed = None
    return standing.standing(customer_id, kind, found, is_signed=is_signed)
