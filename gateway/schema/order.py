"""Orders: object types over the records."""

from datetime import datetime
from decimal import Decimal
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

from gateway.carts.keys import CartKey
from gateway.context import Info
from gateway.errors import InvalidInput
from gateway.loaders.batching import Later, or_else
from gateway.loaders.keys import OrderKey
from gateway.operations.field_cost import COST, ONE_CALL, FieldCost
from gateway.partner_center.models import carts
from gateway.partner_center.models import orders as models
from gateway.partner_center.models.provisioning import ProvisioningStatus as Provisioning
from gateway.partner_center.models.subscriptions import Subscription
from gateway.partner_center.models.values import OrderStatus as Status
from gateway.partner_center.paths import order_id
from gateway.schema import fulfilment
from gateway.schema.catalog import Availability, Product, Sku
from gateway.schema.catalog_item import (
    AvailabilityOfItem,
    CustomersMarket,
    ProductOfItem,
    SkuOfItem,
    availability_of_item,
    item_cost,
    product_of_item,
    sku_of_item,
)
from gateway.schema.node import Kind, Node, node_id
from gateway.schema.paging import PageInfo
from gateway.schema.references import OWNER_COST, LazyCustomer, LazySubscription, OrderReference, Owner, owner
from gateway.schema.scalars import CurrencyCode, Duration
from gateway.schema.subscription_values import ProvisioningStatus
from gateway.schema.values import (
    BillingCycleType,
    KeyValuePair,
    Pricing,
    PurchaseCommitment,
    RenewsTo,
    key_value_pairs,
)

if TYPE_CHECKING:
    from gateway.schema.cart import Cart

LazyCart: TypeAlias = Annotated["Cart", strawberry.lazy("gateway.schema.cart")]
LazyOrder: TypeAlias = Annotated["Order", strawberry.lazy("gateway.schema.order")]


def order_node_id(order: strawberry.Parent[models.Order]) -> strawberry.ID:
    return node_id(Kind.ORDER, order.customer_id, order.id or order.mark)


def customer_of_order(order: strawberry.Parent[models.Order], info: Info) -> Owner:
    return owner(info, order.customer_id)


def cart_of_order(order: strawberry.Parent[models.Order], info: Info) -> Later[carts.Cart | None]:
    if order.id is None:
        return None
    key = OrderKey(order.customer_id, order.id)
    return info.context.loaders.origins.then(key, partial(_cart, info))


def _cart(info: Info, key: CartKey | None) -> Later[carts.Cart | None]:
    return info.context.loaders.carts.get(key) if key else None


def read_anew(info: Info, order: models.Order) -> Later[models.Order]:
    """An order of a checkout as it is now; as the checkout answered it where it cannot be read."""
    try:
        key = OrderKey(order.customer_id, order_id(order.id or ""))
    except InvalidInput:
        return order
    return or_else(info.context.loaders.orders.get(key), order)


def provisioning_context_of_item(item: strawberry.Parent[models.OrderLineItem]) -> list[KeyValuePair]:
    return key_value_pairs(item.provisioning_context)


def product_of_order_line(
    item: strawberry.Parent[models.OrderLineItem], info: Info, country: CustomersMarket = strawberry.UNSET
) -> ProductOfItem:
    return product_of_item(info, customer_id=item.customer_id, item_text=item.catalog_item_id, country=country)


def sku_of_order_line(
    item: strawberry.Parent[models.OrderLineItem], info: Info, country: CustomersMarket = strawberry.UNSET
) -> SkuOfItem:
    return sku_of_item(info, customer_id=item.customer_id, item_text=item.catalog_item_id, country=country)


@strawberry.enum(description="States of an order.")
class OrderStatus(Enum):
    PENDING = strawberry.enum_value(Status.PENDING, description="Partner Center is working on it.")
    COMPLETED = strawberry.enum_value(Status.COMPLETED, description="Done.")
    PARTIALLY_SUCCEEDED = strawberry.enum_value(
        Status.PARTIALLY_SUCCEEDED, description="Some of its items are done, others failed."
    )
    CANCELLED = strawberry.enum_value(Status.CANCELLED, description="Cancelled, with all of its items.")
    SUSPENDED = strawberry.enum_value(Status.SUSPENDED, description="Suspended.")
    PENDING_REVIEW = strawberry.enum_value(Status.PENDING_REVIEW, description="Microsoft is reviewing it.")
    PENDING_PURCHASE_ORDER = strawberry.enum_value(
        Status.PENDING_PURCHASE_ORDER, description="A purchase order has to be uploaded."
    )
    PURCHASE_ORDER_UPLOADED = strawberry.enum_value(
        Status.PURCHASE_ORDER_UPLOADED, description="The purchase order is uploaded."
    )
    PURCHASE_ORDER_REJECTED = strawberry.enum_value(
        Status.PURCHASE_ORDER_REJECTED, description="The purchase order was not accepted."
    )
    FAILED = strawberry.enum_value(Status.FAILED, description="It failed.")
    UNKNOWN = strawberry.enum_value(
        Status.UNKNOWN, description="A state that this version of the gateway does not know."
    )


