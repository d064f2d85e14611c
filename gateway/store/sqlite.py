"""Records in an SQLite file: they outlive the process, a crash of it included."""

import asyncio
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from gateway.errors import StoreFailed

T = TypeVar("T")

_LAYOUT = 1
"""Counts up when the tables change; kept in the file as its user_version."""

_TABLES = """
CREATE TABLE IF NOT EXISTS records (key TEXT PRIMARY KEY, record BLOB NOT NULL, expires_at REAL NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS records_by_expiry ON records (expires_at);
"""
_WAIT_S = 5
"""For another process that is writing."""


class SqliteRecords:
    """One connection, used by one thread of its own, so that the event loop never waits for the disk."""

    def __init__(self, path: Path, *, clock: Callable[[], float]) -> None:
        """*clock* gives seconds since the epoch. Raises StoreFailed when the file cannot be used."""
        self._clock = clock
        try:
            self._connection = _opened(path)
        except (OSError, sqlite3.Error) as error:
            raise StoreFailed(f"The store's file {path} cannot be used: {error}.") from error
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")

    async def get(self, key: str) -> bytes | None:
        query = "SELECT record FROM records WHERE key = ? AND expires_at > ?"
        row = await self._do(lambda: self._connection.execute(query, (key, self._clock())).fetchone())
        return row[0] if row else None

    async def put(self, key: str, record: bytes, *, keep_s: float) -> None:
        now = self._clock()

        def write() -> None:
            with self._connection:
                self._connection.execute("DELETE FROM records WHERE expires_at <= ?", (now,))
                self._connection.execute("INSERT OR REPLACE INTO records VALUES (?, ?, ?)", (key, record, now + keep_s))

        await self._do(write)

    async def close(self) -> None:
        await self._do(self._connection.close)
        self._thread.shutdown()

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
    if layout not in {0, _LAYOUT}:
        raise sqlite3.DatabaseError(f"another version of the gateway made it (layout {layout})")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # what is answered as kept survives a power cut
    connection.executescript(f"{_TABLES} PRAGMA user_version = {_LAYOUT};")
