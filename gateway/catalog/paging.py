"""Pages of a list, cut from the chunks in which Partner Center sends it.

Most of Partner Center's lists come whole, as one chunk. The list of customers comes chunk by chunk, and each chunk
names the token of the next; going back means reading the list again from the front.
"""

from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from gateway.errors import Malformed

T = TypeVar("T")
FRONT = ""
"""The token of a list's first chunk."""


@dataclass(frozen=True, slots=True)
class Chunk(Generic[T]):
    """A piece of a list. `following` opens the next one, None at the end; `total_count` counts the whole list.

    `unread` is how many of its items could not be read. `is_full`: it has as many items as were requested. `is_cut`:
    upstream says that more follow, but not how to read them.
    """

    items: Sequence[T]
    following: str | None
    total_count: int
    unread: int = 0
    is_full: bool = False
    is_cut: bool = False

    def is_end(self, start: int) -> bool:
        """Whether nothing follows a chunk that begins at *start*, according to upstream.

        A count larger than the items so far proves a missing rest only in the first chunk and in full ones: it may
        change during paging, and Partner Center sometimes counts more than it lists.
        """
        is_short = start + len(self.items) + self.unread < self.total_count and (start == 0 or self.is_full)
        return self.following is None and not self.is_cut and not is_short


@dataclass(frozen=True, slots=True)
class Position:
    """Where an item was: its chunk's token and start, its own index in the whole list from 0, and its key."""

    token: str
    chunk_start: int
    index: int
    key: str


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    position: Position
    item: T


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a list that a caller asks for: *size* items after or before an item, or from the front or the back."""

    size: int
    backward: bool = False
    anchor: Position | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """Consecutive entries, in the list's order."""

    entries: Sequence[Entry[T]]
    has_next: bool
    has_previous: bool
    total_count: int


class Listing(Generic[T]):
    """A list that can be cut into pages. *open_chunk* takes a chunk's token, *key* gives an item's own key.

    An anchor is found by its key if its item is still in the chunk where it was seen, else by its index there. So a
    page continues where the last one ended even if items were added or removed meanwhile.
    """

    def __init__(self, open_chunk: Callable[[str], Awaitable[Chunk[T]]], key: Callable[[T], str]) -> None:
        self._open_chunk = open_chunk
        self._key = key

    async def page(self, window: Window) -> Page[T]:
        if not window.backward:
            return await self._after(window.anchor, window.size)
        if window.anchor is None:
            return await self._at_the_end(window.size)
        return await self._before(window.anchor, window.size)

    async def _after(self, anchor: Position | None, size: int) -> Page[T]:
        token, start = (anchor.token, anchor.chunk_start) if anchor else (FRONT, 0)
        entries: list[Entry[T]] = []
        skipped, total_count, has_next = start, None, False
        async for chunk, found in self._chunks(token, start):
            if total_count is None:
                total_count = chunk.total_count
                skipped += self._up_to(anchor, chunk) if anchor else 0
            entries += [entry for entry in found if entry.position.index >= skipped]
            has_next = len(entries) > size or not chunk.is_end(start)
            if len(entries) >= size:
                break
            start += len(chunk.items)
        return Page(entries=entries[:size], has_next=has_next, has_previous=skipped > 0, total_count=total_count or 0)

    async def _before(self, anchor: Position, size: int) -> Page[T]:
        chunk = await self._open_chunk(anchor.token)
        end = self._index_in(anchor, chunk)
        entries = self._entries(chunk, anchor.token, anchor.chunk_start)[max(0, end - size) : end]
        if len(entries) < size and anchor.chunk_start > 0:
            earlier, _ = await self._last(size - len(entries), before=anchor.chunk_start)
            entries = [*earlier, *entries]
        return Page(
            entries=entries,
            has_next=end < len(chunk.items) or not chunk.is_end(anchor.chunk_start),
            has_previous=_follows_others(entries),
            total_count=chunk.total_count,
        )

    async def _at_the_end(self, size: int) -> Page[T]:
        entries, total_count = await self._last(size, before=None)
        return Page(entries=entries, has_next=False, has_previous=_follows_others(entries), total_count=total_count)

    async def _last(self, size: int, *, before: int | None) -> tuple[list[Entry[T]], int]:
        """The last *size* entries of the list, or before an index, and its total count. Opens chunks from the front."""
        entries: deque[Entry[T]] = deque(maxlen=size)
        total_count = 0
        async for chunk, found in self._chunks(FRONT, 0):
            total_count = chunk.total_count
            entries.extend(entry for entry in found if before is None or entry.position.index < before)
            if before is not None and found and found[-1].position.index >= before - 1:
                break
        return list(entries), total_count

    async def _chunks(self, token: str, start: int) -> AsyncIterator[tuple[Chunk[T], list[Entry[T]]]]:
        """The chunks from *token* on with their entries, each opened only when needed.

        Raises Malformed when the list leads back, and when more should follow the last chunk that can be opened.
        """
        opened: set[str] = set()
        following: str | None = token
        while following is not None:
            if following in opened:
                raise Malformed("Partner Center's list leads back to a page that was already read.")
            opened.add(following)
            chunk = await self._open_chunk(following)
            yield chunk, self._entries(chunk, following, start)
            if chunk.following is None and not chunk.is_end(start):
                raise Malformed(
                    f"Partner Center's list continues after {start + len(chunk.items)} of {chunk.total_count} items, "
                    "but does not say how to read the others."
                )
            start += len(chunk.items)
            following = chunk.following

    def _entries(self, chunk: Chunk[T], token: str, start: int) -> list[Entry[T]]:
        return [
            Entry(Position(token, start, index, self._key(item)), item)
            for index, item in enumerate(chunk.items, start=start)
        ]

    def _index_in(self, anchor: Position, chunk: Chunk[T]) -> int:
        """The anchor's index in the chunk; its former index when it is gone."""
        keys = [self._key(item) for item in chunk.items]
        if anchor.key in keys:
            return keys.index(anchor.key)
        return min(max(0, anchor.index - anchor.chunk_start), len(keys))

    def _up_to(self, anchor: Position, chunk: Chunk[T]) -> int:
        """How many items of the chunk come before the anchor, plus the anchor itself while it is there."""
        index = self._index_in(anchor, chunk)
        is_there = index < len(chunk.items) and self._key(chunk.items[index]) == anchor.key
        return index + 1 if is_there else index


def _follows_others(entries: Sequence[Entry[T]]) -> bool:
    return bool(entries) and entries[0].position.index > 0


def whole(items: Sequence[T]) -> Callable[[str], Awaitable[Chunk[T]]]:
    """A function that opens a list without chunks, as a single one."""

    async def open_chunk(_: str) -> Chunk[T]:
        return Chunk(items, None, len(items))

    return open_chunk
