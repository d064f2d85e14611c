"""Opaque identifiers of objects: made, read, and refused when they are broken or another service's.

An identifier holds a version, a kind and parts. GUIDs are in lower case, because GUIDs that differ in case are equal.

Identifiers and cursors are base64url over a MessagePack array, which can be written in one way only. They can be
forged, so nothing in them is trusted, and nothing in them is secret.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

import msgspec
import strawberry

from gateway.errors import InvalidInput
from gateway.partner_center.paths import availability_id, guid, order_id, product_id, promotion_id, sku_id

_VERSION = 1
_DECODER = msgspec.msgpack.Decoder(tuple[int | str, ...])
_NUMBER = re.compile(r"\d{1,6}", re.ASCII)
_LONGEST = 2304
"""Characters: room for three opaque ids of 128 characters, each of up to four bytes."""
_COUNTRY = re.compile(r"[A-Z]{2}")


class Kind(Enum):
    """The kinds of objects that an identifier may name. The values are part of the identifiers: never change one."""

    CART = "c"
    LINE_ITEM = "l"
    CUSTOMER = "u"
    ORDER = "o"
    PRODUCT = "p"
    SKU = "s"
    AVAILABILITY = "a"
    PROMOTION = "d"
    SUBSCRIPTION = "b"


def _guid(text: str) -> str:
    return guid(text, name="identifier")


def _number(text: str) -> str:
    if not _NUMBER.fullmatch(text):
        raise InvalidInput("A number has up to six digits.")
    return text


def _country(text: str) -> str:
    if not _COUNTRY.fullmatch(text):
        raise InvalidInput("A country has two letters.")
    return text


_PARTS: Mapping[Kind, tuple[Callable[[str], str], ...]] = {
    Kind.CART: (_guid, _guid),  # customer, cart
    Kind.LINE_ITEM: (_guid, _guid, str, _number, _number),  # customer, cart, and the line's key in it
    Kind.CUSTOMER: (_guid,),
    Kind.ORDER: (_guid, order_id),  # customer, order
    Kind.PRODUCT: (_country, product_id),
    Kind.SKU: (_country, product_id, sku_id),
    Kind.SUBSCRIPTION: (_guid, _guid),  # customer, subscription
    Kind.AVAILABILITY: (_country, product_id, sku_id, availability_id),
    Kind.PROMOTION: (_country, promotion_id),
}
"""A function for each part of each kind, which refuses anything else: identifiers can be forged."""


@dataclass(frozen=True, slots=True)
class NodeId:
    """The content of an identifier: its kind, and the parts of that kind."""

    kind: Kind
    parts: tuple[str, ...]


def node_id(kind: Kind, *parts: str) -> strawberry.ID:
    return strawberry.ID(packed(_VERSION, kind.value, *parts))


def read_node_id(text: str) -> NodeId | None:
    """The content of an identifier; None when this API cannot have issued it."""
    values = unpacked(text, longest=_LONGEST)
    if values is None:
        return None
    try:
        version, name, *parts = values
        kind = Kind(name)
        checks = _PARTS[kind]
        found = NodeId(kind, tuple(check(str(part)) for check, part in zip(checks, parts, strict=True)))
    except (InvalidInput, ValueError):
        return None
    return found if version == _VERSION and node_id(kind, *found.parts) == text else None


def parts_of(kind: Kind, text: str) -> tuple[str, ...] | None:
    """The parts of an identifier of this kind; None for any other text."""
    found = read_node_id(text)
    return found.parts if found and found.kind is kind else None


def packed(*values: int | str) -> str:
    return urlsafe_b64encode(msgspec.msgpack.encode(values)).rstrip(b"=").decode("ascii")


def unpacked(text: str, *, longest: int) -> tuple[int | str, ...] | None:
    """The packed values; None for a text of more than *longest* characters, or one that `packed` cannot have made."""
    if len(text) > longest:
        return None
    try:
        values = _DECODER.decode(urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)))
    except (UnicodeEncodeError, ValueError):  # what msgspec and binascii raise are ValueErrors too
        return None
    return values if packed(*values) == text else None


@strawberry.interface(description="An object that can be fetched again by its opaque identifier.")
class Node:
    node_id: strawberry.ID = strawberry.field(
        name="id",
        description=(
            "Opaque identifier, unique across every type of this API. Store it, compare it, send it back; do not take it apart."
        ),
    )
