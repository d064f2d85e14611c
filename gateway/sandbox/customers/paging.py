"""Paging of the list of customers: which customers a call gets, and links to the neighbouring pages.

Two forms are documented, and Microsoft's SDKs use both: `size` with `seekOperation` and the header
MS-ContinuationToken, and `size` with `offset`. A call with an offset gets links of that form, without a token; every
other call gets the seek form. What an operation does at either end of the list is Inferred.
"""

import base64
from dataclasses import dataclass
from urllib.parse import quote

import msgspec

from gateway.sandbox import errors, wire
from gateway.sandbox.routing import Call

MAX_PAGE_SIZE = 500
_TOKEN = "MS-ContinuationToken"  # noqa: S105 - the name of a header


class _Position(msgspec.Struct, frozen=True):
    """The content of a token: the page that contained it. Seek calls of the SDKs repeat neither size nor filter."""

    start: int
    size: int
    filter: str


@dataclass(frozen=True)
class Page:
    """*size* customers beginning at *start*; the links of a seek page carry a token."""

    start: int
    size: int
    filter: str
    is_seek: bool

    def links(self, total: int) -> wire.Document:
        """The members `links`, and `continuationToken` if there is a next page."""
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
        query = f"&filter={quote(self.filter)}" if self.filter else ""
        return wire.link(f"{path}&offset={start}{query}")

    def _token(self) -> str:
        return base64.b64encode(wire.encode(_Position(self.start, self.size, self.filter))).decode()


@dataclass(frozen=True)
class PageRequest:
    """The page that a call requests. *position* is the page that its token came from; *offset* is None if not given."""

    size: int
    filter: str
    operation: str
    position: _Position | None
    offset: int | None

    def page(self, total: int) -> Page:
        """The requested page of *total* customers."""
        if self.position is None:
            return Page(self.offset or 0, self.size, self.filter, is_seek=self.offset is None)
        return Page(_page_start(self.operation, self.position, total), self.size, self.filter, is_seek=True)


def read_page_request(call: Call) -> PageRequest:
    """Raises Refusal 400/3000 for an invalid size, offset, operation or token."""
    position = _position(call.headers.get(_TOKEN.lower(), ""))
    size = _number(call, "size")
    operation = call.query.get("seekoperation", "Next").lower()
    if operation not in ("first", "next", "previous", "last"):
        raise errors.invalid_property("seekOperation", "it must be First, Next, Previous or Last.")
    return PageRequest(
        size=min(size or (MAX_PAGE_SIZE if position is None else position.size), MAX_PAGE_SIZE),
        filter=call.query.get("filter", "") or ("" if position is None else position.filter),
        operation=operation,
        position=position,
        offset=_number(call, "offset") if "offset" in call.query else None,
    )


def _page_start(operation: str, position: _Position, total: int) -> int:
    """The start of the page that *operation* leads to from *position*, within the list."""
    starts = {
        "first": 0,
        "next": position.start + position.size,
        "previous": position.start - position.size,
        "last": (total - 1) // position.size * position.size,
    }
    return max(0, min(starts[operation], total))


def _number(call: Call, name: str) -> int:
    """0 if missing. Size 0 means the maximum ("Get a list of customers filtered by a search field" prints it)."""
    text = call.query.get(name, "0")
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise errors.invalid_property(name, "it must be a number from 0 to 99999.")
    return int(text)


def _position(token: str) -> _Position | None:
    if not token:
        return None
    try:
        position = msgspec.json.decode(base64.b64decode(token, validate=True), type=_Position)
    except ValueError as error:
        raise errors.invalid_property(_TOKEN, "it was not issued by this list.") from error
    if position.start < 0 or not 0 < position.size <= MAX_PAGE_SIZE:
        raise errors.invalid_property(_TOKEN, "it was not issued by this list.")
    return position