def availability_of_order_line(
    item: strawberry.Parent[models.OrderLineItem], info: Info, country: CustomersMarket = strawberry.UNSET
) -> AvailabilityOfItem:
    return availability_of_item(info, customer_id=item.customer_id, item_text=item.catalog_item_id, country=country)


@strawberry.type(description="One item of an order.")
class OrderLineItem:
    order: models.Order = strawberry.field(graphql_type=LazyOrder, description="The order it belongs to.")
    line_item_number: int | None = strawberry.field(
        description="Number of the item within the order, counted from 0; null when Partner Center does not say."
    )
    catalog_item_id: str | None = strawberry.field(
        description="What was bought: a catalog item identifier, or an offer identifier for older offers."
    )
    subscription_id: str | None = strawberry.field(
        description="Partner Center's identifier of the subscription that the item became; null until it is set up, and for what is not a subscription."
    )
    parent_subscription_id: str | None = strawberry.field(
        description="Partner Center's identifier of the subscription that an add-on was bought for."
    )
    term_duration: Duration | None = strawberry.field(description="Length of the term.")
    transaction_type: str | None = strawberry.field(
        description="What the item did, in Partner Center's words, for example `new`, `renew` or `addQuantity`."
    )
    friendly_name: str | None = strawberry.field(description="The partner's own name for the subscription.")
    quantity: int | None = strawberry.field(
        description="Number of licenses or instances, 0 once it is cancelled; null when Partner Center does not say."
    )
    custom_term_end_date: datetime | None = strawberry.field(
        description="End of the first term, when it was aligned with another date."
    )
    promotion_id: str | None = strawberry.field(description="Promotion applied to the item.")
    renews_to: list[RenewsTo] = strawberry.field(description="What the subscription becomes when its term ends.")
    attestation_accepted: bool | None = strawberry.field(
        description="Whether the terms of the SKU or offer were agreed to."
    )
    provisioning_context: list[KeyValuePair] = strawberry.field(
        resolver=provisioning_context_of_item, description="Values the item was provisioned with."
    )
    purchase_commitment: PurchaseCommitment | None = strawberry.field(
        description="The amount that a savings plan commits to spend; null for anything else."
    )
    pricing: Pricing | None = strawberry.field(description="Prices of the item.")
    partner_id_on_record: str | None = strawberry.field(description="The partner on record.")
    additional_partner_ids_on_record: list[str] = strawberry.field(description="Further partners on record.")
    product: ProductOfItem = strawberry.field(
        graphql_type=Product | None,
        resolver=product_of_order_line,
        description="The product that was bought; null when the catalog no longer offers it.",
        metadata=item_cost("partnerCenterId"),
    )
    sku: SkuOfItem = strawberry.field(
        graphql_type=Sku | None,
        resolver=sku_of_order_line,
        description="The SKU that was bought; null when the catalog no longer offers it.",
        metadata=item_cost("partnerCenterId", "productId"),
    )
    availability: AvailabilityOfItem = strawberry.field(
        graphql_type=Availability | None,
        resolver=availability_of_order_line,
        description="The catalog entry that was bought; null when the catalog no longer offers it.",
        metadata=item_cost("partnerCenterId", "productId", "skuId", "catalogItemId"),
    )
    subscription: Later[Subscription | None] = strawberry.field(
        graphql_type=LazySubscription | None,
        resolver=fulfilment.subscription_of_line,
        description="The subscription the item became; null until it is set up, and for what is not a subscription. One call for all items of the order.",
        metadata={COST: FieldCost(weight=1, batch="subscriptions")},
    )
    provisioning_status: Later[Provisioning | None] = strawberry.field(
        graphql_type=ProvisioningStatus | None,
        resolver=fulfilment.provisioning_of_line,
        description="How far Partner Center has come in handing the item over; null when it does not say. Needs a token with a user. One call for all items of the order.",
        metadata={COST: FieldCost(weight=1, batch="provisioning")},
    )
    activation_links: Later[list[str] | None] = strawberry.field(
        graphql_type=list[str] | None,
        resolver=fulfilment.activation_links_of_line,
        description="Addresses at which the customer activates the item at its publisher; empty for what needs no activation, as everything of Microsoft's own.",
        metadata=ONE_CALL,
    )


