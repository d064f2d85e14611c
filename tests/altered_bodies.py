"""Documented bodies with one member or item replaced by a value of another kind."""

from collections.abc import Collection, Iterator
from decimal import Decimal
from pathlib import Path
from typing import TypeGuard, cast

from gateway.partner_center.plain_json import parse

WIRE = Path(__file__).parent / "samples" / "wire"

Way = tuple[str | int, ...]
"""To a value in a body: the names of members, and the indexes of items."""

ABSENT = object()

ODD: dict[str, object] = {
    "absent": ABSENT,
    "null": None,
    "an empty text": "",
    "a text": "text",
    "beyond all ranges": 10**40,
    "an absurd exponent": Decimal("1e999999"),
    "a negative": -1,
    "a boolean": True,
    "a list": ["text"],
    "an empty list": [],
    "an object": {"text": 1},
    "an empty object": {},
}


def ways(value: object, above: Way = ()) -> Iterator[Way]:
    """The ways to all members and items of a body, at every depth; of long lists to the first items and the last.

    What stands in links and attributes of inner objects is left out: no record has it.
    """
    if isinstance(value, dict):
        for name, member in cast("dict[str, object]", value).items():
            yield (*above, name)
            if not (above and name in {"links", "attributes"}):
                yield from ways(member, (*above, name))
    if isinstance(value, list):
        items = cast("list[object]", value)
        for index in sorted({0, 1, len(items) - 1} & set(range(len(items)))):
            yield (*above, index)
            yield from ways(items[index], (*above, index))


def with_odd(body: bytes, way: Way, odd: object) -> object:
    """The value in a body, but that *odd* stands where *way* leads."""
    value = parse(body)
    holder = value
    for step in way[:-1]:
        holder = cast("dict[str | int, object]", holder)[step]  # or a list, of which all of this holds as well
    if odd is ABSENT:
        cast("dict[str | int, object]", holder).__delitem__(way[-1])
    else:
        cast("dict[str | int, object]", holder)[way[-1]] = odd
    return value


def is_object(value: object) -> TypeGuard[dict[str | int, object]]:
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)


def differences(before: object, after: object, above: Way = ()) -> Iterator[Way]:
    """The ways to what differs in two values of plain data; lists of different lengths differ as a whole."""
    if is_object(before) and is_object(after):
        for name in before.keys() | after.keys():
            yield from differences(before.get(name, ABSENT), after.get(name, ABSENT), (*above, name))
    elif is_list(before) and is_list(after) and len(before) == len(after):
        for index, (old_item, new_item) in enumerate(zip(before, after, strict=True)):
            yield from differences(old_item, new_item, (*above, index))
    elif before != after:
        yield above


def beside(before: object, after: object, way: Way, *, needed: Collection[str], above: Way = ()) -> Iterator[Way]:
    """The ways to what differs although it is not what *way* leads to.

    An item that *way* leads to, or to a *needed* member of, may be gone; then the others are compared.
    """
    if not way:
        return
    step, rest = way[0], way[1:]
    if is_list(before) and is_list(after) and isinstance(step, int):
        others = before[:step] + before[step + 1 :]
        if len(after) == len(before) - 1 and (not rest or (len(rest) == 1 and rest[0] in needed)):
            yield from differences(others, after, above)
            return
        if len(after) == len(before):
            yield from differences(others, after[:step] + after[step + 1 :], above)
            yield from beside(before[step], after[step], rest, needed=needed, above=(*above, step))
            return
    if is_object(before) and is_object(after):
        old, new = ({name: each[name] for name in each if name != step} for each in (before, after))
        yield from differences(old, new, above)
        if step in before:
            yield from beside(before[step], after.get(step), rest, needed=needed, above=(*above, step))
        return
    yield from differences(before, after, above)
