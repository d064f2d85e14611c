"""Which line of a stored cart is which line of the document that was written.

Partner Center may number lines anew, print their ids in another casing, put another availability of the same SKU in
place of one that it has withdrawn, or add the quantity of a line to one that sells the same.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Mapping
from decimal import Decimal

from gateway.carts.content import line_content
from gateway.carts.lines import Document, item_of, lines_of, places

Pairs = Mapping[int, Document]
"""The stored line by the `id()` of the written one."""


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
