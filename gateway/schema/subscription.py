"""Subscriptions of a customer: an object type over the record, its list, and the ways to name one."""

from datetime import datetime
from typing import Annotated

import strawberry

from gateway.context import Info
from gateway.errors import InvalidInput
from gateway.loaders.batching import Later
from gateway.loaders.keys import OrderKey, SubscriptionKey, UpgradesKey
from gateway.operations.field_cost import COST, ONE_CALL, FieldCost
from gateway.partner_center.models import orders, promotions, provisioning
from gateway.partner_center.models import subscriptions as models
from gateway.partner_center.models.transitions import TransitionEligibility
from gateway.partner_center.paths import guid, order_id
from gateway.schema.catalog import Product, Sku
from gateway.schema.catalog_item import (
    CustomersMarket,
    ProductOfItem,
    SkuOfItem,
    item_cost,
    product_of_item,
    sku_of_item,
)
from gateway.schema.node import Kind, Node, node_id
from gateway.schema.order import Order
from gateway.schema.paging import PageInfo
from gateway.schema.promotions import PROMOTION, Promotion, promotion_for_customer
from gateway.schema.references import (
    OWNER_COST,
    LazyCustomer,
    LazySubscription,
    OrderReference,
    Owner,
    SubscriptionReference,
    asks_only,
    owner,
)
from gateway.schema.scalars import Duration
from gateway.schema.subscription_values import (
    ProvisioningStatus,
    RegistrationStatus,
    SeatReduction,
    SubscriptionNextTerm,
    SubscriptionRefund,
    SubscriptionStatus,
)
from gateway.schema.upgrades import ELIGIBILITY_TYPES, TARGETS, SubscriptionUpgrade, UpgradeTiming
from gateway.schema.values import BillingCycleType
from gateway.subscriptions import windows
from gateway.subscriptions.content import version

Parent = strawberry.Parent[models.Subscription]


def subscription_node_id(subscription: Parent) -> strawberry.ID:
    return node_id(Kind.SUBSCRIPTION, subscription.customer_id, subscription.id.lower())


def subscription_key(subscription: models.Subscription) -> SubscriptionKey:
    return SubscriptionKey(subscription.customer_id, subscription.id.lower())


def version_of_subscription(subscription: Parent) -> str:
    return version(subscription)


def refunds_of_subscription(subscription: Parent) -> list[models.SubscriptionRefundOption]:
    return windows.refunds(subscription)


def seat_reductions(subscription: Parent, info: Info) -> list[windows.SeatReduction]:
    return windows.seat_reductions(subscription, info.context.now())


def removable_seats(subscription: Parent, info: Info) -> int | None:
    return windows.removable_seats(subscription, info.context.now())


def is_cancellable(subscription: Parent, info: Info) -> bool:
    return windows.is_cancellable(subscription, info.context.now())


def customer_of_subscription(subscription: Parent, info: Info) -> Owner:
    return owner(info, subscription.customer_id)


def parent_of_subscription(
    subscription: Parent, info: Info
) -> Later[models.Subscription | None] | SubscriptionReference:
    try:
        parent_id = guid(subscription.parent_subscription_id or "", name="parentSubscriptionId")
    except InvalidInput:
        return None
    if asks_only(info, "id", "partnerCenterId"):
        return SubscriptionReference(subscription.customer_id, parent_id)
    return info.context.loaders.subscriptions.get(SubscriptionKey(subscription.customer_id, parent_id))


def order_of_subscription(subscription: Parent, info: Info) -> Later[orders.Order | None] | OrderReference:
    try:
        key = OrderKey(subscription.customer_id, order_id(subscription.order_id or ""))
    except InvalidInput:
        return None
    if asks_only(info, "id", "partnerCenterId"):
        return OrderReference(key.customer_id, key.order_id)
    return info.context.loaders.orders.get(key)


def product_of_subscription(
    subscription: Parent, info: Info, country: CustomersMarket = strawberry.UNSET
) -> ProductOfItem:
    return product_of_item(info, customer_id=subscription.customer_id, item_text=subscription.offer_id, country=country)


def sku_of_subscription(subscription: Parent, info: Info, country: CustomersMarket = strawberry.UNSET) -> SkuOfItem:
    return sku_of_item(info, customer_id=subscription.customer_id, item_text=subscription.offer_id, country=country)


def promotion_of_subscription(subscription: Parent, info: Info) -> Later[promotions.Promotion | None]:
    customer_id, promotion_id = subscription.customer_id, subscription.promotion_id
    return promotion_for_customer(info, customer_id=customer_id, promotion_id=promotion_id)


