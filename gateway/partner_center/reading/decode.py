"""Bodies to records: straight from bytes when a body has the documented shape, member by member when it does not."""

from decimal import Decimal
from functools import cached_property
from typing import Generic, TypeVar, cast

import msgspec
import msgspec.inspect as shapes

from gateway.errors import Malformed
from gateway.partner_center.models.moments import read_custom
from gateway.partner_center.plain_json import BYTE_ORDER_MARK, parse
from gateway.partner_center.reading.spelling import Spelling
from gateway.partner_center.reading.tolerance import NOTHING, Known, Tolerance
from gateway.telemetry import events

T = TypeVar("T")


class Reader(Generic[T]):
    """Reads bodies as records of one type: `Reader(Cart)(body)`. Expensive to create, cheap to call."""

    def __init__(self, shape: type[T]) -> None:
        self._shape = shape
        self._decoder = msgspec.json.Decoder(shape, float_hook=Decimal, dec_hook=read_custom)

    def __call__(self, body: bytes, known: Known = NOTHING) -> T:
        """The record in a body.

        Reads member names in any casing, ignores unknown ones, skips a byte order mark, and keeps the digits of
        numbers. A member that cannot be read counts as absent, an item that cannot be read is left out, and a log
        record says where. *known*, by the record's own names, stands in for members that the request itself names.
        Raises Malformed when the body has nothing of the record, or lacks its id; the message gives the place and never
        quotes the body.
        """
        record = self.documented(body)
        return self.tolerantly(body, known) if record is None else record

    def documented(self, body: bytes) -> T | None:
        """The record in a body of the documented shape and spelling; None when it has another."""
        body = body.removeprefix(BYTE_ORDER_MARK)
        record = self._decoded(body)
        if record is None:
            known = self._spelling.without_unknown(body)
            record = None if known is None else self._decoded(known)
        return record

    def _decoded(self, body: bytes) -> T | None:
        try:
            return self._decoder.decode(body)
        except (ValueError, ArithmeticError, RecursionError):
            return None  # the tolerant reading finds out why

    def tolerantly(self, body: bytes, known: Known = NOTHING) -> T:
        """The record in a body of any shape, member by member. Raises as a call does."""
        tolerance = Tolerance()
        try:
            record = tolerance.whole(parse(body), self._type_info, known)
        except RecursionError:
            record = None
        if record is None:
            place = tolerance.last_place
            raise Malformed(f"Partner Center's answer breaks the documented shape of {self._subject} at {place}.")
        if tolerance.dropped:
            events.members_dropped(self._subject, str(tolerance))
        return cast("T", record)  # built from the shape

    @cached_property
    def _type_info(self) -> shapes.Type:
        return shapes.type_info(self._shape)

    @cached_property
    def _spelling(self) -> Spelling:
        return Spelling(self._type_info)

    @property
    def _subject(self) -> str:
        return str(getattr(self._shape, "__name__", "a list"))
