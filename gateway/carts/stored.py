"""What Partner Center stored, compared with what was written: to find a write whose answer was lost, and to say what of
a change was not taken.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from gateway.carts.content import SET_BY_PARTNERS, Content, lines_content, member_content
from gateway.carts.edits import Edited
from gateway.carts.lines import Document, Place, addons_of, as_read, by_key
from gateway.carts.pairing import Pairs, paired, quantity, sku
from gateway.carts.rules import Path
from gateway.partner_center.models.carts import Cart, LineKey

Lines = Mapping[LineKey, Place]

_LONGEST_VALUE = 100
"""Characters of a value that a message repeats."""


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A part of a change that Partner Center accepted without carrying it out. `path` leads to it in the input."""

    kind: Literal["VALUE_NOT_TAKEN", "LINE_ITEM_NOT_STORED", "LINE_ITEM_NOT_REMOVED"]
    message: str
    path: Path


def is_carried_out(before: Cart, wanted: Document, found: Cart) -> bool:
    """Whether a write of *wanted* over *before*, whose answer was lost, was carried out, going by the cart *found* after.

    Lines decide where the write adds or removes some, because doing that again would do it twice; otherwise one value
    that was changed is enough, because Partner Center takes a cart whole. A write of nothing but members that it never
    gives back, such as attestations, leaves no sign: it counts as not carried out, because setting them again is harmless.
    """
    stored, read = as_read(found), as_read(before)
    if lines_content(stored) == lines_content(wanted):
        return wanted == read or lines_content(read) != lines_content(wanted)
    earlier, meant, present = by_key(read), by_key(wanted), by_key(stored)
    was_sold, to_be_sold = _skus(earlier), _skus(meant)
    if was_sold != to_be_sold:
        return not _are_lines_lost(was_sold, meant, present)
    return any(
        key in present
        and (key not in earlier or _value(meant, key, name) != _value(earlier, key, name))
        and _value(meant, key, name) == _value(present, key, name)
        for key in meant
        for name in SET_BY_PARTNERS
    )


def not_taken(edited: Edited, after: Cart) -> list[NotTaken]:
    """What the lines of an input say and the stored cart does not."""
    pairs = paired(edited.document, as_read(after))
    return [each for named in edited.named for each in _of_line(named.line, named.given, named.path, pairs)]


def not_removed(paths: Mapping[LineKey, Path], after: Cart) -> list[NotTaken]:
    """The lines that were to be removed, by their key and with their place in the input, and are still there."""
    message = "Partner Center accepted the change, but the line is still in the cart."
    present = by_key(as_read(after))
    return [NotTaken("LINE_ITEM_NOT_REMOVED", message, path) for key, path in paths.items() if key in present]


def _of_line(written: Document, given: Mapping[str, object], path: Path, pairs: Pairs) -> Iterator[NotTaken]:
    stored = pairs.get(id(written))
    if stored is None:
        message = "Partner Center accepted the change, but the line is not in the cart."
        yield NotTaken("LINE_ITEM_NOT_STORED", message, path)
        return
    for name in SET_BY_PARTNERS:
        if name in given and not _holds(member_content(name, stored.get(name)), member_content(name, given[name])):
            yield NotTaken("VALUE_NOT_TAKEN", _value_message(name, stored), (*path, name))
    if _is_in_another_currency(given, stored):
        yield NotTaken("VALUE_NOT_TAKEN", _value_message("currencyCode", stored), (*path, "currencyCode"))
    if "addonItems" in given:
        for index, addon in enumerate(addons_of(written)):
            yield from _of_line(addon, addon, (*path, "addonItems", str(index)), pairs)


def _holds(stored: Content, meant: Content) -> bool:
    """Whether a stored value is what was meant; an object may have further members, which Partner Center fills in."""
    if isinstance(stored, dict) and isinstance(meant, dict):
        return all(stored.get(name) == member for name, member in meant.items())
    return stored == meant


def _is_in_another_currency(given: Mapping[str, object], stored: Document) -> bool:
    """False unless both state a currency: Partner Center fills in the market's own where none is asked for."""
    meant, said = (member_content("currencyCode", line.get("currencyCode")) for line in (given, stored))
    return meant is not None and said is not None and meant != said


def _value_message(name: str, stored: Document) -> str:
    said = stored.get(name)
    if member_content(name, said) is None:
        return f"Partner Center accepted the change, but the line has no {name}."
    if isinstance(said, str | int | Decimal) and len(str(said)) <= _LONGEST_VALUE:
        return f"Partner Center accepted the change, but the line has {name} {said}."
    return f"Partner Center accepted the change, but the line has another {name}."


def _value(lines: Lines, key: LineKey, name: str) -> Content:
    return member_content(name, lines[key].line.get(name))


def _are_lines_lost(was_sold: Counter[str], meant: Lines, stored: Lines) -> bool:
    """Whether a line that was to be added is missing, or one that was to go is there again.

    A line counts as missing only when fewer lines sell its SKU than were to, and when no other line took up its
    quantity: a line added again for nothing is bought twice.
    """
    to_be_sold, is_sold = _skus(meant), _skus(stored)
    to_be, present = _quantities(meant), _quantities(stored)
    return any(
        is_sold[each] < to_be_sold[each] and present[each] < to_be[each]
        if to_be_sold[each] > was_sold[each]
        else to_be_sold[each] < was_sold[each] == is_sold[each]
        for each in was_sold.keys() | to_be_sold.keys()
    )


def _skus(lines: Lines) -> Counter[str]:
    """How many lines sell each SKU."""
    return Counter(sku(place.line) for place in lines.values())


def _quantities(lines: Lines) -> defaultdict[str, Decimal]:
    sums = defaultdict[str, Decimal](Decimal)
    for place in lines.values():
        sums[sku(place.line)] += quantity(place.line)
    return sums
