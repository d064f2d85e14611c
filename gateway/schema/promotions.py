"""Promotions: object types over the records, and the resolvers of fields that lead to one."""

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, TypeAlias, TypeVar

import strawberry

from gateway.catalog.keys import CustomerKey, PromotionKey, PromotionsKey, SkuKey
from gateway.context import Info
from gateway.errors import InvalidInput
from gateway.loaders.batching import Later
from gateway.operations.field_cost import COST, ONE_CALL, FieldCost
from gateway.partner_center.models import catalog
from gateway.partner_center.models import promotions as models
from gateway.partner_center.paths import promotion_id as checked_promotion_id
from gateway.schema.node import Kind, Node, node_id
from gateway.schema.references import SkuReference, asks_only
from gateway.schema.scalars import CountryCode, Duration
from gateway.schema.values import BillingCycleType, QuantityRange, quantity_range

if TYPE_CHECKING:
    from gateway.schema.catalog import Sku

T = TypeVar("T")

LazySku: TypeAlias = Annotated["Sku", strawberry.lazy("gateway.schema.catalog")]
MARKET_PROMOTIONS = "promotions of a market"
"""The batch of fields that read the promotions of a market."""
PROMOTION = {COST: FieldCost(weight=1, reads_customer=True)}
"""The cost of a promotion in the market of a customer."""


def promotion_node_id(promotion: strawberry.Parent[models.Promotion]) -> strawberry.ID:
    return node_id(Kind.PROMOTION, promotion.country, promotion.id)


def sku_of_promotion(
    product: strawberry.Parent[models.RequiredProduct], info: Info
) -> Later[catalog.Sku | None] | SkuReference:
    if product.sku_id is None:
        return None
    if asks_only(info, "partnerCenterId", "productId"):
        return SkuReference(product.product_id, product.sku_id)
    return info.context.loaders.skus.get(SkuKey(product.country, product.product_id, product.sku_id))


def constraints(
    promotion: strawberry.Parent[models.Promotion], info: Info
) -> Later[models.PromotionConstraints | None]:
    """Only a read by id has them."""
    if promotion.is_whole:
        return _constraints(promotion)
    return info.context.loaders.promotions.then(PromotionKey(promotion.country, promotion.id), _constraints)


def _constraints(promotion: models.Promotion | None) -> models.PromotionConstraints | None:
    found = None if promotion is None else promotion.promotion_constraints
    return None if found == models.PromotionConstraints() else found


def seats(constraints: strawberry.Parent[models.PromotionConstraints]) -> QuantityRange | None:
    """What all constraints allow."""
    limits = constraints.seat_constraints
    return _common_range((each.min_seats for each in limits), (each.max_seats for each in limits))


def redemptions(constraints: strawberry.Parent[models.PromotionConstraints]) -> QuantityRange | None:
    limits = constraints.asset_ownership_limits
    return _common_range((each.min_assets for each in limits), (each.max_assets for each in limits))


def _common_range(minima: Iterable[int | None], maxima: Iterable[int | None]) -> QuantityRange | None:
    lower = max((each for each in minima if each is not None), default=None)
    upper = min((each for each in maxima if each is not None), default=None)
    return quantity_range(lower, upper)


def required_skus(constraints: strawberry.Parent[models.PromotionConstraints]) -> list[list[str]]:
    return [[each.sku_key for each in group] for group in constraints.product_ownership_constraints]


@strawberry.type(description="A term that a promotion is granted for.")
class PromotionTerm:
    duration: Duration | None = strawberry.field(name="termDuration", description="Length of the term.")
    billing_cycle: BillingCycleType | None = strawberry.field(description="How often the partner is billed.")


@strawberry.type(description="What a promotion is granted on.")
class PromotionProduct:
    product_id: str = strawberry.field(description="Partner Center's identifier of the product.")
    sku_id: str | None = strawberry.field(
        description="Partner Center's identifier of the SKU; null when Partner Center does not say."
    )
    term: PromotionTerm | None = strawberry.field(
        description="The term it is granted for: any other term costs the full price."
    )
    discount: Decimal | None = strawberry.field(
        description="Share of the price that is taken off, 0.05 for five percent; null when Partner Center grants it in another way."
    )
    sku: Later[catalog.Sku | None] | SkuReference = strawberry.field(
        graphql_type=LazySku | None,
        resolver=sku_of_promotion,
        description="The SKU; null when the catalog no longer offers it.",
        metadata={COST: FieldCost(weight=1, free_fields=frozenset({"partnerCenterId", "productId"}))},
    )


