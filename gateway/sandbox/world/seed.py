"""The records of seed.json: the partner, its customers, and what is sold. `assortment` looks things up in them."""

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import cast

import msgspec

from gateway.sandbox.world.partner_seed import AgreementTemplate, Qualification, Reseller


class Record(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A part of the seed, with members in camelCase."""


class Partner(Record, kw_only=True, frozen=True):
    """The partner that signs in. *domain* may name the tenant in place of *tenant_id*; None if it has no domain.

    *mpn_id* is its partner identifier.
    """

    tenant_id: str
    domain: str | None = None
    client_id: str
    client_secret: str
    refresh_token: str
    user_id: str
    company_name: str
    mpn_id: str


class Market(Record, frozen=True):
    currency: str
    locale: str


class Currency(Record, frozen=True):
    """*rate* is the price of one US dollar in this currency; *digits* is the number of fraction digits of an amount."""

    symbol: str
    rate: Decimal
    digits: int


class Address(Record, kw_only=True, frozen=True):
    address_line1: str
    city: str
    postal_code: str
    state: str | None = None


class AzureSubscription(Record, kw_only=True, frozen=True):
    """*registered_at*: when a registration ends that is under way or over; a timestamp as in answers."""

    id: str
    registered: bool
    reservations_enabled: bool
    active: bool
    registered_at: str | None = None


class OwnedSeats(Record, kw_only=True, frozen=True):
    """Seats added to a subscription *age_hours* before the sandbox starts."""

    quantity: int
    age_hours: int


class Owned(Record, kw_only=True, frozen=True):
    """A subscription that a customer owns from the start, bought *age_hours* before it.

    *later_seats* are part of *quantity*. *next_term* is shown as it stands. With *has_order* its order can be read.
    *promotion_id* is the promotion it was bought with, if any.
    """

    id: str
    catalog_item_id: str
    quantity: int
    friendly_name: str
    term_duration: str
    billing_cycle: str
    order_id: str
    age_hours: int = 30 * 24
    status: str = "active"
    auto_renews: bool = True
    later_seats: tuple[OwnedSeats, ...] = ()
    next_term: dict[str, object] | None = None
    suspension_reasons: tuple[str, ...] = ()
    entitlement_id: str | None = None
    has_order: bool = False
    promotion_id: str | None = None


class Customer(Record, kw_only=True, frozen=True):
    """*credit_limit* is in the customer's currency; None means no limit.

    *agreement_accepted*: the partner has confirmed the Microsoft Customer Agreement; *agreement_signed*: the customer has
    signed it itself. *resellers* are the partner identifiers of the indirect resellers that serve it.
    """

    id: str
    company_name: str
    domain: str
    country: str
    email: str
    first_name: str
    last_name: str
    address: Address
    commerce_id: str
    culture: str
    language: str
    segment: str
    agreement_accepted: bool
    agreement_signed: bool = False
    qualifications: tuple[Qualification, ...] = ()
    resellers: tuple[str, ...] = ()
    credit_limit: Decimal | None = None
    azure_subscriptions: tuple[AzureSubscription, ...] = ()
    entitlements: tuple[str, ...] = ()
    subscriptions: tuple[Owned, ...] = ()


class Demo(Record, frozen=True):
    customer_id: str
    cart_id: str


class SeedCart(Record, kw_only=True, frozen=True):
    """A cart that exists from the start; *body* is the request that creates it."""

    id: str
    customer_id: str
    body: dict[str, object]


class RenewalOption(Record, kw_only=True, frozen=True):
    term_duration: str
    description: str | None = None


class RefundOption(Record, kw_only=True, frozen=True):
    sequence_id: int
    type: str
    expires_after: str | None = None


class CancellationPolicy(Record, frozen=True):
    refund_options: tuple[RefundOption, ...] = ()


class Term(Record, kw_only=True, frozen=True):
    """*price* is in US dollars for one unit and one billing period; *prices* are local list prices by currency, used in
    place of the converted price.
    """

    id: str | None = None
    duration: str | None = None
    description: str
    billing_cycle: str
    cancellation_policies: tuple[CancellationPolicy, ...] | None = None
    renewal_options: tuple[RenewalOption, ...] | None = None
    price: Decimal
    prices: dict[str, Decimal] = {}


class Availability(Record, kw_only=True, frozen=True):
    id: str
    segment: str
    is_purchasable: bool
    is_renewable: bool
    terms: tuple[Term, ...]


class Attestation(Record, frozen=True):
    attestation_type: str
    enforce_attestation: bool


class MinimumCommitment(Record, frozen=True):
    grain: str
    amount: str


class Sku(Record, kw_only=True, frozen=True):
    """*stock* (units left for all customers) and *quota* (units that one customer may own) are the sandbox's own."""

    id: str
    title: str
    description: str
    minimum_quantity: int
    maximum_quantity: int
    is_trial: bool
    supported_billing_cycles: tuple[str, ...]
    purchase_prerequisites: tuple[str, ...] = ()
    inventory_variables: tuple[str, ...] = ()
    provisioning_variables: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    dynamic_attributes: dict[str, object] = {}
    attestation_properties: Attestation | None = None
    minimum_purchase_commitment: MinimumCommitment | None = None
    consumption_type: str | None = None
    terms_of_use_uri: str | None = None
    stock: int | None = None
    quota: int | None = None
    availabilities: tuple[Availability, ...]

    @property
    def is_addon(self) -> bool:
        return self.dynamic_attributes.get("isAddon") is True

    @property
    def prerequisite_skus(self) -> tuple[str, ...]:
        """`product:sku` of every base product of this add-on; empty if the SKU is not an add-on."""
        return self._names("prerequisiteSkus")

    @property
    def upgrade_targets(self) -> tuple[str, ...]:
        """`product:sku` of everything that a subscription to this SKU can be upgraded to."""
        return self._names("upgradeTargetOffers")

    def _names(self, attribute: str) -> tuple[str, ...]:
        named = self.dynamic_attributes.get(attribute)
        return tuple(str(name) for name in cast("list[object]", named)) if isinstance(named, list) else ()


class SubType(Record, frozen=True):
    id: str
    display_name: str


class ProductType(Record, kw_only=True, frozen=True):
    id: str
    display_name: str
    sub_type: SubType | None = None


class Product(Record, kw_only=True, frozen=True):
    """*views*: every targetView that lists the product; *markets* None means all."""

    id: str
    title: str
    description: str
    publisher_name: str
    product_type: ProductType
    is_microsoft_product: bool
    views: tuple[str, ...]
    markets: tuple[str, ...] | None = None
    skus: tuple[Sku, ...]


class OfferCategory(Record, frozen=True):
    id: str
    name: str
    rank: int


class OfferProduct(Record, frozen=True):
    id: str
    name: str
    unit: str


class Offer(Record, kw_only=True, frozen=True):
    """An offer of the old catalog. *price* is in US dollars per unit and month, None if metered; *successor* is the
    catalog item sold in its place.
    """

    id: str
    name: str
    description: str
    minimum_quantity: int
    maximum_quantity: int
    is_add_on: bool
    has_add_ons: bool
    prerequisite_offers: tuple[str, ...] = ()
    category: OfferCategory
    product: OfferProduct
    unit_type: str
    billing: str
    supported_billing_cycles: tuple[str, ...]
    is_available_for_purchase: bool
    rank: int
    is_trial: bool = False
    sales_group_id: str | None = None
    price: Decimal | None = None
    successor: str | None = None

    def fits_under(self, base_id: str) -> bool:
        """Whether this offer may be bought as an add-on of the offer *base_id*."""
        return base_id.lower() in {each.lower() for each in self.prerequisite_offers}


class PromotionTerm(Record, frozen=True):
    duration: str
    billing_cycle: str


class PricingPolicy(Record, frozen=True):
    policy_type: str
    value: str


class RequiredProduct(Record, kw_only=True, frozen=True):
    product_id: str
    sku_id: str
    term: PromotionTerm
    pricing_policies: tuple[PricingPolicy, ...] = ()


class SeatConstraint(Record, kw_only=True, frozen=True):
    min_seats: int | None = None
    max_seats: int | None = None
    type: str | None = None


class AssetOwnershipLimit(Record, kw_only=True, frozen=True):
    """How often a customer may have the promotion."""

    min_assets: int | None = None
    max_assets: int | None = None
    type: str | None = None


class EligibilityConstraint(Record, kw_only=True, frozen=True):
    """*type* `FirstPurchase`: the purchase must be the customer's first of the SKU."""

    is_applicable: bool
    type: str


class RequiredAsset(Record, frozen=True):
    """*big_id* is `product/sku`."""

    big_id: str


class PromotionConstraints(Record, frozen=True):
    """*product_ownership_constraints*: in groups, the SKUs that the customer must own."""

    seat_constraints: tuple[SeatConstraint, ...] = ()
    asset_ownership_limits: tuple[AssetOwnershipLimit, ...] = ()
    eligibility_constraints: tuple[EligibilityConstraint, ...] = ()
    product_ownership_constraints: tuple[tuple[RequiredAsset, ...], ...] = ()


class PromotionProperties(Record, frozen=True):
    is_auto_applicable: bool = False


class Promotion(Record, kw_only=True, frozen=True):
    id: str
    name: str
    description: str
    start_date: str
    end_date: str
    properties: PromotionProperties = PromotionProperties()
    required_products: tuple[RequiredProduct, ...] = ()
    promotion_constraints: PromotionConstraints = PromotionConstraints()
    markets: tuple[str, ...] | None = None


class Seed(Record, kw_only=True, frozen=True):
    partner: Partner
    markets: dict[str, Market]
    currencies: dict[str, Currency]
    customers: tuple[Customer, ...]
    demo: Demo
    carts: tuple[SeedCart, ...]
    products: tuple[Product, ...]
    offers: tuple[Offer, ...]
    promotions: tuple[Promotion, ...]
    agreement_templates: tuple[AgreementTemplate, ...] = ()
    resellers: tuple[Reseller, ...] = ()


def read_seed(seed: Mapping[str, object] | None = None) -> Seed:
    """Reads *seed*, or the packaged seed.json if None.

    Raises msgspec.ValidationError, which names the invalid member.
    """
    return _packaged() if seed is None else msgspec.convert(seed, Seed)


@cache
def _packaged() -> Seed:
    text = resources.files("gateway.sandbox").joinpath("seed.json").read_text(encoding="utf-8")
    return msgspec.convert(json.loads(text), Seed)
