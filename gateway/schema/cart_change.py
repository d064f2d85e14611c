"""The call that all mutations of a cart make, and the value that their payloads are declared over."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.carts.comparing import Discrepancy, compare
from gateway.carts.edits import Edit, LineReference
from gateway.carts.idempotency import Answer
from gateway.carts.keys import CartKey
from gateway.carts.service import Change, Changed
from gateway.context import Info, KeyedCall
from gateway.declined import Problem
from gateway.errors import GatewayError
from gateway.partner_center.models.carts import Cart, CartLineItem
from gateway.partner_center.models.writing import NewCartLineItem, document
from gateway.schema.input_checks import NamesCart, checked_cart, no_such_cart
from gateway.schema.user_errors import (
    CartNotEditableError,
    CartNotFoundError,
    CartVersionConflictError,
    InvalidInputError,
    PartnerCenterRejectedError,
    user_errors,
)
from gateway.schema.values import given

ATTESTATION = (
    "Accept the partner on record's attestation. "
    "Partner Center does not return it, so send it with every change of a cart that names resellers."
)
LAST_SEEN_VERSION = "`Cart.version` you last saw. When given and outdated, nothing is changed."
KEY = "A text of 8 to 255 visible ASCII characters, such as a UUID. Send the same key again only to repeat the call."
CHANGED_CART = "The cart after the change; null when `errors` is not empty."
REPLAYED = (
    "True when this is the stored answer of an earlier call with the same `idempotencyKey`: this call changed nothing."
)
WARNINGS = (
    "Parts of the change that Partner Center accepted but did not carry out, judging by its answer; usually empty."
)
NOT_CHANGED = "Why nothing was changed; empty on success."
CHANGE_ERRORS = (
    CartNotEditableError,
    CartNotFoundError,
    CartVersionConflictError,
    InvalidInputError,
    PartnerCenterRejectedError,
)
"""Errors that any mutation of an existing cart can have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CartChange:
    """The result of a mutation that writes a cart: the cart as stored, or errors.

    `line_items` are the lines that the input names as they are now in the cart; for a removal, those that are gone.
    """

    cart: Cart | None = None
    line_items: Sequence[CartLineItem] = ()
    replayed: bool = False
    warnings: Sequence[Discrepancy] = ()
    errors: Sequence[Problem] = ()


class CartInput(NamesCart, Protocol):
    """The input of a mutation that writes an existing cart."""

    partner_on_record_attestation_accepted: bool | None

    @property
    def expected_version(self) -> str | None: ...


async def change_cart(
    info: Info,
    input: CartInput,
    cart: CartKey | None,
    edit: Edit,
    *problems: Iterable[Problem],
    lines: Iterable[LineReference] = (),
    call: KeyedCall | None = None,
) -> CartChange:
    """The result of an edit that adds, changes or replaces lines. `checked_cart` explains the arguments."""
    answer = await carry_out(info, input, cart, edit, *problems, lines=lines, call=call)
    if isinstance(answer, CartChange):
        return answer
    changed = answer.value
    after = changed.after
    compared = compare(changed.edited or edit(changed.before), after)
    return CartChange(cart=after, line_items=compared.lines, replayed=answer.replayed, warnings=compared.discrepancies)


async def carry_out(
    info: Info,
    input: CartInput,
    cart: CartKey | None,
    edit: Edit,
    *problems: Iterable[Problem],
    lines: Iterable[LineReference] = (),
    call: KeyedCall | None = None,
) -> Answer[Changed] | CartChange:
    """The cart before and after the edit; a CartChange with errors when the edit was refused."""
    try:
        key = checked_cart(input, cart, *problems, lines=lines)
        info.context.read_ahead(info.path.key, key.customer_id)
        change = Change(
            edit,
            expected_version=given(input.expected_version),
            attested=given(input.partner_on_record_attestation_accepted),
        )
        return await info.context.change_cart(key, change, call)
    except GatewayError as error:
        return refused(error, missing=no_such_cart(input.cart_id))


def refused(error: GatewayError, *, missing: Problem) -> CartChange:
    """Raises *error* when the caller cannot act on it. `user_errors` explains *missing*."""
    return CartChange(errors=user_errors(error, missing=missing), replayed=error.replayed)


def documents(lines: Sequence[NewCartLineItem]) -> list[dict[str, object]]:
    """The lines as plain JSON, for the meaning of a call."""
    return [document(line) for line in lines]
