"""Whether a customer gets a promotion for a purchase, and why not ("Verify promotion eligibility")."""

from gateway.partner_center.models.promotions import PromotionTerm
from gateway.partner_center.models.record import UNREAD, Record, Unread, Word
from gateway.partner_center.models.values import BillingCycle, OpenEnum


class EligibilityQuestion(Record, frozen=True, kw_only=True, omit_defaults=True):
    """A purchase to check; without `promotion_id`, for all promotions of the item. `id` pairs it with its answer."""

    catalog_item_id: str
    quantity: int
    term_duration: str | None = None
    billing_cycle: BillingCycle | None = None
    id: int | str | None = None
    promotion_id: str | None = None


class EligibilityQuestions(Record, frozen=True, kw_only=True):
    items: tuple[EligibilityQuestion, ...]


class IneligibilityReason(OpenEnum):
    """Kinds of reasons ("Verify promotion eligibility", error types)."""

    SEAT_COUNT = "SeatCount"
    REDEMPTION_LIMIT = "RedemptionLimit"
    TERM = "Term"
    PURCHASED_PREVIOUSLY = "OfferPurchasedPreviously"
    PREREQUISITE_MISSING = "PrerequisiteProductOwnership"
    NONE_AVAILABLE = "NoPromotionsAvailable"
    INVALID_PROMOTION = "InvalidPromotion"
    INVALID_CATALOG_ITEM = "InvalidCatalogItemId"
    UNKNOWN = "unknown"


class EligibilityError(Record, frozen=True, kw_only=True):
    """Why a purchase is not eligible. Seats, redemptions and terms belong to one type each.

    The terms are one object in the documentation's table, a list in Microsoft's own client.
    """

    type: IneligibilityReason = IneligibilityReason.UNKNOWN
    description: str | None = None
    minimum_required_seats: int | None = None
    maximum_required_seats: int | None = None
    available_seats: int | None = None
    max_promotion_redemption_count: int | None = None
    remaining_promotion_redemption_count: int | None = None
    eligible_terms: tuple[PromotionTerm, ...] = ()


class Eligibility(Record, frozen=True, kw_only=True):
    """The verdict on one promotion. What has no id says that there is none for the item."""

    promotion_id: Word | None = None
    is_eligible: bool | None = None
    errors: tuple[EligibilityError, ...] = ()


class PromotionEligibilities(Record, frozen=True, kw_only=True):
    """The answer for one purchase. `id` is that of its question, 0 where none was sent."""

    id: int | str | None = None
    catalog_item_id: str | None = None
    quantity: int | None = None
    billing_cycle: BillingCycle | None = None
    term_duration: str | None = None
    eligibilities: tuple[Eligibility, ...] = ()
    attributes: Unread = UNREAD
