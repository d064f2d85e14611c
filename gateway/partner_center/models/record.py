"""What every record of Partner Center's JSON has in common.

Names are ours in snake_case, the wire's in camelCase. Members we do not know are ignored. A wire name in parentheses
stands for a member that is not on the wire at all: what reads the answer puts it there.
"""

from datetime import UTC, datetime
from decimal import Decimal

import msgspec
from msgspec.structs import force_setattr


class Record(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A frozen record. Absent members take the default; Partner Center leaves out what is empty."""


def read_as_utc(record: msgspec.Struct, *names: str) -> None:
    """Give UTC to those of the named moments that came without a zone ("customTermEndDates" prints such)."""
    for name in names:
        moment: object = getattr(record, name)
        if isinstance(moment, datetime) and moment.tzinfo is None:
            force_setattr(record, name, moment.replace(tzinfo=UTC))


def require_finite(*amounts: Decimal | None) -> None:
    """Raise ValueError for NaN and infinities, which a text may spell and no price can be."""
    for amount in amounts:
        if amount is not None and not amount.is_finite():
            raise ValueError("an amount is not a finite number")
