"""The mutation that adds add-ons to a base line of a cart."""

from typing import Annotated

import strawberry

from gateway.carts import edits
from gateway.context import Info, KeyedCall
from gateway.schema.cart import Cart, cart_key
from gateway.schema.cart_change import (
    ATTESTATION,
    CHANGE_ERRORS,
    CHANGED_CART,
    KEY,
    LAST_SEEN_VERSION,
    NOT_CHANGED,
    REPLAYED,
    WARNINGS,
    CartChange,
    change_cart,
    documents,
)
from gateway.schema.input_checks import check_idempotency_key, check_lines
from gateway.schema.line_inputs import CartLineItemInput, new_lines
from gateway.schema.line_item import CART_LINES, CartLineItem, line_reference
from gateway.schema.user_errors import (
    CartLineItemNotFoundError,
    CartWarning,
    IdempotencyKeyReusedError,
    UserError,
    with_members,
)
from gateway.schema.values import given


@strawberry.input(description="Input of `addCartAddonItems`.")
class AddCartAddonItemsInput:
    cart_id: strawberry.ID = strawberry.field(description="The cart to change.")
    parent_line_item_id: strawberry.ID = strawberry.field(description="The base line the add-ons go under.")
    addon_items: list[CartLineItemInput] = strawberry.field(description="Add-ons to append; at least one.")
    expected_version: str | None = strawberry.field(default=strawberry.UNSET, description=LAST_SEEN_VERSION)
    partner_on_record_attestation_accepted: bool | None = strawberry.field(
        default=strawberry.UNSET, description=ATTESTATION
    )
    idempotency_key: str | None = strawberry.field(
        default=strawberry.UNSET,
        description=(
            f"{KEY}\n"
            "A repetition with the same key and the same input returns the first answer instead of adding the add-ons twice."
        ),
    )


@strawberry.type(description="Result of `addCartAddonItems`.")
class AddCartAddonItemsPayload:
    cart: Cart | None = strawberry.field(description=CHANGED_CART)
    line_items: list[CartLineItem] = strawberry.field(
        name="addedAddonItems",
        description="The new add-ons as they are now in the cart, in the order given; empty when `errors` is not.",
        metadata=CART_LINES,
    )
    replayed: bool = strawberry.field(description=REPLAYED)
    warnings: list[CartWarning] = strawberry.field(description=WARNINGS)
    errors: list[UserError] = strawberry.field(
        description=with_members(NOT_CHANGED, *CHANGE_ERRORS, CartLineItemNotFoundError, IdempotencyKeyReusedError)
    )


async def add_cart_addon_items(
    info: Info,
    input: Annotated[AddCartAddonItemsInput, strawberry.argument(description="Cart, base line and add-ons.")],
) -> CartChange:
    cart, addons = cart_key(input.cart_id), new_lines(input.addon_items)
    parent = line_reference(cart, input.parent_line_item_id, ("parentLineItemId",))
    return await change_cart(
        info,
        input,
        cart,
        edits.adding_addons(parent, addons),
        check_lines(input.addon_items, ("addonItems",)),
        check_idempotency_key(input.idempotency_key),
        lines=[parent],
        call=KeyedCall("addCartAddonItems", given(input.idempotency_key), (parent.sent, documents(addons))),
    )
