"""The body of an error answer ("Partner Center REST error codes"; the form of 429 is in "API throttling guidance").

Read member by member: one that cannot be read is ignored, and the others are read all the same.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from gateway.partner_center.models.values import folded

_MOST_DIGITS = 18
_WHOLE = re.compile(r"([0-9]{1,18})(?:\.0*)?")


@dataclass(frozen=True, slots=True)
class RefusalBody:
    """A refusal by Partner Center. `code` is a number's digits, or a name where the body has one instead."""

    code: str | None = None
    description: str | None = None
    message: str | None = None
    """Used for throttled calls, and by gateways in front of Partner Center."""

    @property
    def is_documented(self) -> bool:
        """Whether it has Partner Center's own form, so that it does not come from a proxy."""
        return self.code is not None or self.description is not None

    @property
    def words(self) -> str | None:
        return self.description or self.message


def refusal_body(value: object) -> RefusalBody:
    """The refusal in a JSON value, or in the first object of a list; an empty one when there is none.

    Member names are read in any casing. `code` may be a whole number, also written as 5.0, or a text.
    """
    values = cast("list[object]", value) if isinstance(value, list) else [value]
    objects = [cast("dict[str, object]", each) for each in values if isinstance(each, dict)]
    if not objects:
        return RefusalBody()
    members = _by_folded_name(objects[0])
    return RefusalBody(
        code=_code(members.get("code")),
        description=_text(members.get("description")),
        message=_text(members.get("message")),
    )


def _by_folded_name(members: Mapping[str, object]) -> dict[str, object]:
    """The members by their folded names. The documented casing takes precedence, and a value over null."""
    by_name: dict[str, object] = {}
    for name, member in members.items():
        if member is not None and (name == folded(name) or folded(name) not in by_name):
            by_name[folded(name)] = member
    return by_name


def _code(value: object) -> str | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | Decimal):
        return _digits(value)
    if not isinstance(value, str):
        return None
    text = value.strip()
    whole = _WHOLE.fullmatch(text)
    return str(int(whole[1])) if whole else text or None


def _digits(value: int | Decimal) -> str | None:
    """The digits of a whole number; None for a fraction, and for a number that cannot be an error code."""
    if not 0 <= value < 10**_MOST_DIGITS or value != int(value):
        return None
    return str(int(value))


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
