"""The mutations that write a cart: each one read, one edit, one whole-cart write."""

from collections.abc import Sequence
from typing import Annotated

import strawberry

from gateway.carts import codec, comparing, edits
from gateway.carts.comparing import discrepancies, lines_still_present
from gateway.carts.service import Change
from gateway.context import Info
from gateway.errors import GatewayError
from gateway.partner_center.models.writing import NewCartLineItem, document
from gateway.schema import input_rules
from gateway.schema.calls import KeyedCall, cart_named, customer_named, no_such_cart, no_such_customer
from gateway.schema.errors import graph_cart, graph_lines, user_errors
from gateway.schema.input_records import cart_key, given, line_change, line_reference, new_lines
from gateway.schema.inputs import (
    AddCartAddonItemsInput,
    AddCartLineItemsInput,
    CreateCartInput,
    RemoveCartLineItemsInput,
    ReplaceCartLineItemsInput,
    UpdateCartLineItemsInput,
)
from gateway.schema.line_item import line_node_id
from gateway.schema.payloads import (
    AddCartAddonItemsPayload,
    AddCartLineItemsPayload,
    CreateCartPayload,
    RemoveCartLineItemsPayload,
    ReplaceCartLineItemsPayload,
    UpdateCartLineItemsPayload,
)
from gateway.schema.warnings import cart_warnings

AnyChange = (
    AddCartLineItemsInput
    | AddCartAddonItemsInput
    | UpdateCartLineItemsInput
    | RemoveCartLineItemsInput
    | ReplaceCartLineItemsInput
)


async def create_cart(
    info: Info, input: Annotated[CreateCartInput, strawberry.argument(description="Customer and lines.")]
) -> CreateCartPayload:
    try:
        customer_id = customer_named(
            input,
            input_rules.lines(input.line_items, ("lineItems",)),
            input_rules.idempotency_key(input.idempotency_key),
        )
        lines, attested = new_lines(input.line_items), given(input.partner_on_record_attestation_accepted)
        call = KeyedCall("createCart", customer_id, input.idempotency_key, (customer_id, _plain(lines), attested))
        request_id = call.request_id(info)
        answer = await call.once(
            info,
            lambda _: info.context.carts.create(customer_id, lines, attested=attested, request_id=request_id),
            codec.CART,
        )
    except GatewayError as error:
        errors = user_errors(error, absent=no_such_customer(input.customer))
        return CreateCartPayload(cart=None, replayed=error.replayed, warnings=[], errors=errors)
    return CreateCartPayload(
        cart=graph_cart(answer.value),
        replayed=answer.replayed,
        warnings=cart_warnings(discrepancies(edits.creating(lines), answer.value)),
        errors=[],
    )


async def add_cart_line_items(
    info: Info, input: Annotated[AddCartLineItemsInput, strawberry.argument(description="Cart and lines.")]
) -> AddCartLineItemsPayload:
    try:
        key = cart_named(
            input,
            input_rules.lines(input.line_items, ("lineItems",)),
            input_rules.idempotency_key(input.idempotency_key),
        )
        lines = new_lines(input.line_items)
        change = _change(input, edits.adding(lines))
        meaning = (key.customer_id, key.cart_id, _plain(lines), change.attested, change.expected_version)
        call = KeyedCall("addCartLineItems", key.customer_id, input.idempotency_key, meaning)
        answer = await call.once(info, lambda note: info.context.change(key, change, note), codec.CHANGED)
    except GatewayError as error:
        errors = user_errors(error, absent=no_such_cart(input.cart_id))
        return AddCartLineItemsPayload(
            cart=None, added_line_items=[], replayed=error.replayed, warnings=[], errors=errors
        )
    edited = change.edit(answer.value.before)
    return AddCartLineItemsPayload(
        cart=graph_cart(answer.value.after),
        added_line_items=graph_lines(comparing.stored_lines(edited, answer.value.after)),
        replayed=answer.replayed,
        warnings=cart_warnings(discrepancies(edited, answer.value.after)),
        errors=[],
    )