@strawberry.type(description="Conditions of a promotion.")
class PromotionConstraints:
    seats: QuantityRange | None = strawberry.field(
        resolver=seats,
        description="Number of seats it is granted for, counted over all partners of the customer; null when any number is.",
    )
    redemptions: QuantityRange | None = strawberry.field(
        resolver=redemptions,
        description="How often a customer can have it, over all partners; null when there is no limit.",
    )
    is_first_purchase_only: bool = strawberry.field(
        description="True when it must be the customer's first purchase of the SKU."
    )
    required_skus: list[list[str]] = strawberry.field(
        resolver=required_skus,
        description="SKUs that the customer must own, each as `productId:skuId`, in Partner Center's groups; it does not say whether one of a group will do.",
    )


@strawberry.type(
    description="A discount on a SKU for a certain term. It is taken off the partner's price for the term of the purchase."
)
class Promotion(Node):
    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        return isinstance(value, models.Promotion)

    node_id: strawberry.ID = strawberry.field(
        resolver=promotion_node_id, name="id", description="Opaque identifier of the promotion in its market."
    )
    name: str | None = strawberry.field(description="Name of the promotion.")
    description: str | None = strawberry.field(description="What the promotion is.")
    start_date: datetime | None = strawberry.field(name="startsAt", description="When it begins.")
    ends_at: datetime | None = strawberry.field(description="When it ends; null when no end is set.")
    is_auto_applicable: bool | None = strawberry.field(
        description="True when Partner Center applies it by itself; false when a line must ask for it with `promotionId`."
    )
    required_products: list[PromotionProduct] = strawberry.field(
        name="products",
        description="What it is granted on, and for which terms.",
        metadata={COST: FieldCost(assumed_size=2)},
    )
    constraints: Later[models.PromotionConstraints | None] = strawberry.field(
        graphql_type=PromotionConstraints | None,
        resolver=constraints,
        description="Conditions on the customer and the quantity; null when there are none. Costs a call of its own unless the promotion was read by identifier.",
        metadata=ONE_CALL,
    )
    country: CountryCode = strawberry.field(description="Market it was read from.")
    id: str = strawberry.field(
        name="partnerCenterId",
        description="Partner Center's identifier of the promotion. Its last part changes from time to time; limits count for the first two.",
    )


def promotions_of_sku(sku: strawberry.Parent[catalog.Sku], info: Info) -> Later[list[models.Promotion] | None]:
    def of_sku(found: tuple[models.Promotion, ...] | None) -> list[models.Promotion] | None:
        return None if found is None else [each for each in found if is_for(each, sku.product_id, sku.id)]

    return info.context.loaders.promotions_of_market.then(PromotionsKey(sku.country), of_sku)


def is_for(promotion: models.Promotion, product_id: str, sku_id: str | None) -> bool:
    """Whether the promotion is granted on this SKU, or on any of the product when *sku_id* is None."""
    return any(
        each.product_id.lower() == product_id.lower()
        and (sku_id is None or (each.sku_id or "").lower() == sku_id.lower())
        for each in promotion.required_products
    )


def promotion_for_customer(info: Info, *, customer_id: str, promotion_id: str | None) -> Later[models.Promotion | None]:
    """The promotion with an id that Partner Center gave, in the market of the customer."""
    try:
        checked = checked_promotion_id(promotion_id or "")
    except InvalidInput:
        return None
    return in_market_of(
        info, customer_id, lambda country: info.context.loaders.promotions.get(PromotionKey(country, checked))
    )


def in_market_of(info: Info, customer_id: str, step: Callable[[str], Later[T]]) -> Later[T]:
    """What *step* makes of the customer's market, or of the gateway's default one where the customer's is not known."""
    return info.context.loaders.customers.then(
        CustomerKey(customer_id),
        lambda customer: step((customer and customer.country) or info.context.default_country),
    )
