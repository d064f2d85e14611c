"""Where each kind of store lives: tests open it several times and move its clock."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

from gateway.errors import StoreFailed
from gateway.store.memory import MemoryStore
from gateway.store.redis import RedisStore
from gateway.store.sqlite import SqliteStore
from gateway.store.store import Store
from tests.store.cluster import RedisCluster
from tests.store.sentinels import Sentinels
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
    def __init__(self, servers: RedisServer | Sentinels | RedisCluster) -> None:
        self._servers = servers

    def open(self) -> Store:
        return RedisStore(self._servers.url)

    def later(self, seconds: float) -> None:
        self._servers.later(seconds)


async def until_it_works(call: Callable[[], Awaitable[object]], *, within_s: float = 20) -> list[float]:
    """Repeats a call until it is answered. The seconds that each failure of the store took."""
    failures: list[float] = []
    deadline = time.monotonic() + within_s
    while True:
        begun = time.monotonic()
        try:
            await call()
        except StoreFailed:
            failures.append(time.monotonic() - begun)
            assert time.monotonic() < deadline, "the store does not come back"
            await asyncio.sleep(0.01)
        else:
            return failures
