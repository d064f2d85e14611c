"""The fault `edit`: sets, removes or swaps the case of members in the JSON of an answer.

A path is a sequence of steps joined by dots: `$` is the whole body, a name a member, a number an item (`-1` the last
one), `1:` a slice of items, `*` every member or item, `**` any depth. `set` adds a missing member only to an object
that exists, and never below `**`.
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
    """A missing value, before or after a change."""


_ABSENT = _Absent()


def apply_edits(rule: Rule, body: bytes) -> bytes:
    """*body* after the edits: removals first, then case swaps, then new values in the order given."""
    value: object = json.loads(body, parse_float=Decimal) if body else _ABSENT
    for path in rule.remove or ():
        value = _changed(value, _steps(path), _always(_ABSENT))
    for path in rule.swap_case or ():
        value = _changed(value, _steps(path), lambda old: old.swapcase() if isinstance(old, str) else old)
    for path, new in (rule.set or {}).items():
        value = _changed(value, _steps(path), _always(new))
    return b"" if value is _ABSENT else wire.encode(value)


def _always(new: object) -> Change:
    return lambda _: new


def _steps(path: str) -> tuple[str, ...]:
    return tuple(step for step in path.split(".") if step != "$")


def _changed(value: object, steps: Sequence[str], change: Change) -> object:
    """*value* with *change* applied wherever *steps* lead."""
    if not steps:
        return change(value)
    step, rest = steps[0], steps[1:]
    if step == "**":
        below = _each(value, lambda old: _changed(old, steps, change))
        return _changed(below, rest, lambda old: old if old is _ABSENT else change(old))
    return _each(value, lambda old: _changed(old, rest, change), step=step)


def _each(value: object, change: Change, *, step: str = "*") -> object:
    """An object or list with *change* applied to the children that *step* selects; any other value unchanged."""
    if isinstance(value, dict):
        members = cast("wire.Document", value)
        names = list(members) if step == "*" else [step]
        changed = {**members, **{name: change(members.get(name, _ABSENT)) for name in names}}
        return {name: old for name, old in changed.items() if old is not _ABSENT}
    if isinstance(value, list):
        items = cast("list[object]", value)
        selected = _selected(step, len(items))
        changed_items = [change(old) if index in selected else old for index, old in enumerate(items)]
        return [old for old in changed_items if old is not _ABSENT]
    return value


def _selected(step: str, length: int) -> range:
    """The indices that *step* selects in a list of *length* items."""
    indices = range(length)
    if step == "*":
        return indices
    if match := _SLICE.fullmatch(step):
        start, stop = (int(text) if text.strip("-") else None for text in match.groups())
        return indices[start:stop]
    if not _INDEX.fullmatch(step):
        return range(0)
    index = int(step)
    return indices[index:][:1] if index >= 0 else indices[index : index + 1 or None]
