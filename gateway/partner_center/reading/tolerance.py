"""Tolerant reading of a body, member by member: what cannot be read is left out, and everything else is read.

Accepts member names in any casing, null as absence, and numbers as text and text as numbers. Used only for a body that
the fast decoder refuses. Knows types, not resources.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import TypeAlias, TypeGuard, Union, cast

import msgspec.inspect as shapes

from gateway.partner_center.models.moments import Moment, is_zero_date
from gateway.partner_center.models.record import Record
from gateway.partner_center.models.values import amount, folded, truth, whole_number, words
from gateway.partner_center.plain_json import encode
from gateway.partner_center.reading.spelling import read_members

Known: TypeAlias = Mapping[str, Union[str, "Known"]]
"""Members that a request knows in advance, by the record's names; for a list, those that all items share."""

NOTHING: Known = MappingProxyType({})

_MOST_PLACES = 10


class Tolerance:
    """One reading of one body. `dropped` counts what could not be read; as text it lists the first places.

    Places consist of documented names and indexes only. None stands for what is absent or cannot be read.
    """

    def __init__(self) -> None:
        self.dropped = 0
        self._places: list[str] = []
        self.last_place = "$"
        self._unreadable_lists: set[str] = set()

    def __str__(self) -> str:
        more = self.dropped - len(self._places)
        return ", ".join(self._places) + (f" and {more} more" if more else "")

    def whole(self, value: object, shape: shapes.Type, known: Known) -> object:
        """The record in a whole body; None when nothing of it can be read, or a member that it needs cannot."""
        if isinstance(shape, shapes.StructType):
            members = self._members(value, shape, "$", known) if _is_object(value) else {}
            may_be_empty = _is_object(value) and getattr(shape.cls, "may_be_empty", False)
            return self._record(members, shape, "$", known) if members or may_be_empty else None
        return self._list(value, shape, "$", known) if _is_list(value) else None

    def _drop(self, place: str) -> None:
        self.dropped += 1
        self.last_place = place
        if len(self._places) < _MOST_PLACES:
            self._places.append(place)

    def _read(self, value: object, shape: shapes.Type, place: str, known: Known = NOTHING) -> object:
        """The value as its shape requires.

        None when it cannot be read; notes the place, unless the value means absence.
        """
        read = self._value(value, shape, place, known)
        if read is None and not _means_absence(value, shape):
            self._drop(place)
        return read

    def _value(self, value: object, shape: shapes.Type, place: str, known: Known) -> object:
        match shape:
            case shapes.UnionType():
                return self._first(value, shape, place, known)
            case shapes.StructType():
                if not _is_object(value):
                    return _out_of(shape, value)
                members = self._members(value, shape, place, known)
                return self._record(members, shape, place, known)
            case shapes.VarTupleType():
                return self._list(value, shape, place, known)
            case shapes.DictType():
                return self._entries(value, shape, place)
            case _:
                return _scalar(value, shape)

    def _first(self, value: object, shape: shapes.UnionType, place: str, known: Known) -> object:
        """The value as the alternative for its JSON type, else as the first one that accepts it."""
        alternatives = [each for each in shape.types if not isinstance(each, shapes.NoneType)]
        alternatives.sort(key=lambda each: not _has_type_of(each, value))
        for alternative in alternatives:
            read = self._value(value, alternative, place, known)
            if read is not None:
                return read
        return None

    def _members(
        self, value: Mapping[str, object], shape: shapes.StructType, place: str, known: Known
    ) -> dict[str, object]:
        """The readable members of an object, by the record's names."""
        wire = _as_documented(value, shape)
        read: dict[str, object] = {}
        for field in shape.fields:
            if field.encode_name not in wire:
                continue
            inner = known.get(field.name, NOTHING)
            below = NOTHING if isinstance(inner, str) else inner
            member = self._read(wire[field.encode_name], field.type, f"{place}.{field.encode_name}", below)
            if member is not None:
                read[field.name] = member
            elif isinstance(field.type, shapes.VarTupleType):
                self._unreadable_lists.add(f"{place}.{field.encode_name}")
        return read

    def _record(self, members: dict[str, object], shape: shapes.StructType, place: str, known: Known) -> object:
        """The record with these members; None when it lacks one that it needs. A list that it needs may be empty."""
        for field in shape.fields:
            if not field.required or field.name in members:
                continue
            here = f"{place}.{field.encode_name}"
            if isinstance(field.type, shapes.VarTupleType) and not (
                here in self._unreadable_lists and getattr(shape.cls, "needs_its_list", False)
            ):
                members[field.name] = ()
            elif members and field.name in known:
                members[field.name] = known[field.name]
            elif isinstance(field.type, shapes.UnionType) and field.type.includes_none:
                members[field.name] = None
            else:
                self.last_place = here
                return None
        return shape.cls(**members)

    def _list(self, value: object, shape: shapes.Type, place: str, known: Known) -> object:
        """The readable items. A single record in place of a list is its only item."""
        item_type = cast("shapes.VarTupleType", shape).item_type
        if _is_empty(value):
            return ()
        if not _is_list(value):
            item = self._single(value, item_type, place, known)
            return None if item is None else (item,)
        items: list[object] = []
        for index, item in enumerate(value):
            read = self._value(item, item_type, f"{place}[{index}]", known)
            if read is None:
                self._drop(f"{place}[{index}]")
            else:
                items.append(read)
        return tuple(items)

    def _single(self, value: object, shape: shapes.Type, place: str, known: Known) -> object:
        if not isinstance(shape, shapes.StructType):
            return None
        members = self._members(value, shape, place, known) if _is_object(value) else {}
        return self._record(members, shape, place, known) if members else _out_of(shape, value)

    def _entries(self, value: object, shape: shapes.DictType, place: str) -> object:
        """A free dictionary: its names are data, stay unchanged, and never appear in a place."""
        if not _is_object(value):
            return None
        if isinstance(shape.value_type, shapes.AnyType):
            return value
        if isinstance(shape.value_type, shapes.StrType):
            return {name: _written(each) for name, each in value.items() if each is not None}
        read = {name: self._read(each, shape.value_type, place) for name, each in value.items()}
        return {name: each for name, each in read.items() if each is not None}


