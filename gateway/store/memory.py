"""Records in this process: gone with it, bounded, the oldest forgotten first."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

_MOST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Kept:
    record: bytes
    expires_at: float


class MemoryRecords:
    def __init__(self, *, clock: Callable[[], float], most_bytes: int = _MOST_BYTES) -> None:
        self._clock = clock
        self._most_bytes = most_bytes
        self._bytes = 0
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    async def get(self, key: str) -> bytes | None:
        kept = self._kept.get(key)
        return kept.record if kept is not None and self._clock() < kept.expires_at else None

    async def put(self, key: str, record: bytes, *, keep_s: float) -> None:
        self._forget(key)
        self._kept[key] = _Kept(record, self._clock() + keep_s)
        self._bytes += len(record)
        while self._bytes > self._most_bytes and len(self._kept) > 1:
            self._forget(next(iter(self._kept)))

    async def close(self) -> None:
        self._kept.clear()

    def _forget(self, key: str) -> None:
        kept = self._kept.pop(key, None)
        self._bytes -= len(kept.record) if kept else 0
