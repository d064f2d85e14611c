"""Bodies to records: straight from bytes where a body has the documented shape, through tolerance where it does not."""

import re
from decimal import Decimal
from typing import Generic, TypeVar

import msgspec
import msgspec.inspect

from gateway.errors import Malformed
from gateway.partner_center.documents import BYTE_ORDER_MARK, parse
from gateway.partner_center.models.moments import read_custom
from gateway.partner_center.tolerance import fitted

T = TypeVar("T")

_PASCAL_CASE_MEMBER = re.compile(rb'"[A-Z]\w*"\s*:')
_OTHER_SPELLINGS = (b'"addOnItems"', b'"creationTimeStamp"', b'"lastModifiedTimeStamp"', b'"expirationTimeStamp"')
_PLACE = re.compile(r" - at `(?:key in )?(\$[^`]*)`$")


class Reader(Generic[T]):
    """Reads bodies as records of one type: `Reader(Cart)(body)`. Costly to make, cheap to call; never changes."""

    def __init__(self, shape: type[T]) -> None:
        self._shape = shape
        self._decoder = msgspec.json.Decoder(shape, float_hook=Decimal, dec_hook=read_custom)

    def __call__(self, body: bytes) -> T:
        """The record in a body.

        Member names are read in any casing, unknown ones ignored, a byte order mark skipped, and numbers keep their
        digits. Raises Malformed, naming the place and never quoting the body, when it does not fit.
        """
        body = body.removeprefix(BYTE_ORDER_MARK)
        if not _spelled_oddly(body):
            try:
                return self._decoder.decode(body)
            except (ValueError, RecursionError):
                pass  # the slow way finds out whether it is merely unusual
        return self._tolerantly(body)

    def _tolerantly(self, body: bytes) -> T:
        value = parse(body)
        try:
            return msgspec.convert(
                fitted(value, msgspec.inspect.type_info(self._shape)), self._shape, dec_hook=read_custom
            )
        except RecursionError:
            place = "$"
        except msgspec.ValidationError as error:
            found = _PLACE.search(str(error))
            place = found[1] if found else "$"
        # Raised here, so that the decoder's own error, which may quote the body, is not its context.
        raise Malformed(f"Partner Center's answer breaks the documented shape of {self._subject} at {place}.")

    @property
    def _subject(self) -> str:
        return getattr(self._shape, "__name__", "a list")


def _spelled_oddly(body: bytes) -> bool:
    """Whether members may be there that the fast way would overlook rather than refuse."""
    return _PASCAL_CASE_MEMBER.search(body) is not None or any(name in body for name in _OTHER_SPELLINGS)
