"""A cart's document, taken apart: its lines and add-ons as they can be changed and named.

Members are read in any casing, so those of the record get their documented names here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from gateway.partner_center.documents import document
from gateway.partner_center.models.carts import Cart, CartLineItem
from gateway.partner_center.models.values import folded

Document = dict[str, object]

_CART_MEMBERS = {folded(name): name for name in Cart.__struct_encode_fields__}
_LINE_MEMBERS = {folded(name): name for name in CartLineItem.__struct_encode_fields__}


@dataclass(frozen=True, slots=True)
class LineKey:
    """A line as it was read: its number in the cart, and what it sells. Both must still match for an edit to hit it."""

    number: str
    catalog_item_id: str


def as_read(cart: Cart) -> Document:
    changed = _respelled(document(cart.body), _CART_MEMBERS)
    changed["lineItems"] = [_line_as_read(line) for line in lines_of(changed)]
    return changed


def _line_as_read(line: Document) -> Document:
    changed = _respelled(line, _LINE_MEMBERS)
    if changed.get("addonItems"):
        changed["addonItems"] = [_line_as_read(addon) for addon in addons_of(changed)]
    return changed


def _respelled(members: Document, documented: Mapping[str, str]) -> Document:
    """Where a name comes in several casings, the documented one counts, as in reading."""
    names = {name: documented.get(folded(name), name) for name in members}
    return {
        names[name]: member for name, member in members.items() if name == names[name] or names[name] not in members
    }


@dataclass(frozen=True, slots=True)
class Place:
    line: Document
    siblings: list[Document]


def by_key(changed: Document) -> Mapping[LineKey | None, Place]:
    """Every line and add-on by what a caller names it by; None, which a foreign name has, is none of them."""
    return {
        LineKey(str(place.line.get("id")), str(place.line.get("catalogItemId"))): place
        for place in places(lines_of(changed))
    }


def places(siblings: list[Document]) -> Iterator[Place]:
    for line in siblings:
        yield Place(line, siblings)
        yield from places(addons_of(line))


def lines_of(changed: Document) -> list[Document]:
    return cast("list[Document]", changed.setdefault("lineItems", []))  # the decoder checked its shape


def addons_of(line: Document) -> list[Document]:
    return cast("list[Document]", line.get("addonItems") or [])  # likewise
