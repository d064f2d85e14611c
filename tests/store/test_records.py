"""What every store promises, and what each kind of store does besides."""

import sqlite3
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from gateway.errors import StoreFailed
from gateway.store.memory import MemoryRecords
from gateway.store.opening import open_store
from gateway.store.records import Records
from gateway.store.sqlite import SqliteRecords


class Seconds:
    """A clock that only tests move."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite"


@pytest.fixture(params=["memory", "sqlite"])
async def records(request: pytest.FixtureRequest, seconds: Seconds, path: Path) -> AsyncGenerator[Records]:
    opened = MemoryRecords(clock=seconds) if request.param == "memory" else SqliteRecords(path, clock=seconds)
    yield opened
    await opened.close()


async def test_a_record_is_found_by_its_key(records: Records) -> None:
    """Byte for byte; other keys hold nothing."""
    await records.put("a", b"\x00\xff one", keep_s=60)

    assert await records.get("a") == b"\x00\xff one"
    assert await records.get("b") is None


async def test_the_last_record_of_a_key_counts(records: Records, seconds: Seconds) -> None:
    """It takes the place of the one before, its time included."""
    await records.put("a", b"one", keep_s=1)
    await records.put("a", b"two", keep_s=60)
    seconds.now += 30

    assert await records.get("a") == b"two"


async def test_a_record_is_kept_for_its_time(records: Records, seconds: Seconds) -> None:
    """Until the last moment, and not beyond."""
    await records.put("a", b"one", keep_s=60)

    seconds.now += 59.9
    before = await records.get("a")
    seconds.now += 0.1
    after = await records.get("a")

    assert (before, after) == (b"one", None)


async def test_memory_is_bounded(seconds: Seconds) -> None:
    """The oldest records go first; the newest is kept however large."""
    records = MemoryRecords(clock=seconds, most_bytes=10)
    for key in ("a", "b", "c"):
        await records.put(key, b"12345", keep_s=60)
    first = [await records.get(key) for key in ("a", "b", "c")]
    await records.put("d", b"12345678901234", keep_s=60)

    assert first == [None, b"12345", b"12345"]
    assert [await records.get(key) for key in ("b", "c", "d")] == [None, None, b"12345678901234"]


async def test_a_record_that_was_replaced_is_no_longer_old(seconds: Seconds) -> None:
    """What counts is when the present one came."""
    records = MemoryRecords(clock=seconds, most_bytes=10)
    for key in ("a", "b", "a", "c"):
        await records.put(key, b"12345", keep_s=60)

    assert [await records.get(key) for key in ("a", "b", "c")] == [b"12345", None, b"12345"]


async def test_a_file_keeps_records_over_a_restart(path: Path, seconds: Seconds) -> None:
    """They are there for the next process, and for another one at the same time."""
    first, second = SqliteRecords(path, clock=seconds), SqliteRecords(path, clock=seconds)
    await first.put("a", b"one", keep_s=60)
    seen = await second.get("a")
    await first.close()
    await second.close()
    third = SqliteRecords(path, clock=seconds)

    assert (seen, await third.get("a")) == (b"one", b"one")
    await third.close()


async def test_a_file_does_not_grow_with_what_is_over(path: Path, seconds: Seconds) -> None:
    """Records whose time is over are removed."""
    records = SqliteRecords(path, clock=seconds)
    for number in range(10):
        await records.put(str(number), b"one", keep_s=60)
        seconds.now += 60
    await records.close()

    with sqlite3.connect(path) as connection:
        (count,) = connection.execute("SELECT count(*) FROM records").fetchone()
    connection.close()
    assert count == 1


async def test_a_file_is_for_its_owner_alone(path: Path, seconds: Seconds) -> None:
    """Carts and orders are nobody else's business."""
    records = SqliteRecords(path, clock=seconds)
    await records.put("a", b"one", keep_s=60)

    assert {file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {0o600}
    await records.close()


def not_a_database(path: Path) -> None:
    path.write_text("This is a letter to somebody, and more than sixteen bytes of it." * 20)


def of_another_version(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()


@pytest.mark.parametrize("spoil", [not_a_database, of_another_version, Path.mkdir])
def test_a_file_that_cannot_be_used_is_told(path: Path, seconds: Seconds, spoil: object) -> None:
    """With its name and the reason, and nothing in it is touched."""
    assert callable(spoil)
    spoil(path)
    before = path.read_bytes() if path.is_file() else b""

    with pytest.raises(StoreFailed, match=r"store\.sqlite cannot be used"):
        SqliteRecords(path, clock=seconds)

    assert (path.read_bytes() if path.is_file() else b"") == before


async def test_a_file_that_is_spoilt_later_fails_by_call(path: Path, seconds: Seconds) -> None:
    """As a failure of the store, which callers can be told of."""
    records = SqliteRecords(path, clock=seconds)
    connection = sqlite3.connect(path)
    connection.execute("DROP TABLE records")
    connection.close()

    with pytest.raises(StoreFailed, match="does not answer"):
        await records.get("a")
    with pytest.raises(StoreFailed, match="does not answer"):
        await records.put("a", b"one", keep_s=60)
    await records.close()


async def test_an_address_names_a_store(path: Path) -> None:
    """In memory, or in a file."""
    stores = [open_store("memory:"), open_store(f"sqlite:{path}")]

    assert [type(store) for store in stores] == [MemoryRecords, SqliteRecords]
    for store in stores:
        await store.close()
