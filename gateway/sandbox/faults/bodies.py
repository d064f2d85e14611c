"""Faults that change the JSON of an answer: broken, of a wrong type, or with what nobody has heard of."""

import codecs
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import cast

from gateway.sandbox import wire
from gateway.sandbox.faults.rules import Rule

NEVER_HEARD_OF = "neverHeardOf"
_ENUMS = ("status", "transactionType")
_MAPS = ("provisioningContext", "additionalInformation")
"""Members that hold names of anybody's choice: one more of those is nothing unknown."""

Change = Callable[[str, object], object]
"""A member's name and value; what its value shall be."""


def damaged(rule: Rule, body: bytes) -> bytes:
    """*body* as the fault has it; faults of other kinds leave it."""
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
    """*body* with *change* applied to its JSON; an empty one stays empty."""
    if not body:
        return body
    return wire.written(change(json.loads(body, parse_float=Decimal)))


def _mapped(value: object, change: Change) -> object:
    """*value* with *change* applied to the members of every object in it."""
    if isinstance(value, dict):
        members = cast("wire.Document", value)
        return {name: change(name, _mapped(each, change)) for name, each in members.items()}
    if isinstance(value, list):
        return [_mapped(each, change) for each in cast("list[object]", value)]
    return value


def _with_wrong_types(member: str | None) -> Callable[[object], object]:
    """Every member of that name of a wrong type; unnamed: the outermost list, else every id."""

    def changed(value: object) -> object:
        name = member or next(_lists(value), "id")
        return _mapped(value, lambda each, held: _of_another_type(held) if each == name else held)

    return changed


def _lists(value: object) -> Iterator[str]:
    """The names of the members that are lists with something in them."""
    if isinstance(value, dict):
        for name, held in cast("wire.Document", value).items():
            if held and isinstance(held, list):
                yield name


def _of_another_type(value: object) -> object:
    return {"wrong": True} if isinstance(value, str) else "wrong"


def _with_unknown_members(value: object) -> object:
    """A new member in every object that has a documented shape."""
    if isinstance(value, dict):
        members = {
            name: held if name in _MAPS else _with_unknown_members(held)
            for name, held in cast("wire.Document", value).items()
        }
        return {**members, NEVER_HEARD_OF: {"text": "new", "number": 1.5, "list": [None, True]}}
    if isinstance(value, list):
        return [_with_unknown_members(held) for held in cast("list[object]", value)]
    return value


def _with_unknown_values(member: str | None) -> Callable[[object], object]:
    """The texts of the members of that name are new words; unnamed: of those that name a state or a kind."""
    names = _ENUMS if member is None else (member,)

    def changed(value: object) -> object:
        return _mapped(value, lambda each, held: NEVER_HEARD_OF if each in names and isinstance(held, str) else held)

    return changed
