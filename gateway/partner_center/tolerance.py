"""The slow way to read a body: member names in any casing, nulls as absence, numbers as text and the other way round.

Taken only for a body that does not fit its records as it stands. Knows shapes, not resources.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from decimal import Decimal
from typing import cast

import msgspec.inspect as shapes

from gateway.partner_center.models.moments import Moment
from gateway.partner_center.models.values import folded

_SCALARS = (shapes.StrType, shapes.IntType, shapes.DecimalType, shapes.BoolType, shapes.EnumType, shapes.CustomType)


def fitted(value: object, shape: shapes.Type) -> object:
    """*value* brought as near to *shape* as tolerance goes. What still does not fit is left for the decoder to refuse."""
    if isinstance(shape, shapes.UnionType):
        shape = _suited(value, shape.types)
    if isinstance(shape, shapes.StructType):
        return _record(cast("dict[str, object]", value), shape) if isinstance(value, dict) else value
    if isinstance(shape, shapes.VarTupleType):
        return (
            [fitted(item, shape.item_type) for item in cast("list[object]", value)]
            if isinstance(value, list)
            else value
        )
    if isinstance(shape, shapes.DictType):
        return _entries(cast("dict[str, object]", value), shape) if isinstance(value, dict) else value
    return _scalar(value, shape)


def _record(value: Mapping[str, object], shape: shapes.StructType) -> dict[str, object] | None:
    """The members of a record; an empty object is absence where the record cannot be empty."""
    return _members(value, shape) if value or not any(field.required for field in shape.fields) else None


def _members(value: Mapping[str, object], shape: shapes.StructType) -> dict[str, object]:
    """The members under the names the record reads; a name in the documented casing beats its variants."""
    by_name = {folded(field.encode_name): field for field in shape.fields}
    known: dict[str, object] = {}
    for name, member in value.items():
        field = by_name.get(folded(name))
        if field is None or member is None or (name != field.encode_name and field.encode_name in value):
            continue
        fitting = fitted(member, field.type)
        if fitting is not None:
            known[field.encode_name] = fitting
    return known


def _entries(value: Mapping[str, object], shape: shapes.DictType) -> dict[str, object]:
    """A free dictionary: its names are data and stay as they are."""
    if isinstance(shape.value_type, shapes.CustomType):  # object: whatever it is
        return dict(value)
    return {name: fitted(member, shape.value_type) for name, member in value.items() if member is not None}


def _suited(value: object, alternatives: Iterable[shapes.Type]) -> shapes.Type:
    """The alternative that takes a value of this kind; for a scalar of another kind the first that takes scalars."""
    kinds: tuple[type[shapes.Type], ...]
    if isinstance(value, dict):
        kinds = (shapes.StructType, shapes.DictType)
    elif isinstance(value, list):
        kinds = (shapes.VarTupleType,)
    elif isinstance(value, str):
        kinds = (shapes.StrType, *_SCALARS)
    else:
        kinds = (shapes.IntType, *_SCALARS)
    for kind in kinds:
        for alternative in alternatives:
            if isinstance(alternative, kind):
                return alternative
    return shapes.AnyType()


def _scalar(value: object, shape: shapes.Type) -> object:
    if isinstance(shape, shapes.StrType):
        return _text(value)
    if isinstance(shape, shapes.IntType):
        return _whole(value)
    if isinstance(shape, shapes.CustomType) and shape.cls is Moment and isinstance(value, str):
        return _moment(value)
    if isinstance(shape, shapes.BoolType) and isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower(), value)
    return value


def _text(value: object) -> object:
    """A scalar as the text JSON has for it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | Decimal) else value


def _whole(value: object) -> object:
    """A whole number out of `5.0`, `"5"` or 5; anything else as it is."""
    if isinstance(value, str) and value.isdecimal() and len(value) < 20:
        return int(value)
    if isinstance(value, Decimal) and abs(value) < 10**18 and value == value.to_integral_value():
        return int(value)
    return value


def _moment(value: str) -> object:
    """Spaces inside are read over ("Get all of a customer's subscriptions"), and so is a second T ("Azure savings plan")."""
    for text in (value, "".join(value.split()).replace("TT", "T")):
        with suppress(ValueError):
            return Moment.read(text)
    return value
