"""A store in this process: gone with it, bounded, the oldest record forgotten first."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from gateway.store.buckets import drawn

_MOST_BYTES = 64 * 1024 * 1024
_MOST_BUCKETS = 100_000


@dataclass(frozen=True, slots=True)
class _Kept:
    record: bytes
    expires_at: float


@dataclass(frozen=True, slots=True)
class _Taken:
    owner: str
    expires_at: float


class MemoryStore:
    is_shared = False

    def __init__(self, *, clock: Callable[[], float], most_bytes: int = _MOST_BYTES) -> None:
        """*clock* gives seconds; *most_bytes* bounds all records together."""
        self._clock = clock
        self._most_bytes = most_bytes
        self._bytes = 0
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._leases: OrderedDict[str, _Taken] = OrderedDict()
        self._full_at: OrderedDict[str, float] = OrderedDict()

    async def get(self, key: str) -> bytes | None:
        return self._there(key)

    async def put(self, key: str, record: bytes, *, keep_s: float) -> None:
        self._keep(key, record, keep_s)

    async def add(self, key: str, record: bytes, *, keep_s: float) -> bytes | None:
        there = self._there(key)
        if there is None:
            self._keep(key, record, keep_s)
        return there

    async def remove(self, key: str) -> None:
        self._forget(key)

    async def take(self, name: str, owner: str, *, for_s: float) -> bool:
        now = self._clock()
        self._forget_leases(now)
        taken = self._leases.get(name)
        if taken is not None and taken.owner != owner and now < taken.expires_at:
            return False
        self._leases[name] = _Taken(owner, now + for_s)
        self._leases.move_to_end(name)
        return True

    async def release(self, name: str, owner: str) -> None:
        taken = self._leases.get(name)
        if taken is not None and taken.owner == owner:
            del self._leases[name]

    async def draw(self, bucket: str, tokens: int, *, most: int, a_second: float) -> int:
        now = self._clock()
        given, full_in_s = drawn(tokens, most=most, a_second=a_second, full_in_s=self._full_at.get(bucket, now) - now)
        self._full_at[bucket] = now + full_in_s
        self._full_at.move_to_end(bucket)
        self._forget_buckets(now)
        return given

    async def check(self) -> None:
        """Memory always answers."""

    async def close(self) -> None:
        self._kept.clear()
        self._leases.clear()
        self._full_at.clear()

    def _there(self, key: str) -> bytes | None:
        kept = self._kept.get(key)
        return kept.record if kept is not None and self._clock() < kept.expires_at else None

    def _keep(self, key: str, record: bytes, keep_s: float) -> None:
        self._forget(key)
        self._kept[key] = _Kept(record, self._clock() + keep_s)
        self._bytes += len(record)
        while self._bytes > self._most_bytes and len(self._kept) > 1:
            self._forget(next(iter(self._kept)))

    def _forget(self, key: str) -> None:
        kept = self._kept.pop(key, None)
        self._bytes -= len(kept.record) if kept else 0

    def _forget_leases(self, now: float) -> None:
        """Those nobody released, the oldest first, so that they do not add up."""
        while self._leases and next(iter(self._leases.values())).expires_at <= now:
            self._leases.popitem(last=False)

    def _forget_buckets(self, now: float) -> None:
        """Those that are full again, and of too many those drawn from longest ago."""
        while self._full_at and (next(iter(self._full_at.values())) <= now or len(self._full_at) > _MOST_BUCKETS):
            self._full_at.popitem(last=False)