def _is_object(value: object) -> TypeGuard[dict[str, object]]:
    return isinstance(value, dict)  # JSON member names are always texts


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)


def _as_documented(value: Mapping[str, object], shape: shapes.StructType) -> dict[str, object]:
    """The members that a record knows, by their documented names. The documented casing takes precedence."""
    documented = {folded(field.encode_name): field.encode_name for field in read_members(shape)}
    wire: dict[str, object] = {}
    for name, member in value.items():
        known = documented.get(folded(name))
        if known is not None and (name == known or known not in value):
            wire[known] = member
    return wire


def _out_of(shape: shapes.StructType, value: object) -> Record | None:
    return shape.cls.out_of(value) if issubclass(shape.cls, Record) else None


def _scalar(value: object, shape: shapes.Type) -> object:
    match shape:
        case shapes.StrType():
            text = words(value)
            return None if text is None or len(text) < (shape.min_length or 0) else text
        case shapes.IntType():
            return whole_number(value)
        case shapes.DecimalType():
            return amount(value)
        case shapes.BoolType():
            return truth(value)
        case shapes.EnumType():
            return _enumerated(value, shape)
        case shapes.CustomType():
            return _moment(value) if shape.cls is Moment else value
        case _:
            return None


def _enumerated(value: object, shape: shapes.EnumType) -> object:
    if isinstance(value, str) and value.strip():
        with suppress(ValueError):
            return shape.cls(value)
    return None


def _moment(value: object) -> Moment | None:
    """Ignores spaces inside ("Get all of a customer's subscriptions") and a second T ("Azure savings plan")."""
    if isinstance(value, str):
        for text in (value, "".join(value.split()).replace("TT", "T")):
            with suppress(ValueError):
                return Moment.read(text)
    return None


def _written(value: object) -> str:
    """A value in a dictionary of texts; other JSON becomes its own text."""
    text = words(value)
    return encode(value).decode() if text is None else text


def _has_type_of(shape: shapes.Type, value: object) -> bool:
    match value:
        case dict():
            return isinstance(shape, shapes.StructType | shapes.DictType)
        case list():
            return isinstance(shape, shapes.VarTupleType)
        case str():
            return isinstance(shape, shapes.StrType)
        case _:
            return isinstance(shape, shapes.IntType)


def _is_empty(value: object) -> bool:
    return value is None or value in ("", {}, [])


def _means_absence(value: object, shape: shapes.Type) -> bool:
    """Whether a value means absence, so that nothing is lost without it."""
    return value is None or value == {} or is_zero_date(value) or (value == "" and _is_text(shape))


def _is_text(shape: shapes.Type) -> bool:
    alternatives: Sequence[shapes.Type] = shape.types if isinstance(shape, shapes.UnionType) else (shape,)
    return any(isinstance(each, shapes.StrType) for each in alternatives)
