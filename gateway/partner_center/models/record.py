"""What every record of Partner Center's JSON has in common.

Names are ours in snake_case, the wire's in camelCase. Members we do not know are ignored. A wire name in parentheses
stands for a member that is not on the wire at all: what reads the answer puts it there.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, ClassVar, Self

import msgspec
from msgspec.structs import force_setattr

Word = Annotated[str, msgspec.Meta(min_length=1)]
"""An id or code: an empty text is none."""

_MOST_DIGITS = 40
"""Before the point, and behind it: more than any price has, and few enough to be written out."""


class Record(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A frozen record. Absent members take the default; Partner Center leaves out what is empty.

    A required member that may be None is one that the fast way of reading insists on and the tolerant way does not.
    """

    needs_its_list: ClassVar[bool] = False
    """Whether a list that stands there but cannot be read costs the record: shown as empty, it would say what is not so."""

    may_be_empty: ClassVar[bool] = False
    """Whether an object in which nothing of the record can be read is an answer all the same."""

    @classmethod
    def out_of(cls, value: object) -> Self | None:
        """The record that JSON of another kind than an object stands for; None, the usual, when it stands for none."""
        return None


def read_as_utc(record: msgspec.Struct, *names: str) -> None:
    """Give UTC to those of the named moments that came without a zone ("customTermEndDates" prints such)."""
    for name in names:
        moment: object = getattr(record, name)
        if isinstance(moment, datetime) and moment.tzinfo is None:
            force_setattr(record, name, moment.replace(tzinfo=UTC))


def is_amount(number: Decimal) -> bool:
    """False for NaN and infinities, which a text may spell, and for exponents that no price has, such as 1e999999."""
    return (
        number.is_finite()
        and len(number.as_tuple().digits) <= 2 * _MOST_DIGITS
        and abs(number.adjusted()) <= _MOST_DIGITS
    )


def require_amounts(*numbers: Decimal | None) -> None:
    """Raise ValueError for what is not an amount."""
    if not all(number is None or is_amount(number) for number in numbers):
        raise ValueError("a number is not an amount of money")
