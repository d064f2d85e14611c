"""A store in the memory of this process, bounded in size.

Each kind of record has its own memory, so idempotency records never evict purchases, which protect money. Within a
kind, expired records go first; after that, the owner that holds most loses its least recently used record. A checkout
whose record was evicted asks Partner Center again.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from gateway.errors import StoreFailed
from gateway.store.fair_cache import FairCache
from gateway.store.store import drawn

_MAX_BYTES = 64 * 1024 * 1024
_MAX_BUCKETS = 100_000
RECORD_OVERHEAD = 1_700
"""Upper bound, in bytes, of a record's key and bookkeeping. Measured with Python 3.11 for an owner's only record."""


@dataclass(frozen=True, slots=True)
class _LeaseEntry:
    owner: str
    expires_at: float


class MemoryStore:
    is_shared = False

    def __init__(self, *, clock: Callable[[], float], max_bytes: int = _MAX_BYTES) -> None:
        """*clock* gives seconds; *max_bytes* bounds each kind of record, counting RECORD_OVERHEAD for every record."""
        self._clock = clock
        self._max_bytes = max_bytes
        self._records: dict[str, FairCache[str, bytes]] = {}
        self._leases: OrderedDict[str, _LeaseEntry] = OrderedDict()
        self._full_at: OrderedDict[str, float] = OrderedDict()

    async def get(self, key: str) -> bytes | None:
        return self._of_kind(key).get(key)

    async def put(self, key: str, record: bytes, *, keep_s: float, owner: str = "") -> None:
        size = len(record) + RECORD_OVERHEAD
        if not self._of_kind(key).put(key, record, owner=owner, size=size, ttl_s=keep_s):
            raise StoreFailed("The record is larger than the memory of the gateway's store for this kind of record.")

    async def add(self, key: str, record: bytes, *, keep_s: float, owner: str = "") -> bytes | None:
        existing = await self.get(key)
        if existing is None:
            await self.put(key, record, keep_s=keep_s, owner=owner)
        return existing

    async def remove(self, key: str) -> None:
        self._of_kind(key).remove(key)

    async def take(self, name: str, owner: str, *, for_s: float, unless_held: str | None = None) -> bool:
        now = self._clock()
        self._drop_expired_leases(now)
        holder = self._holder(name, now)
        if holder is None and unless_held is not None and self._holder(unless_held, now) is not None:
            return False
        if holder not in {None, owner}:
            return False
        self._leases[name] = _LeaseEntry(owner, now + for_s)
        self._leases.move_to_end(name)
        return True

    async def release(self, name: str, owner: str) -> None:
        entry = self._leases.get(name)
        if entry is not None and entry.owner == owner:
            del self._leases[name]

    async def draw(self, bucket: str, tokens: int, *, capacity: int, refill_per_s: float) -> int:
        now = self._clock()
        given, full_in_s = drawn(
            tokens, capacity=capacity, refill_per_s=refill_per_s, full_in_s=self._full_at.get(bucket, now) - now
        )
        self._full_at[bucket] = now + full_in_s
        self._full_at.move_to_end(bucket)
        self._drop_full_buckets(now)
        return given

    async def check(self) -> None:
        """Memory always answers."""

    async def server_time(self) -> None:
        """None: there is no server."""

    async def close(self) -> None:
        self._records.clear()
        self._leases.clear()
        self._full_at.clear()

    def _of_kind(self, key: str) -> FairCache[str, bytes]:
        kind = key.rpartition(":")[0]
        if kind not in self._records:
            self._records[kind] = FairCache(clock=self._clock, max_bytes=self._max_bytes)
        return self._records[kind]

    def _holder(self, name: str, now: float) -> str | None:
        entry = self._leases.get(name)
        return entry.owner if entry is not None and now < entry.expires_at else None

    def _drop_expired_leases(self, now: float) -> None:
        """Begins with the lease taken longest ago, so that leases that were never released do not accumulate."""
        while self._leases and next(iter(self._leases.values())).expires_at <= now:
            self._leases.popitem(last=False)

    def _drop_full_buckets(self, now: float) -> None:
        """When there are too many buckets, also drops those that were drawn from longest ago."""
        while self._full_at and (next(iter(self._full_at.values())) <= now or len(self._full_at) > _MAX_BUCKETS):
            self._full_at.popitem(last=False)