def provisioning_of_subscription(subscription: Parent, info: Info) -> Later[provisioning.ProvisioningStatus | None]:
    loader = info.context.loaders.provisioning
    return loader.then(subscription_key(subscription), lambda found: found.status if found else None)


def registration_of_subscription(subscription: Parent, info: Info) -> Later[provisioning.RegistrationStatus | None]:
    if not subscription.is_azure:
        return None
    loader = info.context.loaders.registrations
    return loader.then(subscription_key(subscription), lambda found: found.status if found else None)


def upgrades_of_subscription(
    subscription: Parent,
    info: Info,
    timing: Annotated[
        UpgradeTiming, strawberry.argument(description="Upgrades now, or at renewal.")
    ] = UpgradeTiming.NOW,
) -> Later[tuple[TransitionEligibility, ...] | None]:
    key = UpgradesKey(subscription_key(subscription), ELIGIBILITY_TYPES[timing])
    return info.context.loaders.upgrades.get(key)


@strawberry.type(description="What a customer owns for a term: licenses, software, or Azure.")
class CustomerSubscription(Node):
    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        return isinstance(value, (models.Subscription, SubscriptionReference))

    node_id: strawberry.ID = strawberry.field(
        resolver=subscription_node_id, name="id", description="Opaque identifier of the subscription."
    )
    offer_id: str | None = strawberry.field(
        name="catalogItemId",
        description="What was bought: a catalog item identifier, or an offer identifier for older offers.",
    )
    offer_name: str | None = strawberry.field(name="title", description="Name of what was bought.")
    friendly_name: str | None = strawberry.field(description="The partner's own name for the subscription.")
    quantity: int | None = strawberry.field(
        description="Number of licenses or instances; null when Partner Center does not say."
    )
    unit_type: str | None = strawberry.field(
        description="What the quantity counts, in Partner Center's words, for example `Licenses`."
    )
    entitlement_id: str | None = strawberry.field(
        name="azureEntitlementId", description="The Azure subscription behind it; null for anything else."
    )
    parent_subscription: Later[models.Subscription | None] | SubscriptionReference = strawberry.field(
        graphql_type=LazySubscription | None,
        resolver=parent_of_subscription,
        description="The subscription that an add-on of the older catalog belongs to; null for anything else.",
        metadata={COST: FieldCost(weight=1, free_fields=frozenset({"id", "partnerCenterId"}))},
    )
    creation_date: datetime | None = strawberry.field(name="createdAt", description="When it was created.")
    effective_start_date: datetime | None = strawberry.field(
        name="startsAt", description="When the present commitment began."
    )
    commitment_ends_at: datetime | None = strawberry.field(
        description="The last moment of the present term; null when it has no end, as Azure by use."
    )
    billing_period_ends_at: datetime | None = strawberry.field(
        description="The last moment of the present billing period; null when Partner Center does not say."
    )
    status: SubscriptionStatus = strawberry.field(description="State of the subscription.")
    auto_renew_enabled: bool | None = strawberry.field(
        description="True when it renews at the end of its term. False lets it expire then, while the present term stays due. Null when Partner Center does not say."
    )
    is_trial: bool | None = strawberry.field(
        description="True for trials; null when Partner Center does not say, as for older offers."
    )
    billing_cycle: BillingCycleType | None = strawberry.field(description="How often the partner is billed.")
    term_duration: Duration | None = strawberry.field(description="Length of the term; null for older offers.")
    suspension_reasons: list[str] = strawberry.field(
        description="Why it is suspended, in Partner Center's words; empty when it is not."
    )
    refunds: list[models.SubscriptionRefundOption] = strawberry.field(
        graphql_type=list[SubscriptionRefund],
        resolver=refunds_of_subscription,
        description="What is given back on cancelling, in the order in which it lapses.",
    )
    seat_reductions: list[windows.SeatReduction] = strawberry.field(
        graphql_type=list[SeatReduction],
        resolver=seat_reductions,
        description="Seats that can still be taken away, by the time until which they can; empty when none can.",
    )
    removable_seats: int | None = strawberry.field(
        resolver=removable_seats,
        description="Number of seats that can be taken away now; 0 when none can, null when Partner Center does not say.",
    )
    cancellable_until: datetime | None = strawberry.field(
        description="Until when it can be cancelled; null when Partner Center does not say, as for what is cancelled with its order or not at all."
    )
    is_cancellable: bool = strawberry.field(
        resolver=is_cancellable,
        description="True when `cancelSubscription` can be attempted: the time for it is known and not over, by the gateway's clock, and the subscription is not deleted or expired.",
    )
    scheduled_next_term_instructions: SubscriptionNextTerm | None = strawberry.field(
        name="nextTerm",
        description="What is to happen at renewal; null when it renews as it is, or not at all: see `autoRenewEnabled`.",
    )
    promotion_id: str | None = strawberry.field(
        description="Promotion applied to the present term; null means the full price."
    )
    partner_id: str | None = strawberry.field(name="partnerIdOnRecord", description="The reseller on record.")
    id: str = strawberry.field(name="partnerCenterId", description="Partner Center's identifier of the subscription.")
    version: str = strawberry.field(
        resolver=version_of_subscription,
        description="Opaque mark of the subscription's present content; it changes with everything that a change can touch. Send it as `expectedVersion`.",
    )
    customer: Owner = strawberry.field(
        graphql_type=LazyCustomer | None,
        resolver=customer_of_subscription,
        description="The customer who owns it; null, with an entry in `errors`, when it cannot be read.",
        metadata=OWNER_COST,
    )
    order: Later[orders.Order | None] | OrderReference = strawberry.field(
        graphql_type=Order | None,
        resolver=order_of_subscription,
        description="The order that began it; null when Partner Center no longer knows it.",
        metadata={COST: FieldCost(weight=1, free_fields=frozenset({"id", "partnerCenterId"}))},
    )
    product: ProductOfItem = strawberry.field(
        graphql_type=Product | None,
        resolver=product_of_subscription,
        description="The product; null when the catalog no longer offers it.",
        metadata=item_cost("partnerCenterId"),
    )
    sku: SkuOfItem = strawberry.field(
        graphql_type=Sku | None,
        resolver=sku_of_subscription,
        description="The SKU; null when the catalog no longer offers it.",
        metadata=item_cost("partnerCenterId", "productId"),
    )
    promotion: Later[promotions.Promotion | None] = strawberry.field(
        graphql_type=Promotion | None,
        resolver=promotion_of_subscription,
        description="The promotion applied to the present term; null when there is none, or when the market no longer has it.",
        metadata=PROMOTION,
    )
    provisioning_status: Later[provisioning.ProvisioningStatus | None] = strawberry.field(
        graphql_type=ProvisioningStatus | None,
        resolver=provisioning_of_subscription,
        description="How far Partner Center has come with the last purchase or change; refreshed every 15 minutes. Needs a token with a user.",
        metadata=ONE_CALL,
    )
    registration_status: Later[provisioning.RegistrationStatus | None] = strawberry.field(
        graphql_type=RegistrationStatus | None,
        resolver=registration_of_subscription,
        description="Whether an Azure subscription is ready for reservations; null for anything else.",
        metadata=ONE_CALL,
    )
    upgrades: Later[tuple[TransitionEligibility, ...] | None] = strawberry.field(
        graphql_type=list[SubscriptionUpgrade] | None,
        resolver=upgrades_of_subscription,
        description="What it can be upgraded to, with the reasons where it cannot. Partner Center gives no price for it.",
        metadata={COST: FieldCost(weight=1, assumed_size=3, gathers=frozenset({TARGETS}))},
    )


