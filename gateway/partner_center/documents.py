"""JSON documents as plain Python, to be changed and sent back: no digit, member or order is lost on the way.

Numbers with a point or exponent are Decimal, whole ones int of any size; there are no floats.
"""

from decimal import Decimal
from typing import cast

import msgspec

from gateway.errors import Malformed

BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_DECODER = msgspec.json.Decoder(float_hook=Decimal)
_ENCODER = msgspec.json.Encoder(decimal_format="number")


def document(body: bytes) -> dict[str, object]:
    """The JSON object in a body. Raises Malformed when it holds anything else; the message never quotes it."""
    value = parse(body)
    if not isinstance(value, dict):
        raise Malformed("Partner Center's answer is not a JSON object.")
    return cast("dict[str, object]", value)  # the names of JSON members are always texts


def parse(body: bytes) -> object:
    """The JSON value in a body, with or without a byte order mark. Raises Malformed when it is not JSON."""
    try:
        return cast("object", _DECODER.decode(body.removeprefix(BYTE_ORDER_MARK)))
    except (ValueError, RecursionError):
        pass
    # Raised here and not where it was caught: the parser's own error may hold the body.
    raise Malformed("Partner Center's answer is not JSON.")


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
