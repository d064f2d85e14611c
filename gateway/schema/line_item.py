"""A line of a cart, or an add-on under one: an object type over the record."""

from datetime import datetime
from typing import Self

import strawberry

from gateway.carts.edits import LineReference
from gateway.carts.keys import CartKey
from gateway.carts.rules import Path
from gateway.context import Info
from gateway.partner_center.models import carts as models
from gateway.schema.catalog import Availability, Product, Sku
from gateway.schema.item import (
    AvailabilityOfItem,
    ProductOfItem,
    SkuOfItem,
    availability_of_item,
    product_of_item,
    sku_of_item,
)
from gateway.schema.line_error import CartError
from gateway.schema.market import CustomersMarket
from gateway.schema.node import Kind, Node, node_id, parts_of
from gateway.schema.scalars import CurrencyCode, Duration
from gateway.schema.values import (
    BillingCycleType,
    CartParticipant,
    KeyValuePair,
    Pricing,
    PurchaseCommitment,
    RenewsTo,
    key_value_pairs,
)


def line_node_id(line: strawberry.Parent[models.CartLineItem]) -> strawberry.ID:
    key = line.key
    parts = line.customer_id, line.cart_id.lower(), key.catalog_item_id, str(key.ordinal), str(key.count)
    return node_id(Kind.LINE_ITEM, *parts)


def line_key(item: str, ordinal: str, count: str) -> models.LineKey:
    """The line that the last three parts of an identifier name in their cart."""
    return models.LineKey(item, int(ordinal), int(count))


def line_reference(cart: CartKey | None, line_id: str, path: Path) -> LineReference:
    """A line of *cart*, or of any cart when that is None. It has no key when *line_id* names something else."""
    parts = parts_of(Kind.LINE_ITEM, line_id)
    is_in_cart = parts is not None and (cart is None or CartKey(parts[0], parts[1]) == cart)
    return LineReference(sent=line_id, path=path, key=line_key(*parts[2:]) if parts and is_in_cart else None)


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
            "It stays the same while other lines come and go. Where several lines sell the same item, all of theirs change when one of them comes or goes; an identifier from before then leads nowhere."
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
    participants: list[CartParticipant] = strawberry.field(description="Other partners with a part in the purchase.")
    provisioning_context: list[KeyValuePair] = strawberry.field(
        resolver=provisioning_context_of_line,
        description="Values needed to provision the item; `Sku.provisioningVariables` names them.",
    )
    order_group: str | None = strawberry.field(
        description="Group of lines that are submitted in the same order; matches `OrderError.orderGroupId` after checkout."
    )
    addon_items: list[Self] = strawberry.field(
        description=(
            "Add-ons bought against the subscription that this line will create.\n"
            "Only offers of the older catalog nest; an add-on of the new catalog is a base line of its own."
        )
    )
    error: CartError | None = strawberry.field(description="What is wrong with this line; null when nothing is.")
    renews_to: list[RenewsTo] = strawberry.field(
        description="What the subscription turns into when its term ends. Empty when it renews unchanged."
    )
    attestation_accepted: bool | None = strawberry.field(
        description="Whether the terms of the SKU or offer were agreed to; needed only where the SKU enforces attestation."
    )
    promotion_id: str | None = strawberry.field(description="Promotion applied to the line.")
    custom_term_end_date: datetime | None = strawberry.field(
        description="End of the first term, where it is aligned with another date than the regular one."
    )
    pricing: Pricing | None = strawberry.field(
        description="Prices of the line; null while Partner Center has not priced it."
    )
    purchase_commitment: PurchaseCommitment | None = strawberry.field(
        description="What is committed to be spent, for a savings plan; null for anything else."
    )
    partner_center_id: str = strawberry.field(
        description=(
            "Partner Center's own identifier of the line: a number, unique only within its cart.\n"
            "Where Partner Center leaves it out it is the line's place, counted from 0 over lines and add-ons."
        )
    )
    parent: Self | None = strawberry.field(
        name="parentLineItem", description="The line this add-on sits under; null for a base line."
    )
    product: ProductOfItem = strawberry.field(
        graphql_type=Product | None,
        resolver=product_of_line,
        description="The product behind this line; null when the catalog no longer offers it.",
    )
    sku: SkuOfItem = strawberry.field(
        graphql_type=Sku | None,
        resolver=sku_of_line,
        description="The SKU behind this line; null when the catalog no longer offers it.",
    )
    availability: AvailabilityOfItem = strawberry.field(
        graphql_type=Availability | None,
        resolver=availability_of_line,
        description="The catalog entry behind this line; null when the catalog no longer offers it.",
    )
