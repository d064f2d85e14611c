"""Lists read to their end, although no paging of them is documented. Part of a list never passes for all of it."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from gateway.errors import Malformed
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.collection import Collection, leads_back, page_request

T = TypeVar("T")


async def every_page(
    partner_center: PartnerCenter,
    *segments: str,
    action: str,
    read: Callable[[bytes], Collection[T]],
    query: Mapping[str, str | None],
    customer_id: str | None = None,
) -> tuple[T, ...]:
    """GET the list at *segments*, usually in one answer. Raises Malformed when it goes on, but leads nowhere."""
    items: list[T] = []
    read_pages: set[str] = set()
    page: dict[str, str] = {}
    headers: dict[str, str] = {}
    while True:
        answer = await partner_center.get(
            *segments, action=action, read=read, query={**query, **page}, headers=headers, customer_id=customer_id
        )
        items += answer.items
        following = answer.following
        if following is None and not answer.is_cut:
            return tuple(items)
        request = page_request(following or "")
        if request is None or following in read_pages or leads_back("", following):
            raise Malformed(f"Partner Center's answer to the request to {action} continues, but leads to no new page.")
        read_pages.add(following or "")
        page, headers = request
