"""Products, SKUs and availabilities: object types over the catalog's records."""

from enum import Enum
from typing import Annotated, Self, cast

import strawberry

from gateway.catalog.keys import AvailabilitiesKey, ProductKey, SkuKey, SkusKey
from gateway.context import Info
from gateway.loaders.batching import Later
from gateway.loaders.loaders import Loaders
from gateway.operations.field_cost import COST, FieldCost
from gateway.partner_center.models import catalog as models
from gateway.partner_center.models import promotions as promotion_models
from gateway.partner_center.models import stock as stock_models
from gateway.partner_center.models.respelling import member
from gateway.partner_center.models.values import TargetSegment as Segment
from gateway.partner_center.models.values import truth
from gateway.schema.node import Kind, Node, node_id
from gateway.schema.promotions import MARKET_PROMOTIONS, Promotion, promotions_of_sku
from gateway.schema.references import AvailabilityReference, ProductReference, SkuReference, asks_only
from gateway.schema.scalars import JSON, CountryCode, CurrencyCode, Duration
from gateway.schema.stock import SKU_STOCK, STOCK, StockCheck, stock_of_sku
from gateway.schema.values import BillingCycleType, PurchaseCommitment

MarketToLookIn = Annotated[
    CountryCode | None,
    strawberry.argument(description="Market to look in; the gateway's default market when left out."),
]


_EMBEDDED = {COST: FieldCost(gathers=frozenset({MARKET_PROMOTIONS}))}
"""An availability embeds its product and its SKU ("Get an availability by ID"), so these cost nothing more."""


@strawberry.enum(description="Kinds of customers that catalog entries are meant for.")
class TargetSegment(Enum):
    COMMERCIAL = strawberry.enum_value(Segment.COMMERCIAL, description="Businesses.")
    EDUCATION = strawberry.enum_value(Segment.EDUCATION, description="Schools and universities.")
    GOVERNMENT = strawberry.enum_value(Segment.GOVERNMENT, description="Public authorities.")
    NONPROFIT = strawberry.enum_value(Segment.NONPROFIT, description="Charities.")


@strawberry.type(description="A category of products, possibly refined by a subcategory.")
class ProductCategory:
    id: str | None = strawberry.field(
        name="partnerCenterId", description="Identifier Partner Center uses for the category."
    )
    display_name: str | None = strawberry.field(description="Name for display.")
    sub_type: Self | None = strawberry.field(name="subcategory", description="Subcategory.")


@strawberry.type(description="An agreement tied to a SKU.")
class SkuAttestation:
    attestation_type: str | None = strawberry.field(
        name="type", description="Kind of agreement, in Partner Center's words."
    )
    enforce_attestation: bool = strawberry.field(
        name="isEnforced", description="True when a cart line must set `attestationAccepted`."
    )


@strawberry.type(description="A refund on cancellation.")
class RefundOption:
    sequence_id: int | None = strawberry.field(
        name="sequence", description="Position in the order in which refunds lapse."
    )
    type: str | None = strawberry.field(
        description="How much is refunded, in Partner Center's words, for example `Full` or `Partial`."
    )
    expires_after: Duration | None = strawberry.field(description="How long after purchase the refund is given.")


@strawberry.type(description="Conditions for cancellation.")
class CancellationPolicy:
    refund_options: list[RefundOption] = strawberry.field(description="Refunds, in the order in which they lapse.")


@strawberry.type(description="A term that another term can turn into at renewal.")
class RenewalOption:
    term_duration: Duration | None = strawberry.field(description="Length of the renewed term.")
    description: str | None = strawberry.field(description="What the option means.")


@strawberry.type(description="A term under which an availability can be bought.")
class AvailabilityTerm:
    id: str | None = strawberry.field(name="partnerCenterId", description="Partner Center's identifier of the term.")
    duration: Duration | None = strawberry.field(
        description="Length of the term; goes into a cart line's `termDuration`."
    )
    description: str | None = strawberry.field(description="What the term means.")
    billing_cycle: BillingCycleType | None = strawberry.field(
        description="How often the partner is billed in this term."
    )
    cancellation_policies: list[CancellationPolicy] = strawberry.field(description="Conditions for cancellation.")
    renewal_options: list[RenewalOption] = strawberry.field(description="Terms it can turn into at renewal.")


def product_node_id(product: strawberry.Parent[models.Product]) -> strawberry.ID:
    return node_id(Kind.PRODUCT, product.country, product.id)


def sku_node_id(sku: strawberry.Parent[models.Sku]) -> strawberry.ID:
    return node_id(Kind.SKU, sku.country, sku.product_id, sku.id)


def availability_node_id(availability: strawberry.Parent[models.Availability]) -> strawberry.ID:
    item = availability
    return node_id(Kind.AVAILABILITY, item.country, item.product_id, item.sku_id, item.id)


