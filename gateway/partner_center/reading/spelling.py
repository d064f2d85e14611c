"""Takes out of a body what its records do not know, unless that may be a member in another spelling than documented."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import msgspec
import msgspec.inspect as shapes

from gateway.partner_center.models.record import Unread
from gateway.partner_center.models.values import folded

_UNROLLED = 2
"""How often a record that holds itself is looked into along one path."""

_encode = msgspec.json.Encoder().encode


class Spelling:
    """Of the members of one shape and all below it."""

    def __init__(self, shape: shapes.Type) -> None:
        self._shape = shape

    def without_unknown(self, body: bytes) -> bytes | None:
        """The body without members that the records do not know, with the digits of its numbers.

        None when a documented member may have another spelling, and for a body of another shape.
        """
        names = {text.rpartition(b'"')[2].decode("utf-8", "replace") for text in body.split(b'":')[:-1]}
        if b'" :' in body or any(map(self._is_variant, names - self._documented)):
            return None
        try:
            return _encode(self._known.decode(body))
        except (ValueError, RecursionError):
            return None

    def _is_variant(self, name: str) -> bool:
        """Whether an undocumented name may be a documented one in another spelling, or cannot be judged."""
        return "\\" in name or not name.isprintable() or folded(name) in self._folded

    @cached_property
    def _documented(self) -> frozenset[str]:
        return frozenset(_names(self._shape, set()))

    @cached_property
    def _folded(self) -> frozenset[str]:
        return frozenset(map(folded, self._documented))

    @cached_property
    def _known(self) -> msgspec.json.Decoder[object]:
        return msgspec.json.Decoder(_known(self._shape, ()))


def read_members(shape: shapes.StructType) -> list[shapes.Field]:
    """The members of a record, without those of which nothing is read."""
    return [field for field in shape.fields if not _is_unread(field.type)]


def _is_unread(shape: shapes.Type) -> bool:
    return isinstance(shape, shapes.StructType) and shape.cls is Unread


def _known(shape: shapes.Type, around: tuple[type, ...]) -> Any:  # noqa: ANN401 - a type
    """A type that holds the members that the records know, as they are, and leaves the others out."""
    match shape:
        case shapes.StructType(cls=record) if around.count(record) < _UNROLLED:
            return _struct({field.encode_name: _known(field.type, (*around, record)) for field in read_members(shape)})
        case shapes.UnionType(types=types) if any(isinstance(each, shapes.StructType) for each in types):
            alternatives = [_known(each, around) for each in types]
            found = alternatives[0]
            for alternative in alternatives[1:]:
                found |= alternative
            return msgspec.Raw if msgspec.Raw in alternatives else found
        case shapes.VarTupleType(item_type=inner):
            return list.__class_getitem__(_known(inner, around))
        case shapes.DictType(value_type=shapes.StructType() as inner):
            return dict.__class_getitem__((str, _known(inner, around)))
        case shapes.NoneType():
            return None
        case shapes.StrType():
            return str
        case _:
            return msgspec.Raw


def _struct(types: dict[str, Any]) -> type[msgspec.Struct]:
    names = {f"member_{number}": name for number, name in enumerate(types)}
    fields = [(field, types[name], msgspec.UNSET) for field, name in names.items()]
    return msgspec.defstruct("Known", fields, rename=names, gc=False)


def _names(shape: shapes.Type, seen: set[type]) -> Iterator[str]:
    """The wire's names in a shape and all below it."""
    match shape:
        case shapes.StructType(cls=record) if record not in seen:
            seen.add(record)
            for field in read_members(shape):
                yield field.encode_name
                yield from _names(field.type, seen)
        case shapes.UnionType(types=types):
            for each in types:
                yield from _names(each, seen)
        case shapes.VarTupleType(item_type=inner) | shapes.DictType(value_type=inner):
            yield from _names(inner, seen)
        case _:
            pass