@strawberry.type(description="A subscription and its position in the list.")
class CustomerSubscriptionEdge:
    cursor: str = strawberry.field(description="Position in the list, for `after` and `before`.")
    node: CustomerSubscription = strawberry.field(description="The subscription.")


@strawberry.type(description="A page of subscriptions.")
class CustomerSubscriptionConnection:
    edges: list[CustomerSubscriptionEdge] = strawberry.field(
        description="The subscriptions on this page with their cursors."
    )
    nodes: list[CustomerSubscription] = strawberry.field(
        description="The subscriptions on this page, without the cursors."
    )
    page_info: PageInfo = strawberry.field(description="Position of the page in the list.")
    total_count: int = strawberry.field(description="Number of subscriptions on all pages.")


@strawberry.input(description="Partner Center's own identifiers of a subscription.")
class PartnerCenterSubscriptionInput:
    customer_tenant_id: str = strawberry.field(description="Tenant identifier (a GUID) of the customer who owns it.")
    subscription_id: str = strawberry.field(
        description="Identifier (a GUID) of the subscription: `CustomerSubscription.partnerCenterId`."
    )


@strawberry.input(one_of=True, description="The subscription meant. Give exactly one of the fields.")
class SubscriptionReferenceInput:
    id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="`CustomerSubscription.id`, as issued by this API."
    )
    partner_center: PartnerCenterSubscriptionInput | None = strawberry.field(
        default=strawberry.UNSET, description="Partner Center's own identifiers of the subscription."
    )
