"""Opens the store at an address."""

import time
from pathlib import Path

from gateway.store.memory import MemoryStore
from gateway.store.sqlite import SqliteStore
from gateway.store.store import Store

_SQLITE = "sqlite:"


def open_store(url: str) -> Store:
    """The store at `memory:`, `sqlite:PATH` or a URL of `addresses`. Raises StoreFailed for an unusable file or URL.

    Does not connect to a server: one that is down may come back, and `Store.check` reports its state.
    """
    if url == "memory:":
        return MemoryStore(clock=time.monotonic)
    if url.startswith(_SQLITE):
        return SqliteStore(Path(url.removeprefix(_SQLITE)), clock=time.time)
    from gateway.store.redis import RedisStore  # noqa: PLC0415 - its client takes long to load

    return RedisStore(url)
