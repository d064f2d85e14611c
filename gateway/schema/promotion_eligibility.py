"""Whether a customer gets a promotion for a cart line, and why not: object types over the records."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import strawberry

from gateway.catalog.eligibility import can_have_promotions, eligibility_key
from gateway.context import Info
from gateway.loaders.batching import Later
from gateway.operations.field_cost import COST, FieldCost
from gateway.partner_center.models import promotion_eligibility as models
from gateway.partner_center.models import promotions
from gateway.partner_center.models.carts import CartLineItem
from gateway.partner_center.models.promotion_eligibility import IneligibilityReason as Reason
from gateway.schema.promotions import PROMOTION, Promotion, PromotionTerm, promotion_for_customer
from gateway.schema.values import QuantityRange, quantity_range

ELIGIBILITY = "promotions of a cart"
"""The batch of fields that check the promotions of cart lines."""
LINE_PROMOTIONS = {COST: FieldCost(weight=1, batch=ELIGIBILITY, assumed_size=3)}


@strawberry.enum(description="Kinds of reasons for which a customer does not get a promotion.")
class PromotionIneligibilityCode(Enum):
    SEAT_COUNT = strawberry.enum_value(Reason.SEAT_COUNT, description="The quantity is outside its limits.")
    REDEMPTION_LIMIT = strawberry.enum_value(
        Reason.REDEMPTION_LIMIT, description="The customer has had it as often as the limit allows."
    )
    TERM = strawberry.enum_value(Reason.TERM, description="It is granted for another term or billing cycle.")
    PURCHASED_PREVIOUSLY = strawberry.enum_value(
        Reason.PURCHASED_PREVIOUSLY, description="The customer has bought the SKU before; a trial counts."
    )
    PREREQUISITE_MISSING = strawberry.enum_value(
        Reason.PREREQUISITE_MISSING, description="The customer must own another product first."
    )
    NONE_AVAILABLE = strawberry.enum_value(Reason.NONE_AVAILABLE, description="There is none at present.")
    INVALID_PROMOTION = strawberry.enum_value(
        Reason.INVALID_PROMOTION, description="The promotion does not exist, or is over."
    )
    INVALID_CATALOG_ITEM = strawberry.enum_value(
        Reason.INVALID_CATALOG_ITEM, description="The catalog does not have the item."
    )
    UNKNOWN = strawberry.enum_value(
        Reason.UNKNOWN, description="A reason that this version of the gateway does not know."
    )


def seats(error: strawberry.Parent[models.EligibilityError]) -> QuantityRange | None:
    return quantity_range(error.minimum_required_seats, error.maximum_required_seats)


@strawberry.type(description="Why a customer does not get a promotion.")
class PromotionIneligibility:
    type: PromotionIneligibilityCode = strawberry.field(name="code", description="Kind of reason.")
    description: str | None = strawberry.field(name="message", description="Partner Center's explanation.")
    seats: QuantityRange | None = strawberry.field(
        resolver=seats, description="For `SEAT_COUNT`, the number of seats it is granted for."
    )
    available_seats: int | None = strawberry.field(
        description="For `SEAT_COUNT`, how many seats the customer can still have at the discount, over all partners."
    )
    max_promotion_redemption_count: int | None = strawberry.field(
        name="maximumRedemptions", description="For `REDEMPTION_LIMIT`, how often the customer can have it."
    )
    remaining_promotion_redemption_count: int | None = strawberry.field(
        name="remainingRedemptions", description="For `REDEMPTION_LIMIT`, how often the customer can still have it."
    )
    eligible_terms: list[PromotionTerm] = strawberry.field(
        description="For `TERM`, the terms it is granted for; empty for other reasons."
    )


@dataclass(frozen=True, slots=True)
class LinePromotion:
    """The verdict on a promotion for a cart line."""

    customer_id: str
    promotion_id: str
    is_eligible: bool | None
    is_applied: bool
    reasons: Sequence[models.EligibilityError]


def promotion(verdict: strawberry.Parent[LinePromotion], info: Info) -> Later[promotions.Promotion | None]:
    return promotion_for_customer(info, customer_id=verdict.customer_id, promotion_id=verdict.promotion_id)


@strawberry.type(description="Whether a customer gets a promotion for a line.")
class PromotionEligibility:
    promotion_id: str = strawberry.field(description="Partner Center's identifier of the promotion.")
    promotion: Later[promotions.Promotion | None] = strawberry.field(
        graphql_type=Promotion | None,
        resolver=promotion,
        description="The promotion; null when the market no longer has it.",
        metadata=PROMOTION,
    )
    is_eligible: bool | None = strawberry.field(
        description="True when the customer gets it for this line as it stands; null when Partner Center does not say."
    )
    is_applied: bool = strawberry.field(description="True when it is applied to the line.")
    reasons: list[PromotionIneligibility] = strawberry.field(
        description="Why the customer does not get it; empty when it does."
    )


def promotion_of_line(line: strawberry.Parent[CartLineItem], info: Info) -> Later[promotions.Promotion | None]:
    return promotion_for_customer(info, customer_id=line.customer_id, promotion_id=line.promotion_id)


def promotions_of_line(line: strawberry.Parent[CartLineItem], info: Info) -> Later[list[LinePromotion] | None]:
    """None when Partner Center does not say enough about the line to ask."""
    if not can_have_promotions(line):
        return []
    key = eligibility_key(line)
    if key is None:
        return None
    return info.context.loaders.eligibilities.then(key, lambda verdicts: [_verdict(line, each) for each in verdicts])


def _verdict(line: CartLineItem, found: models.Eligibility) -> LinePromotion:
    return LinePromotion(
        customer_id=line.customer_id,
        promotion_id=found.promotion_id or "",
        is_eligible=found.is_eligible,
        is_applied=promotions.is_same_promotion(line.promotion_id, found.promotion_id),
        reasons=found.errors,
    )
