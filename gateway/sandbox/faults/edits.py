"""The fault `edit`: an answer with members set, removed or in another letter case.

A path names places in the JSON of the answer, its steps joined by dots: `$` the whole body, a name a member, a number
an item (`-1` the last one), `1:` a slice of items, `*` every member or item, `**` any depth. Members that are missing are
added by `set`, but not below `**`, and only where the object that shall hold them is there.
"""

import json
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import cast

from gateway.sandbox import wire
from gateway.sandbox.faults.rules import Rule

Change = Callable[[object], object]
_SLICE = re.compile(r"(-?\d*):(-?\d*)", re.ASCII)
_INDEX = re.compile(r"-?\d+", re.ASCII)


class _Absent:
    """What stands where there is nothing, before a change or after it."""


_ABSENT = _Absent()


def edited(rule: Rule, body: bytes) -> bytes:
    """*body* after the edits: first what is removed, then letter cases, then what is set, as it was written."""
    value: object = json.loads(body, parse_float=Decimal) if body else _ABSENT
    for path in rule.remove or ():
        value = _changed(value, _steps(path), _always(_ABSENT))
    for path in rule.swap_case or ():
        value = _changed(value, _steps(path), lambda held: held.swapcase() if isinstance(held, str) else held)
    for path, new in (rule.set or {}).items():
        value = _changed(value, _steps(path), _always(new))
    return b"" if value is _ABSENT else wire.written(value)


def _always(new: object) -> Change:
    return lambda _: new


def _steps(path: str) -> tuple[str, ...]:
    return tuple(step for step in path.split(".") if step != "$")


def _changed(value: object, steps: Sequence[str], change: Change) -> object:
    """*value* with *change* applied at the places that *steps* name in it."""
    if not steps:
        return change(value)
    step, rest = steps[0], steps[1:]
    if step == "**":
        below = _each(value, lambda held: _changed(held, steps, change))
        return _changed(below, rest, lambda held: held if held is _ABSENT else change(held))
    return _each(value, lambda held: _changed(held, rest, change), step=step)


def _each(value: object, change: Change, *, step: str = "*") -> object:
    """An object or a list with *change* applied to what *step* names in it; any other value as it is."""
    if isinstance(value, dict):
        members = cast("wire.Document", value)
        names = list(members) if step == "*" else [step]
        changed = {**members, **{name: change(members.get(name, _ABSENT)) for name in names}}
        return {name: held for name, held in changed.items() if held is not _ABSENT}
    if isinstance(value, list):
        items = cast("list[object]", value)
        chosen = _chosen(step, len(items))
        changed_items = [change(held) if place in chosen else held for place, held in enumerate(items)]
        return [held for held in changed_items if held is not _ABSENT]
    return value


def _chosen(step: str, length: int) -> range:
    """The places in a list of *length* items that *step* names."""
    places = range(length)
    if step == "*":
        return places
    if match := _SLICE.fullmatch(step):
        start, stop = (int(text) if text.strip("-") else None for text in match.groups())
        return places[start:stop]
    if not _INDEX.fullmatch(step):
        return range(0)
    place = int(step)
    return places[place:][:1] if place >= 0 else places[place : place + 1 or None]
