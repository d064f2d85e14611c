"""What the store in a file does besides."""

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import pytest

from gateway.errors import StoreFailed
from gateway.store.sqlite import SqliteStore
from gateway.store.store import Store
from tests.store.worlds import Seconds

Opening = Callable[[Store], Store]


def execute(path: Path, statement: str) -> object:
    """The first value that another program gets out of the file."""
    with closing(sqlite3.connect(path)) as connection, connection:
        return (connection.execute(statement).fetchone() or [None])[0]


async def test_a_file_outlives_the_process(path: Path, seconds: Seconds, opening: Opening) -> None:
    """Records and leases are there for the next one."""
    before = SqliteStore(path, clock=seconds)
    await before.put("a", b"one", keep_s=60)
    await before.take("cart", "us", for_s=60)
    await before.close()
    after = opening(SqliteStore(path, clock=seconds))

    assert after.is_shared
    assert (await after.get("a"), await after.take("cart", "them", for_s=60)) == (b"one", False)


@pytest.mark.parametrize("table", ["records", "leases"])
async def test_a_file_does_not_grow_with_what_is_over(path: Path, seconds: Seconds, table: str) -> None:
    """What nobody removed or released is swept out by those who come later."""
    store = SqliteStore(path, clock=seconds)
    for number in range(10):
        await store.add(str(number), b"one", keep_s=60)
        await store.take(str(number), "us", for_s=60)
        seconds.now += 60
    await store.close()

    assert execute(path, f"SELECT count(*) FROM {table}") == 1


async def test_a_file_is_for_its_owner_alone(path: Path, seconds: Seconds, opening: Opening) -> None:
    """Carts and orders are nobody else's business."""
    store = opening(SqliteStore(path, clock=seconds))
    await store.put("a", b"one", keep_s=60)

    assert {file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {0o600}


async def test_a_file_of_the_first_layout_is_used(path: Path, seconds: Seconds, opening: Opening) -> None:
    """It had no leases; its records stay."""
    store = SqliteStore(path, clock=seconds)
    await store.put("a", b"one", keep_s=60)
    await store.close()
    execute(path, "DROP TABLE leases")
    execute(path, "PRAGMA user_version = 1")

    later = opening(SqliteStore(path, clock=seconds))

    assert (await later.get("a"), await later.take("cart", "us", for_s=60)) == (b"one", True)


def not_a_database(path: Path) -> None:
    path.write_text("This is a letter to somebody, and more than sixteen bytes of it." * 20)


def of_another_version(path: Path) -> None:
    execute(path, "PRAGMA user_version = 99")


@pytest.mark.parametrize("spoil", [not_a_database, of_another_version, Path.mkdir])
def test_an_unusable_file_is_reported(path: Path, seconds: Seconds, spoil: Callable[[Path], None]) -> None:
    """With its name and the reason, and nothing in it is touched."""
    spoil(path)
    before = path.read_bytes() if path.is_file() else b""

    with pytest.raises(StoreFailed, match=r"store\.sqlite cannot be used"):
        SqliteStore(path, clock=seconds)

    assert (path.read_bytes() if path.is_file() else b"") == before


CALLS: list[tuple[str, Callable[[Store], Awaitable[object]]]] = [
    ("get", lambda store: store.get("a")),
    ("put", lambda store: store.put("a", b"one", keep_s=60)),
    ("add", lambda store: store.add("a", b"one", keep_s=60)),
    ("remove", lambda store: store.remove("a")),
    ("take", lambda store: store.take("cart", "us", for_s=60)),
    ("release", lambda store: store.release("cart", "us")),
    ("check", lambda store: store.check()),
]


@pytest.mark.parametrize("call", [pytest.param(call, id=name) for name, call in CALLS])
async def test_a_file_that_is_spoilt_later_fails_by_call(
    path: Path, seconds: Seconds, opening: Opening, call: Callable[[Store], Awaitable[object]]
) -> None:
    """As a failure of the store, which callers can be told of."""
    store = opening(SqliteStore(path, clock=seconds))
    execute(path, "DROP TABLE records")
    execute(path, "DROP TABLE leases")

    with pytest.raises(StoreFailed, match="does not answer"):
        await call(store)


async def test_a_failed_call_leaves_the_others_alone(path: Path, seconds: Seconds, opening: Opening) -> None:
    """Whatever it had begun is undone, and holds up nobody."""
    store, another = opening(SqliteStore(path, clock=seconds)), opening(SqliteStore(path, clock=seconds))
    execute(path, "ALTER TABLE records RENAME TO hidden")
    with pytest.raises(StoreFailed):
        await store.check()
    execute(path, "ALTER TABLE hidden RENAME TO records")

    await another.put("a", b"one", keep_s=60)
    await store.check()

    assert await store.get("a") == b"one"
