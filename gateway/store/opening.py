"""The store that an address names."""

import time
from pathlib import Path

from gateway.store.memory import MemoryRecords
from gateway.store.records import Records
from gateway.store.sqlite import SqliteRecords

_FILE = "sqlite:"


def open_store(url: str) -> Records:
    """`memory:` or `sqlite:PATH`, as the settings have checked. Raises StoreFailed when it cannot be used."""
    if url.startswith(_FILE):
        return SqliteRecords(Path(url.removeprefix(_FILE)), clock=time.time)
    return MemoryRecords(clock=time.monotonic)