async def add_cart_addon_items(
    info: Info,
    input: Annotated[AddCartAddonItemsInput, strawberry.argument(description="Cart, base line and add-ons.")],
) -> AddCartAddonItemsPayload:
    try:
        parent = line_reference(cart_key(input.cart_id), input.parent_line_item_id, ("parentLineItemId",))
        key = cart_named(
            input,
            input_rules.lines(input.addon_items, ("addonItems",)),
            input_rules.idempotency_key(input.idempotency_key),
            lines=[parent],
        )
        addons = new_lines(input.addon_items)
        change = _change(input, edits.adding_addons(parent, addons))
        meaning = (key.customer_id, key.cart_id, parent.sent, _plain(addons), change.attested, change.expected_version)
        call = KeyedCall("addCartAddonItems", key.customer_id, input.idempotency_key, meaning)
        answer = await call.once(info, lambda note: info.context.change(key, change, note), codec.CHANGED)
    except GatewayError as error:
        errors = user_errors(error, absent=no_such_cart(input.cart_id))
        return AddCartAddonItemsPayload(
            cart=None, added_addon_items=[], replayed=error.replayed, warnings=[], errors=errors
        )
    edited = change.edit(answer.value.before)
    return AddCartAddonItemsPayload(
        cart=graph_cart(answer.value.after),
        added_addon_items=graph_lines(comparing.stored_lines(edited, answer.value.after)),
        replayed=answer.replayed,
        warnings=cart_warnings(discrepancies(edited, answer.value.after)),
        errors=[],
    )


async def update_cart_line_items(
    info: Info, input: Annotated[UpdateCartLineItemsInput, strawberry.argument(description="Cart and changes.")]
) -> UpdateCartLineItemsPayload:
    try:
        cart = cart_key(input.cart_id)
        references = [
            line_reference(cart, line.id, ("lineItems", str(index), "id"))
            for index, line in enumerate(input.line_items)
        ]
        key = cart_named(input, input_rules.changes(input.line_items, ("lineItems",)), lines=references)
        changes = list(zip(references, map(line_change, input.line_items), strict=True))
        change = _change(input, edits.updating(changes))
        changed = await info.context.change(key, change)
    except GatewayError as error:
        errors = user_errors(error, absent=no_such_cart(input.cart_id))
        return UpdateCartLineItemsPayload(cart=None, updated_line_items=[], warnings=[], errors=errors)
    edited = change.edit(changed.before)
    return UpdateCartLineItemsPayload(
        cart=graph_cart(changed.after),
        updated_line_items=graph_lines(comparing.stored_lines(edited, changed.after)),
        warnings=cart_warnings(discrepancies(edited, changed.after)),
        errors=[],
    )


async def remove_cart_line_items(
    info: Info, input: Annotated[RemoveCartLineItemsInput, strawberry.argument(description="Cart and lines.")]
) -> RemoveCartLineItemsPayload:
    try:
        cart = cart_key(input.cart_id)
        gone = [
            line_reference(cart, line_id, ("lineItemIds", str(index)))
            for index, line_id in enumerate(input.line_item_ids)
        ]
        key = cart_named(input, input_rules.line_ids(input.line_item_ids, ("lineItemIds",)), lines=gone)
        changed = await info.context.change(key, _change(input, edits.removing(gone)))
    except GatewayError as error:
        errors = user_errors(error, absent=no_such_cart(input.cart_id))
        return RemoveCartLineItemsPayload(cart=None, removed_line_item_ids=[], warnings=[], errors=errors)
    paths = {reference.key: reference.path for reference in gone if reference.key is not None}
    return RemoveCartLineItemsPayload(
        cart=graph_cart(changed.after),
        removed_line_item_ids=[
            line_node_id(line) for line in comparing.removed_lines(changed.before, gone, changed.after)
        ],
        warnings=cart_warnings(lines_still_present(paths, changed.after)),
        errors=[],
    )


async def replace_cart_line_items(
    info: Info,
    input: Annotated[
        ReplaceCartLineItemsInput, strawberry.argument(description="Cart, its version and the new lines.")
    ],
) -> ReplaceCartLineItemsPayload:
    try:
        key = cart_named(input, input_rules.lines(input.line_items, ("lineItems",)))
        change = _change(input, edits.replacing(new_lines(input.line_items)))
        changed = await info.context.change(key, change)
    except GatewayError as error:
        errors = user_errors(error, absent=no_such_cart(input.cart_id))
        return ReplaceCartLineItemsPayload(cart=None, warnings=[], errors=errors)
    warnings = cart_warnings(discrepancies(change.edit(changed.before), changed.after))
    return ReplaceCartLineItemsPayload(cart=graph_cart(changed.after), warnings=warnings, errors=[])


def _change(input: AnyChange, edit: edits.Edit) -> Change:
    return Change(
        edit,
        expected_version=given(input.expected_version),
        attested=given(input.partner_on_record_attestation_accepted),
    )


def _plain(lines: Sequence[NewCartLineItem]) -> list[dict[str, object]]:
    """The lines as plain JSON, for the fingerprint of a call."""
    return [document(line) for line in lines]
