"""Carts: an object type over the record, and the fields derived from it."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from enum import Enum
from functools import partial

import strawberry

from gateway.carts import summary
from gateway.carts.content import version
from gateway.carts.history import CheckoutHistory
from gateway.carts.keys import CartKey
from gateway.context import Info
from gateway.loaders.batching import Later, all_of, then
from gateway.operations.field_cost import COST, FieldCost
from gateway.partner_center.models import carts as models
from gateway.partner_center.models.values import CartStatus as Status
from gateway.problems import cart_problem
from gateway.schema.cart_problems import PROBLEMS, CartProblem, problems_of_cart
from gateway.schema.checkout_result import CartCheckoutResult, checkout_result
from gateway.schema.line_item import CART_LINES, RECORDED_ORDERS, CartLineItem
from gateway.schema.node import Kind, Node, node_id, parts_of
from gateway.schema.order import read_anew
from gateway.schema.references import OWNER_COST, LazyCustomer, Owner, asks_only, owner
from gateway.schema.scalars import CurrencyCode, Duration
from gateway.schema.values import BillingCycleType

ParentCart = strawberry.Parent[models.Cart]

_RECORDED = ("orderErrors", "outcome", "checkedOutAt")
"""What the record of a checkout says without its orders being read anew."""


@strawberry.enum(description="Whether a cart is still open.")
class CartStatus(Enum):
    ACTIVE = strawberry.enum_value(
        Status.ACTIVE, description="Open: it can be changed and checked out until it expires."
    )
    ORDERED = strawberry.enum_value(Status.ORDERED, description="Already checked out: it can only be read.")
    UNKNOWN = strawberry.enum_value(
        Status.UNKNOWN, description="A status that this version of the gateway does not know."
    )


@strawberry.type(description="The sum of those lines that share billing cycle and length of the term, before tax.")
class CartTermTotal:
    billing_cycle: BillingCycleType | None = strawberry.field(description="How often these lines are billed.")
    term_duration: Duration | None = strawberry.field(description="Length of their term; null for what has none.")
    billing_periods: int | None = strawberry.field(
        description="Number of times they are billed in a term, 12 for a year billed monthly; null when that is not certain, as in a first term that was cut short."
    )
    per_period: Decimal | None = strawberry.field(
        description="Sum of the lines' `perPeriod`: what is billed each time. Null when a line's is."
    )
    whole_term: Decimal = strawberry.field(description="Sum of the lines' `extendedPrice`: what the whole term costs.")
    line_item_count: int = strawberry.field(description="Number of lines and add-ons in this sum.")


@strawberry.type(description="The sum of a cart's lines in one currency, before tax.")
class CartTotal:
    currency_code: CurrencyCode | None = strawberry.field(
        description="The currency; null for the lines whose currency Partner Center did not state."
    )
    whole_terms: Decimal = strawberry.field(
        description="Sum of the lines' `extendedPrice`: what everything costs until it renews. Terms of different lengths are added here; `terms` separates them."
    )
    first_periods: Decimal | None = strawberry.field(
        description="Sum of the lines' `perPeriod`: what the first billing period of every line comes to, a month here and a year there. Null when a line's is."
    )
    terms: list[CartTermTotal] = strawberry.field(
        description="The same lines by billing cycle and length of the term, so that monthly and yearly money is not mixed."
    )
    line_item_count: int = strawberry.field(description="Number of lines and add-ons in this sum.")


def cart_node_id(cart: ParentCart) -> strawberry.ID:
    return node_id(Kind.CART, cart.customer_id, cart.id.lower())


def version_of_cart(cart: ParentCart) -> str:
    return version(cart)


def customer_of_cart(cart: ParentCart, info: Info) -> Owner:
    return owner(info, cart.customer_id)


def is_editable(cart: ParentCart, info: Info) -> bool:
    return summary.is_editable(cart, info.context.now())


def is_expired(cart: ParentCart, info: Info) -> bool:
    return summary.is_expired(cart, info.context.now())


def can_checkout(cart: ParentCart, info: Info) -> bool:
    return summary.can_check_out(cart, info.context.now())


def has_errors(cart: ParentCart) -> bool:
    return bool(summary.lines_with_errors(cart))


def line_items_with_errors(cart: ParentCart) -> list[models.CartLineItem]:
    return summary.lines_with_errors(cart)


def line_item_count(cart: ParentCart) -> int:
    return sum(1 for _ in summary.every_line(cart))


def totals(cart: ParentCart) -> list[summary.Total]:
    return summary.totals(summary.every_line(cart))


def open_totals(cart: ParentCart, info: Info) -> Later[list[summary.Total] | None]:
    if cart.status is Status.ORDERED:
        return []
    return info.context.loaders.checkouts.then(_key(cart), partial(_open_totals, cart))


def _open_totals(cart: models.Cart, history: CheckoutHistory) -> list[summary.Total] | None:
    lines = history.open_lines(cart)
    return None if lines is None else summary.totals(lines)


def checkout_of_cart(cart: ParentCart, info: Info) -> Later[CartCheckoutResult | None]:
    step = partial(_recorded if asks_only(info, *_RECORDED) else _read_anew, info, cart)
    return info.context.loaders.checkouts.then(_key(cart), step)


def _recorded(_: Info, cart: models.Cart, history: CheckoutHistory) -> CartCheckoutResult | None:
    found = history.checkouts
    return None if found is None else checkout_result(found.orders, found.order_errors, cart, at=found.at)


def _read_anew(info: Info, cart: models.Cart, history: CheckoutHistory) -> Later[CartCheckoutResult | None]:
    found = history.checkouts
    if found is None:
        return None
    orders = all_of(read_anew(info, order) for order in found.orders)
    return then(orders, lambda orders: checkout_result(orders, found.order_errors, cart, at=found.at))


def _key(cart: models.Cart) -> CartKey:
    return CartKey(cart.customer_id, cart.id.lower())


def unpriced_line_item_count(cart: ParentCart) -> int:
    return summary.unpriced_line_count(cart)


@strawberry.type(description="What a partner is about to order, or has ordered, for one customer.")
class Cart(Node):
    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        return isinstance(value, models.Cart)

    node_id: strawberry.ID = strawberry.field(
        resolver=cart_node_id, name="id", description="Opaque identifier of the cart. It includes the customer."
    )
    created_at: datetime | None = strawberry.field(description="When the cart was created.")
    updated_at: datetime | None = strawberry.field(description="When the cart was last changed.")
    expires_at: datetime | None = strawberry.field(
        description="When the cart stops being usable; Partner Center keeps carts for seven days."
    )
    updated_by: str | None = strawberry.field(description="Who last changed the cart, as Partner Center reports it.")
    line_items: list[CartLineItem] = strawberry.field(
        description="The base lines, in Partner Center's order. Add-ons sit under their base line.", metadata=CART_LINES
    )
    status: CartStatus = strawberry.field(description="Whether the cart is still open.")
    id: str = strawberry.field(name="partnerCenterId", description="Partner Center's identifier of the cart.")
    version: str = strawberry.field(
        resolver=version_of_cart,
        description="Opaque identifier of the cart's current content. Send it as `expectedVersion` to make sure that the cart has not changed in between.",
    )
    customer: Owner = strawberry.field(
        graphql_type=LazyCustomer | None,
        resolver=customer_of_cart,
        description="The customer the cart belongs to; null, with an entry in `errors`, when it cannot be read.",
        metadata=OWNER_COST,
    )
    partner_on_record_attestation_accepted: bool | None = strawberry.field(
        description="Whether the partner on record's attestation was accepted for the cart; null when Partner Center does not say."
    )
    is_editable: bool = strawberry.field(
        resolver=is_editable, description="True when the cart is active and unexpired, so that mutations are accepted."
    )
    is_expired: bool = strawberry.field(
        resolver=is_expired, description="True when the expiry time has passed, by the gateway's clock."
    )
    can_checkout: bool = strawberry.field(
        resolver=can_checkout,
        description="True when the cart is active, unexpired and free of line errors, so that a checkout can be attempted. Costs no further call; `problems` looks deeper.",
    )
    has_errors: bool = strawberry.field(
        resolver=has_errors, description="True when at least one line or add-on carries an error."
    )
    line_items_with_errors: list[models.CartLineItem] = strawberry.field(
        graphql_type=list[CartLineItem],
        resolver=line_items_with_errors,
        description="Every line or add-on that carries an error.",
        metadata=CART_LINES,
    )
    line_item_count: int = strawberry.field(resolver=line_item_count, description="Number of lines and add-ons.")
    totals: list[summary.Total] = strawberry.field(
        graphql_type=list[CartTotal],
        resolver=totals,
        description="Sums over all priced lines and add-ons, ordered already or not, one entry per currency.",
    )
    unpriced_line_item_count: int = strawberry.field(
        resolver=unpriced_line_item_count,
        description="Number of lines and add-ons without a price, which are not part of `totals`.",
    )
    open_totals: Later[list[summary.Total] | None] = strawberry.field(
        graphql_type=list[CartTotal] | None,
        resolver=open_totals,
        description=(
            "Sums over the priced lines and add-ons that a checkout would still order, one entry per currency; empty for an ordered cart.\n"
            "They differ from `totals` after a checkout that succeeded in part. Null where `CartLineItem.isOrdered` is null for a line."
        ),
        metadata={COST: FieldCost()},
    )
    problems: Sequence[cart_problem.CartProblem] = strawberry.field(
        graphql_type=list[CartProblem] | None,
        resolver=problems_of_cart,
        description=(
            "What stands between the cart and its orders, or makes it cost more than it has to, found before paying; empty when nothing was found.\n"
            "A check that cannot be made is a problem `NOT_CHECKED` of its own. One cause can show twice: as the error that Partner Center set on a line, and as what a check finds behind it. Lines that are ordered already are not looked into.\n"
            "Credit and Microsoft's review of the customer cannot be seen beforehand: only a checkout says. A checkout makes none of these checks itself."
        ),
        metadata=PROBLEMS,
    )
    checkout: Later[CartCheckoutResult | None] = strawberry.field(
        graphql_type=CartCheckoutResult | None,
        resolver=checkout_of_cart,
        description=(
            "What came of the cart's checkouts through this gateway, all of them together: every order placed, and what the last one could not order.\n"
            "Null when none of them had a result in the last eight days, whatever happened elsewhere: Partner Center leads no way from a cart to its orders.\n"
            "Orders are read anew; where Partner Center does not answer, they are shown as the checkout answered them."
        ),
        metadata={COST: FieldCost(weight=4, batch=RECORDED_ORDERS, free_fields=frozenset(_RECORDED))},
    )


@strawberry.input(description="Partner Center's own identifiers of a cart.")
class PartnerCenterCartInput:
    customer_tenant_id: str = strawberry.field(
        description="Tenant identifier (a GUID) of the customer who owns the cart."
    )
    cart_id: str = strawberry.field(description="Identifier (a GUID) of the cart: `Cart.partnerCenterId`.")


@strawberry.input(one_of=True, description="The cart meant. Give exactly one of the fields.")
class CartReferenceInput:
    id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="`Cart.id`, as issued by this API."
    )
    partner_center: PartnerCenterCartInput | None = strawberry.field(
        default=strawberry.UNSET, description="Partner Center's own identifiers of the cart."
    )


def cart_key(cart_id: str) -> CartKey | None:
    """The cart that an identifier of this API names; None when the identifier is broken or of something else."""
    parts = parts_of(Kind.CART, cart_id)
    return CartKey(*parts) if parts else None
