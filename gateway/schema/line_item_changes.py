"""The mutations that add, change, remove and replace the lines of a cart."""

from typing import Annotated

import strawberry

from gateway.carts import edits
from gateway.carts.comparing import lines_still_present, removed_lines
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
    carry_out,
    change_cart,
    documents,
)
from gateway.schema.input_checks import check_changes, check_idempotency_key, check_line_ids, check_lines
from gateway.schema.line_inputs import CartLineItemInput, CartLineItemUpdateInput, line_change, new_lines
from gateway.schema.line_item import CART_LINES, CartLineItem, line_node_id, line_reference
from gateway.schema.user_errors import (
    CartLineItemNotFoundError,
    CartWarning,
    IdempotencyKeyReusedError,
    UserError,
    with_members,
)
from gateway.schema.values import given


@strawberry.input(description="Input of `addCartLineItems`.")
class AddCartLineItemsInput:
    cart_id: strawberry.ID = strawberry.field(description="The cart to change.")
    line_items: list[CartLineItemInput] = strawberry.field(description="Lines to append; at least one.")
    expected_version: str | None = strawberry.field(default=strawberry.UNSET, description=LAST_SEEN_VERSION)
    partner_on_record_attestation_accepted: bool | None = strawberry.field(
        default=strawberry.UNSET, description=ATTESTATION
    )
    idempotency_key: str | None = strawberry.field(
        default=strawberry.UNSET,
        description=(
            f"{KEY}\n"
            "A repetition with the same key and the same input returns the first answer instead of adding the lines twice."
        ),
    )


@strawberry.type(description="Result of `addCartLineItems`.")
class AddCartLineItemsPayload:
    cart: Cart | None = strawberry.field(description=CHANGED_CART)
    line_items: list[CartLineItem] = strawberry.field(
        name="addedLineItems",
        description="The new lines as they are now in the cart, in the order given; empty when `errors` is not.",
        metadata=CART_LINES,
    )
    replayed: bool = strawberry.field(description=REPLAYED)
    warnings: list[CartWarning] = strawberry.field(description=WARNINGS)
    errors: list[UserError] = strawberry.field(
        description=with_members(NOT_CHANGED, *CHANGE_ERRORS, IdempotencyKeyReusedError)
    )


async def add_cart_line_items(
    info: Info, input: Annotated[AddCartLineItemsInput, strawberry.argument(description="Cart and lines.")]
) -> CartChange:
    lines = new_lines(input.line_items)
    return await change_cart(
        info,
        input,
        cart_key(input.cart_id),
        edits.adding(lines),
        check_lines(input.line_items, ("lineItems",)),
        check_idempotency_key(input.idempotency_key),
        call=KeyedCall("addCartLineItems", given(input.idempotency_key), (documents(lines),)),
    )


@strawberry.input(description="Input of `updateCartLineItems`.")
class UpdateCartLineItemsInput:
    cart_id: strawberry.ID = strawberry.field(description="The cart to change.")
    line_items: list[CartLineItemUpdateInput] = strawberry.field(
        description="The changes; at least one, and at most one per line."
    )
    expected_version: str | None = strawberry.field(default=strawberry.UNSET, description=LAST_SEEN_VERSION)
    partner_on_record_attestation_accepted: bool | None = strawberry.field(
        default=strawberry.UNSET, description=ATTESTATION
    )


@strawberry.type(description="Result of `updateCartLineItems`.")
class UpdateCartLineItemsPayload:
    cart: Cart | None = strawberry.field(description=CHANGED_CART)
    line_items: list[CartLineItem] = strawberry.field(
        name="updatedLineItems",
        description="The changed lines, in the order given; empty when `errors` is not.",
        metadata=CART_LINES,
    )
    warnings: list[CartWarning] = strawberry.field(description=WARNINGS)
    errors: list[UserError] = strawberry.field(
        description=with_members(NOT_CHANGED, *CHANGE_ERRORS, CartLineItemNotFoundError)
    )


