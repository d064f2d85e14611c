"""What is wrong with an input before anything is called: every problem at once, each with its path."""

import re
from collections.abc import Iterable, Iterator, Sequence

import strawberry

from gateway.carts.rules import Path, Problem
from gateway.errors import InvalidInput
from gateway.partner_center.paths import guid
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
_REQUIRED = (("quantity", "quantity"), ("catalog_item_id", "catalogItemId"))


def customer(reference: CustomerReferenceInput, path: Path) -> Iterator[Problem]:
    tenant_id = reference.tenant_id
    if tenant_id is not None and tenant_id is not strawberry.UNSET:
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
                yield Problem(message=f"{name} cannot be cleared; leave it out to keep its value.", path=(*place, name))
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
    for index, addon in enumerate(line.addon_items or ()):
        yield from _line(addon, (*path, "addonItems", str(index)))


def _members(line: CartLineItemInput | CartLineItemUpdateInput, path: Path) -> Iterator[Problem]:
    if line.quantity is not strawberry.UNSET and line.quantity is not None and line.quantity < 1:
        message = f"Line {path[-1]}: a quantity of {line.quantity}; at least 1 is needed."
        yield Problem(message=message, path=(*path, "quantity"))
    if line.catalog_item_id == "":
        yield Problem(message="catalogItemId is empty; name what to buy.", path=(*path, "catalogItemId"))
    if line.billing_cycle is BillingCycleType.UNKNOWN:
        message = "UNKNOWN is only ever read; name one of the SKU's supportedBillingCycles."
        yield Problem(message=message, path=(*path, "billingCycle"))
    yield from _participants(line.participants or (), (*path, "participants"))
    yield from _keys(line.provisioning_context or (), (*path, "provisioningContext"))
    yield from _renewals(line.renews_to or (), (*path, "renewsTo"))


def _participants(given: Iterable[CartParticipantInput], path: Path) -> Iterator[Problem]:
    for index, participant in enumerate(given):
        if participant.type is ParticipantType.UNKNOWN:
            message = "UNKNOWN is only ever read; name the part the participant plays."
            yield Problem(message=message, path=(*path, str(index), "type"))


def _keys(given: Iterable[KeyValuePairInput], path: Path) -> Iterator[Problem]:
    """Partner Center lowers the first letter of a key, so keys that differ in case only would meet."""
    seen: set[str] = set()
    for index, pair in enumerate(given):
        if pair.key.casefold() in seen:
            yield Problem(message=f"The key {pair.key[:60]!r} is given twice.", path=(*path, str(index), "key"))
        seen.add(pair.key.casefold())


def _renewals(given: Sequence[RenewsToInput], path: Path) -> Iterator[Problem]:
    if len(given) > 1:
        yield Problem(message="Partner Center takes one renewal a line.", path=(*path, "1"))


def _named_once(ids: Sequence[strawberry.ID], path: Path, *, member: Path) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, line_id in enumerate(ids):
        if line_id in seen:
            yield Problem(message="This line is named twice.", path=(*path, str(index), *member))
        seen.add(line_id)