def skus_of_product(
    product: strawberry.Parent[models.Product],
    info: Info,
    target_segment: Annotated[
        TargetSegment | None, strawberry.argument(description="Only SKUs meant for this kind of customer.")
    ] = strawberry.UNSET,
) -> Later[tuple[models.Sku, ...] | None]:
    key = SkusKey(product.country, product.id, segment(target_segment))
    return info.context.loaders.skus_of_product.get(key)


def product_of_sku(sku: strawberry.Parent[models.Sku], info: Info) -> Later[models.Product | None] | ProductReference:
    if asks_only(info, "partnerCenterId"):
        return ProductReference(sku.product_id)
    return info.context.loaders.products.get(ProductKey(sku.country, sku.product_id))


def is_addon(sku: strawberry.Parent[models.Sku]) -> bool | None:
    return truth(member(sku.dynamic_attributes, "isaddon"))


def prerequisite_skus(sku: strawberry.Parent[models.Sku]) -> list[str]:
    named = member(sku.dynamic_attributes, "prerequisiteskus")
    return [each for each in cast("list[object]", named) if isinstance(each, str)] if isinstance(named, list) else []


def availabilities_of_sku(
    sku: strawberry.Parent[models.Sku],
    info: Info,
    target_segment: Annotated[
        TargetSegment | None, strawberry.argument(description="Only availabilities meant for this kind of customer.")
    ] = strawberry.UNSET,
) -> Later[tuple[models.Availability, ...] | None]:
    key = AvailabilitiesKey(sku.country, sku.product_id, sku.id, segment(target_segment))
    return info.context.loaders.availabilities_of_sku.get(key)


def product_of_availability(
    availability: strawberry.Parent[models.Availability], info: Info
) -> Later[models.Product | None]:
    """Embedded in the availability ("Get an availability by ID"); read by itself when it is missing there."""
    if availability.product is not None:
        return availability.product
    return info.context.loaders.products.get(ProductKey(availability.country, availability.product_id))


def sku_of_availability(availability: strawberry.Parent[models.Availability], info: Info) -> Later[models.Sku | None]:
    """Embedded in the availability like the product; read by itself when it is missing there."""
    if availability.sku is not None:
        prime_product(info.context.loaders, availability)
        return availability.sku
    key = SkuKey(availability.country, availability.product_id, availability.sku_id)
    return info.context.loaders.skus.get(key)


def prime_product(loaders: Loaders, availability: models.Availability) -> None:
    """Let the product that is embedded in an availability cost no call where its SKU leads to it."""
    if availability.product is not None:
        loaders.products.prime(ProductKey(availability.country, availability.product_id), availability.product)


def default_currency_code(availability: strawberry.Parent[models.Availability]) -> str | None:
    return availability.default_currency.code if availability.default_currency else None


def default_currency_symbol(availability: strawberry.Parent[models.Availability]) -> str | None:
    return availability.default_currency.symbol if availability.default_currency else None


def segment(argument: TargetSegment | None) -> Segment | None:
    """The record's own member; None when the argument was left out."""
    return Segment(argument.value) if argument else None


@strawberry.type(description="Something sold in a market's catalog. What is bought is one of its SKUs.")
class Product(Node):
    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        return isinstance(value, (models.Product, ProductReference))

    node_id: strawberry.ID = strawberry.field(
        resolver=product_node_id, name="id", description="Opaque identifier of the product in its market."
    )
    title: str | None = strawberry.field(description="Name of the product.")
    description: str | None = strawberry.field(description="What the product is.")
    publisher_name: str | None = strawberry.field(description="Publisher, where Partner Center names one.")
    product_type: ProductCategory | None = strawberry.field(name="category", description="What kind of product it is.")
    is_microsoft_product: bool | None = strawberry.field(
        description="True for Microsoft's own products, false for those of other publishers."
    )
    country: CountryCode = strawberry.field(description="Market this entry was read from.")
    id: str = strawberry.field(name="partnerCenterId", description="Partner Center's identifier of the product.")
    skus: Later[tuple[models.Sku, ...] | None] = strawberry.field(
        graphql_type=list[Annotated["Sku", strawberry.lazy("gateway.schema.catalog")]] | None,
        resolver=skus_of_product,
        description="The SKUs of the product.",
        metadata={COST: FieldCost(weight=1, assumed_size=5, gathers=frozenset({MARKET_PROMOTIONS, STOCK}))},
    )


