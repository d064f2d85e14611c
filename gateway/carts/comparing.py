"""Compares the stored cart with what was written: whether a write whose answer was lost was carried out, which stored
lines belong to an edit, and which parts of a change Partner Center did not apply.

Partner Center may renumber lines, print ids in another casing, replace a withdrawn availability with another one of the
same SKU, or merge a new line into one with the same item by adding its quantity.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, takewhile
from typing import Literal

from gateway.carts.content import SET_BY_PARTNERS, Content, line_content, lines_content, member_content
from gateway.carts.document import Document, ListedLine, addons_of, by_key, lines_of, listed_lines, unread
from gateway.carts.edits import Appended, Edited, LineReference, Named
from gateway.carts.summary import every_line
from gateway.declined import Path
from gateway.partner_center.models.carts import Cart, CartLineItem, LineKey, line_keys, with_addons
from gateway.partner_center.plain_json import document as parsed

Lines = Mapping[LineKey, ListedLine]
Pairs = Mapping[int, Document]
"""Stored lines by the `id()` of the written line."""

_LONGEST_VALUE = 100
"""Characters. Messages quote shorter values only."""


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A part of a change that Partner Center accepted but did not apply. `path` leads to it in the input."""

    kind: Literal["VALUE_NOT_TAKEN", "LINE_ITEM_NOT_STORED", "LINE_ITEM_NOT_REMOVED"]
    message: str
    path: Path


def is_carried_out(before: Cart, wanted: Document, found: Cart) -> bool:
    """Whether a write of *wanted* over *before* was carried out, judging by the cart *found* after its answer was lost.

    If the write adds or removes lines, the lines decide, because a repeat would add or remove twice. Otherwise one
    changed value is enough, because Partner Center replaces a cart as a whole. A write that changes only members that
    are never returned, such as attestations, counts as not carried out: setting them again is harmless.
    """
    stored, read = found.document, before.document
    if lines_content(stored) == lines_content(wanted):
        return wanted == read or lines_content(read) != lines_content(wanted)
    earlier_lines, wanted_lines, present_lines = by_key(read), by_key(wanted), by_key(stored)
    lines_before = _lines_by_sku(earlier_lines)
    if lines_before != _lines_by_sku(wanted_lines):
        return not _are_lines_lost(lines_before, wanted_lines, present_lines)
    return any(
        key in present_lines
        and (key not in earlier_lines or _value(wanted_lines, key, name) != _value(earlier_lines, key, name))
        and _value(wanted_lines, key, name) == _value(present_lines, key, name)
        for key in wanted_lines
        for name in SET_BY_PARTNERS
    )


@dataclass(frozen=True, slots=True)
class Comparison:
    """An edit beside the cart that Partner Center stored.

    `lines` are those of the input as stored, in the order of the input; those that were not stored are left out.
    `discrepancies` are the values and lines of the input that the stored cart does not have.
    """

    lines: Sequence[CartLineItem]
    discrepancies: Sequence[Discrepancy]


def compare(edited: Edited | Appended, after: Cart) -> Comparison:
    appended = _compare_appended(edited, after) if isinstance(edited, Appended) else None
    if appended is not None:
        return appended
    stored = listed_lines(lines_of(after.document))
    pairs = _paired(listed_lines(lines_of(edited.document)), stored)
    stored_keys = line_keys([each.item for each in stored])
    keys = {id(listed.line): key for listed, key in zip(stored, stored_keys, strict=True)}
    records = {line.key: line for line in every_line(after)}
    return _comparison(edited.named, pairs, lambda line: records.get(keys[id(line)]))


def _compare_appended(edited: Appended, after: Cart) -> Comparison | None:
    """The comparison where Partner Center returned the cart's own lines as they were, byte for byte, and stored all new
    ones: then only those need parsing. None everywhere else.
    """
    written, stored = edited.unread, unread(after)
    if written is None or stored is None or stored.lines[: len(written.lines)] != written.lines:
        return None
    new = [parsed(bytes(line)) for line in stored.lines[len(written.lines) :]]
    wanted, left = listed_lines([*edited.lines]), listed_lines(new)
    pairs = _paired_alike(wanted, left)
    if len(pairs) < len(wanted):
        return None
    records = with_addons(after.line_items[len(written.lines) :])
    by_line = {id(listed.line): record for listed, record in zip(left, records, strict=True)}
    return _comparison(edited.named, pairs, lambda line: by_line.get(id(line)))


