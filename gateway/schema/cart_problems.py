"""What stands between a cart and its orders: types over the problems, and the field that looks for them."""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Annotated

import strawberry

from gateway.context import Info
from gateway.errors import InvalidInput
from gateway.loaders.batching import Later
from gateway.loaders.keys import SubscriptionKey
from gateway.operations.field_cost import COST, ONE_CALL, Choices, FieldCost
from gateway.partner_center.models import carts, promotions, subscriptions
from gateway.problems import cart_problem as found
from gateway.problems.cart_problem import Check, Severity
from gateway.schema.cart_checks import problems_found
from gateway.schema.line_item import BATCHES, USUAL_LINES, CartLineItem
from gateway.schema.problems import ProblemCode
from gateway.schema.promotions import Promotion
from gateway.schema.references import LazySubscription
from gateway.schema.values import given

_ITEMS = {"customer": 1, "items": USUAL_LINES}
_CALLS: Mapping[str, Mapping[str, int]] = {
    Check.LINE_ITEMS.name: {},
    Check.CATALOG.name: _ITEMS,
    Check.AGREEMENT.name: {"agreement": 2},
    Check.QUALIFICATION.name: {**_ITEMS, "qualifications": 1},
    Check.REGISTRATION.name: {**_ITEMS, "registration": 1},
    Check.RESELLERS.name: {"resellers": 1},
    Check.PROMOTIONS.name: {"customer": 1, "promotions": 2},
}
"""By check. The customer is read for its market; one Azure subscription is assumed."""
PROBLEMS = {COST: FieldCost(choices=Choices("checks", _CALLS), assumed_size=5, gathers=BATCHES)}


@strawberry.enum(description="Something that can be looked into before a cart is checked out.")
class CartCheck(Enum):
    LINE_ITEMS = strawberry.enum_value(
        Check.LINE_ITEMS, description="The state of the cart and the errors on its lines. Costs no further call."
    )
    CATALOG = strawberry.enum_value(
        Check.CATALOG,
        description=(
            "Whether every item is still sold in this form, and its terms are agreed to. One call for each distinct item, shared with `CartLineItem.availability`.\n"
            "Offers of the older catalog are not looked into."
        ),
    )
    AGREEMENT = strawberry.enum_value(
        Check.AGREEMENT,
        description="Whether the customer's agreement is confirmed or signed. Two calls; needs a token with a user.",
    )
    QUALIFICATION = strawberry.enum_value(
        Check.QUALIFICATION,
        description=(
            "Whether the customer is qualified for the lines meant for schools, authorities or nonprofits. One call if there are any, and those of `CATALOG`.\n"
            "Nonprofits qualify outside Partner Center, so one that it does not list is only a risk."
        ),
    )
    REGISTRATION = strawberry.enum_value(
        Check.REGISTRATION,
        description="Whether the Azure subscriptions that lines name are registered. One call for each, and those of `CATALOG`.",
    )
    RESELLERS = strawberry.enum_value(
        Check.RESELLERS,
        description="Whether the resellers on lines may be named, and the partner on record has attested. One call if there are any.",
    )
    PROMOTIONS = strawberry.enum_value(
        Check.PROMOTIONS,
        description="Whether lines miss a promotion: one that is not applied, or that is granted for another term only. Two calls, one of them shared by all carts of the market.",
    )


@strawberry.enum(description="What a problem does to the checkout.")
class ProblemSeverity(Enum):
    BLOCKER = strawberry.enum_value(
        Severity.BLOCKER, description="The checkout, or the line's part of it, will be refused."
    )
    RISK = strawberry.enum_value(Severity.RISK, description="It may be refused, or could not be checked.")
    NOTICE = strawberry.enum_value(Severity.NOTICE, description="It does not stop the checkout, but costs money.")


def subscription_of_problem(
    problem: strawberry.Parent[found.CartProblem], info: Info
) -> Later[subscriptions.Subscription | None]:
    if problem.subscription_id is None:
        return None
    return info.context.loaders.subscriptions.get(SubscriptionKey(problem.customer_id, problem.subscription_id))


@strawberry.type(
    description="Something that stands between a cart and its orders, or makes it cost more than it has to."
)
class CartProblem:
    code: ProblemCode = strawberry.field(description="What it is.")
    severity: ProblemSeverity = strawberry.field(description="What it does to the checkout.")
    message: str = strawberry.field(description="Explanation for developers, in English. Not meant for parsing.")
    line: carts.CartLineItem | None = strawberry.field(
        name="lineItem",
        graphql_type=CartLineItem | None,
        description="The line or add-on concerned; null when it is the whole cart.",
        metadata={COST: FieldCost(gathers=BATCHES)},
    )
    subscription: Later[subscriptions.Subscription | None] = strawberry.field(
        graphql_type=LazySubscription | None,
        resolver=subscription_of_problem,
        description="For `AZURE_SUBSCRIPTION_NOT_READY`, the subscription to register, see `registerSubscription`; null where the customer has no such subscription.",
        metadata=ONE_CALL,
    )
    promotion: promotions.Promotion | None = strawberry.field(
        graphql_type=Promotion | None,
        description="For `PROMOTION_NOT_APPLIED` and `PROMOTION_FOR_OTHER_TERM`, the promotion; null when the market no longer has it.",
    )
    partner_id: str | None = strawberry.field(
        description="For `RESELLER_NOT_ACCEPTED`, and for `NOT_CHECKED` where Partner Center says nothing about a reseller, the partner identifier."
    )


async def problems_of_cart(
    cart: strawberry.Parent[carts.Cart],
    info: Info,
    checks: Annotated[
        list[CartCheck] | None,
        strawberry.argument(
            description="What to look into; everything when left out. Each check says what it costs. At least one."
        ),
    ] = strawberry.UNSET,
) -> Sequence[found.CartProblem]:
    chosen = given(checks)
    if chosen is None:
        return await problems_found(info, cart, Check)
    if not chosen:
        raise InvalidInput("checks is empty: nothing would be looked into. Name a check, or leave checks out for all.")
    return await problems_found(info, cart, [each for each in Check if each.name in {one.name for one in chosen}])
