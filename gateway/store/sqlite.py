"""A store in an SQLite file: it survives a crash of the process, and several processes may share it."""

import asyncio
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from gateway.errors import StoreFailed
from gateway.store.store import drawn

T = TypeVar("T")

_LAYOUT = 2
"""The file's user_version, incremented when the tables change. Version 2 added the table of leases."""

_TABLES = """
CREATE TABLE IF NOT EXISTS records (key TEXT PRIMARY KEY, record BLOB NOT NULL, expires_at REAL NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS records_by_expiry ON records (expires_at);
CREATE TABLE IF NOT EXISTS leases (name TEXT PRIMARY KEY, owner TEXT NOT NULL, expires_at REAL NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS leases_by_expiry ON leases (expires_at);
"""
_BUSY_TIMEOUT_S = 5
"""How long a write waits for that of another process."""

_FIND = "SELECT record FROM records WHERE key = ? AND expires_at > ?"
_HOLDER = "SELECT owner FROM leases WHERE name = ?"
_SET_LEASE = "INSERT OR REPLACE INTO leases VALUES (?, ?, ?)"
_FULL_AT = "SELECT expires_at FROM leases WHERE name = ?"
"""A bucket is stored as a lease without an owner that expires when the bucket is full."""


class SqliteStore:
    """One connection, used by one dedicated thread, so that the event loop never waits for the disk.

    Every write begins by deleting expired rows, which takes the file's write lock and so makes the rest atomic.
    """

    is_shared = True

    def __init__(self, path: Path, *, clock: Callable[[], float]) -> None:
        """*clock* gives seconds since the epoch. Raises StoreFailed when the file cannot be used."""
        self._clock = clock
        try:
            self._connection = _opened(path)
        except (OSError, sqlite3.Error) as error:
            raise StoreFailed(f"The store's file {path} cannot be used: {error}.") from error
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")

    async def get(self, key: str) -> bytes | None:
        return await self._do(lambda: self._record(key))

    async def put(self, key: str, record: bytes, *, keep_s: float, owner: str = "") -> None:
        def write() -> None:
            now = self._delete_expired("records")
            self._connection.execute("INSERT OR REPLACE INTO records VALUES (?, ?, ?)", (key, record, now + keep_s))

        await self._write(write)

    async def add(self, key: str, record: bytes, *, keep_s: float, owner: str = "") -> bytes | None:
        def write() -> bytes | None:
            now = self._delete_expired("records")
            existing = self._record(key)
            if existing is None:
                self._connection.execute("INSERT INTO records VALUES (?, ?, ?)", (key, record, now + keep_s))
            return existing

        return await self._write(write)

    async def remove(self, key: str) -> None:
        await self._write(lambda: self._connection.execute("DELETE FROM records WHERE key = ?", (key,)))

    async def take(self, name: str, owner: str, *, for_s: float, unless_held: str | None = None) -> bool:
        def write() -> bool:
            now = self._delete_expired("leases")
            holder = self._holder(name)
            if holder is None and unless_held is not None and self._holder(unless_held) is not None:
                return False
            if holder not in {None, owner}:
                return False
            self._connection.execute(_SET_LEASE, (name, owner, now + for_s))
            return True

        return await self._write(write)

    async def release(self, name: str, owner: str) -> None:
        await self._write(
            lambda: self._connection.execute("DELETE FROM leases WHERE name = ? AND owner = ?", (name, owner))
        )

    async def draw(self, bucket: str, tokens: int, *, capacity: int, refill_per_s: float) -> int:
        name = f"bucket:{bucket}"

        def write() -> int:
            now = self._delete_expired("leases")
            row = self._connection.execute(_FULL_AT, (name,)).fetchone()
            full_in_s: float = row[0] - now if row else 0.0
            given, full_in_s = drawn(tokens, capacity=capacity, refill_per_s=refill_per_s, full_in_s=full_in_s)
            self._connection.execute(_SET_LEASE, (name, "", now + full_in_s))
            return given

        return await self._write(write)

    async def check(self) -> None:
        """Takes and releases the file's write lock, which fails when the file is read-only or damaged."""

        def look() -> None:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._connection.execute("SELECT (SELECT 1 FROM records), (SELECT 1 FROM leases)").fetchone()
            finally:
                self._connection.rollback()

        await self._do(look)

    async def server_time(self) -> None:
        """None: there is no server."""

    async def close(self) -> None:
        await self._do(self._connection.close)
        self._thread.shutdown()

    def _record(self, key: str) -> bytes | None:
        row = self._connection.execute(_FIND, (key, self._clock())).fetchone()
        return row[0] if row else None

    def _holder(self, name: str) -> str | None:
        row = self._connection.execute(_HOLDER, (name,)).fetchone()
        return row[0] if row else None

    def _delete_expired(self, table: str) -> float:
        """Deletes expired rows, and returns the time by which they were judged."""
        now = self._clock()
        self._connection.execute(f"DELETE FROM {table} WHERE expires_at <= ?", (now,))  # noqa: S608 -- the name is a literal above
        return now

    async def _write(self, work: Callable[[], T]) -> T:
        def transaction() -> T:
            with self._connection:
                return work()

        return await self._do(transaction)

    async def _do(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except sqlite3.Error as error:
            raise StoreFailed("The gateway's store does not answer.") from error


def _opened(path: Path) -> sqlite3.Connection:
    """A connection to the file with its tables created.

    Only the file's owner may read it: it holds carts and orders.
    """
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    connection = sqlite3.connect(path, timeout=_BUSY_TIMEOUT_S, check_same_thread=False)
    try:
        _prepare(connection)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection) -> None:
    with closing(connection.execute("PRAGMA user_version")) as found:
        layout: int = found.fetchone()[0]
    if layout not in range(_LAYOUT + 1):
        raise sqlite3.DatabaseError(f"it was made by another version of the gateway (layout {layout})")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # an acknowledged write survives a power cut
    connection.executescript(f"{_TABLES} PRAGMA user_version = {_LAYOUT};")