def _comparison(named: Sequence[Named], pairs: Pairs, record: Callable[[Document], CartLineItem | None]) -> Comparison:
    found = [record(pairs[id(each.line)]) for each in named if id(each.line) in pairs]
    differing = (_discrepancies(each.line, each.given, each.path, pairs) for each in named)
    return Comparison([line for line in found if line is not None], list(chain.from_iterable(differing)))


def lines_still_present(paths: Mapping[LineKey, Path], after: Cart) -> list[Discrepancy]:
    """Which of the lines to remove are still in the cart. *paths* leads from their keys to the input."""
    message = "Partner Center accepted the change, but the line is still in the cart."
    present = by_key(after.document)
    return [Discrepancy("LINE_ITEM_NOT_REMOVED", message, path) for key, path in paths.items() if key in present]


def _discrepancies(written: Document, given: Mapping[str, object], path: Path, pairs: Pairs) -> Iterator[Discrepancy]:
    stored = pairs.get(id(written))
    if stored is None:
        message = "Partner Center accepted the change, but the line is not in the cart."
        yield Discrepancy("LINE_ITEM_NOT_STORED", message, path)
        return
    wanted, found = line_content(given), line_content(stored)
    for name in SET_BY_PARTNERS:
        if name in given and not _matches(found.get(name), wanted.get(name)):
            yield Discrepancy("VALUE_NOT_TAKEN", _value_message(name, stored), (*path, name))
    if _is_in_another_currency(given, stored):
        yield Discrepancy("VALUE_NOT_TAKEN", _value_message("currencyCode", stored), (*path, "currencyCode"))
    if "addonItems" in given:
        for index, addon in enumerate(addons_of(written)):
            yield from _discrepancies(addon, addon, (*path, "addonItems", str(index)), pairs)


def _matches(stored: Content, wanted: Content) -> bool:
    """Whether a stored value matches. A stored object may have more members, which Partner Center fills in."""
    if isinstance(stored, dict) and isinstance(wanted, dict):
        return all(stored.get(name) == member for name, member in wanted.items())
    return stored == wanted


def _is_in_another_currency(given: Mapping[str, object], stored: Document) -> bool:
    """False unless both have a currency: Partner Center fills in that of the market when none was given."""
    wanted, found = (member_content("currencyCode", line.get("currencyCode")) for line in (given, stored))
    return wanted is not None and found is not None and wanted != found


def _value_message(name: str, stored: Document) -> str:
    value = stored.get(name)
    if member_content(name, value) is None:
        return f"Partner Center accepted the change, but the line has no {name}."
    if isinstance(value, str | int | Decimal) and len(str(value)) <= _LONGEST_VALUE:
        return f"Partner Center accepted the change, but the line has {name} {value}."
    return f"Partner Center accepted the change, but the line has another {name}."


def _value(lines: Lines, key: LineKey, name: str) -> Content:
    return member_content(name, lines[key].line.get(name))


def _are_lines_lost(lines_before: Counter[str], wanted: Lines, stored: Lines) -> bool:
    """Whether a line to add is missing, or a line to remove is still there.

    A line counts as missing only when fewer lines than wanted sell its SKU, and no other line has absorbed its
    quantity: adding a line that is already there would buy it twice.
    """
    wanted_lines, stored_lines = _lines_by_sku(wanted), _lines_by_sku(stored)
    wanted_sum, stored_sum = _quantity_by_sku(wanted), _quantity_by_sku(stored)
    return any(
        stored_lines[each] < wanted_lines[each] and stored_sum[each] < wanted_sum[each]
        if wanted_lines[each] > lines_before[each]
        else wanted_lines[each] < lines_before[each] == stored_lines[each]
        for each in lines_before.keys() | wanted_lines.keys()
    )


def _lines_by_sku(lines: Lines) -> Counter[str]:
    """How many lines sell each SKU."""
    return Counter(map(_sku, lines.values()))


def _quantity_by_sku(lines: Lines) -> defaultdict[str, Decimal]:
    sums = defaultdict[str, Decimal](Decimal)
    for listed in lines.values():
        sums[_sku(listed)] += _quantity(listed.line)
    return sums


