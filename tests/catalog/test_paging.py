"""Pages cut from lists that come whole or in chunks: the same pages either way, and as few chunks as can be."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.catalog.paging import FRONT, Chunk, Entry, Listing, Page, Position, Window, whole
from gateway.errors import Malformed


class Shelf:
    """A list upstream, in chunks of one size; a chunk's token is where it begins."""

    def __init__(self, items: Sequence[str], *, chunk_size: int) -> None:
        self.items = list(items)
        self.opened: list[str] = []
        self._chunk_size = chunk_size

    async def open_chunk(self, token: str) -> Chunk[str]:
        self.opened.append(token)
        start = int(token or "0")
        end = start + self._chunk_size
        return Chunk(self.items[start:end], str(end) if end < len(self.items) else None, len(self.items))

    @property
    def listing(self) -> Listing[str]:
        return Listing(self.open_chunk, key=str)


def shown(page: Page[str]) -> list[str]:
    return [entry.item for entry in page.entries]


def alphabet(count: int) -> list[str]:
    return [f"item {number:03}" for number in range(count)]


async def position_of(shelf: Shelf, item: str) -> Position:
    """Where a walk from the front meets the item."""
    window = Window(1)
    while True:
        (entry,) = (await shelf.listing.page(window)).entries
        if entry.item == item:
            return entry.position
        window = Window(1, anchor=entry.position)


@given(count=st.integers(0, 12), chunk_size=st.integers(1, 13), size=st.integers(1, 5))
async def test_forwards_every_item_comes_once_and_in_order(count: int, chunk_size: int, size: int) -> None:
    """Page after page, each following the last item of the one before, makes the whole list."""
    items = alphabet(count)
    listing = Shelf(items, chunk_size=chunk_size).listing
    walked: list[str] = []

    page = await listing.page(Window(size))
    while True:
        assert (page.total_count, page.has_previous) == (count, bool(walked))
        walked += shown(page)
        assert page.has_next == (len(walked) < count)
        if not page.has_next:
            break
        page = await listing.page(Window(size, anchor=page.entries[-1].position))

    assert walked == items


@given(count=st.integers(0, 12), chunk_size=st.integers(1, 13), size=st.integers(1, 5))
async def test_backwards_every_item_comes_once_and_in_order(count: int, chunk_size: int, size: int) -> None:
    """Page before page, each ending before the first item of the one after, makes the whole list too."""
    items = alphabet(count)
    listing = Shelf(items, chunk_size=chunk_size).listing
    walked: list[str] = []

    page = await listing.page(Window(size, backward=True))
    while True:
        assert (page.total_count, page.has_next) == (count, bool(walked))
        walked = [*shown(page), *walked]
        assert page.has_previous == (len(walked) < count)
        if not page.has_previous:
            break
        page = await listing.page(Window(size, backward=True, anchor=page.entries[0].position))

    assert walked == items


async def test_a_page_after_another_opens_the_chunk_it_is_in() -> None:
    """What lies before a cursor is not read again."""
    shelf = Shelf(alphabet(100), chunk_size=10)
    anchor = await position_of(shelf, "item 057")
    shelf.opened.clear()

    page = await shelf.listing.page(Window(4, anchor=anchor))

    assert shown(page) == ["item 058", "item 059", "item 060", "item 061"]
    assert shelf.opened == ["50", "60"]


async def test_a_page_before_another_opens_its_chunk_alone_where_that_is_enough() -> None:
    """Only what lies in earlier chunks is looked for from the front."""
    shelf = Shelf(alphabet(100), chunk_size=10)
    anchor = await position_of(shelf, "item 035")
    shelf.opened.clear()

    near = await shelf.listing.page(Window(5, backward=True, anchor=anchor))
    opened = list(shelf.opened)
    shelf.opened.clear()
    far = await shelf.listing.page(Window(6, backward=True, anchor=anchor))

    assert (shown(near), opened) == (alphabet(35)[30:], ["30"])
    assert (shown(far), shelf.opened) == (alphabet(35)[29:], ["30", FRONT, "10", "20"])


@pytest.mark.parametrize("backward", [False, True], ids=["forwards", "backwards"])
@pytest.mark.parametrize(
    ("now", "following", "preceding"),
    [
        pytest.param(["a", "new", "b", "c", "d"], ["c", "d"], ["a", "new"], id="something came in before it"),
        pytest.param(["b", "c", "d"], ["c", "d"], [], id="something before it is gone"),
        pytest.param(["a", "c", "d"], ["c", "d"], ["a"], id="it is gone itself"),
        pytest.param(["a"], [], ["a"], id="it is gone with all that followed"),
    ],
)
async def test_a_cursor_outlives_changes_of_the_list(
    backward: bool, now: list[str], following: list[str], preceding: list[str]
) -> None:
    """A page goes on from the item it was told, wherever that is by now, or from where it was."""
    shelf = Shelf(["a", "b", "c", "d"], chunk_size=10)
    anchor = await position_of(shelf, "b")
    shelf.items = now

    page = await shelf.listing.page(Window(9, backward=backward, anchor=anchor))

    assert shown(page) == (preceding if backward else following)


async def test_a_whole_list_is_one_chunk() -> None:
    """It is counted and cut as it is."""
    listing = Listing(whole(["a", "b", "c"]), key=str)

    page = await listing.page(Window(2))

    assert page == Page(
        entries=[Entry(Position(FRONT, 0, 0, "a"), "a"), Entry(Position(FRONT, 0, 1, "b"), "b")],
        has_next=True,
        has_previous=False,
        total_count=3,
    )


async def test_a_list_that_runs_in_a_circle_is_refused() -> None:
    """A token that was followed before would never lead to an end."""

    async def open_chunk(token: str) -> Chunk[str]:
        return Chunk(["a"], "again", 100)

    with pytest.raises(Malformed, match="leads back"):
        await Listing(open_chunk, key=str).page(Window(5))


@pytest.mark.parametrize(
    ("chunk", "start", "is_end"),
    [
        pytest.param(Chunk(["a", "b"], None, 2), 0, True, id="all that are counted"),
        pytest.param(Chunk(["a", "b"], None, 1), 0, True, id="more than are counted"),
        pytest.param(Chunk(["a"], None, 2, unread=1), 0, True, id="all, one of them unreadable"),
        pytest.param(Chunk(["a"], None, 2), 0, False, id="fewer than are counted"),
        pytest.param(Chunk(["a"], None, 9), 5, True, id="fewer, but others may have come and gone meanwhile"),
        pytest.param(Chunk(["a"], None, 9, is_full=True), 5, False, id="fewer, after as many as were asked for"),
        pytest.param(Chunk(["a"], None, 1, is_cut=True), 0, False, id="more that nothing opens"),
        pytest.param(Chunk(["a"], "next", 1), 0, False, id="more that can be opened"),
    ],
)
def test_a_list_ends_where_upstream_says_so(chunk: Chunk[str], start: int, is_end: bool) -> None:
    """By its count and by what leads on."""
    assert chunk.is_end(start) is is_end
