"""The lines of a cart, add-ons included, and the errors that Partner Center finds in them: types over the records."""

from datetime import datetime
from functools import partial
from typing import Self

import strawberry

from gateway.carts.edits import LineReference
from gateway.carts.history import CheckoutHistory, line_of
from gateway.carts.keys import CartKey
from gateway.context import Info
from gateway.declined import Path
from gateway.loaders.batching import Later, then
from gateway.operations.field_cost import COST, FieldCost
from gateway.partner_center.models import carts as models
from gateway.partner_center.models import orders
from gateway.partner_center.models import promotions as promotion_models
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
from gateway.schema.line_errors import CartError
from gateway.schema.node import Kind, Node, node_id, parts_of
from gateway.schema.order import OrderLineItem, read_anew
from gateway.schema.partners import GATHERS_VERDICTS, CartParticipant
from gateway.schema.promotion_eligibility import (
    ELIGIBILITY,
    LINE_PROMOTIONS,
    LinePromotion,
    PromotionEligibility,
    promotion_of_line,
    promotions_of_line,
)
from gateway.schema.promotions import MARKET_PROMOTIONS, PROMOTION, Promotion
from gateway.schema.scalars import CurrencyCode, Duration
from gateway.schema.term_end_dates import (
    LINE_TERM_END_DATES,
    OWNED,
    TERM_END_DATES,
    DatesLater,
    TermEndDate,
    term_end_dates_of_line,
)
from gateway.schema.values import (
    BillingCycleType,
    KeyValuePair,
    Pricing,
    PurchaseCommitment,
    RenewsTo,
    key_value_pairs,
)

RECORDED_ORDERS = "recorded orders"
"""The batch of the orders that a cart's checkouts placed; each is read once for all of the cart's lines."""
BATCHES = frozenset({ELIGIBILITY, MARKET_PROMOTIONS, OWNED, RECORDED_ORDERS, TERM_END_DATES}) | GATHERS_VERDICTS
"""The batches of calls that are made for all lines of a list together."""
USUAL_LINES = 20
"""How many lines a cart is assumed to have. Only the answer shows their number."""
CART_LINES = {COST: FieldCost(assumed_size=USUAL_LINES, gathers=BATCHES)}
"""The cost of a list of cart lines."""
ADDON_LINES = {COST: FieldCost(assumed_size=1, gathers=BATCHES)}
LINE_ERROR = {COST: FieldCost(gathers=BATCHES)}


def line_node_id(line: strawberry.Parent[models.CartLineItem]) -> strawberry.ID:
    key = line.key
    parts = line.customer_id, line.cart_id.lower(), key.catalog_item_id, str(key.ordinal), str(key.count)
    return node_id(Kind.LINE_ITEM, *parts)


def line_key(item: str, ordinal: str, count: str) -> models.LineKey:
    """The key of a line in its cart, from the last three parts of its identifier."""
    return models.LineKey(item, int(ordinal), int(count))


def line_reference(cart: CartKey | None, line_id: str, path: Path) -> LineReference:
    """A line of *cart*, or of any cart when that is None. It has no key when *line_id* names something else."""
    parts = parts_of(Kind.LINE_ITEM, line_id)
    is_in_cart = parts is not None and (cart is None or CartKey(parts[0], parts[1]) == cart)
    return LineReference(sent=line_id, path=path, key=line_key(*parts[2:]) if parts and is_in_cart else None)


def is_ordered(line: strawberry.Parent[models.CartLineItem], info: Info) -> Later[bool | None]:
    if line.is_in_ordered_cart:
        return True
    return info.context.loaders.checkouts.then(_cart_of(line), lambda history: history.is_ordered(line))


def order_line_item(line: strawberry.Parent[models.CartLineItem], info: Info) -> Later[orders.OrderLineItem | None]:
    return info.context.loaders.checkouts.then(_cart_of(line), partial(_order_line, info, line))


def _cart_of(line: models.CartLineItem) -> CartKey:
    return CartKey(line.customer_id, line.cart_id.lower())


def _order_line(info: Info, line: models.CartLineItem, history: CheckoutHistory) -> Later[orders.OrderLineItem | None]:
    found = history.order_of(line)
    if found is None:
        return None
    answered, number = found
    return then(read_anew(info, answered), lambda order: line_of(order, number) or line_of(answered, number))


def provisioning_context_of_line(line: strawberry.Parent[models.CartLineItem]) -> list[KeyValuePair]:
    return key_value_pairs(line.provisioning_context)


def product_of_line(
    line: strawberry.Parent[models.CartLineItem], info: Info, country: CustomersMarket = strawberry.UNSET
) -> ProductOfItem:
    return product_of_item(info, customer_id=line.customer_id, item_text=line.catalog_item_id, country=country)


def sku_of_line(
    line: strawberry.Parent[models.CartLineItem], info: Info, country: CustomersMarket = strawberry.UNSET
) -> SkuOfItem:
    return sku_of_item(info, customer_id=line.customer_id, item_text=line.catalog_item_id, country=country)


def availability_of_line(
    line: strawberry.Parent[models.CartLineItem], info: Info, country: CustomersMarket = strawberry.UNSET
) -> AvailabilityOfItem:
    return availability_of_item(info, customer_id=line.customer_id, item_text=line.catalog_item_id, country=country)