@strawberry.type(description="An order placed for a customer.")
class Order(Node):
    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        return isinstance(value, (models.Order, OrderReference))

    node_id: strawberry.ID = strawberry.field(
        resolver=order_node_id, name="id", description="Opaque identifier of the order."
    )
    alternate_id: str | None = strawberry.field(description="A second, reader-friendly identifier.")
    customer: Owner = strawberry.field(
        graphql_type=LazyCustomer | None,
        resolver=customer_of_order,
        description="The customer the order was placed for; null, with an entry in `errors`, when it cannot be read.",
        metadata=OWNER_COST,
    )
    billing_cycle: BillingCycleType | None = strawberry.field(
        description="How often the partner is billed for the order."
    )
    currency_code: CurrencyCode | None = strawberry.field(description="Currency of the order.")
    currency_symbol: str | None = strawberry.field(description="Symbol of the currency, for display.")
    line_items: list[OrderLineItem] = strawberry.field(
        description="What was ordered.",
        metadata={COST: FieldCost(assumed_size=5, gathers=frozenset({"subscriptions", "provisioning"}))},
    )
    subscriptions: fulfilment.Subscriptions = strawberry.field(
        graphql_type=list[LazySubscription] | None,
        resolver=fulfilment.subscriptions_of_order,
        description="The subscriptions the order created; empty until Partner Center has set them up, which may take 15 minutes.",
        metadata={COST: FieldCost(weight=1, assumed_size=5, batch="subscriptions")},
    )
    created_at: datetime | None = strawberry.field(description="When the order was created.")
    status: OrderStatus | None = strawberry.field(description="State of the order.")
    transaction_type: str | None = strawberry.field(
        description="How the order came about, in Partner Center's words, for example `UserPurchase`."
    )
    total_price: Decimal | None = strawberry.field(
        description="Total of the order, before tax; null when Partner Center leaves it out."
    )
    partner_on_record_attestation_accepted: bool | None = strawberry.field(
        description="Whether the partner on record's attestation was accepted for the order; null when Partner Center does not say."
    )
    id: str | None = strawberry.field(
        name="partnerCenterId",
        description=(
            "Partner Center's identifier of the order.\n"
            "Null only in the result of a checkout whose answer does not name it; the order exists all the same, and `Customer.orders` lists it within a quarter of an hour."
        ),
    )
    cart: Later[carts.Cart | None] = strawberry.field(
        graphql_type=LazyCart | None,
        resolver=cart_of_order,
        description="The cart it was ordered from; null unless that happened through this gateway in the last eight days and the cart still exists.",
        metadata=ONE_CALL,
    )


@strawberry.type(description="An order and its position in the list.")
class OrderEdge:
    cursor: str = strawberry.field(description="Position in the list, for `after` and `before`.")
    node: Order = strawberry.field(description="The order.")


@strawberry.type(description="A page of orders.")
class OrderConnection:
    edges: list[OrderEdge] = strawberry.field(description="The orders on this page with their cursors.")
    nodes: list[Order] = strawberry.field(description="The orders on this page, without the cursors.")
    page_info: PageInfo = strawberry.field(description="Position of the page in the list.")
    total_count: int = strawberry.field(description="Number of orders on all pages.")


@strawberry.input(description="Partner Center's own identifiers of an order.")
class PartnerCenterOrderInput:
    customer_tenant_id: str = strawberry.field(
        description="Tenant identifier (a GUID) of the customer the order was placed for."
    )
    order_id: str = strawberry.field(description="Identifier of the order: `Order.partnerCenterId`.")


@strawberry.input(one_of=True, description="The order meant. Give exactly one of the fields.")
class OrderReferenceInput:
    id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="`Order.id`, as issued by this API."
    )
    partner_center: PartnerCenterOrderInput | None = strawberry.field(
        default=strawberry.UNSET, description="Partner Center's own identifiers of the order."
    )
