"""The graph's scalars: how each value is written to clients and read from them.

A malformed value from a caller fails the request with `BAD_USER_INPUT`, and the message names the expected form. A
malformed value from Partner Center fails its field with `UPSTREAM_INVALID`.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import NewType

import strawberry
from graphql import EnumValueNode, GraphQLError, IntValueNode, StringValueNode, ValueNode, print_ast
from strawberry.types.scalar import ScalarDefinition

from gateway.errors import Malformed
from gateway.partner_center.models.moments import Moment

CountryCode = NewType("CountryCode", str)
CurrencyCode = NewType("CurrencyCode", str)
Duration = NewType("Duration", str)
JSON = NewType("JSON", object)

_COUNTRY = re.compile(r"[A-Z]{2}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_DURATION = re.compile(r"P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?", re.ASCII)
_DECIMAL = re.compile(r"-?\d{1,20}(\.\d{1,20})?", re.ASCII)
_OFFSET = r"(Z|[+-]([01]\d|2[0-3]):[0-5]\d)"
_INSTANT = re.compile(
    rf"\d{{4}}-\d{{2}}-\d{{2}}T\d{{2}}:\d{{2}}:\d{{2}}(\.\d{{1,9}})?{_OFFSET}", re.ASCII | re.IGNORECASE
)

_MOST_TEXTS = 256
"""Texts of one scalar that need no second check: more than there are currencies and countries."""
_LONGEST_SHOWN = 60
_LONGEST_INTEGER = 30
"""Characters: more than any scalar takes, fewer than Python refuses to read."""


@dataclass(frozen=True, slots=True)
class _Literal:
    """A literal as written in the document, where no Python value shows it."""

    text: str


def _matching(name: str, pattern: re.Pattern[str], value: object, expected: str) -> str:
    if isinstance(value, str) and pattern.fullmatch(value):
        return value
    raise GraphQLError(f"{name} cannot be {_shown(value)}: expected {expected}.")


def _shown(value: object) -> str:
    """The value as the caller sent it, shortened."""
    match value:
        case str():
            text = repr(value)
        case _Literal():
            text = value.text
        case _:
            text = json.dumps(value)
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 3] + "..."


def _literal(read: Callable[[object], object]) -> Callable[..., object]:
    """Reads a literal. graphql-core reads a number of 5,000 digits as `nan`, and 1e999 as `inf`."""

    def read_literal(node: ValueNode, _variables: object = None) -> object:
        match node:
            case StringValueNode() | EnumValueNode():
                return read(node.value)
            case IntValueNode() if len(node.value) <= _LONGEST_INTEGER:
                return read(int(node.value))
            case _:
                return read(_Literal(" ".join(print_ast(node).split())))

    return read_literal


def _upstream_text(name: str, pattern: re.Pattern[str]) -> Callable[[object], str]:
    """Serializes a text from Partner Center. Raises Malformed when it does not have the scalar's form."""

    @lru_cache(maxsize=_MOST_TEXTS)
    def write(value: object) -> str:
        text = str(value).upper()
        if not pattern.fullmatch(text):
            raise Malformed(f"Partner Center sent a text that is not a {name}.")
        return text

    return write


def _country(value: object) -> str:
    return _matching("CountryCode", _COUNTRY, value, 'a two-letter ISO 3166-1 code in capitals, such as "SE"')


def _currency(value: object) -> str:
    return _matching("CurrencyCode", _CURRENCY, value, 'a three-letter ISO 4217 code in capitals, such as "SEK"')


def _duration(value: object) -> str:
    return _matching("Duration", _DURATION, value, 'an ISO 8601 duration, such as "P1Y"')


def _decimal(value: object) -> Decimal:
    """Accepts a string, or an integer, whose digits are exact too; never a float."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    try:
        return Decimal(_matching("Decimal", _DECIMAL, text, 'a decimal number as a string, such as "1249.50"'))
    except InvalidOperation as error:
        raise GraphQLError(f"Decimal cannot be {_shown(value)}.") from error


def _instant(value: object) -> datetime:
    """Digits beyond the microsecond are dropped, because Python's datetime cannot hold them.

    Refuses an instant whose offset puts it before the year 1 or after 9999 in UTC, in which it is written.
    """
    expected = 'an RFC 3339 date-time with an offset, such as "2026-03-01T09:30:00Z"'
    text = _matching("DateTime", _INSTANT, value, expected).upper()
    try:
        instant = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text))
        instant.astimezone(UTC)
    except OverflowError as error:
        raise GraphQLError(f"DateTime cannot be {_shown(value)}: in UTC it is outside the years 1 to 9999.") from error
    except ValueError as error:
        raise GraphQLError(f"DateTime cannot be {_shown(value)}: {error}.") from error
    return instant


def _written_instant(value: datetime) -> str:
    """The instant as Partner Center wrote it, digit for digit."""
    if isinstance(value, Moment):
        return value.written
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()


def _written_decimal(value: Decimal) -> str:
    return format(value, "f")


SCALARS: Mapping[object, ScalarDefinition] = {
    CountryCode: strawberry.scalar(
        name="CountryCode",
        description="ISO 3166-1 alpha-2 code of the market whose catalog is read, in capitals, for example `SE` or `PL`.",
        specified_by_url="https://www.iso.org/iso-3166-country-codes.html",
        serialize=_upstream_text("CountryCode", _COUNTRY),
        parse_value=_country,
        parse_literal=_literal(_country),
    ),
    CurrencyCode: strawberry.scalar(
        name="CurrencyCode",
        description="ISO 4217 code of a currency, in capitals, for example `SEK` or `PLN`.",
        specified_by_url="https://www.iso.org/iso-4217-currency-codes.html",
        serialize=_upstream_text("CurrencyCode", _CURRENCY),
        parse_value=_currency,
        parse_literal=_literal(_currency),
    ),
    Duration: strawberry.scalar(
        name="Duration",
        description=(
            "A length of time in ISO 8601 notation, for example "
            "`P1M` (one month), `P1Y` (one year), `P3Y` (three years) or `P7D` (seven days)."
        ),
        specified_by_url="https://scalars.graphql.org/chillicream/duration.html",
        serialize=_upstream_text("Duration", _DURATION),
        parse_value=_duration,
        parse_literal=_literal(_duration),
    ),
    Decimal: strawberry.scalar(
        name="Decimal",
        description=(
            'An exact decimal number carried as a JSON string, for example `"1249.50"`.\n'
            "Partner Center sends amounts as JSON numbers; "
            "the gateway reads their digits without passing through binary floating point.\n"
            "Convert it with a decimal library, not with a float, before calculating."
        ),
        serialize=_written_decimal,
        parse_value=_decimal,
        parse_literal=_literal(_decimal),
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description=(
            "An instant with its offset from UTC, written as an RFC 3339 date-time, "
            "for example `2026-03-01T09:30:00.123456+00:00`."
        ),
        specified_by_url="https://scalars.graphql.org/chillicream/date-time.html",
        serialize=_written_instant,
        parse_value=_instant,
        parse_literal=_literal(_instant),
    ),
    JSON: strawberry.scalar(
        name="JSON",
        description=(
            "Any JSON value, passed through from Partner Center unchanged.\n"
            "Used only for objects whose keys Partner Center may change without notice."
        ),
        specified_by_url="https://www.rfc-editor.org/rfc/rfc8259",
        serialize=lambda value: value,
        parse_value=lambda value: value,
    ),
}