@strawberry.type(description="One thing to buy: a base line of a cart, or an add-on under one.")
class CartLineItem(Node):
    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        return isinstance(value, models.CartLineItem)

    node_id: strawberry.ID = strawberry.field(
        resolver=line_node_id,
        name="id",
        description=(
            "Opaque identifier of the line, unique across carts.\n"
            "It stays the same while other lines come and go. Where several lines sell the same item, the identifiers of all of them change when one of them comes or goes; earlier identifiers are then no longer valid."
        ),
    )
    catalog_item_id: str | None = strawberry.field(
        description="What to buy, as `productId:skuId:availabilityId` (older offers use a plain offer identifier); null when Partner Center does not say."
    )
    friendly_name: str | None = strawberry.field(
        description="The partner's own name for the line, to tell similar ones apart."
    )
    quantity: int | None = strawberry.field(
        description="Number of licenses or instances; null when Partner Center does not say."
    )
    currency_code: CurrencyCode | None = strawberry.field(description="Currency of the line's prices.")
    billing_cycle: BillingCycleType | None = strawberry.field(
        description="How often the partner is billed in the current term."
    )
    term_duration: Duration | None = strawberry.field(
        description="Length of the term. Partner Center accepts `P1M`, `P1Y` and `P3Y`."
    )
    participants: list[CartParticipant] = strawberry.field(
        description="Other partners that take part in the purchase.",
        metadata={COST: FieldCost(assumed_size=2, gathers=GATHERS_VERDICTS)},
    )
    provisioning_context: list[KeyValuePair] = strawberry.field(
        resolver=provisioning_context_of_line,
        description="Values needed to provision the item; `Sku.provisioningVariables` names them.",
    )
    order_group: str | None = strawberry.field(
        description="Group of lines that are submitted in the same order; matches `OrderError.orderGroup` after checkout."
    )
    addon_items: list[Self] = strawberry.field(
        description=(
            "Add-ons bought against the subscription that this line will create.\n"
            "Only offers of the older catalog nest; an add-on of the new catalog is a base line of its own."
        ),
        metadata=ADDON_LINES,
    )
    error: CartError | None = strawberry.field(
        description="What is wrong with this line; null when nothing is.", metadata=LINE_ERROR
    )
    renews_to: list[RenewsTo] = strawberry.field(
        description="What the subscription becomes when its term ends. Empty when it renews unchanged."
    )
    attestation_accepted: bool | None = strawberry.field(
        description="Whether the terms of the SKU or offer were agreed to; needed only where the SKU enforces attestation."
    )
    promotion_id: str | None = strawberry.field(
        description="Promotion applied to the line, often by Partner Center itself; null means the full price."
    )
    custom_term_end_date: datetime | None = strawberry.field(
        description="End of the first term, when it is aligned with a date other than the regular one."
    )
    pricing: Pricing | None = strawberry.field(
        description="Prices of the line; null while Partner Center has not priced it."
    )
    purchase_commitment: PurchaseCommitment | None = strawberry.field(
        description="The amount that a savings plan commits to spend; null for anything else."
    )
    partner_center_id: str = strawberry.field(
        description=(
            "Partner Center's own identifier of the line: a number, unique only within its cart.\n"
            "Where Partner Center omits it, it is the line's position, counted from 0 across lines and add-ons."
        )
    )
    parent: Self | None = strawberry.field(
        name="parentLineItem", description="The line this add-on sits under; null for a base line."
    )
    product: ProductOfItem = strawberry.field(
        graphql_type=Product | None,
        resolver=product_of_line,
        description="The product behind this line; null when the catalog no longer offers it.",
        metadata=item_cost("partnerCenterId"),
    )
    sku: SkuOfItem = strawberry.field(
        graphql_type=Sku | None,
        resolver=sku_of_line,
        description="The SKU behind this line; null when the catalog no longer offers it.",
        metadata=item_cost("partnerCenterId", "productId"),
    )
    availability: AvailabilityOfItem = strawberry.field(
        graphql_type=Availability | None,
        resolver=availability_of_line,
        description="The catalog entry behind this line; null when the catalog no longer offers it.",
        metadata=item_cost("partnerCenterId", "productId", "skuId", "catalogItemId"),
    )
    is_ordered: Later[bool | None] = strawberry.field(
        graphql_type=bool | None,
        resolver=is_ordered,
        description=(
            "True when the line is ordered, as far as the gateway knows: the cart is, or a checkout through this gateway in the last eight days placed the line's order group.\n"
            "Null when the gateway cannot tell at present: its store does not answer, with an entry in `errors`, or a checkout has an unknown outcome."
        ),
        metadata={COST: FieldCost()},
    )
    order_line_item: Later[orders.OrderLineItem | None] = strawberry.field(
        graphql_type=OrderLineItem | None,
        resolver=order_line_item,
        description="What the line became in an order; null while it is not ordered, where `Cart.checkout` is null, or where no order can be traced to the line.",
        metadata={COST: FieldCost(weight=4, batch=RECORDED_ORDERS)},
    )
    promotion: Later[promotion_models.Promotion | None] = strawberry.field(
        graphql_type=Promotion | None,
        resolver=promotion_of_line,
        description="The promotion applied to the line; null when there is none, or when the market no longer has it.",
        metadata=PROMOTION,
    )
    promotions: Later[list[LinePromotion] | None] = strawberry.field(
        graphql_type=list[PromotionEligibility] | None,
        resolver=promotions_of_line,
        description=(
            "Every promotion that Partner Center has for the line's item, and whether this customer gets it for this line.\n"
            "One call answers for all lines of the cart. Add-ons under a line and offers of the older catalog have none."
        ),
        metadata=LINE_PROMOTIONS,
    )
    term_end_dates: DatesLater = strawberry.field(
        graphql_type=list[TermEndDate] | None,
        resolver=term_end_dates_of_line,
        description="The dates on which the line's first term may end; null when the line has no term.",
        metadata=LINE_TERM_END_DATES,
    )
