"""Where each kind of store lives: tests open it several times and move its clock."""

from pathlib import Path
from typing import Protocol

from gateway.store.memory import MemoryStore
from gateway.store.redis import RedisStore
from gateway.store.sqlite import SqliteStore
from gateway.store.store import Store
from tests.store.server import RedisServer


class Seconds:
    """A clock that only tests move."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class World(Protocol):
    """`open` gives what another process would have: its own connection to the same records and leases."""

    def open(self) -> Store: ...

    def later(self, seconds: float) -> None: ...


class InMemory:
    """No other process can have it, so `open` always gives the same store."""

    def __init__(self) -> None:
        self._seconds = Seconds()
        self._store = MemoryStore(clock=self._seconds)

    def open(self) -> Store:
        return self._store

    def later(self, seconds: float) -> None:
        self._seconds.now += seconds


class InFile:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._seconds = Seconds()

    def open(self) -> Store:
        return SqliteStore(self._path, clock=self._seconds)

    def later(self, seconds: float) -> None:
        self._seconds.now += seconds


class InRedis:
    def __init__(self, server: RedisServer) -> None:
        self._server = server

    def open(self) -> Store:
        return RedisStore(self._server.url)

    def later(self, seconds: float) -> None:
        self._server.later(seconds)
