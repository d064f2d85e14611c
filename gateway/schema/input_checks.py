"""Finds the problems of a mutation's input before any call is made: all of them at once, each with its path."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from itertools import chain, pairwise
from typing import Protocol, cast

import strawberry
from strawberry.utils.str_converters import to_camel_case

from gateway.carts.edits import LineReference
from gateway.carts.keys import CartKey
from gateway.carts.rules import CartRule, NoSuchCart
from gateway.declined import Path, Problem
from gateway.partner_center.paths import LONGEST_CATALOG_ITEM
from gateway.schema.line_inputs import (
    CartLineItemInput,
    CartLineItemUpdateInput,
    CartParticipantInput,
    KeyValuePairInput,
    RenewsToInput,
)
from gateway.schema.values import BillingCycleType, ParticipantType

_IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{8,255}")
_LONGEST_TEXT = 1000
_LONGEST_LIST = 1000
"""More than any form of Partner Center's takes, and short enough for a message to repeat."""
_NOT_NULL = (("quantity", "quantity"), ("catalog_item_id", "catalogItemId"))
_ITEM_NAMES = {"lineItems": "line", "lineItemIds": "line", "addonItems": "add-on"}


class NamesCart(Protocol):
    """The input of a mutation of a cart."""

    cart_id: strawberry.ID


def checked_cart(
    input: NamesCart, cart: CartKey | None, *problems: Iterable[Problem], lines: Iterable[LineReference] = ()
) -> CartKey:
    """The cart that the input names. Raises CartRule with every problem of the input.

    *cart* is None when the input's identifier names no cart, *problems* are those of its other members, *lines* the
    lines it names. A line of another cart is reported beside other problems; alone it is left to the edit, which sees
    the cart.
    """
    check_sizes(input)
    unknown = [no_such_cart(input.cart_id)] if cart is None else []
    found = [*unknown, *chain.from_iterable(problems)]
    if cart is None or found:
        raise CartRule(*found, *(line.missing() for line in lines if line.key is None))
    return cart


def no_such_cart(cart_id: str) -> NoSuchCart:
    message = "There is no such cart. Carts expire seven days after their creation; create a new one."
    return NoSuchCart(message=message, path=("cartId",), cart_id=cart_id)


def check_sizes(input: object) -> None:
    """Raises CartRule with every text and list that is too long, before other messages repeat one."""
    too_long = list(_too_long(input, ()))
    if too_long:
        raise CartRule(*too_long)


def _too_long(value: object, path: Path) -> Iterator[Problem]:
    if isinstance(value, str):
        if len(value) > _LONGEST_TEXT:
            yield _problem(path, f"a text of {len(value)} characters; at most {_LONGEST_TEXT} are accepted.")
    elif isinstance(value, list):
        items = cast("list[object]", value)
        if len(items) > _LONGEST_LIST:
            yield _problem(path, f"a list of {len(items)} items; at most {_LONGEST_LIST} are accepted.")
            return
        for index, item in enumerate(items):
            yield from _too_long(item, (*path, str(index)))
    elif is_dataclass(value):
        for attribute, name in _members_of(cast("type", type(value))):
            yield from _too_long(getattr(value, attribute), (*path, name))


@cache
def _members_of(input_type: type) -> tuple[tuple[str, str], ...]:
    """The members of an input type: the attribute and the name in the graph."""
    return tuple((member.name, to_camel_case(member.name)) for member in fields(input_type))


def check_lines(lines: Sequence[CartLineItemInput], path: Path) -> Iterator[Problem]:
    if not lines:
        yield Problem(message="Name at least one line: Partner Center has no empty carts.", path=path)
    for index, line in enumerate(lines):
        yield from _check_line(line, (*path, str(index)))


def check_changes(changes: Sequence[CartLineItemUpdateInput], path: Path) -> Iterator[Problem]:
    if not changes:
        yield Problem(message="Name at least one line to change.", path=path)
    yield from _check_duplicates([change.id for change in changes], path, member=("id",))
    for index, change in enumerate(changes):
        line_path = (*path, str(index))
        for attribute, name in _NOT_NULL:
            if getattr(change, attribute) is None:
                yield _problem((*line_path, name), f"{name} cannot be cleared; leave it out to keep its value.")
        yield from _check_members(change, line_path)


