"""JSON as plain Python data that can be changed and sent back: no digit or member is lost, and none changes its order.

Numbers with a point or exponent are Decimal, whole ones int of any size; there are no floats.
"""

import json
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias, cast

import msgspec

from gateway.errors import Malformed

BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_DEEPEST = 64
"""Levels: more than any body has, and few enough for recursion."""
_LONGEST_INT = 4000
"""Digits: fewer than Python's limit for converting an int to text."""

_Nested: TypeAlias = dict[Any, Any] | list[Any] | tuple[Any, ...]
_NESTED = frozenset({dict, list, tuple})
"""The types of objects and arrays. Asking for one of them is several times faster than isinstance with a union."""

_MALFORMED = object()
_DECODER = msgspec.json.Decoder(float_hook=Decimal)
_ENCODER = msgspec.json.Encoder(decimal_format="number")


def document(body: bytes) -> dict[str, object]:
    """The JSON object in a body. Raises Malformed for anything else, without quoting it."""
    value = parse(body)
    if not isinstance(value, dict):
        raise Malformed("Partner Center's answer is not a JSON object.")
    return cast("dict[str, object]", value)  # JSON member names are always texts


def parse(body: bytes) -> object:
    """The JSON value in a body, with or without a byte order mark. Raises Malformed when it is not JSON, or too deep.

    Some texts and numbers that JSON does not allow are tolerated: see `_decode_leniently`.
    """
    body = body.removeprefix(BYTE_ORDER_MARK)
    try:
        value = _decode(body)
    except (ValueError, RecursionError):
        value = _MALFORMED
    # Raised here, outside the handler: the parser's own error may hold the body.
    if value is _MALFORMED or _is_deeper_than(_DEEPEST, value, body):
        raise Malformed("Partner Center's answer is not JSON.")
    return value


def _decode(body: bytes) -> object:
    try:
        return cast("object", _DECODER.decode(body))
    except (ValueError, ArithmeticError):
        return _decode_leniently(body)


def _decode_leniently(body: bytes) -> object:
    """Accepts control characters in texts, half a surrogate pair (as U+FFFD) and integers of any size.

    Reads NaN, Infinity, and an exponent beyond Decimal's, as null.
    """
    return _without_surrogates(
        json.loads(
            body.decode(),
            strict=False,
            parse_int=lambda digits: int(digits) if len(digits) < _LONGEST_INT else Decimal(digits),
            parse_float=_decimal,
            parse_constant=lambda _: None,
        )
    )


def _decimal(digits: str) -> Decimal | None:
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
    """Whether objects and arrays are nested more than *levels* deep."""
    if is_surely_flat(body, levels):  # true of most bodies, and fast
        return False
    level: list[_Nested] = [[value]]
    for _ in range(levels + 1):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if type(inner) in _NESTED
        ]
        if not level:
            return False
    return True


def is_surely_flat(body: bytes, levels: int = _DEEPEST // 2) -> bool:
    """Whether there are no more than *levels* objects and arrays, so that they cannot be nested deeper."""
    return body.count(b"{") + body.count(b"[") <= levels


def encode(document: object) -> bytes:
    """The document as JSON, with members in their order and the digits of each Decimal.

    Raises TypeError for a float, whose digits are not exact, and ValueError for NaN and infinities.
    """
    _require_exact([document])
    return _ENCODER.encode(document)


def _require_exact(value: _Nested) -> None:
    for member in value.values() if isinstance(value, dict) else value:
        if type(member) in _NESTED:
            _require_exact(member)
        elif isinstance(member, float):
            raise TypeError("a document holds a float; amounts are Decimal")
        elif isinstance(member, Decimal) and not member.is_finite():
            raise ValueError("a document holds a number that is not finite")
