"""What Partner Center stored, compared with what was written: to find a write whose answer was lost, and to say what of
a change was not taken.

Partner Center may number lines anew, print their ids in another casing, put another availability of the same SKU in
place of one that it has withdrawn, or add the quantity of a line to one that sells the same.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from gateway.carts.content import SET_BY_PARTNERS, Content, line_content, lines_content, member_content
from gateway.carts.document import Document, Place, addons_of, as_read, by_key, item_of, lines_of, places
from gateway.carts.edits import Edited, LineReference
from gateway.carts.rules import Path
from gateway.carts.summary import every_line
from gateway.partner_center.models.carts import Cart, CartLineItem, LineKey

Lines = Mapping[LineKey, Place]
Pairs = Mapping[int, Document]
"""The stored line by the `id()` of the written one."""

_LONGEST_VALUE = 100
"""Characters of a value that a message repeats."""


@dataclass(frozen=True, slots=True)
class Discrepancy:
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


def discrepancies(edited: Edited, after: Cart) -> list[Discrepancy]:
    """What the lines of an input say and the stored cart does not."""
    pairs = paired(edited.document, as_read(after))
    return [each for named in edited.named for each in _of_line(named.line, named.given, named.path, pairs)]


def lines_still_present(paths: Mapping[LineKey, Path], after: Cart) -> list[Discrepancy]:
    """The lines that were to be removed, by their key and with their place in the input, and are still there."""
    message = "Partner Center accepted the change, but the line is still in the cart."
    present = by_key(as_read(after))
    return [Discrepancy("LINE_ITEM_NOT_REMOVED", message, path) for key, path in paths.items() if key in present]


def _of_line(written: Document, given: Mapping[str, object], path: Path, pairs: Pairs) -> Iterator[Discrepancy]:
    stored = pairs.get(id(written))
    if stored is None:
        message = "Partner Center accepted the change, but the line is not in the cart."
        yield Discrepancy("LINE_ITEM_NOT_STORED", message, path)
        return
    for name in SET_BY_PARTNERS:
        if name in given and not _holds(member_content(name, stored.get(name)), member_content(name, given[name])):
            yield Discrepancy("VALUE_NOT_TAKEN", _value_message(name, stored), (*path, name))
    if _is_in_another_currency(given, stored):
        yield Discrepancy("VALUE_NOT_TAKEN", _value_message("currencyCode", stored), (*path, "currencyCode"))
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


def stored_lines(edited: Edited, after: Cart) -> list[CartLineItem]:
    """The lines of an edit's input as they now stand, in the input's order; what was not stored is left out."""
    stored = as_read(after)
    pairs = paired(edited.document, stored)
    keys = {id(place.line): key for key, place in by_key(stored).items()}
    by_line_key = {line.key: line for line in every_line(after)}
    found = [keys[id(pairs[id(each.line)])] for each in edited.named if id(each.line) in pairs]
    return [by_line_key[key] for key in found if key in by_line_key]


def removed_lines(before: Cart, references: Iterable[LineReference], after: Cart) -> list[CartLineItem]:
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


def paired(written: Document, stored: Document) -> Pairs:
    """The stored line for each written line and add-on that has one. No line stands for two, unless it is their sum."""
    wanted = [place.line for place in places(lines_of(written))]
    left = [place.line for place in places(lines_of(stored))]
    found: dict[int, Document] = {}
    repeated = {item for lines in (wanted, left) for item, times in Counter(map(_item, lines)).items() if times > 1}

    def item_and_content(line: Document) -> Hashable:
        """What tells lines of one item apart; content takes time, and is read where there are several."""
        item = _item(line)
        return item, repr(sorted(line_content(line).items())) if item in repeated else None

    for alike in (item_and_content, _item, sku):
        _pair(wanted, left, alike, found)
    _share_sums(wanted, found)
    return found


def sku(line: Document) -> str:
    """The product and SKU that a line sells, whatever availability; the whole id of an old offer."""
    return ":".join(_item(line).split(":")[:2])


def quantity(line: Document) -> Decimal:
    """0 when the line does not say."""
    value = line.get("quantity")
    return Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else Decimal(0)


def _pair(
    wanted: Iterable[Document], left: list[Document], alike: Callable[[Document], Hashable], found: dict[int, Document]
) -> None:
    """Pairs those of *wanted* not yet *found* with the lines that are *left*, in the order of the cart."""
    waiting: defaultdict[Hashable, deque[Document]] = defaultdict(deque)
    for line in left:
        waiting[alike(line)].append(line)
    for line in wanted:
        if id(line) not in found and waiting[alike(line)]:
            found[id(line)] = waiting[alike(line)].popleft()
    taken = {id(line) for line in found.values()}
    left[:] = [line for line in left if id(line) not in taken]


def _share_sums(wanted: Iterable[Document], found: dict[int, Document]) -> None:
    """Gives a written line without a stored one the line that its quantity was added to."""
    by_item: defaultdict[str, list[Document]] = defaultdict(list)
    for line in wanted:
        by_item[_item(line)].append(line)
    for lines in by_item.values():
        holders = [line for line in lines if id(line) in found]
        missing = [line for line in lines if id(line) not in found]
        if missing and len(holders) == 1 and quantity(found[id(holders[0])]) == sum(map(quantity, lines)):
            found.update((id(line), found[id(holders[0])]) for line in missing)


def _item(line: Document) -> str:
    return item_of(line).lower()
