"""Promotions ("Promotion resources"), and whether a purchase is eligible for one ("Verify promotion eligibility")."""

from typing import Any

from gateway.partner_center.models.moments import Moment
from gateway.partner_center.models.record import Record
from gateway.partner_center.models.values import BillingCycle


class PromotionProperties(Record, frozen=True, kw_only=True):
    is_auto_applicable: bool | None = None


class PromotionTerm(Record, frozen=True, kw_only=True):
    duration: str | None = None
    billing_cycle: BillingCycle | None = None


class PricingPolicy(Record, frozen=True, kw_only=True):
    """For example `PercentDiscount` with the value `0.05`, a text."""

    policy_type: str | None = None
    value: str | None = None


class RequiredProduct(Record, frozen=True, kw_only=True):
    product_id: str
    sku_id: str | None = None
    term: PromotionTerm | None = None
    pricing_policies: tuple[PricingPolicy, ...] = ()


class Promotion(Record, frozen=True, kw_only=True):
    """A promotion; an open end is the year 9999. The constraints are plain data, as they come."""

    id: str
    name: str | None = None
    description: str | None = None
    start_date: Moment | None = None
    end_date: Moment | None = None
    properties: PromotionProperties | None = None
    required_products: tuple[RequiredProduct, ...] = ()
    promotion_constraints: dict[str, Any] | None = None


class EligibilityQuestion(Record, frozen=True, kw_only=True, omit_defaults=True):
    """A purchase to check; without `promotion_id`, for all promotions of the item."""

    catalog_item_id: str
    quantity: int
    term_duration: str | None = None
    billing_cycle: BillingCycle | None = None
    id: int | str | None = None
    promotion_id: str | None = None


class EligibilityQuestions(Record, frozen=True, kw_only=True):
    items: tuple[EligibilityQuestion, ...]


class EligibilityError(Record, frozen=True, kw_only=True):
    """Why a purchase is not eligible; only the type `SeatCount` has the numbers."""

    type: str | None = None
    description: str | None = None
    minimum_required_seats: int | None = None
    maximum_required_seats: int | None = None
    available_seats: int | None = None


class Eligibility(Record, frozen=True, kw_only=True):
    promotion_id: str
    is_eligible: bool | None
    errors: tuple[EligibilityError, ...] = ()


class PromotionEligibilities(Record, frozen=True, kw_only=True):
    """The answer for one purchase."""

    catalog_item_id: str
    id: int | str | None = None
    quantity: int | None = None
    billing_cycle: BillingCycle | None = None
    term_duration: str | None = None
    eligibilities: tuple[Eligibility, ...] = ()
