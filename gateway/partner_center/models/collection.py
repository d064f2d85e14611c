"""List answers, and how to get from one page to the next."""

import re
from typing import ClassVar, Generic, TypeVar
from urllib.parse import parse_qsl, urlencode

import msgspec

from gateway.partner_center.models.record import UNREAD, Record, RecordWithContext, Unread
from gateway.partner_center.models.values import LARGEST_INT

T = TypeVar("T")

_NEXT_PAGE = "ms-continuationtoken"
_PAGE_PARAMETERS = {
    "offset": re.compile(r"\d{1,9}", re.ASCII),
    "size": re.compile(r"\d{1,9}", re.ASCII),
    "seekOperation": re.compile("[A-Za-z]{1,20}", re.ASCII),
}
"""Parameters of a link to another page ("Get a list of customers") and their form; nothing else in a link is used."""


class Header(Record, frozen=True, kw_only=True):
    key: str
    value: str


class Link(Record, frozen=True, kw_only=True):
    """A link to a related resource. It is data: never follow one without checking its host."""

    uri: str | None = None
    method: str | None = None
    headers: tuple[Header, ...] = ()


def page_query(address: str) -> dict[str, str] | None:
    """The parameters that ask for a page by its offset; None for an address without a valid offset."""
    found: dict[str, str] = {}
    for name, value in parse_qsl(address.partition("#")[0].partition("?")[2]):
        for known, shape in _PAGE_PARAMETERS.items():
            if name.lower() == known.lower() and shape.fullmatch(value):
                found[known] = value
    return found if "offset" in found else None


def page_request(following: str) -> tuple[dict[str, str], dict[str, str]] | None:
    """The query and headers that ask for the page a `Collection.following` names; None for what cannot name one."""
    by_offset = page_query(following)
    if by_offset is not None:
        return by_offset, {}
    if not (following.isascii() and following.isprintable() and following):
        return None
    return {"seekOperation": "Next"}, {"MS-ContinuationToken": following}


def leads_back(page: str, following: str | None) -> bool:
    """Whether the page *following* begins no later than *page*, both given by offset; an empty *page* is the first."""
    query = page_query(following or "")
    before = page_query(page) if page else {"offset": "0"}
    return query is not None and before is not None and int(query["offset"]) <= int(before["offset"])


class Collection(RecordWithContext, Generic[T], frozen=True, kw_only=True):
    """A list answer. Lists of one country or customer come whole; the list of customers comes page by page."""

    needs_its_list = True

    items: tuple[T, ...]
    counted: int | None = msgspec.field(default=None, name="totalCount")
    continuation_token: str | None = None
    links: dict[str, Link] = msgspec.field(default_factory=dict[str, Link])
    attributes: Unread = UNREAD

    unread: ClassVar[int] = 0
    """How many items of the answer could not be read."""

    @property
    def following(self) -> str | None:
        """The way to request the next page: a token, or `?` and the parameters of its link. None on the last page.

        A token comes in the body or with the link to that page. An empty page with a link by offset is the last one.
        """
        if self.continuation_token:
            return self.continuation_token
        link = self.links.get("next")
        if link is None:
            return None
        token = next((header.value for header in link.headers if header.key.lower() == _NEXT_PAGE), None)
        if token:
            return token
        query = page_query(link.uri or "")
        return f"?{urlencode(query)}" if query and self.items else None

    @property
    def is_cut(self) -> bool:
        """Whether there is a link to more items that cannot be followed."""
        link = self.links.get("next")
        return self.following is None and link is not None and bool(link.uri) and page_query(link.uri or "") is None

    @property
    def total_count(self) -> int:
        """Partner Center's count, which may exceed the listed items; their number when the count is missing or wrong."""
        listed = len(self.items)
        return self.counted if self.counted is not None and listed <= self.counted <= LARGEST_INT else listed
