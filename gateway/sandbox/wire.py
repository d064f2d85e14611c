"""The wire's manners: JSON in with names in any casing, JSON out with money as numbers, timestamps, links, lists."""

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

DEEPEST = 40  # levels of a request body; the documented ones have seven
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_TICKS_A_SECOND = 10_000_000


class Resource(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """A part of an answer: camelCase, and absent where it holds its default."""


def any_case(name: str) -> str:
    """The name under which a member is looked up, for use as `rename=` of a request's struct."""
    return name.replace("_", "").lower()


def read_as(body: bytes, shape: type[Shape]) -> Shape:
    """*body* as *shape*, whose members are renamed by `any_case`. Unknown members are ignored.

    Raises Refusal 400/800002 for everything that is not JSON of that shape.
    """
    value = _in_lower_case(read(body), depth=0)
    try:
        return msgspec.convert(value, shape, builtin_types=(Decimal,))  # no texts for decimals
    except msgspec.ValidationError as error:
        raise unreadable(str(error)) from error


def read(body: bytes) -> object:
    """The JSON value in *body*, fractions as Decimal; raises Refusal 400/800002."""
    try:
        return json.loads(
            body.removeprefix(codecs.BOM_UTF8).decode(),
            parse_float=_fraction,
            parse_int=_whole,
            parse_constant=_not_a_number,
        )
    except RecursionError as error:
        raise unreadable("The JSON is nested too deeply.") from error
    except ValueError as error:
        raise unreadable("The body is not valid JSON.") from error


def _fraction(text: str) -> Decimal:
    """Numbers are doubles on the service's side, so what a double cannot hold is no number."""
    if not 1e-300 < abs(float(text)) < 1e300 and float(text) != 0:
        raise ValueError(text)
    return Decimal(text) if float(text) else Decimal(0)


def _whole(text: str) -> int:
    if len(text) > 18:
        raise unreadable(f"A number of {len(text)} characters is too large.")
    return int(text)


def _not_a_number(text: str) -> object:
    raise ValueError(text)


def _in_lower_case(value: object, *, depth: int) -> object:
    """*value* with member names in lower case, except inside a provisioning context, whose keys are data."""
    if depth > DEEPEST:
        raise unreadable("The JSON is nested too deeply.")
    if isinstance(value, dict):
        members = cast("Mapping[str, object]", value)
        return {
            _encodable(name).lower(): item
            if name.lower() == "provisioningcontext"
            else _in_lower_case(item, depth=depth + 1)
            for name, item in members.items()
        }
    if isinstance(value, list):
        return [_in_lower_case(item, depth=depth + 1) for item in cast("list[object]", value)]
    return _encodable(value) if isinstance(value, str) else value


def _encodable(text: str) -> str:
    """*text*; raises Refusal 400/800002 when UTF-8 has no form for it."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise unreadable("A string holds half a character (a lone surrogate).") from error
    return text


def written(value: object) -> bytes:
    """*value* as JSON in UTF-8, decimals as numbers."""
    return msgspec.json.Encoder(decimal_format="number").encode(value)


def money(amount: Decimal) -> Decimal:
    """*amount* so that it prints as a double would: at least one digit after the point, no needless zeros."""
    normal = amount.normalize()
    exponent = normal.as_tuple().exponent
    return normal if isinstance(exponent, int) and exponent < 0 else normal.quantize(Decimal("0.1"))


def stamp(moment: datetime, *, ticks: int = 0) -> str:
    """*moment* in UTC plus *ticks* of 100 ns: up to seven fraction digits, trailing zeros cut (as all samples)."""
    whole = moment.astimezone(UTC).replace(tzinfo=None)
    seconds, fraction = divmod(whole.microsecond * 10 + ticks, _TICKS_A_SECOND)
    text = (whole.replace(microsecond=0) + timedelta(seconds=seconds)).isoformat()
    digits = f"{fraction:07d}".rstrip("0")
    return f"{text}.{digits}Z" if digits else f"{text}Z"


def instant(text: str) -> datetime | None:
    """The moment a timestamp names, aware; UTC where it names no zone; None when it is none."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def value_of(context: Mapping[str, str | None] | None, name: str) -> str | None:
    """The value under *name* in a provisioning context, whose keys compare without regard to case."""
    return next((value for key, value in (context or {}).items() if key.lower() == name.lower() and value), None)


def is_guid(text: str) -> bool:
    return _GUID.fullmatch(text) is not None


def link(uri: str, *, method: str = "GET", headers: Sequence[Document] = ()) -> Document:
    return {"uri": uri, "method": method, "headers": list(headers)}


def object_type(name: str) -> Document:
    return {"objectType": name}


def etag(record_id: str, version: int = 1) -> str:
    """The mark that orders and subscriptions of the old catalog carry: base64 of a little JSON (samples)."""
    return base64.b64encode(written({"id": record_id, "version": version})).decode()


def collection(items: Sequence[object], *, self_uri: str | None = None, total: int | None = None) -> Document:
    """The envelope of lists. *total* only where a list is paged; else it counts *items* (samples print more: they are cut)."""
    body: Document = {"totalCount": len(items) if total is None else total, "items": list(items)}
    if self_uri is not None:
        body["links"] = {"self": link(self_uri)}
    return {**body, "attributes": object_type("Collection")}


def without_nulls(document: Mapping[str, object]) -> Document:
    """*document* without the members that are None: the service leaves out what is empty."""
    return {name: value for name, value in document.items() if value is not None}
