"""Finds members in another spelling than documented: the fast decoder would overlook them rather than refuse them."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import msgspec
import msgspec.inspect as shapes

from gateway.partner_center.models.values import folded

_MOST_NAMES = 100
"""Undocumented names that are remembered: each widens the strict records. Some are data, so they have no end."""
_UNROLLED = 2
"""How often a record that holds itself is checked along one path."""


class Spelling:
    """Of the members of one shape and all below it."""

    def __init__(self, shape: shapes.Type) -> None:
        self._shape = shape
        self._harmless = frozenset[str]()
        """Undocumented names that were seen, and are no variants of documented ones."""

    def is_odd(self, body: bytes) -> bool:
        """Whether there may be a documented member in another spelling.

        A decoder that refuses unknown names proves of most bodies that there is none. Other bodies are searched for
        every name in them, and what is harmless is remembered.
        """
        try:
            self._strict.decode(body)
        except (ValueError, RecursionError):
            return self._has_variants(body)
        return False

    def _has_variants(self, body: bytes) -> bool:
        names = {text.rpartition(b'"')[2].decode("utf-8", "replace") for text in body.split(b'":')[:-1]}
        unknown = names - self._documented - self._harmless
        if b'" :' in body or any(map(self._is_variant, unknown)):
            return True
        if unknown and len(self._harmless | unknown) <= _MOST_NAMES:
            self._harmless |= unknown
            del self._strict  # and make it anew
        return False

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
    def _strict(self) -> msgspec.json.Decoder[object]:
        return msgspec.json.Decoder(_strict(self._shape, self._documented | self._harmless, ()))


def _strict(shape: shapes.Type, names: frozenset[str], around: tuple[type, ...]) -> Any:  # noqa: ANN401 - a type
    """A type that accepts objects whose members all have one of these *names*; it looks into those of the shape."""
    match shape:
        case shapes.StructType(cls=record, fields=fields):
            known = {} if around.count(record) == _UNROLLED else {field.encode_name: field.type for field in fields}
            types = {name: _strict(inner, names, (*around, record)) for name, inner in known.items()}
            return _struct(dict.fromkeys(names if known else (), msgspec.Raw) | types)
        case shapes.UnionType(types=types) if any(isinstance(each, shapes.StructType) for each in types):
            alternatives = [_strict(each, names, around) for each in types]
            found = alternatives[0]
            for alternative in alternatives[1:]:
                found |= alternative
            return found
        case shapes.VarTupleType(item_type=inner):
            return list.__class_getitem__(_strict(inner, names, around))
        case shapes.DictType(value_type=shapes.StructType() as inner):
            return dict.__class_getitem__((str, _strict(inner, names, around)))
        case shapes.NoneType():
            return None
        case shapes.StrType():
            return str
        case _:
            return msgspec.Raw


def _struct(types: dict[str, Any]) -> type[msgspec.Struct]:
    names = {f"member_{number}": name for number, name in enumerate(types)}
    fields = [(field, types[name], msgspec.UNSET) for field, name in names.items()]
    return msgspec.defstruct("Strict", fields, rename=names, forbid_unknown_fields=True, gc=False)


def _names(shape: shapes.Type, seen: set[type]) -> Iterator[str]:
    """The wire's names in a shape and all below it."""
    match shape:
        case shapes.StructType(cls=record, fields=fields) if record not in seen:
            seen.add(record)
            for field in fields:
                yield field.encode_name
                yield from _names(field.type, seen)
        case shapes.UnionType(types=types):
            for each in types:
                yield from _names(each, seen)
        case shapes.VarTupleType(item_type=inner) | shapes.DictType(value_type=inner):
            yield from _names(inner, seen)
        case _:
            pass
