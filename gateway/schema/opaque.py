"""Texts that clients store and send back without taking them apart: identifiers and cursors.

Base64url over a MessagePack array, which can be written in one way only. They can be forged, so nothing in them is
trusted, and nothing secret is in them.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode

import msgspec

_DECODER = msgspec.msgpack.Decoder(tuple[int | str, ...])


def packed(*values: int | str) -> str:
    return urlsafe_b64encode(msgspec.msgpack.encode(values)).rstrip(b"=").decode("ascii")


def unpacked(text: str, *, longest: int) -> tuple[int | str, ...] | None:
    """What was packed; None for a text of more than *longest* characters, or one that cannot come from here."""
    if len(text) > longest:
        return None
    try:
        values = _DECODER.decode(urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)))
    except (UnicodeEncodeError, ValueError):  # what msgspec and binascii raise are ValueErrors too
        return None
    return values if packed(*values) == text else None