def removed_lines(before: Cart, references: Iterable[LineReference], after: Cart) -> list[CartLineItem]:
    """The lines of *before* that were removed, with the add-ons of removed base lines, and are not in *after*."""
    removed = {reference.key for reference in references}
    present = {line.key for line in every_line(after)}
    return [
        line
        for line in every_line(before)
        if line.key not in present and any(each.key in removed for each in _with_ancestors(line))
    ]


def _with_ancestors(line: CartLineItem) -> Iterator[CartLineItem]:
    current: CartLineItem | None = line
    while current is not None:
        yield current
        current = current.parent


def _paired(wanted: list[ListedLine], stored: list[ListedLine]) -> Pairs:
    """The stored line for each written line and add-on that has one.

    Two written lines share one only if it is their sum.
    """
    found = _paired_alike(wanted, stored)
    if len(found) < len(wanted):
        _share_sums(wanted, found)
    return found


def _paired_alike(wanted: list[ListedLine], left: list[ListedLine]) -> dict[int, Document]:
    """Pairs by item and content, then by item, then by SKU, each in cart order."""
    same = _same_at_the_front(wanted, left)
    found = {id(listed.line): left[index].line for index, listed in enumerate(wanted[:same])}
    wanted, left = wanted[same:], left[same:]
    everything = len(found) + len(wanted)
    repeated = {item for lines in (wanted, left) for item, times in Counter(map(_item, lines)).items() if times > 1}

    def item_and_content(listed: ListedLine) -> Hashable:
        """Tells lines of one item apart. Content is slow to compute, so only items that occur more than once get it."""
        item = _item(listed)
        return item, repr(sorted(line_content(listed.line).items())) if item in repeated else None

    for alike in (item_and_content, _item, _sku):
        _pair(wanted, left, alike, found)
        if len(found) == everything:
            break
    return found


def _same_at_the_front(wanted: Sequence[ListedLine], stored: Sequence[ListedLine]) -> int:
    """How many lines, from the first on, were stored in their place with the members written: they pair in any case."""
    pairs = zip(wanted, stored, strict=False)
    return sum(1 for _ in takewhile(lambda pair: _is_same(pair[0].line, pair[1].line), pairs))


def _is_same(one: Document, other: Document) -> bool:
    return [*map(one.get, SET_BY_PARTNERS)] == [*map(other.get, SET_BY_PARTNERS)]


def _sku(listed: ListedLine) -> str:
    """Product and SKU of a line without the availability; the whole id for an item of the old catalog."""
    return ":".join(_item(listed).split(":")[:2])


def _quantity(line: Document) -> Decimal:
    """0 when the line has no quantity."""
    value = line.get("quantity")
    return Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else Decimal(0)


def _pair(
    wanted: Iterable[ListedLine],
    left: list[ListedLine],
    alike: Callable[[ListedLine], Hashable],
    found: dict[int, Document],
) -> None:
    """Pairs the lines of *wanted* that are not in *found* yet with those *left*, in cart order."""
    available: defaultdict[Hashable, deque[Document]] = defaultdict(deque)
    for listed in left:
        available[alike(listed)].append(listed.line)
    for listed in wanted:
        if id(listed.line) not in found and (matching := available[alike(listed)]):
            found[id(listed.line)] = matching.popleft()
    paired_lines = {id(line) for line in found.values()}
    left[:] = [listed for listed in left if id(listed.line) not in paired_lines]


def _share_sums(wanted: Iterable[ListedLine], found: dict[int, Document]) -> None:
    """Pairs a written line that has no stored line with the one that its quantity was added to."""
    by_item: defaultdict[str, list[Document]] = defaultdict(list)
    for listed in wanted:
        by_item[_item(listed)].append(listed.line)
    for lines in by_item.values():
        holders = [line for line in lines if id(line) in found]
        missing = [line for line in lines if id(line) not in found]
        if missing and len(holders) == 1 and _quantity(found[id(holders[0])]) == sum(map(_quantity, lines)):
            found.update((id(line), found[id(holders[0])]) for line in missing)


def _item(listed: ListedLine) -> str:
    return listed.item.lower()
