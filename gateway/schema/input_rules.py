"""What is wrong with an input before anything is called: every problem at once, each with its path."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from itertools import pairwise
from typing import cast

import strawberry
from strawberry.utils.str_converters import to_camel_case

from gateway.carts.rules import Path, Problem
from gateway.errors import InvalidInput
from gateway.partner_center.paths import LONGEST_CATALOG_ITEM, guid
from gateway.schema.input_records import given
from gateway.schema.inputs import (
    CartLineItemInput,
    CartLineItemUpdateInput,
    CartParticipantInput,
    CustomerReferenceInput,
    KeyValuePairInput,
    RenewsToInput,
)
from gateway.schema.values import BillingCycleType, ParticipantType

_KEY = re.compile(r"[\x21-\x7e]{8,255}")
_LONGEST_TEXT = 1000
_LONGEST_LIST = 1000
"""Beyond what any form of Partner Center's takes, and short enough to be told back."""
_REQUIRED = (("quantity", "quantity"), ("catalog_item_id", "catalogItemId"))
_LISTS = {"lineItems": "line", "lineItemIds": "line", "addonItems": "add-on"}


def sizes(given: object, path: Path = ()) -> Iterator[Problem]:
    """Whatever is too long in an input or a part of it, to be told before anything else."""
    if isinstance(given, str):
        if len(given) > _LONGEST_TEXT:
            yield _problem(path, f"a text of {len(given)} characters; at most {_LONGEST_TEXT} are taken.")
    elif isinstance(given, list):
        items = cast("list[object]", given)
        if len(items) > _LONGEST_LIST:
            yield _problem(path, f"a list of {len(items)} items; at most {_LONGEST_LIST} are taken at once.")
            return
        for index, item in enumerate(items):
            yield from sizes(item, (*path, str(index)))
    elif is_dataclass(given):
        for attribute, name in _names(cast("type", type(given))):
            value = getattr(given, attribute)
            if value is not None and value is not strawberry.UNSET:
                yield from sizes(value, (*path, name))


@cache
def _names(kind: type) -> tuple[tuple[str, str], ...]:
    """The members of an input, as attributes and in the graph."""
    return tuple((member.name, to_camel_case(member.name)) for member in fields(kind))


def customer(reference: CustomerReferenceInput, path: Path) -> Iterator[Problem]:
    tenant_id = given(reference.tenant_id)
    if tenant_id is not None:
        try:
            guid(tenant_id, name="tenantId")
        except InvalidInput as error:
            yield Problem(message=error.message, path=(*path, "tenantId"))


def lines(given: Sequence[CartLineItemInput], path: Path) -> Iterator[Problem]:
    if not given:
        yield Problem(message="Name at least one line: Partner Center has no empty carts.", path=path)
    for index, line in enumerate(given):
        yield from _line(line, (*path, str(index)))


def changes(given: Sequence[CartLineItemUpdateInput], path: Path) -> Iterator[Problem]:
    if not given:
        yield Problem(message="Name at least one line to change.", path=path)
    yield from _named_once([change.id for change in given], path, member=("id",))
    for index, change in enumerate(given):
        place = (*path, str(index))
        for attribute, name in _REQUIRED:
            if getattr(change, attribute) is None:
                yield _problem((*place, name), f"{name} cannot be cleared; leave it out to keep its value.")
        yield from _members(change, place)


def line_ids(given: Sequence[strawberry.ID], path: Path) -> Iterator[Problem]:
    if not given:
        yield Problem(message="Name at least one line to remove.", path=path)
    yield from _named_once(given, path, member=())


def idempotency_key(key: str | None) -> Iterator[Problem]:
    if key is not None and key is not strawberry.UNSET and not _KEY.fullmatch(key):
        message = "An idempotencyKey has 8 to 255 visible ASCII characters, such as a UUID."
        yield Problem(message=message, path=("idempotencyKey",))


def _line(line: CartLineItemInput, path: Path) -> Iterator[Problem]:
    yield from _members(line, path)
    if line.addon_items and ":" in line.catalog_item_id:
        message = "nothing nests under an item of the new catalog: give its add-ons as lines of their own."
        yield _problem((*path, "addonItems"), message)
    for index, addon in enumerate(line.addon_items or ()):
        yield from _line(addon, (*path, "addonItems", str(index)))


def _members(line: CartLineItemInput | CartLineItemUpdateInput, path: Path) -> Iterator[Problem]:
    if line.quantity is not strawberry.UNSET and line.quantity is not None and line.quantity < 1:
        yield _problem((*path, "quantity"), f"a quantity of {line.quantity}; at least 1 is needed.")
    if line.catalog_item_id == "":
        yield _problem((*path, "catalogItemId"), "catalogItemId is empty; name what to buy.")
    elif line.catalog_item_id and len(line.catalog_item_id) > LONGEST_CATALOG_ITEM:
        message = (
            f"catalogItemId has {len(line.catalog_item_id)} characters; none has more than {LONGEST_CATALOG_ITEM}."
        )
        yield _problem((*path, "catalogItemId"), message)
    if line.billing_cycle is BillingCycleType.UNKNOWN:
        message = "billingCycle UNKNOWN is only ever read; name one that the SKU supports."
        yield _problem((*path, "billingCycle"), message)
    yield from _participants(line.participants or (), (*path, "participants"))
    yield from _keys(line.provisioning_context or (), (*path, "provisioningContext"))
    yield from _renewals(line.renews_to or (), (*path, "renewsTo"))


def _participants(given: Iterable[CartParticipantInput], path: Path) -> Iterator[Problem]:
    for index, participant in enumerate(given):
        if participant.type is ParticipantType.UNKNOWN:
            message = "participant type UNKNOWN is only ever read; name the part the participant plays."
            yield _problem((*path, str(index), "type"), message)


def _keys(given: Iterable[KeyValuePairInput], path: Path) -> Iterator[Problem]:
    """Partner Center lowers the first letter of a key, so keys that differ in case only would meet."""
    seen: set[str] = set()
    for index, pair in enumerate(given):
        if pair.key.casefold() in seen:
            yield _problem((*path, str(index), "key"), f"provisioningContext has the key {pair.key[:60]!r} twice.")
        seen.add(pair.key.casefold())


def _renewals(given: Sequence[RenewsToInput], path: Path) -> Iterator[Problem]:
    if len(given) > 1:
        yield _problem((*path, "1"), f"renewsTo has {len(given)} entries; Partner Center takes one.")


def _named_once(ids: Sequence[strawberry.ID], path: Path, *, member: Path) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, line_id in enumerate(ids):
        if line_id in seen:
            yield _problem((*path, str(index), *member), "named before in this input; name each line once.")
        seen.add(line_id)


def _problem(path: Path, what: str) -> Problem:
    """A problem of a line, told with the line's place in the input: "Line 2, add-on 0: a quantity of 0; ..."."""
    places = [f"{_LISTS[name]} {index}" for name, index in pairwise(path) if name in _LISTS and index.isdecimal()]
    where = f"{', '.join(places)}: " if places else ""
    message = f"{where}{what}"
    return Problem(message=message[:1].upper() + message[1:], path=path)
