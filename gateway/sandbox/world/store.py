"""What the sandbox remembers: JSON documents by kind and key, in SQLite, in memory or in a file."""

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
    """Documents in the order in which they were first written. One per sandbox; closed by the sandbox.

    *path* None keeps them in memory; a file survives the process, killed or not.
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

    def listed(self, kind: str, shape: type[Shape], *, under: str = "") -> list[Shape]:
        """The documents of *kind* whose key starts with *under*, oldest first."""
        rows = self._connection.execute(
            "select body from documents where kind = ? and key >= ? and key < ? order by number",
            (kind, under, under + _LAST),
        )
        return [msgspec.json.decode(row[0], type=shape) for row in rows]

    def forget_all(self, *, but: Sequence[str]) -> None:
        """Everything except the documents of these kinds."""
        places = ", ".join("?" for _ in but)
        self._connection.execute(f"delete from documents where kind not in ({places})", but)  # noqa: S608 question marks only

    @contextmanager
    def all_or_nothing(self) -> Generator[None]:
        """What is written inside is kept together, and not at all when an exception leaves. May be nested."""
        self._connection.execute("savepoint these")
        try:
            yield
        except BaseException:
            self._connection.execute("rollback to these")
            self._connection.execute("release these")
            raise
        self._connection.execute("release these")

    @contextmanager
    def nothing_kept(self) -> Generator[None]:
        """What is written inside is taken back at the end."""
        self._connection.execute("savepoint these")
        try:
            yield
        finally:
            self._connection.execute("rollback to these")
            self._connection.execute("release these")

    def close(self) -> None:
        self._connection.close()
