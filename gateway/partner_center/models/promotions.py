"""Promotions ("Promotion resources", "Get a promotion by ID"): discounts on a SKU for a certain term, in one market."""

from decimal import Decimal
from typing import ClassVar

from gateway.partner_center.models.moments import Moment
from gateway.partner_center.models.record import Record, RecordWithContext, Word
from gateway.partner_center.models.values import BillingCycle, amount, folded

_NO_END = 9999
"""The year of the end of a promotion that has none ("Get promotions", sample)."""
_PERCENTAGE = "percentdiscount"
_FIRST_PURCHASE = "firstpurchase"


def is_same_promotion(first: str | None, second: str | None) -> bool:
    """Whether two ids name one promotion. The last part of an id changes ("Verify promotion eligibility")."""
    return first is not None and second is not None and _lasting(first) == _lasting(second)


def _lasting(promotion_id: str) -> str:
    return promotion_id.rpartition(":")[0].lower() or promotion_id.lower()


class PromotionTerm(Record, frozen=True, kw_only=True):
    duration: Word | None = None
    billing_cycle: BillingCycle | None = None


class PricingPolicy(Record, frozen=True, kw_only=True):
    """For example `PercentDiscount` with the value `0.05`, a text."""

    policy_type: str | None = None
    value: str | None = None


class RequiredProduct(RecordWithContext, frozen=True, kw_only=True):
    """A SKU that the promotion is granted on, for one term."""

    product_id: Word
    sku_id: Word | None = None
    term: PromotionTerm | None = None
    pricing_policies: tuple[PricingPolicy, ...] = ()

    country: ClassVar[str] = ""
    """The market, two capital letters."""

    @property
    def discount(self) -> Decimal | None:
        """The share of the price that is taken off, 0 to 1; None unless the only policy is such a percentage."""
        if len(self.pricing_policies) != 1 or folded(self.pricing_policies[0].policy_type or "") != _PERCENTAGE:
            return None
        share = amount(self.pricing_policies[0].value)
        return share if share is not None and 0 <= share <= 1 else None


class PromotionProperties(Record, frozen=True, kw_only=True):
    is_auto_applicable: bool | None = None


class SeatConstraint(Record, frozen=True, kw_only=True):
    """Seats that the customer needs, and may have at most."""

    min_seats: int | None = None
    max_seats: int | None = None
    type: str | None = None


class AssetOwnershipLimit(Record, frozen=True, kw_only=True):
    """How often a customer may have the promotion."""

    min_assets: int | None = None
    max_assets: int | None = None
    type: str | None = None


class EligibilityConstraint(Record, frozen=True, kw_only=True):
    """The only type documented is `FirstPurchase`."""

    is_applicable: bool | None = None
    type: str | None = None


class RequiredAsset(Record, frozen=True, kw_only=True):
    """A SKU to own, as `product/sku`."""

    big_id: Word

    @property
    def sku_key(self) -> str:
        """The SKU as `productId:skuId`, Partner Center's other notation."""
        return self.big_id.replace("/", ":")


class PromotionConstraints(Record, frozen=True, kw_only=True):
    """Conditions of a promotion. Whether one product of a group will do is not documented."""

    seat_constraints: tuple[SeatConstraint, ...] = ()
    asset_ownership_limits: tuple[AssetOwnershipLimit, ...] = ()
    eligibility_constraints: tuple[EligibilityConstraint, ...] = ()
    product_ownership_constraints: tuple[tuple[RequiredAsset, ...], ...] = ()

    @property
    def is_first_purchase_only(self) -> bool:
        return any(
            each.is_applicable is True and folded(each.type or "") == _FIRST_PURCHASE
            for each in self.eligibility_constraints
        )


class Promotion(RecordWithContext, frozen=True, kw_only=True, weakref=True):
    """A promotion. Only a read by id has its constraints."""

    id: Word
    name: str | None = None
    description: str | None = None
    start_date: Moment | None = None
    end_date: Moment | None = None
    properties: PromotionProperties | None = None
    required_products: tuple[RequiredProduct, ...] = ()
    promotion_constraints: PromotionConstraints | None = None

    country: ClassVar[str] = ""
    """The market, two capital letters."""

    is_whole: ClassVar[bool] = False
    """Whether it was read by id."""

    @property
    def ends_at(self) -> Moment | None:
        """None when no end is set, which is written as the year 9999."""
        return None if self.end_date is None or self.end_date.year == _NO_END else self.end_date

    @property
    def is_auto_applicable(self) -> bool | None:
        """Whether Partner Center applies it without being asked."""
        return None if self.properties is None else self.properties.is_auto_applicable
