"""Which lines of a stored cart an edit was about."""

from collections.abc import Iterable, Iterator

from gateway.carts.edits import Edited, LineReference
from gateway.carts.lines import as_read, by_key
from gateway.carts.pairing import paired
from gateway.carts.summary import every_line
from gateway.partner_center.models.carts import Cart, CartLineItem


def named(edited: Edited, after: Cart) -> list[CartLineItem]:
    """The lines of an edit's input as they now stand, in the input's order; what was not stored is left out."""
    stored = as_read(after)
    pairs = paired(edited.document, stored)
    keys = {id(place.line): key for key, place in by_key(stored).items()}
    by_line_key = {line.key: line for line in every_line(after)}
    found = [keys[id(pairs[id(each.line)])] for each in edited.named if id(each.line) in pairs]
    return [by_line_key[key] for key in found if key in by_line_key]


def removed(before: Cart, references: Iterable[LineReference], after: Cart) -> list[CartLineItem]:
    """The lines that an edit took out of *before*, with all that went with their base line, and that are gone."""
    gone = {reference.key for reference in references}
    present = {line.key for line in every_line(after)}
    return [
        line
        for line in every_line(before)
        if line.key not in present and any(each.key in gone for each in _upwards(line))
    ]


def _upwards(line: CartLineItem) -> Iterator[CartLineItem]:
    """The line, the line it sits under, and so on."""
    at: CartLineItem | None = line
    while at is not None:
        yield at
        at = at.parent