async def update_cart_line_items(
    info: Info, input: Annotated[UpdateCartLineItemsInput, strawberry.argument(description="Cart and changes.")]
) -> CartChange:
    cart = cart_key(input.cart_id)
    lines = [
        line_reference(cart, line.id, ("lineItems", str(index), "id")) for index, line in enumerate(input.line_items)
    ]
    changes = list(zip(lines, map(line_change, input.line_items), strict=True))
    problems = check_changes(input.line_items, ("lineItems",))
    return await change_cart(info, input, cart, edits.updating(changes), problems, lines=lines)


@strawberry.input(description="Input of `removeCartLineItems`.")
class RemoveCartLineItemsInput:
    cart_id: strawberry.ID = strawberry.field(description="The cart to change.")
    line_item_ids: list[strawberry.ID] = strawberry.field(description="Lines or add-ons to remove; at least one.")
    expected_version: str | None = strawberry.field(default=strawberry.UNSET, description=LAST_SEEN_VERSION)
    partner_on_record_attestation_accepted: bool | None = strawberry.field(
        default=strawberry.UNSET, description=ATTESTATION
    )


def removed_line_item_ids(change: strawberry.Parent[CartChange]) -> list[strawberry.ID]:
    return [line_node_id(line) for line in change.line_items]


@strawberry.type(description="Result of `removeCartLineItems`.")
class RemoveCartLineItemsPayload:
    cart: Cart | None = strawberry.field(description=CHANGED_CART)
    removed_line_item_ids: list[strawberry.ID] = strawberry.field(
        resolver=removed_line_item_ids,
        description="Identifiers of everything that was removed, including the add-ons of removed base lines, so that clients can drop them from their caches.",
    )
    warnings: list[CartWarning] = strawberry.field(description=WARNINGS)
    errors: list[UserError] = strawberry.field(
        description=with_members(NOT_CHANGED, *CHANGE_ERRORS, CartLineItemNotFoundError)
    )


async def remove_cart_line_items(
    info: Info, input: Annotated[RemoveCartLineItemsInput, strawberry.argument(description="Cart and lines.")]
) -> CartChange:
    cart = cart_key(input.cart_id)
    lines = [
        line_reference(cart, line_id, ("lineItemIds", str(index))) for index, line_id in enumerate(input.line_item_ids)
    ]
    problems = check_line_ids(input.line_item_ids, ("lineItemIds",))
    answer = await carry_out(info, input, cart, edits.removing(lines), problems, lines=lines)
    if isinstance(answer, CartChange):
        return answer
    after = answer.value.after
    paths = {line.key: line.path for line in lines if line.key is not None}
    return CartChange(
        cart=after,
        line_items=removed_lines(answer.value.before, lines, after),
        warnings=lines_still_present(paths, after),
    )


@strawberry.input(description="Input of `replaceCartLineItems`.")
class ReplaceCartLineItemsInput:
    cart_id: strawberry.ID = strawberry.field(description="The cart to change.")
    line_items: list[CartLineItemInput] = strawberry.field(description="The lines the cart should have; at least one.")
    expected_version: str = strawberry.field(
        description="`Cart.version` you last saw. When outdated, nothing is changed."
    )
    partner_on_record_attestation_accepted: bool | None = strawberry.field(
        default=strawberry.UNSET, description=ATTESTATION
    )


@strawberry.type(description="Result of `replaceCartLineItems`.")
class ReplaceCartLineItemsPayload:
    cart: Cart | None = strawberry.field(description=CHANGED_CART)
    warnings: list[CartWarning] = strawberry.field(description=WARNINGS)
    errors: list[UserError] = strawberry.field(description=with_members(NOT_CHANGED, *CHANGE_ERRORS))


async def replace_cart_line_items(
    info: Info,
    input: Annotated[
        ReplaceCartLineItemsInput, strawberry.argument(description="Cart, its version and the new lines.")
    ],
) -> CartChange:
    edit = edits.replacing(new_lines(input.line_items))
    return await change_cart(info, input, cart_key(input.cart_id), edit, check_lines(input.line_items, ("lineItems",)))
