"""The mutation that asks Partner Center what lines would cost, without a cart that anybody could order.

Partner Center prices nothing outside a cart, so one is created and never mentioned again. Its answer is shown in types
without an identifier. Source for its end: "Cart resources", expirationTimestamp, seven days.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Self

import strawberry

from gateway.carts import edits, summary
from gateway.carts.comparing import compare
from gateway.context import Info
from gateway.declined import Problem
from gateway.errors import GatewayError
from gateway.loaders.batching import Later
from gateway.operations.field_cost import COST, FieldCost
from gateway.partner_center.models import carts as models
from gateway.partner_center.models import promotions as promotion_models
from gateway.schema.cart import CartTotal
from gateway.schema.catalog import Availability
from gateway.schema.catalog_item import AvailabilityOfItem, availability_of_item, item_cost
from gateway.schema.customer_reference import CustomerReferenceInput, checked_customer, no_such_customer
from gateway.schema.input_checks import check_lines, check_sizes
from gateway.schema.line_errors import CartError
from gateway.schema.line_inputs import CartLineItemInput, new_lines
from gateway.schema.line_item import ADDON_LINES, CART_LINES, LINE_ERROR
from gateway.schema.promotion_eligibility import (
    LINE_PROMOTIONS,
    LinePromotion,
    PromotionEligibility,
    promotion_of_line,
    promotions_of_line,
)
from gateway.schema.promotions import PROMOTION, Promotion
from gateway.schema.scalars import CurrencyCode, Duration
from gateway.schema.user_errors import (
    CustomerNotFoundError,
    InvalidInputError,
    PartnerCenterRejectedError,
    UserError,
    user_errors,
    with_members,
)
from gateway.schema.values import BillingCycleType, Pricing, given

PREVIEW_COST = {COST: FieldCost(weight=1)}


@dataclass(frozen=True, slots=True)
class Preview:
    """A throw-away cart. `line_items` are its base lines in the order in which the caller gave them."""

    cart: models.Cart
    line_items: Sequence[models.CartLineItem]


@strawberry.input(description="Input of `previewCart`.")
class PreviewCartInput:
    customer: CustomerReferenceInput = strawberry.field(
        description="Who the lines would be for: prices and promotions depend on it."
    )
    line_items: list[CartLineItemInput] = strawberry.field(
        description="The lines; at least one. They are judged together, as in any cart: alternatives, such as one item by the month and by the year, can take a first-purchase promotion or seats from each other."
    )
    partner_on_record_attestation_accepted: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description="Accept the partner on record's attestation; needed for lines that name resellers.",
    )


def availability_of_preview_line(line: strawberry.Parent[models.CartLineItem], info: Info) -> AvailabilityOfItem:
    return availability_of_item(info, customer_id=line.customer_id, item_text=line.catalog_item_id, country=None)


@strawberry.type(description="One line of a preview, as Partner Center completed it.")
class CartPreviewLineItem:
    catalog_item_id: str | None = strawberry.field(
        description="What would be bought; null when Partner Center does not say."
    )
    quantity: int | None = strawberry.field(
        description="Number of licenses or instances; null when Partner Center does not say."
    )
    currency_code: CurrencyCode | None = strawberry.field(description="Currency of the line's prices.")
    billing_cycle: BillingCycleType | None = strawberry.field(description="How often the partner would be billed.")
    term_duration: Duration | None = strawberry.field(description="Length of the term.")
    order_group: str | None = strawberry.field(
        description="Group of lines that would become one order. Lines of several groups become several orders."
    )
    addon_items: list[Self] = strawberry.field(description="Add-ons under this line.", metadata=ADDON_LINES)
    error: CartError | None = strawberry.field(
        description="What is wrong with this line; null when nothing is.", metadata=LINE_ERROR
    )
    promotion_id: str | None = strawberry.field(
        description="Promotion that would be applied, often by Partner Center itself; null means the full price."
    )
    custom_term_end_date: datetime | None = strawberry.field(
        description="End of the first term, when it is aligned with a date other than the regular one."
    )
    pricing: Pricing | None = strawberry.field(
        description="Prices of the line; null where Partner Center does not price it."
    )
    promotion: Later[promotion_models.Promotion | None] = strawberry.field(
        graphql_type=Promotion | None,
        resolver=promotion_of_line,
        description="The promotion that would be applied; null when none would, or when the market no longer has it.",
        metadata=PROMOTION,
    )
    promotions: Later[list[LinePromotion] | None] = strawberry.field(
        graphql_type=list[PromotionEligibility] | None,
        resolver=promotions_of_line,
        description="Every promotion that Partner Center has for the line's item, and whether this customer gets it. One call answers for all lines.",
        metadata=LINE_PROMOTIONS,
    )
    availability: AvailabilityOfItem = strawberry.field(
        graphql_type=Availability | None,
        resolver=availability_of_preview_line,
        description="The catalog entry behind this line; null when the catalog does not offer it.",
        metadata=item_cost("partnerCenterId", "productId", "skuId", "catalogItemId", market_argument=None),
    )


def totals_of_preview(preview: strawberry.Parent[Preview]) -> list[summary.Total]:
    return summary.totals(summary.every_line(preview.cart))


def preview_has_errors(preview: strawberry.Parent[Preview]) -> bool:
    return bool(summary.lines_with_errors(preview.cart))


def unpriced_line_item_count_of_preview(preview: strawberry.Parent[Preview]) -> int:
    return summary.unpriced_line_count(preview.cart)


@strawberry.type(
    description="What lines would cost as a cart. It has no identifier: it cannot be read again, changed or ordered."
)
class CartPreview:
    line_items: list[CartPreviewLineItem] = strawberry.field(
        description="The base lines, in the order given.", metadata=CART_LINES
    )
    totals: list[summary.Total] = strawberry.field(
        graphql_type=list[CartTotal],
        resolver=totals_of_preview,
        description="Sums over the priced lines and add-ons, one entry per currency. With alternatives among the lines they mean nothing.",
    )
    has_errors: bool = strawberry.field(
        resolver=preview_has_errors, description="True when at least one line or add-on carries an error."
    )
    unpriced_line_item_count: int = strawberry.field(
        resolver=unpriced_line_item_count_of_preview,
        description="Number of lines and add-ons without a price, which are not part of `totals`.",
    )


@strawberry.type(description="Result of `previewCart`.")
class PreviewCartPayload:
    preview: Preview | None = strawberry.field(
        default=None,
        graphql_type=CartPreview | None,
        description="What the lines would cost and what is wrong with them; null when `errors` is not empty.",
    )
    errors: Sequence[Problem] = strawberry.field(
        default=(),
        graphql_type=list[UserError],
        description=with_members(
            "Why there is no preview; empty on success.",
            CustomerNotFoundError,
            InvalidInputError,
            PartnerCenterRejectedError,
        ),
    )


async def preview_cart(
    info: Info, input: Annotated[PreviewCartInput, strawberry.argument(description="Customer and lines.")]
) -> PreviewCartPayload:
    lines, attested = new_lines(input.line_items), given(input.partner_on_record_attestation_accepted)
    try:
        check_sizes(input)
        customer = checked_customer(input.customer, check_lines(input.line_items, ("lineItems",)))
        info.context.read_ahead(info.path.key, customer)
        cart = await info.context.preview_cart(customer, lines, attested=attested)
    except GatewayError as error:
        return PreviewCartPayload(errors=user_errors(error, missing=no_such_customer(input.customer)))
    return PreviewCartPayload(preview=Preview(cart, _in_given_order(cart, compare(edits.creating(lines), cart).lines)))


def _in_given_order(cart: models.Cart, given_lines: Sequence[models.CartLineItem]) -> Sequence[models.CartLineItem]:
    """Every base line: first those that the caller gave, then any that Partner Center added."""
    numbers = {line.number for line in given_lines}
    return [*given_lines, *(line for line in cart.line_items if line.number not in numbers)]
