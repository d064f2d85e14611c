"""Which lines of a cart became which lines of its orders.

Partner Center does not say: an order names neither its cart nor an order group, and an order line no cart line ("Order
resources"). Each order group that succeeds becomes one order, so the order whose lines have the content of the group's
lines is the group's, and equal lines are interchangeable.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from gateway.partner_center.models.carts import CartLineItem, LineContent, OrderError
from gateway.partner_center.models.orders import Order, OrderLineItem
from gateway.partner_center.models.values import LARGEST_INT

_Key = tuple[str | None, ...]


class OrderedLine(msgspec.Struct, frozen=True, array_like=True):
    """A cart line that is ordered, and the order line it became: `order` as `order_key` gives it, `number` as
    `line_numbers` does. Without an order, it is certain that the line was ordered, but not in which order.
    """

    content: LineContent
    order: str | None = None
    number: int = 0


@dataclass(frozen=True, slots=True)
class Pairing:
    """The lines that became part of an order. `is_complete` unless other lines may have been ordered too."""

    lines: tuple[OrderedLine, ...]
    is_complete: bool


def order_key(order: Order) -> str:
    """Identifies an order, also one whose id Partner Center left out. GUIDs in either casing are the same."""
    return (order.id or order.mark).lower()


def line_numbers(order: Order) -> list[int]:
    """The numbers of an order's lines; their positions where a number is missing, odd or not the only one."""
    numbers = [line.line_item_number for line in order.line_items]
    stated = [number for number in numbers if number is not None and 0 <= number <= LARGEST_INT]
    return stated if len(set(stated)) == len(numbers) else list(range(len(numbers)))


def pending(lines: Iterable[CartLineItem], ordered: Iterable[OrderedLine]) -> list[CartLineItem]:
    """The lines without those that are ordered."""
    taken = Counter(each.content for each in ordered)
    left: list[CartLineItem] = []
    for line in lines:
        if taken[line.content]:
            taken[line.content] -= 1
        else:
            left.append(line)
    return left


def paired(lines: Iterable[CartLineItem], orders: Iterable[Order], errors: Sequence[OrderError]) -> Pairing:
    """*lines* are those that the checkout tried to order, add-ons included; *orders* and *errors* are its answer."""
    groups = _groups(lines)
    failed = {error.order_group for error in errors}
    candidates = {name: group for name, group in groups.items() if name not in failed}
    found: list[OrderedLine] = []
    unmatched = 0
    for order in orders:
        became = _taken_group(candidates, order)
        found += became
        unmatched += not became
    if unmatched and unmatched == len(candidates) and failed <= groups.keys():
        rest = (OrderedLine(line.content) for group in candidates.values() for line in group)
        return Pairing((*found, *rest), is_complete=True)
    return Pairing(tuple(found), is_complete=not unmatched)


def _groups(lines: Iterable[CartLineItem]) -> dict[str | None, list[CartLineItem]]:
    """The lines by order group; add-ons are ordered with the line they sit under."""
    groups: dict[str | None, list[CartLineItem]] = {}
    for line in lines:
        base = line
        while base.parent is not None:
            base = base.parent
        groups.setdefault(base.order_group, []).append(line)
    return groups


def _taken_group(groups: dict[str | None, list[CartLineItem]], order: Order) -> list[OrderedLine]:
    """The lines of the group that became the order, which is removed from *groups*; empty when none did.

    An order line does not show its billing cycle, but the order does.
    """
    fitting = {name: became for name, group in groups.items() if (became := _became(group, order))}
    if not fitting:
        return []
    name = min(fitting, key=lambda name: any(line.billing_cycle is not order.billing_cycle for line in groups[name]))
    del groups[name]
    return fitting[name]


def _became(group: Sequence[CartLineItem], order: Order) -> list[OrderedLine]:
    """The group's lines with their order lines; empty unless the order has just these.

    A line without a name of its own is ordered under its product's title ("Order resources").
    """
    if len(group) != len(order.line_items):
        return []
    left = dict(zip(line_numbers(order), order.line_items, strict=True))
    named = [line for line in group if line.friendly_name is not None]
    unnamed = [line for line in group if line.friendly_name is None]
    numbers = [*_take(left, named, _with_name), *_take(left, unnamed, _without_name)]
    if len(numbers) < len(group):
        return []
    key = order_key(order)
    return [OrderedLine(line.content, key, number) for line, number in zip((*named, *unnamed), numbers, strict=True)]


def _take(
    left: dict[int, OrderLineItem], lines: Sequence[CartLineItem], key: Callable[[CartLineItem | OrderLineItem], _Key]
) -> list[int]:
    """The number of an order line for each line, as long as one fits. These are removed from *left*."""
    places: Mapping[_Key, deque[int]] = defaultdict(deque)
    for number, item in left.items():
        places[key(item)].append(number)
    taken: list[int] = []
    for line in lines:
        if not places[key(line)]:
            break
        taken.append(places[key(line)].popleft())
        del left[taken[-1]]
    return taken


def _without_name(line: CartLineItem | OrderLineItem) -> _Key:
    return (line.catalog_item_id or "").lower(), str(line.quantity), line.term_duration


def _with_name(line: CartLineItem | OrderLineItem) -> _Key:
    return *_without_name(line), line.friendly_name
