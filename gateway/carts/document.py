"""The cart document: a cart's JSON as plain data, its line items and add-ons addressable by key.

Reading gave members their documented spelling (`Cart.document`). Anything of another shape than documented is written
back with the rest.
"""

from decimal import Decimal
from typing import NamedTuple, cast

import msgspec

from gateway.partner_center.models.carts import Cart, LineKey, line_keys
from gateway.partner_center.plain_json import BYTE_ORDER_MARK, is_surely_flat

Document = dict[str, object]

_members = msgspec.json.Decoder(dict[str, msgspec.Raw])
_lines = msgspec.json.Decoder(list[msgspec.Raw])


class _Numbered(msgspec.Struct, rename="camel"):
    """A line with nothing but its number."""

    id: object = None
    addon_items: "list[_Numbered] | None" = None


_numbered = msgspec.json.Decoder(list[_Numbered], float_hook=Decimal)


class Unread(NamedTuple):
    """A cart of the documented shape as bytes: its members, and each base line. Writes as the body that it came from."""

    members: dict[str, msgspec.Raw]
    lines: list[msgspec.Raw]

    @property
    def numbers(self) -> list[object]:
        """The number of each line and add-on; None for a missing one."""
        return _numbers(_numbered.decode(self.members["lineItems"]))


def unread(cart: Cart) -> Unread | None:
    """None for a cart whose members may need another spelling or shape, whose document is parsed already, or that may be
    nested too deeply, which parsing finds out.
    """
    if not cart.is_documented or "document" in vars(cart):
        return None
    try:
        members = _members.decode(cart.body.removeprefix(BYTE_ORDER_MARK))
        found = Unread(members, _lines.decode(members["lineItems"]))
    except RecursionError:
        return None
    pieces = [*found.lines, *(member for name, member in members.items() if name != "lineItems")]
    return found if all(is_surely_flat(bytes(piece)) for piece in pieces) else None


def _numbers(lines: list[_Numbered]) -> list[object]:
    return [number for line in lines for number in (line.id, *_numbers(line.addon_items or []))]


def draft_of(cart: Cart) -> Document:
    """The cart's document, free to be changed: the objects and lists of lines are copies."""
    return {**cart.document, "lineItems": _copied(lines_of(cart.document))}


def _copied(lines: list[Document]) -> list[Document]:
    return [_copy(line) if isinstance(line, dict) else line for line in lines]  # pyright: ignore[reportUnnecessaryIsInstance] - a list may hold other values


def _copy(line: Document) -> Document:
    addons = addons_of(line)
    return {**line, "addonItems": _copied(addons)} if addons else {**line}


class ListedLine(NamedTuple):
    """A line or add-on, and the list that holds it. `item` is its catalog item id; empty when it has none."""

    line: Document
    siblings: list[Document]
    item: str


def by_key(document: Document) -> dict[LineKey, ListedLine]:
    """Every line and add-on by its key, in the cart's order."""
    found = listed_lines(lines_of(document))
    return dict(zip(line_keys([each.item for each in found]), found, strict=True))


def listed_lines(siblings: list[Document]) -> list[ListedLine]:
    """The lines and their add-ons, each add-on after its line; list items that are not objects are skipped."""
    found: list[ListedLine] = []
    for line in siblings:
        if isinstance(line, dict):  # pyright: ignore[reportUnnecessaryIsInstance] - as above
            found.append(ListedLine(line, siblings, _item_of(line)))
            if "addonItems" in line:
                found += listed_lines(addons_of(line))
    return found


def lines_of(document: Document) -> list[Document]:
    return cast("list[Document]", document["lineItems"])  # a list in every document


def addons_of(line: Document) -> list[Document]:
    addons = line.get("addonItems")
    return cast("list[Document]", addons) if isinstance(addons, list) else []


def _item_of(line: Document) -> str:
    item = line.get("catalogItemId")
    if isinstance(item, str):
        return item
    return str(item) if isinstance(item, int | Decimal) and not isinstance(item, bool) else ""
