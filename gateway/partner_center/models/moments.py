"""Instants as Partner Center writes them: up to seven fraction digits, in UTC, with an offset, or without a zone."""

import re
from datetime import UTC, datetime, timedelta
from typing import Self

_RFC_3339 = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?)(Z|[+-]\d{2}:\d{2})", re.ASCII)
_ZERO_DATE = "0001-01-01"


def is_zero_date(value: object) -> bool:
    """Whether the value is the date that .NET writes when none was ever set."""
    return isinstance(value, str) and value.startswith(_ZERO_DATE)


class Moment(datetime):
    """An aware datetime with the digits it was written with: Python's own has no room for the seventh."""

    digits: str | None = None

    @classmethod
    def read(cls, text: str) -> Self:
        """The instant in an ISO 8601 text; without a zone it is UTC ("customTermEndDates" prints such).

        Raises ValueError for any other text, and for a date that was never set.
        """
        moment = cls.fromisoformat(text)
        if moment.year == 1:
            raise ValueError("a date that was never set")
        if moment.tzinfo is None:
            moment, text = moment.replace(tzinfo=UTC), f"{text}Z"
        written = _RFC_3339.fullmatch(text)
        if not written and (moment.utcoffset() or timedelta()) % timedelta(minutes=1):
            raise ValueError("an offset with seconds, which RFC 3339 cannot write")
        if written:
            moment.digits = written[1] + ("+00:00" if written[2] == "Z" else written[2])
        return moment

    @property
    def written(self) -> str:
        """The instant as RFC 3339 text, with the digits and the offset it came with."""
        return self.digits or self.isoformat()


def read_custom(shape: type, value: object) -> object:
    """Reads types that JSON does not have, for the decoder.

    Raises TypeError or ValueError for a value that does not fit.
    """
    if isinstance(value, shape):
        return value
    if shape is Moment and isinstance(value, str):
        return Moment.read(value)
    raise TypeError("not a value of this type")
