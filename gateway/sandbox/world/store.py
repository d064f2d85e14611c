"""Storage: JSON documents by kind and key, in an SQLite database in memory or in a file."""

import sqlite3
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec

Shape = TypeVar("Shape")

_SCHEMA = """
create table if not exists documents (
    number integer primary key autoincrement,
    kind text not null,
    key text not null,
    body blob not null,
    unique (kind, key)
)
"""
_WRITE = """
insert into documents (kind, key, body) values (?, ?, ?)
on conflict (kind, key) do update set body = excluded.body
"""
_LAST = chr(0x10FFFF)


class Store:
    """Documents, listed in the order of their first write. Each sandbox owns one store, and closes it.

    With *path* None they are in memory. A file survives the process, even one that was killed.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        self._connection = sqlite3.connect(
            ":memory:" if path is None else path, isolation_level=None, check_same_thread=False
        )
        self._connection.execute("pragma journal_mode = wal")
        self._connection.execute("pragma synchronous = normal")
        self._connection.execute(_SCHEMA)

    def read(self, kind: str, key: str, shape: type[Shape]) -> Shape | None:
        row = self._connection.execute("select body from documents where kind = ? and key = ?", (kind, key)).fetchone()
        return None if row is None else msgspec.json.decode(row[0], type=shape)

    def write(self, kind: str, key: str, value: object) -> None:
        self._connection.execute(_WRITE, (kind, key, msgspec.json.encode(value)))

    def read_all(self, kind: str, shape: type[Shape], *, prefix: str = "") -> list[Shape]:
        """The documents of *kind* whose key starts with *prefix*, oldest first."""
        rows = self._connection.execute(
            "select body from documents where kind = ? and key >= ? and key < ? order by number",
            (kind, prefix, prefix + _LAST),
        )
        return [msgspec.json.decode(row[0], type=shape) for row in rows]

    def delete_all(self, *, except_kinds: Sequence[str]) -> None:
        placeholders = ", ".join("?" for _ in except_kinds)
        self._connection.execute(f"delete from documents where kind not in ({placeholders})", except_kinds)  # noqa: S608 question marks only

    @contextmanager
    def transaction(self) -> Generator[None]:
        """Writes inside the block take effect together, or not at all if it raises. May be nested."""
        self._connection.execute("savepoint block")
        try:
            yield
        except BaseException:
            self._connection.execute("rollback to block")
            self._connection.execute("release block")
            raise
        self._connection.execute("release block")

    @contextmanager
    def discarded(self) -> Generator[None]:
        """Writes inside the block are rolled back at its end."""
        self._connection.execute("savepoint block")
        try:
            yield
        finally:
            self._connection.execute("rollback to block")
            self._connection.execute("release block")

    def close(self) -> None:
        self._connection.close()
