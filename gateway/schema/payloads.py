"""What each mutation answers."""

import strawberry

from gateway.schema.cart import Cart
from gateway.schema.line_item import CartLineItem
from gateway.schema.order import CartCheckoutResult
from gateway.schema.user_errors import UserError
from gateway.schema.warnings import CartWarning

_CHANGED = "The cart after the change; null when `errors` is not empty."
_WARNINGS = "What of the change Partner Center accepted and did not carry out, going by its answer; usually empty."
_REPLAYED = (
    "True when this is the stored answer of an earlier call with the same `idempotencyKey`: nothing was done this time."
)


@strawberry.type(description="Result of `createCart`.")
class CreateCartPayload:
    cart: Cart | None = strawberry.field(description="The new cart; null when `errors` is not empty.")
    replayed: bool = strawberry.field(description=_REPLAYED)
    warnings: list[CartWarning] = strawberry.field(description=_WARNINGS)
    errors: list[UserError] = strawberry.field(
        description=(
            "Why no cart was created; empty on success.\n"
            "Members: `CustomerNotFoundError`, `IdempotencyKeyReusedError`, `InvalidInputError`, `PartnerCenterRejectedError`."
        )
    )


@strawberry.type(description="Result of `addCartLineItems`.")
class AddCartLineItemsPayload:
    cart: Cart | None = strawberry.field(description=_CHANGED)
    added_line_items: list[CartLineItem] = strawberry.field(
        description="The new lines as they now stand in the cart, in the order given; empty when `errors` is not."
    )
    replayed: bool = strawberry.field(description=_REPLAYED)
    warnings: list[CartWarning] = strawberry.field(description=_WARNINGS)
    errors: list[UserError] = strawberry.field(
        description=(
            "Why nothing was changed; empty on success.\n"
            "Members: `CartNotEditableError`, `CartNotFoundError`, `CartVersionConflictError`, `IdempotencyKeyReusedError`, `InvalidInputError`, `PartnerCenterRejectedError`."
        )
    )


@strawberry.type(description="Result of `addCartAddonItems`.")
class AddCartAddonItemsPayload:
    cart: Cart | None = strawberry.field(description=_CHANGED)
    added_addon_items: list[CartLineItem] = strawberry.field(
        description="The new add-ons as they now stand in the cart, in the order given; empty when `errors` is not."
    )
    replayed: bool = strawberry.field(description=_REPLAYED)
    warnings: list[CartWarning] = strawberry.field(description=_WARNINGS)
    errors: list[UserError] = strawberry.field(
        description=(
            "Why nothing was changed; empty on success.\n"
            "Members: `CartLineItemNotFoundError`, `CartNotEditableError`, `CartNotFoundError`, `CartVersionConflictError`, `IdempotencyKeyReusedError`, `InvalidInputError`, `PartnerCenterRejectedError`."
        )
    )


@strawberry.type(description="Result of `updateCartLineItems`.")
class UpdateCartLineItemsPayload:
    cart: Cart | None = strawberry.field(description=_CHANGED)
    updated_line_items: list[CartLineItem] = strawberry.field(
        description="The changed lines, in the order given; empty when `errors` is not."
    )
    warnings: list[CartWarning] = strawberry.field(description=_WARNINGS)
    errors: list[UserError] = strawberry.field(
        description=(
            "Why nothing was changed; empty on success.\n"
            "Members: `CartLineItemNotFoundError`, `CartNotEditableError`, `CartNotFoundError`, `CartVersionConflictError`, `InvalidInputError`, `PartnerCenterRejectedError`."
        )
    )


@strawberry.type(description="Result of `removeCartLineItems`.")
class RemoveCartLineItemsPayload:
    cart: Cart | None = strawberry.field(description=_CHANGED)
    removed_line_item_ids: list[strawberry.ID] = strawberry.field(
        description="Identifiers of everything that is gone, including add-ons that went with their base line, so that clients can drop them from their caches."
    )
    warnings: list[CartWarning] = strawberry.field(description=_WARNINGS)
    errors: list[UserError] = strawberry.field(
        description=(
            "Why nothing was changed; empty on success.\n"
            "Members: `CartLineItemNotFoundError`, `CartNotEditableError`, `CartNotFoundError`, `CartVersionConflictError`, `InvalidInputError`, `PartnerCenterRejectedError`."
        )
    )


@strawberry.type(description="Result of `replaceCartLineItems`.")
class ReplaceCartLineItemsPayload:
    cart: Cart | None = strawberry.field(description=_CHANGED)
    warnings: list[CartWarning] = strawberry.field(description=_WARNINGS)
    errors: list[UserError] = strawberry.field(
        description=(
            "Why nothing was changed; empty on success.\n"
            "Members: `CartNotEditableError`, `CartNotFoundError`, `CartVersionConflictError`, `InvalidInputError`, `PartnerCenterRejectedError`."
        )
    )


@strawberry.type(description="Result of `checkoutCart`.")
class CheckoutCartPayload:
    cart: Cart | None = strawberry.field(description="The cart after checkout; null when `errors` is not empty.")
    result: CartCheckoutResult | None = strawberry.field(
        description="What checkout produced; null when `errors` is not empty."
    )
    replayed: bool = strawberry.field(
        description="True when this is the stored answer of an earlier call with the same `idempotencyKey`, or the result of an earlier checkout of the same cart: nothing was ordered this time."
    )
    errors: list[UserError] = strawberry.field(
        description=(
            "Why this call ordered nothing; empty when Partner Center carried out the checkout. Failures of single order groups are in `result`.\n"
            "A `CartNotEditableError` with reason `ALREADY_ORDERED` means that orders exist but cannot be told here: look into the customer's orders.\n"
            "Every other member means that no order was placed.\n"
            "Members: `CartNotEditableError`, `CartNotFoundError`, `CartVersionConflictError`, `IdempotencyKeyReusedError`, `InvalidInputError`, `PartnerCenterRejectedError`."
        )
    )
