"""Which lines of a cart an edit was about, found in the cart that Partner Center stored.

It may renumber lines, so all that should be there are looked for together: by number and item first, then by item, in
the order of the cart, among those not yet found. An old line then never stands for a new one.
"""

from collections.abc import Iterable, Iterator, Sequence

from gateway.carts.edits import LineReference, numbers_after
from gateway.carts.lines import LineKey
from gateway.carts.service import Changed
from gateway.carts.summary import every_line
from gateway.partner_center.models.carts import Cart, CartLineItem
from gateway.partner_center.models.writing import LineChange, NewCartLineItem


def added(changed: Changed, lines: Sequence[NewCartLineItem]) -> list[CartLineItem]:
    """The new base lines or add-ons as they now stand, in the order given; what was not stored is left out."""
    numbers = numbers_after(changed.before, lines)
    new = [LineKey(number, line.catalog_item_id) for number, line in zip(numbers, lines, strict=True)]
    old = [_key(line) for line in every_line(changed.before)]
    found = _found([*old, *new], changed.after)
    return [found[key] for key in new if key in found]


def updated(changed: Changed, changes: Iterable[tuple[LineReference, LineChange]]) -> list[CartLineItem]:
    """The changed lines as they now stand, in the order given."""
    now = {
        reference.key: LineKey(reference.key.number, change.catalog_item_id or reference.key.catalog_item_id)
        for reference, change in changes
        if reference.key is not None
    }
    everything = [now.get(_key(line), _key(line)) for line in every_line(changed.before)]
    found = _found(everything, changed.after)
    return [found[key] for key in now.values() if key in found]


def removed(before: Cart, references: Iterable[LineReference]) -> list[CartLineItem]:
    """The lines that an edit took out of *before*, with all that went with their base line."""
    gone = {reference.key for reference in references}
    return [line for line in every_line(before) if any(_key(each) in gone for each in _upwards(line))]


def _upwards(line: CartLineItem) -> Iterator[CartLineItem]:
    """The line, the line it sits under, and so on."""
    at: CartLineItem | None = line
    while at is not None:
        yield at
        at = at.parent


def _found(wanted: Sequence[LineKey], cart: Cart) -> dict[LineKey, CartLineItem]:
    """The line for each key that has one; no line stands for two."""
    by_key = {_key(line): line for line in every_line(cart)}
    found = {key: by_key[key] for key in wanted if key in by_key}
    left = [line for line in every_line(cart) if _key(line) not in found]
    for key in wanted:
        if key in found:
            continue
        line = next((each for each in left if each.catalog_item_id == key.catalog_item_id), None)
        if line is not None:
            left.remove(line)
            found[key] = line
    return found


def _key(line: CartLineItem) -> LineKey:
    return LineKey(line.partner_center_id, str(line.catalog_item_id))
