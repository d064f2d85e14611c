"""The store that an address names."""

import time
from pathlib import Path

from gateway.store.memory import MemoryStore
from gateway.store.redis import RedisStore
from gateway.store.sqlite import SqliteStore
from gateway.store.store import Store

_FILE = "sqlite:"


def open_store(url: str) -> Store:
    """`memory:`, `sqlite:PATH`, `redis://…` or `rediss://…`. Raises StoreFailed when it cannot be used.

    A server that is away is no reason: it may come back, and `Store.check` tells.
    """
    if url == "memory:":
        return MemoryStore(clock=time.monotonic)
    if url.startswith(_FILE):
        return SqliteStore(Path(url.removeprefix(_FILE)), clock=time.time)
    return RedisStore(url)
