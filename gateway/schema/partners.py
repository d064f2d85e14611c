"""Partners: the caller's own company and its indirect resellers. Types over the records, and their look-ups."""

import re
from typing import Annotated

import strawberry

from gateway.catalog.keys import CustomerKey, OwnPartnerKey
from gateway.catalog.paging import Listing, whole
from gateway.context import Info
from gateway.errors import InvalidInput
from gateway.loaders.batching import Later
from gateway.loaders.keys import IndirectResellersKey, PartnerKey
from gateway.operations.field_cost import COST, FieldCost
from gateway.partner_center.models import carts, customers
from gateway.partner_center.models import partners as models
from gateway.schema.paging import After, Before, Connection, First, Last, PageArguments, PageInfo, connection
from gateway.schema.searches import search_for
from gateway.schema.values import ParticipantType, given

_MPN_ID = re.compile(r"\d{1,10}", re.ASCII)
_VERDICTS = "reseller verdicts"
GATHERS_VERDICTS = frozenset({_VERDICTS})
"""For the cost of fields whose partners are checked by one call."""
_ON_PAGE = {COST: FieldCost(gathers=GATHERS_VERDICTS)}
RESELLERS = "indirect resellers"
"""The call that all fields of an operation share which show the caller's indirect resellers."""


def is_authorized_reseller(partner: strawberry.Parent[models.Partner], info: Info) -> Later[bool | None]:
    return info.context.loaders.reseller_verdicts.get(partner.mpn_id)


@strawberry.type(description="A partner of Microsoft: the caller's own company, or a reseller.")
class Partner:
    mpn_id: str = strawberry.field(
        description="Partner identifier (MPN ID or Partner ID); goes into `CartParticipantInput.partnerId`."
    )
    name: str | None = strawberry.field(description="Name of the company.")
    tenant_id: str | None = strawberry.field(
        description="Its Microsoft Entra tenant identifier (a GUID); null when Partner Center does not show it."
    )
    location: str | None = strawberry.field(
        description="Its location, in Partner Center's words; null when Partner Center does not show it."
    )
    relationship_state: str | None = strawberry.field(
        description="State of its relationship with the caller, in Partner Center's words, for example `Active`; null when there is none or Partner Center does not say."
    )
    is_authorized_reseller: Later[bool | None] = strawberry.field(
        graphql_type=bool | None,
        resolver=is_authorized_reseller,
        description="True when it may be named as a reseller on cart lines. One call for all partners that are read together.",
        metadata={COST: FieldCost(weight=1, batch=_VERDICTS)},
    )


def partner(
    info: Info,
    mpn_id: Annotated[
        str | None,
        strawberry.argument(
            description="Partner identifier (MPN ID or Partner ID); the caller's own company when left out."
        ),
    ] = strawberry.UNSET,
) -> Later[models.Partner | None]:
    wanted = given(mpn_id)
    if wanted is None:
        return info.context.loaders.own_partner.get(OwnPartnerKey())
    if not _MPN_ID.fullmatch(wanted):
        raise InvalidInput("mpnId must have 1 to 10 digits, such as 4391507.")
    return info.context.loaders.partners.get(PartnerKey(wanted))


async def indirect_resellers(
    info: Info,
    *,
    query: Annotated[
        str | None,
        strawberry.argument(
            description="Beginnings of words in the name, in any order and case, or a partner identifier. Applied by the gateway."
        ),
    ] = strawberry.UNSET,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
) -> Connection:
    """In Partner Center's order. It lists all of them at once."""
    search = search_for(query)
    name = f"indirectResellers/{search.query}"
    window = PageArguments(first, after, last, before).window(name)
    found = await info.context.loaders.indirect_resellers.load(IndirectResellersKey())
    matching = [each for each in found if search.finds(each.name, identifier=each.mpn_id)]
    listing = Listing(whole(matching), key=lambda partner: f"{partner.mpn_id}/{partner.tenant_id}")
    return connection(await listing.page(window), name=name)


def resellers_of_customer(
    customer: strawberry.Parent[customers.Customer], info: Info
) -> Later[tuple[models.Partner, ...] | None]:
    return info.context.loaders.resellers_of_customer.get(CustomerKey(customer.id.lower()))


def partner_of_participant(
    participant: strawberry.Parent[carts.Participant], info: Info
) -> Later[models.Partner | None]:
    """The participant among the caller's indirect resellers."""

    def find(resellers: tuple[models.Partner, ...]) -> models.Partner | None:
        return next((each for each in resellers if each.mpn_id == participant.partner_id), None)

    return info.context.loaders.indirect_resellers.then(IndirectResellersKey(), find)


@strawberry.type(description="A partner that takes part in the purchase of one line.")
class CartParticipant:
    type: ParticipantType = strawberry.field(description="Role of the partner.")
    partner_id: str = strawberry.field(description="Partner identifier (MPN ID or Partner ID) of the participant.")
    partner: Later[models.Partner | None] = strawberry.field(
        graphql_type=Partner | None,
        resolver=partner_of_participant,
        description="The participant, when it is one of the caller's own indirect resellers; needs a token with a user. One call for all participants.",
        metadata={COST: FieldCost(shared=RESELLERS, gathers=GATHERS_VERDICTS)},
    )


@strawberry.type(description="A partner and its position in the list.")
class PartnerEdge:
    cursor: str = strawberry.field(description="Position in the list, for `after` and `before`.")
    node: Partner = strawberry.field(description="The partner.", metadata=_ON_PAGE)


@strawberry.type(description="A page of partners.")
class PartnerConnection:
    edges: list[PartnerEdge] = strawberry.field(
        description="The partners on this page with their cursors.", metadata=_ON_PAGE
    )
    nodes: list[Partner] = strawberry.field(
        description="The partners on this page, without the cursors.", metadata=_ON_PAGE
    )
    page_info: PageInfo = strawberry.field(description="Position of the page in the list.")
    total_count: int = strawberry.field(description="Number of partners on all pages.")


RESELLER_PAGE = {
    COST: FieldCost(shared=RESELLERS, gathers=GATHERS_VERDICTS, assumed_size=20, slicing_arguments=("first", "last"))
}
