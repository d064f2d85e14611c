"""Faults in the JSON of an answer: malformed, wrong types, unknown members and enum values."""

import codecs
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import cast

from gateway.sandbox import wire
from gateway.sandbox.faults.rules import Rule

UNKNOWN_WORD = "neverHeardOf"
_ENUMS = ("status", "transactionType")
_MAPS = ("provisioningContext", "additionalInformation")
"""Members with arbitrary keys, where another key would not be an unknown member."""

Change = Callable[[str, object], object]
"""From a member's name and value to its new value."""


def damage(rule: Rule, body: bytes) -> bytes:
    """*body* changed by the fault; unchanged for faults of other kinds."""
    match rule.name:
        case "malformed":
            return body[:-1] + b",,"
        case "bom":
            return codecs.BOM_UTF8 + body
        case "wrong-type":
            return _changed(body, _with_wrong_types(rule.member))
        case "unknown-members":
            return _changed(body, _with_unknown_members)
        case "unknown-enum":
            return _changed(body, _with_unknown_values(rule.member))
        case _:
            return body


def _changed(body: bytes, change: Callable[[object], object]) -> bytes:
    """*body* with *change* applied to its JSON value; an empty body stays empty."""
    if not body:
        return body
    return wire.encode(change(json.loads(body, parse_float=Decimal)))


def _mapped(value: object, change: Change) -> object:
    """*value* with *change* applied to the members of every object within it."""
    if isinstance(value, dict):
        members = cast("wire.Document", value)
        return {name: change(name, _mapped(each, change)) for name, each in members.items()}
    if isinstance(value, list):
        return [_mapped(each, change) for each in cast("list[object]", value)]
    return value


def _with_wrong_types(member: str | None) -> Callable[[object], object]:
    """Gives every member of that name a wrong type. None: the first list of the outermost object, or else every id."""

    def changed(value: object) -> object:
        name = member or next(_lists(value), "id")
        return _mapped(value, lambda each, old: _wrong_type(old) if each == name else old)

    return changed


def _lists(value: object) -> Iterator[str]:
    """The names of the members that are non-empty lists."""
    if isinstance(value, dict):
        for name, member in cast("wire.Document", value).items():
            if member and isinstance(member, list):
                yield name


def _wrong_type(value: object) -> object:
    return {"wrong": True} if isinstance(value, str) else "wrong"


def _with_unknown_members(value: object) -> object:
    """Adds an unknown member to every object that has a documented shape."""
    if isinstance(value, dict):
        members = {
            name: member if name in _MAPS else _with_unknown_members(member)
            for name, member in cast("wire.Document", value).items()
        }
        return {**members, UNKNOWN_WORD: {"text": "new", "number": 1.5, "list": [None, True]}}
    if isinstance(value, list):
        return [_with_unknown_members(item) for item in cast("list[object]", value)]
    return value


def _with_unknown_values(member: str | None) -> Callable[[object], object]:
    """Gives every text member of that name an unknown value. None: members that hold a status or a transaction type."""
    names = _ENUMS if member is None else (member,)

    def changed(value: object) -> object:
        return _mapped(value, lambda each, old: UNKNOWN_WORD if each in names and isinstance(old, str) else old)

    return changed