@strawberry.type(description="One purchasable shape of a product.")
class Sku(Node):
    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        return isinstance(value, (models.Sku, SkuReference))

    node_id: strawberry.ID = strawberry.field(
        resolver=sku_node_id, name="id", description="Opaque identifier of the SKU in its market."
    )
    product_id: str = strawberry.field(description="Partner Center's identifier of the product the SKU belongs to.")
    title: str | None = strawberry.field(description="Name of the SKU.")
    description: str | None = strawberry.field(description="What the SKU is.")
    minimum_quantity: int | None = strawberry.field(description="Smallest quantity that can be bought.")
    maximum_quantity: int | None = strawberry.field(description="Largest quantity that can be bought.")
    is_trial: bool | None = strawberry.field(description="True for trials.")
    supported_billing_cycles: list[BillingCycleType] = strawberry.field(description="Billing cycles to choose from.")
    minimum_purchase_commitment: PurchaseCommitment | None = strawberry.field(
        description="Smallest commitment that may be bought, for SKUs sold by commitment such as savings plans; null for all others."
    )
    purchase_prerequisites: list[str] = strawberry.field(
        description="Steps needed before buying, for example `InventoryCheck`."
    )
    inventory_variables: list[str] = strawberry.field(description="Values needed to check stock before buying.")
    provisioning_variables: list[str] = strawberry.field(
        description="Names of the values a cart line's `provisioningContext` must hold."
    )
    attestation_properties: SkuAttestation | None = strawberry.field(
        name="attestation", description="What must be agreed to before buying; null when nothing is required."
    )
    dynamic_attributes: JSON | None = strawberry.field(
        description="Further properties, as Partner Center sends them. Keys come and go without notice."
    )
    is_addon: bool | None = strawberry.field(
        resolver=is_addon,
        description="True for what is bought only in addition to another SKU; null when Partner Center does not say.",
    )
    prerequisite_skus: list[str] = strawberry.field(
        resolver=prerequisite_skus,
        description="For an add-on, the SKUs of which the customer needs one, each as `productId:skuId`; empty for anything else.",
    )
    id: str = strawberry.field(
        name="partnerCenterId", description="Partner Center's identifier of the SKU, unique only within its product."
    )
    product: Later[models.Product | None] | ProductReference = strawberry.field(
        graphql_type=Product | None,
        resolver=product_of_sku,
        description="The product the SKU belongs to.",
        metadata={COST: FieldCost(weight=1, free_fields=frozenset({"partnerCenterId"}))},
    )
    availabilities: Later[tuple[models.Availability, ...] | None] = strawberry.field(
        graphql_type=list[Annotated["Availability", strawberry.lazy("gateway.schema.catalog")]] | None,
        resolver=availabilities_of_sku,
        description="The ways the SKU is offered in its market, each with a catalog item identifier.",
        metadata={COST: FieldCost(weight=1, assumed_size=3)},
    )
    promotions: Later[list[promotion_models.Promotion] | None] = strawberry.field(
        graphql_type=list[Promotion] | None,
        resolver=promotions_of_sku,
        description="Promotions now granted for the SKU in its market, for any term. They come from a list of the whole market, which is read once.",
        metadata={COST: FieldCost(weight=1, batch=MARKET_PROMOTIONS, assumed_size=2)},
    )
    stock: Later[stock_models.StockCheck | None] = strawberry.field(
        graphql_type=StockCheck | None,
        resolver=stock_of_sku,
        description="Whether the SKU can be bought at present; null when Partner Center leaves the SKU out of its answer. Only SKUs whose `purchasePrerequisites` name `InventoryCheck` need the check: reservations.",
        metadata=SKU_STOCK,
    )


@strawberry.type(description="One way a SKU is offered in a market; its `catalogItemId` goes on a cart line.")
class Availability(Node):
    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        return isinstance(value, (models.Availability, AvailabilityReference))

    node_id: strawberry.ID = strawberry.field(
        resolver=availability_node_id, name="id", description="Opaque identifier of the availability in its market."
    )
    catalog_item_id: str = strawberry.field(
        description="Identifier to put on a cart line: `productId:skuId:availabilityId`."
    )
    product_id: str = strawberry.field(description="Partner Center's identifier of the product.")
    sku_id: str = strawberry.field(description="Partner Center's identifier of the SKU.")
    id: str = strawberry.field(
        name="partnerCenterId",
        description="Partner Center's identifier of the availability, unique only within its SKU.",
    )
    country: CountryCode = strawberry.field(description="Market of the availability.")
    segment: str | None = strawberry.field(description="Kind of customer it is meant for, in Partner Center's words.")
    default_currency_code: str | None = strawberry.field(
        graphql_type=CurrencyCode | None,
        resolver=default_currency_code,
        description="Currency that prices are given in by default.",
    )
    default_currency_symbol: str | None = strawberry.field(
        resolver=default_currency_symbol, description="Symbol of the default currency, for display."
    )
    is_purchasable: bool | None = strawberry.field(description="True when it can be bought now.")
    is_renewable: bool | None = strawberry.field(description="True when subscriptions to it can be renewed.")
    terms: list[AvailabilityTerm] = strawberry.field(description="Terms to choose from.")
    product: Later[models.Product | None] = strawberry.field(
        graphql_type=Product | None, resolver=product_of_availability, description="The product.", metadata=_EMBEDDED
    )
    sku: Later[models.Sku | None] = strawberry.field(
        graphql_type=Sku | None, resolver=sku_of_availability, description="The SKU.", metadata=_EMBEDDED
    )
