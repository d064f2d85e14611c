"""A store in an SQLite file: it outlives the process, a crash of it included, and several processes may share it."""

import asyncio
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from gateway.errors import StoreFailed
from gateway.store.buckets import drawn

T = TypeVar("T")

_LAYOUT = 2
"""Counts up when the tables change; kept in the file as its user_version. What 2 has over 1 is the table of leases."""

_TABLES = """
CREATE TABLE IF NOT EXISTS records (key TEXT PRIMARY KEY, record BLOB NOT NULL, expires_at REAL NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS records_by_expiry ON records (expires_at);
CREATE TABLE IF NOT EXISTS leases (name TEXT PRIMARY KEY, owner TEXT NOT NULL, expires_at REAL NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS leases_by_expiry ON leases (expires_at);
"""
_WAIT_S = 5
"""For another process that is writing."""

_FIND = "SELECT record FROM records WHERE key = ? AND expires_at > ?"
_TAKE = """
INSERT INTO leases VALUES (?, ?, ?) ON CONFLICT (name)
DO UPDATE SET owner = excluded.owner, expires_at = excluded.expires_at WHERE owner = excluded.owner
"""

_FULL_AT = "SELECT expires_at FROM leases WHERE name = ?"
_FILL = "INSERT OR REPLACE INTO leases VALUES (?, '', ?)"
"""A bucket is a lease of nobody's, which is over when the bucket is full again."""


class SqliteStore:
    """One connection, used by one thread of its own, so that the event loop never waits for the disk.

    Every write begins with the removal of what is over: it takes the file's write lock, so nothing comes in between.
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
        return await self._do(lambda: self._there(key))

    async def put(self, key: str, record: bytes, *, keep_s: float, owner: str = "") -> None:
        def write() -> None:
            now = self._without_what_is_over("records")
            self._connection.execute("INSERT OR REPLACE INTO records VALUES (?, ?, ?)", (key, record, now + keep_s))

        await self._write(write)

    async def add(self, key: str, record: bytes, *, keep_s: float, owner: str = "") -> bytes | None:
        def write() -> bytes | None:
            now = self._without_what_is_over("records")
            there = self._there(key)
            if there is None:
                self._connection.execute("INSERT INTO records VALUES (?, ?, ?)", (key, record, now + keep_s))
            return there

        return await self._write(write)

    async def remove(self, key: str) -> None:
        await self._write(lambda: self._connection.execute("DELETE FROM records WHERE key = ?", (key,)))

    async def take(self, name: str, owner: str, *, for_s: float) -> bool:
        def write() -> bool:
            now = self._without_what_is_over("leases")
            return self._connection.execute(_TAKE, (name, owner, now + for_s)).rowcount == 1

        return await self._write(write)

    async def release(self, name: str, owner: str) -> None:
        await self._write(
            lambda: self._connection.execute("DELETE FROM leases WHERE name = ? AND owner = ?", (name, owner))
        )

    async def draw(self, bucket: str, tokens: int, *, most: int, a_second: float) -> int:
        name = f"bucket:{bucket}"

        def write() -> int:
            now = self._without_what_is_over("leases")
            row = self._connection.execute(_FULL_AT, (name,)).fetchone()
            full_in_s: float = row[0] - now if row else 0.0
            given, full_in_s = drawn(tokens, most=most, a_second=a_second, full_in_s=full_in_s)
            self._connection.execute(_FILL, (name, now + full_in_s))
            return given

        return await self._write(write)

    async def check(self) -> None:
        """Takes the file's write lock and lets it go, which a file that is full, read-only or spoilt does not grant."""

        def look() -> None:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._connection.execute("SELECT (SELECT 1 FROM records), (SELECT 1 FROM leases)").fetchone()
            finally:
                self._connection.rollback()

        await self._do(look)

    async def close(self) -> None:
        await self._do(self._connection.close)
        self._thread.shutdown()

    def _there(self, key: str) -> bytes | None:
        row = self._connection.execute(_FIND, (key, self._clock())).fetchone()
        return row[0] if row else None

    def _without_what_is_over(self, table: str) -> float:
        """The time now, after everything of the table that ended by then is removed."""
        now = self._clock()
        self._connection.execute(f"DELETE FROM {table} WHERE expires_at <= ?", (now,))  # noqa: S608 -- a name of ours
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
    """The file's connection, its tables made. The file is for its owner alone: carts and orders are in it."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    connection = sqlite3.connect(path, timeout=_WAIT_S, check_same_thread=False)
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
        raise sqlite3.DatabaseError(f"another version of the gateway made it (layout {layout})")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # what is answered as kept survives a power cut
    connection.executescript(f"{_TABLES} PRAGMA user_version = {_LAYOUT};")
