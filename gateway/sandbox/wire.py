"""The JSON conventions of Partner Center: member names in any case, money as numbers, timestamps, links, collections."""

import base64
import codecs
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TypeVar, cast

import msgspec

from gateway.sandbox.errors import unreadable

Document = dict[str, object]
Shape = TypeVar("Shape")

MAX_DEPTH = 40  # levels of nesting in a request body; documented requests have at most seven
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_TICKS_A_SECOND = 10_000_000


class Resource(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """Part of a response body: names in camelCase, members left out while they hold their default."""


def normalized_name(name: str) -> str:
    """The name in lower case without underscores; request structs pass this function as `rename=`."""
    return name.replace("_", "").lower()


def decode_as(body: bytes, shape: type[Shape]) -> Shape:
    """Decodes *body* into *shape*, a struct renamed by `normalized_name`; ignores unknown members.

    Raises Refusal 400/800002 if the body is not JSON of that shape.
    """
    value = _with_lower_case_names(decode(body), depth=0)
    try:
        return msgspec.convert(value, shape, builtin_types=(Decimal,))  # decimals are never accepted as strings
    except msgspec.ValidationError as error:
        raise unreadable(str(error)) from error


def decode(body: bytes) -> object:
    """Decodes JSON, with fractions as Decimal. Raises Refusal 400/800002."""
    try:
        return json.loads(
            body.removeprefix(codecs.BOM_UTF8).decode(),
            parse_float=_parse_fraction,
            parse_int=_parse_integer,
            parse_constant=_refuse_constant,
        )
    except RecursionError as error:
        raise unreadable("The JSON is nested too deeply.") from error
    except ValueError as error:
        raise unreadable("The body is not valid JSON.") from error


def _parse_fraction(text: str) -> Decimal:
    """Raises ValueError for a number that a double cannot hold: the service reads numbers as doubles."""
    if not 1e-300 < abs(float(text)) < 1e300 and float(text) != 0:
        raise ValueError(text)
    return Decimal(text) if float(text) else Decimal(0)


def _parse_integer(text: str) -> int:
    if len(text) > 18:
        raise unreadable(f"A number of {len(text)} characters is too large.")
    return int(text)


def _refuse_constant(text: str) -> object:
    raise ValueError(text)


def _with_lower_case_names(value: object, *, depth: int) -> object:
    """*value* with member names in lower case, except inside provisioning contexts, whose keys are data."""
    if depth > MAX_DEPTH:
        raise unreadable("The JSON is nested too deeply.")
    if isinstance(value, dict):
        members = cast("Mapping[str, object]", value)
        return {
            _checked_text(name).lower(): item
            if name.lower() == "provisioningcontext"
            else _with_lower_case_names(item, depth=depth + 1)
            for name, item in members.items()
        }
    if isinstance(value, list):
        return [_with_lower_case_names(item, depth=depth + 1) for item in cast("list[object]", value)]
    return _checked_text(value) if isinstance(value, str) else value


def _checked_text(text: str) -> str:
    """*text* itself; raises Refusal 400/800002 if it contains a lone surrogate, which UTF-8 cannot encode."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise unreadable("A string contains a lone surrogate.") from error
    return text


def encode(value: object) -> bytes:
    """Encodes *value* as JSON, with decimals as numbers."""
    return msgspec.json.Encoder(decimal_format="number").encode(value)


def money(amount: Decimal) -> Decimal:
    """*amount* normalized to print as a double would: one or more fraction digits, no trailing zeros after the first."""
    normal = amount.normalize()
    exponent = normal.as_tuple().exponent
    return normal if isinstance(exponent, int) and exponent < 0 else normal.quantize(Decimal("0.1"))


def format_timestamp(moment: datetime, *, ticks: int = 0) -> str:
    """*moment* plus *ticks* of 100 ns, in UTC, with up to seven fraction digits and no trailing zeros (all samples)."""
    whole = moment.astimezone(UTC).replace(tzinfo=None)
    seconds, fraction = divmod(whole.microsecond * 10 + ticks, _TICKS_A_SECOND)
    text = (whole.replace(microsecond=0) + timedelta(seconds=seconds)).isoformat()
    digits = f"{fraction:07d}".rstrip("0")
    return f"{text}.{digits}Z" if digits else f"{text}Z"


def parse_timestamp(text: str) -> datetime | None:
    """The time that *text* names, in UTC; a timestamp without a zone is in UTC. None if *text* is not a timestamp."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def context_value(context: Mapping[str, str | None] | None, name: str) -> str | None:
    """The value of *name* in a provisioning context, whose keys are not case-sensitive; None if missing or empty."""
    return next((value for key, value in (context or {}).items() if key.lower() == name.lower() and value), None)


def is_guid(text: str) -> bool:
    return _GUID.fullmatch(text) is not None


def link(uri: str, *, method: str = "GET", headers: Sequence[Document] = ()) -> Document:
    return {"uri": uri, "method": method, "headers": list(headers)}


def object_type(name: str) -> Document:
    return {"objectType": name}


def etag(record_id: str, version: int = 1) -> str:
    """The etag of an order or subscription of the old catalog: base64 of a small JSON object (samples)."""
    return base64.b64encode(encode({"id": record_id, "version": version})).decode()


def collection(items: Sequence[object], *, self_uri: str | None = None, total: int | None = None) -> Document:
    """The envelope of a list. *total* is for paged lists; it defaults to the number of *items*.

    Samples print larger totals where the printed list was shortened.
    """
    body: Document = {"totalCount": len(items) if total is None else total, "items": list(items)}
    if self_uri is not None:
        body["links"] = {"self": link(self_uri)}
    return {**body, "attributes": object_type("Collection")}


def without_nulls(document: Mapping[str, object]) -> Document:
    """*document* without members that are None: the service omits empty members."""
    return {name: value for name, value in document.items() if value is not None}
