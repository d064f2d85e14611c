"""JSON documents as plain Python, to be changed and sent back: no digit, member or order is lost on the way.

Numbers with a point or exponent are Decimal, whole ones int of any size; there are no floats.
"""

import json
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import cast

import msgspec

from gateway.errors import Malformed

BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_DEEPEST = 64
"""Levels: more than any body has, and few enough for what walks down them."""
_LONGEST_INT = 4000
"""Digits: fewer than Python refuses to write."""

_MALFORMED = object()
_DECODER = msgspec.json.Decoder(float_hook=Decimal)
_ENCODER = msgspec.json.Encoder(decimal_format="number")


def document(body: bytes) -> dict[str, object]:
    """The JSON object in a body. Raises Malformed when it holds anything else; the message never quotes it."""
    value = parse(body)
    if not isinstance(value, dict):
        raise Malformed("Partner Center's answer is not a JSON object.")
    return cast("dict[str, object]", value)  # the names of JSON members are always texts


def parse(body: bytes) -> object:
    """The JSON value in a body, with or without a byte order mark. Raises Malformed when it is not JSON, or too deep.

    One text or number that JSON does not allow costs no more than itself: see `_leniently`.
    """
    body = body.removeprefix(BYTE_ORDER_MARK)
    try:
        value = _decoded(body)
    except (ValueError, RecursionError):
        value = _MALFORMED
    # Raised here and not where it was caught: the parser's own error may hold the body.
    if value is _MALFORMED or _is_deeper_than(_DEEPEST, value, body):
        raise Malformed("Partner Center's answer is not JSON.")
    return value


def _decoded(body: bytes) -> object:
    try:
        return cast("object", _DECODER.decode(body))
    except (ValueError, ArithmeticError):
        return _leniently(body)


def _leniently(body: bytes) -> object:
    """Control characters in texts as they are, half a surrogate pair as U+FFFD, integers of any size, and null for what
    is not a finite number: NaN, Infinity, and an exponent that no decimal has.
    """
    return _without_surrogates(
        json.loads(
            body.decode(),
            strict=False,
            parse_int=lambda digits: int(digits) if len(digits) < _LONGEST_INT else Decimal(digits),
            parse_float=_number,
            parse_constant=lambda _: None,
        )
    )


def _number(digits: str) -> Decimal | None:
    try:
        return Decimal(digits)
    except InvalidOperation:
        return None


def _without_surrogates(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        members = cast("dict[str, object]", value)
        return {str(_without_surrogates(name)): _without_surrogates(member) for name, member in members.items()}
    return [_without_surrogates(item) for item in cast("list[object]", value)] if isinstance(value, list) else value


def _is_deeper_than(levels: int, value: object, body: bytes) -> bool:
    """Whether objects and arrays stand in one another more than so many deep. Most bodies have fewer of them."""
    if body.count(b"{") + body.count(b"[") <= levels:
        return False
    level = [value]
    for _ in range(levels + 1):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return False
    return True


def _inside(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return cast("dict[str, object]", value).values()
    return cast("list[object]", value) if isinstance(value, list) else ()


def encode(document: object) -> bytes:
    """The document as JSON, members in their order, a Decimal with the digits it has.

    Raises TypeError for a float, whose digits nobody chose, and ValueError for NaN and infinities.
    """
    _require_exact(document)
    return _ENCODER.encode(document)


def _require_exact(value: object) -> None:
    if isinstance(value, dict):
        for member in cast("dict[object, object]", value).values():
            _require_exact(member)
    elif isinstance(value, list | tuple):
        for item in cast("list[object]", value):
            _require_exact(item)
    elif isinstance(value, float):
        raise TypeError("a document holds a float; amounts are Decimal")
    elif isinstance(value, Decimal) and not value.is_finite():
        raise ValueError("a document holds a number that is not finite")
