"""Every query, as a table of contents."""

from collections.abc import Awaitable

import strawberry

from gateway.loaders.batching import Later
from gateway.operations.field_cost import COST, ONE_CALL, FieldCost
from gateway.partner_center.models import agreements, carts, catalog, orders, partners, subscriptions
from gateway.partner_center.models import promotions as promotion_models
from gateway.partner_center.models.customers import Customer as CustomerRecord
from gateway.schema import customers, lookups, market_promotions, products
from gateway.schema.agreements import AgreementTemplate, agreement_template
from gateway.schema.cart import Cart
from gateway.schema.catalog import Availability, Product, Sku
from gateway.schema.customer import Customer
from gateway.schema.customers import CUSTOMER_PAGE, CustomerConnection
from gateway.schema.lookups import Record
from gateway.schema.market_promotions import PromotionConnection
from gateway.schema.node import Node
from gateway.schema.order import Order
from gateway.schema.paging import Connection, page_cost
from gateway.schema.partners import RESELLER_PAGE, Partner, PartnerConnection, indirect_resellers, partner
from gateway.schema.products import ProductConnection
from gateway.schema.promotions import Promotion
from gateway.schema.subscription import CustomerSubscription


@strawberry.type(
    description=(
        "Everything that can be read: carts, customers, their orders, subscriptions and agreements, the catalog, and resellers.\n"
        "Each field fails on its own: it is then null, with an entry in `errors`, and the others keep their values."
    )
)
class Query:
    cart: Later[carts.Cart | None] = strawberry.field(
        graphql_type=Cart | None,
        resolver=lookups.cart,
        description="One cart; null when there is no such cart.",
        metadata=ONE_CALL,
    )
    customer: Later[CustomerRecord | None] = strawberry.field(
        graphql_type=Customer | None,
        resolver=lookups.customer,
        description="One customer; null when the partner has no such customer.",
        metadata={COST: FieldCost(reads_customer=True)},
    )
    customers: Connection = strawberry.field(
        graphql_type=CustomerConnection | None,
        resolver=customers.customers,
        description="The partner's customers, page by page.",
        metadata=CUSTOMER_PAGE,
    )
    order: Later[orders.Order | None] = strawberry.field(
        graphql_type=Order | None,
        resolver=lookups.order,
        description=(
            "One order; null when there is no such order.\n"
            "A new order can be read here at once, "
            "while it may be missing from `Customer.orders` for up to 15 minutes."
        ),
        metadata=ONE_CALL,
    )
    subscription: Later[subscriptions.Subscription | None] = strawberry.field(
        graphql_type=CustomerSubscription | None,
        resolver=lookups.subscription,
        description="One subscription; null when there is no such subscription.",
        metadata=ONE_CALL,
    )
    product: Later[catalog.Product | None] = strawberry.field(
        graphql_type=Product | None,
        resolver=lookups.product,
        description="One product; null when the market does not offer it.",
        metadata=ONE_CALL,
    )
    products: Connection = strawberry.field(
        graphql_type=ProductConnection | None,
        resolver=products.products,
        description="The products of catalog views in one market, page by page.",
        metadata=products.PRODUCT_PAGE,
    )
    sku: Later[catalog.Sku | None] = strawberry.field(
        graphql_type=Sku | None,
        resolver=lookups.sku,
        description="One SKU; null when the market does not offer it.",
        metadata=ONE_CALL,
    )
    availability: Later[catalog.Availability | None] = strawberry.field(
        graphql_type=Availability | None,
        resolver=lookups.availability,
        description="One purchasable availability; null when the market does not offer it.",
        metadata=ONE_CALL,
    )
    promotion: Later[promotion_models.Promotion | None] = strawberry.field(
        graphql_type=Promotion | None,
        resolver=lookups.promotion,
        description="One promotion, also after its end; null when the market has no such promotion.",
        metadata=ONE_CALL,
    )
    promotions: Connection | None = strawberry.field(
        graphql_type=PromotionConnection | None,
        resolver=market_promotions.promotions,
        description="The promotions now granted to businesses in one market, page by page.",
        metadata=page_cost(weight=1),
    )
    partner: Later[partners.Partner | None] = strawberry.field(
        graphql_type=Partner | None,
        resolver=partner,
        description="One partner, found by its partner identifier; null when Partner Center knows no such partner. Needs a token with a user.",
        metadata=ONE_CALL,
    )
    indirect_resellers: Connection = strawberry.field(
        graphql_type=PartnerConnection | None,
        resolver=indirect_resellers,
        description="The caller's indirect resellers, page by page: those that can be named on cart lines. Needs a token with a user.",
        metadata=RESELLER_PAGE,
    )
    agreement_template: agreements.AgreementTemplate | None = strawberry.field(
        graphql_type=AgreementTemplate | None,
        resolver=agreement_template,
        description="The agreement that customers have to accept, in its present form; null where Partner Center tracks none. Needs a token with a user.",
        metadata=ONE_CALL,
    )
    node: Awaitable[Record | None] | Record | None = strawberry.field(
        graphql_type=Node | None,
        resolver=lookups.node,
        description="Any object of this API, found by its opaque identifier; null when it no longer exists.",
        metadata=ONE_CALL,
    )
    nodes: list[Awaitable[Record | None] | Record | None] = strawberry.field(
        graphql_type=list[Node | None] | None,
        resolver=lookups.nodes,
        description=(
            "Several objects at once, in the order asked for, with null for each one that is missing. "
            "At most 100 identifiers; null when there are more."
        ),
        metadata={COST: FieldCost(item_weight=1, slicing_arguments=("ids",))},
    )
