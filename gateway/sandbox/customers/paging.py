"""Which customers one answer lists, and how it links the pages before and after it.

Two forms are documented, and the vendors' SDKs name the parameters of both: `size` with `seekOperation` and the header
MS-ContinuationToken, and `size` with `offset`. A call that names an offset is answered with links of that form, without
a token; every other call with the seek form. What an operation does at either end of the list is Inferred.
"""

import base64
from dataclasses import dataclass
from urllib.parse import quote

import msgspec

from gateway.sandbox import errors, wire
from gateway.sandbox.routing import Call

LARGEST_PAGE = 500
_TOKEN = "MS-ContinuationToken"  # noqa: S105 - the name of a header


class _Position(msgspec.Struct, frozen=True):
    """What a token stands for: the page that printed it. Seek queries of the SDKs repeat neither size nor filter."""

    start: int
    size: int
    filter: str


@dataclass(frozen=True)
class Page:
    """*size* customers from *start* on; *is_seek* = its links carry a token."""

    start: int
    size: int
    filter: str
    is_seek: bool

    def links(self, total: int) -> wire.Document:
        """The members of the answer that lead on: `links`, and `continuationToken` while there is a next page."""
        links: wire.Document = {"self": wire.link(f"/v1/customers?size={self.size}")}
        has_next = self.start + self.size < total
        if has_next:
            links["next"] = self._link("Next", self.start + self.size)
        if self.start > 0:
            links["previous"] = self._link("Previous", max(0, self.start - self.size))
        return {"continuationToken": self._token(), "links": links} if has_next and self.is_seek else {"links": links}

    def _link(self, operation: str, start: int) -> wire.Document:
        path = f"/customers?size={self.size}"
        if self.is_seek:
            header: wire.Document = {"key": _TOKEN, "value": self._token()}
            return wire.link(f"{path}&seekOperation={operation}", headers=[header])
        sought = f"&filter={quote(self.filter)}" if self.filter else ""
        return wire.link(f"{path}&offset={start}{sought}")

    def _token(self) -> str:
        return base64.b64encode(wire.written(_Position(self.start, self.size, self.filter))).decode()


@dataclass(frozen=True)
class Asked:
    """What a call asks for. *position*: the page its token came from; *offset* None = none was named."""

    size: int
    filter: str
    operation: str
    position: _Position | None
    offset: int | None

    def page(self, total: int) -> Page:
        """The page of a list of *total* customers."""
        if self.position is None:
            return Page(self.offset or 0, self.size, self.filter, is_seek=self.offset is None)
        return Page(_sought(self.operation, self.position, total), self.size, self.filter, is_seek=True)


def asked(call: Call) -> Asked:
    """Raises Refusal 400/3000 for a size, an offset, an operation or a token that makes no sense."""
    position = _position(call.headers.get(_TOKEN.lower(), ""))
    size = _number(call, "size")
    operation = call.query.get("seekoperation", "Next").lower()
    if operation not in ("first", "next", "previous", "last"):
        raise errors.invalid_property("seekOperation", "it is First, Next, Previous or Last.")
    return Asked(
        size=min(size or (LARGEST_PAGE if position is None else position.size), LARGEST_PAGE),
        filter=call.query.get("filter", "") or ("" if position is None else position.filter),
        operation=operation,
        position=position,
        offset=_number(call, "offset") if "offset" in call.query else None,
    )


def _sought(operation: str, position: _Position, total: int) -> int:
    """Where the page begins that lies that way from *position*."""
    starts = {
        "first": 0,
        "next": position.start + position.size,
        "previous": position.start - position.size,
        "last": (total - 1) // position.size * position.size,
    }
    return max(0, min(starts[operation], total))


def _number(call: Call, name: str) -> int:
    """Size 0 asks for as many as go ("Get a list of customers filtered by a search field" prints that)."""
    text = call.query.get(name, "0")
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise errors.invalid_property(name, "it is a number from 0 to 99999.")
    return int(text)


def _position(token: str) -> _Position | None:
    if not token:
        return None
    try:
        position = msgspec.json.decode(base64.b64decode(token, validate=True), type=_Position)
    except ValueError as error:
        raise errors.invalid_property(_TOKEN, "this list did not hand it out.") from error
    if position.start < 0 or not 0 < position.size <= LARGEST_PAGE:
        raise errors.invalid_property(_TOKEN, "this list did not hand it out.")
    return position
