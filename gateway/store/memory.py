"""A store in this process: gone with it, and bounded.

Each kind of record has memory of its own, so idempotency records never push out purchases, which protect money. Within a
kind, expired records go first. When it is full all the same, the owner that holds most loses the record it has not used
for longest. A checkout whose record was lost in this way asks Partner Center again.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from gateway.errors import StoreFailed
from gateway.store.buckets import drawn
from gateway.store.fair_cache import FairCache

_MOST_BYTES = 64 * 1024 * 1024
_MOST_BUCKETS = 100_000
RECORD_OVERHEAD = 1_400
"""Bytes of a record's key and bookkeeping at most, as measured with Python 3.11: that of an owner's only record."""


@dataclass(frozen=True, slots=True)
class _Taken:
    owner: str
    expires_at: float


class MemoryStore:
    is_shared = False

    def __init__(self, *, clock: Callable[[], float], most_bytes: int = _MOST_BYTES) -> None:
        """*clock* gives seconds; *most_bytes* bounds the records of each kind, with RECORD_OVERHEAD for each of them."""
        self._clock = clock
        self._most_bytes = most_bytes
        self._records: dict[str, FairCache[str, bytes]] = {}
        self._leases: OrderedDict[str, _Taken] = OrderedDict()
        self._full_at: OrderedDict[str, float] = OrderedDict()

    async def get(self, key: str) -> bytes | None:
        return self._of_kind(key).get(key)

    async def put(self, key: str, record: bytes, *, keep_s: float, owner: str = "") -> None:
        size = len(record) + RECORD_OVERHEAD
        if not self._of_kind(key).put(key, record, owner=owner, size=size, ttl_s=keep_s):
            raise StoreFailed("The record is larger than all the memory that the gateway's store has for its kind.")

    async def add(self, key: str, record: bytes, *, keep_s: float, owner: str = "") -> bytes | None:
        there = await self.get(key)
        if there is None:
            await self.put(key, record, keep_s=keep_s, owner=owner)
        return there

    async def remove(self, key: str) -> None:
        self._of_kind(key).remove(key)

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
        self._records.clear()
        self._leases.clear()
        self._full_at.clear()

    def _of_kind(self, key: str) -> FairCache[str, bytes]:
        kind = key.rpartition(":")[0]
        if kind not in self._records:
            self._records[kind] = FairCache(clock=self._clock, max_bytes=self._most_bytes)
        return self._records[kind]

    def _forget_leases(self, now: float) -> None:
        """Those nobody released, the oldest first, so that they do not add up."""
        while self._leases and next(iter(self._leases.values())).expires_at <= now:
            self._leases.popitem(last=False)

    def _forget_buckets(self, now: float) -> None:
        """Those that are full again, and of too many those drawn from longest ago."""
        while self._full_at and (next(iter(self._full_at.values())) <= now or len(self._full_at) > _MOST_BUCKETS):
            self._full_at.popitem(last=False)
