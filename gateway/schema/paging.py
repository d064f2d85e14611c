"""Connections: the arguments of a list, the cursors of its items, and the page that a caller gets.

A cursor belongs to one list with its arguments; with other arguments it is refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, TypeVar

import strawberry

from gateway.catalog.paging import Page, Position, Window
from gateway.errors import InvalidInput
from gateway.operations.field_cost import COST, FieldCost
from gateway.schema.node import packed, unpacked

T = TypeVar("T")

_VERSION = 1
_DEFAULT_SIZE, _LARGEST_SIZE = 20, 100

First = Annotated[
    int | None,
    strawberry.argument(
        description="How many items to return from the front, 1 to 100. Without `first` and `last` it is 20."
    ),
]
After = Annotated[str | None, strawberry.argument(description="Start after this cursor. Goes with `first`.")]
Last = Annotated[
    int | None,
    strawberry.argument(description="How many items to return from the back, 1 to 100. Not together with `first`."),
]
Before = Annotated[str | None, strawberry.argument(description="End before this cursor. Goes with `last`.")]


def page_cost(
    weight: int, argument_weights: Mapping[str, int] | None = None, weight_argument: str | None = None
) -> Mapping[str, object]:
    """The metadata of a connection that makes *weight* calls for a page of `first` or `last` items."""
    cost = FieldCost(
        weight=weight,
        weight_argument=weight_argument,
        argument_weights=argument_weights,
        assumed_size=_DEFAULT_SIZE,
        slicing_arguments=("first", "last"),
    )
    return {COST: cost}


@strawberry.type(description="Position of a page in the whole list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="True when more items follow this page.")
    has_previous_page: bool = strawberry.field(description="True when items precede this page.")
    start_cursor: str | None = strawberry.field(
        description="Cursor of the first item on this page; null on an empty page."
    )
    end_cursor: str | None = strawberry.field(
        description="Cursor of the last item on this page; null on an empty page."
    )


@dataclass(frozen=True, slots=True)
class Edge:
    cursor: str
    node: object


@dataclass(frozen=True, slots=True)
class Connection:
    """A page of records; every connection type of the graph is declared over it."""

    edges: Sequence[Edge]
    page_info: PageInfo
    total_count: int

    @property
    def nodes(self) -> list[object]:
        return [edge.node for edge in self.edges]


@dataclass(frozen=True, slots=True)
class PageArguments:
    """The arguments of a connection, as they were sent; null means the same as leaving one out."""

    first: int | None
    after: str | None
    last: int | None
    before: str | None

    def window(self, name: str) -> Window:
        """The window on the list. *name* identifies the list and its arguments. Raises InvalidInput."""
        first, last = _size(self.first, "first"), _size(self.last, "last")
        after, before = self.after or None, self.before or None
        if first is not None and last is not None:
            raise InvalidInput("Send first to page forwards or last to page backwards, not both.")
        if after is not None and (last is not None or before is not None):
            raise InvalidInput("after goes with first; to page backwards, send last and before.")
        if before is not None and first is not None:
            raise InvalidInput("before goes with last; to page forwards, send first and after.")
        backward = last is not None or before is not None
        cursor = before if backward else after
        return Window(
            size=first or last or _DEFAULT_SIZE,
            backward=backward,
            anchor=None if cursor is None else _position(cursor, name),
        )


def _size(size: int | None, argument: str) -> int | None:
    if size is None or size is strawberry.UNSET:
        return None
    if not 1 <= size <= _LARGEST_SIZE:
        raise InvalidInput(f"{argument} is {size}; a page has 1 to {_LARGEST_SIZE} items.")
    return size


def connection(page: Page[T], *, name: str) -> Connection:
    """The page with cursors of the list of that name."""
    edges = [Edge(_cursor(entry.position, name), entry.item) for entry in page.entries]
    info = PageInfo(
        has_next_page=page.has_next,
        has_previous_page=page.has_previous,
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=edges[-1].cursor if edges else None,
    )
    return Connection(edges, info, page.total_count)


def _cursor(position: Position, name: str) -> str:
    return packed(_VERSION, _mark(name), position.token, position.chunk_start, position.index, position.key)


def _position(cursor: str, name: str) -> Position:
    match unpacked(cursor, longest=4096):
        case (version, mark, str(token), int(start), int(index), str(key)) if (
            version == _VERSION and mark == _mark(name) and 0 <= start <= index
        ):
            return Position(token, start, index, key)
        case _:
            raise InvalidInput("The cursor does not belong to this list with these arguments; begin again without it.")


def _mark(name: str) -> str:
    return sha256(name.encode()).hexdigest()[:12]