def check_line_ids(line_ids: Sequence[strawberry.ID], path: Path) -> Iterator[Problem]:
    if not line_ids:
        yield Problem(message="Name at least one line to remove.", path=path)
    yield from _check_duplicates(line_ids, path, member=())


def check_idempotency_key(key: str | None) -> Iterator[Problem]:
    if key is not None and key is not strawberry.UNSET and not _IDEMPOTENCY_KEY.fullmatch(key):
        message = "An idempotencyKey has 8 to 255 visible ASCII characters, such as a UUID."
        yield Problem(message=message, path=("idempotencyKey",))


def _check_line(line: CartLineItemInput, path: Path) -> Iterator[Problem]:
    yield from _check_members(line, path)
    if line.addon_items and ":" in line.catalog_item_id:
        message = "an item of the new catalog takes no add-ons; give its add-ons as lines of their own."
        yield _problem((*path, "addonItems"), message)
    for index, addon in enumerate(line.addon_items or ()):
        yield from _check_line(addon, (*path, "addonItems", str(index)))


def _check_members(line: CartLineItemInput | CartLineItemUpdateInput, path: Path) -> Iterator[Problem]:
    if line.quantity is not strawberry.UNSET and line.quantity is not None and line.quantity < 1:
        yield _problem((*path, "quantity"), f"a quantity of {line.quantity}; at least 1 is needed.")
    if line.catalog_item_id == "":
        yield _problem((*path, "catalogItemId"), "catalogItemId is empty; name what to buy.")
    elif line.catalog_item_id and len(line.catalog_item_id) > LONGEST_CATALOG_ITEM:
        message = f"catalogItemId has {len(line.catalog_item_id)} characters; at most {LONGEST_CATALOG_ITEM} are used."
        yield _problem((*path, "catalogItemId"), message)
    if line.billing_cycle is BillingCycleType.UNKNOWN:
        message = "billingCycle UNKNOWN cannot be sent; name a cycle that the SKU supports."
        yield _problem((*path, "billingCycle"), message)
    yield from _check_participants(line.participants or (), (*path, "participants"))
    yield from _check_keys(line.provisioning_context or (), (*path, "provisioningContext"))
    yield from _check_renewals(line.renews_to or (), (*path, "renewsTo"))


def _check_participants(participants: Iterable[CartParticipantInput], path: Path) -> Iterator[Problem]:
    for index, participant in enumerate(participants):
        if participant.type is ParticipantType.UNKNOWN:
            message = "participant type UNKNOWN cannot be sent; name the part the participant plays."
            yield _problem((*path, str(index), "type"), message)


def _check_keys(pairs: Iterable[KeyValuePairInput], path: Path) -> Iterator[Problem]:
    """Keys that differ only in case collide, because Partner Center lowers the first letter of each."""
    seen: set[str] = set()
    for index, pair in enumerate(pairs):
        if pair.key.casefold() in seen:
            yield _problem(
                (*path, str(index), "key"),
                f"provisioningContext has the key {pair.key[:60]!r} twice; send each key once.",
            )
        seen.add(pair.key.casefold())


def _check_renewals(renewals: Sequence[RenewsToInput], path: Path) -> Iterator[Problem]:
    if len(renewals) > 1:
        yield _problem((*path, "1"), f"renewsTo has {len(renewals)} entries; Partner Center takes one.")


def _check_duplicates(line_ids: Sequence[strawberry.ID], path: Path, *, member: Path) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, line_id in enumerate(line_ids):
        if line_id in seen:
            yield _problem((*path, str(index), *member), "named before in this input; name each line once.")
        seen.add(line_id)


def _problem(path: Path, what: str) -> Problem:
    """A problem whose message begins with the line it belongs to: "Line 2, add-on 0: a quantity of 0; ..."."""
    items = [
        f"{_ITEM_NAMES[name]} {index}" for name, index in pairwise(path) if name in _ITEM_NAMES and index.isdecimal()
    ]
    message = f"{', '.join(items)}: {what}" if items else what
    return Problem(message=message[:1].upper() + message[1:], path=path)
