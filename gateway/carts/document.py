"""The cart document: a cart's JSON as plain data, its line items and add-ons addressable by key.

Members are read in any casing and get their documented spelling here. Anything of another shape than documented stays
as it is and is written back with the rest.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from gateway.partner_center.models.carts import Cart, CartLineItem, LineKey, line_keys
from gateway.partner_center.models.values import folded

Document = dict[str, object]

_CART_MEMBERS = {folded(name): name for name in Cart.__struct_encode_fields__}
_LINE_MEMBERS = {folded(name): name for name in CartLineItem.__struct_encode_fields__}


def as_read(cart: Cart) -> Document:
    """The cart's document in documented spelling, free to be changed: the objects and lists of lines are copies."""
    changed = _respelled(cart.document, _CART_MEMBERS)
    changed["lineItems"] = _lines_as_read(changed.get("lineItems"))
    return changed


def _lines_as_read(lines: object) -> list[object]:
    """The lines as a list; a single object counts as a list of one, as in reading."""
    items = cast("list[object]", lines if isinstance(lines, list) else [lines] if isinstance(lines, dict) else [])
    return [_line_as_read(cast("Document", line)) if isinstance(line, dict) else line for line in items]


def _line_as_read(line: Document) -> Document:
    changed = _respelled(line, _LINE_MEMBERS)
    if isinstance(changed.get("addonItems"), list | dict) and changed["addonItems"]:
        changed["addonItems"] = _lines_as_read(changed["addonItems"])
    return changed


def _respelled(members: Document, documented: Mapping[str, str]) -> Document:
    """When a name comes in several casings, the documented one wins, as in reading."""
    names = {name: documented.get(folded(name), name) for name in members}
    return {
        names[name]: member for name, member in members.items() if name == names[name] or names[name] not in members
    }


@dataclass(frozen=True, slots=True)
class Place:
    """A line and the list that holds it."""

    line: Document
    siblings: list[Document]


def by_key(changed: Document) -> dict[LineKey, Place]:
    """Every line and add-on by its key, in the cart's order."""
    found = list(places(lines_of(changed)))
    return dict(zip(line_keys(item_of(place.line) for place in found), found, strict=True))


def item_of(line: Document) -> str:
    """The catalog item id of a line; empty when it has none."""
    item = line.get("catalogItemId")
    return str(item) if isinstance(item, str | int | Decimal) and not isinstance(item, bool) else ""


def places(siblings: list[Document]) -> Iterator[Place]:
    """The lines and their add-ons, each add-on after its line; list items that are not objects are skipped."""
    for line in siblings:
        if isinstance(line, dict):  # pyright: ignore[reportUnnecessaryIsInstance] - lists may hold what is not a line
            yield Place(line, siblings)
            yield from places(addons_of(line))


def lines_of(changed: Document) -> list[Document]:
    return cast("list[Document]", changed["lineItems"])  # as_read made it a list


def addons_of(line: Document) -> list[Document]:
    addons = line.get("addonItems")
    return cast("list[Document]", addons) if isinstance(addons, list) else []
