"""A generic cache with a time to live and a bound in bytes, which its owners share fairly."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class _Entry(Generic[V]):
    value: V
    owner: str
    size: int
    expires_at: float


@dataclass(slots=True)
class _Share(Generic[K]):
    """The entries of one owner: their keys, least recently used first, and their total size in bytes."""

    keys: OrderedDict[K, None] = field(default_factory=OrderedDict[K, None])
    size: int = 0


class FairCache(Generic[K, V]):
    """Values by key, each with an owner, a size in bytes and a time to live.

    Every call first drops expired values. When space runs out, the owner that holds most loses its least recently used
    value, so an owner never evicts the values of another that holds less.
    """

    def __init__(self, *, clock: Callable[[], float], max_bytes: int) -> None:
        """*clock* gives seconds; *max_bytes* bounds the total size of all values."""
        self._clock = clock
        self._max_bytes = max_bytes
        self._entries: dict[K, _Entry[V]] = {}
        self._shares: dict[str, _Share[K]] = {}
        self._expiries: list[tuple[float, int, K]] = []
        """A heap. It may contain entries that were replaced or removed since; it is rebuilt when these exceed half."""
        self._largest_shares: list[tuple[int, str]] = []
        """A heap of negative sizes, with the owners. It may contain sizes that have changed since, like the other one."""
        self._numbers = count()
        self._size = 0

    def __len__(self) -> int:
        self._drop_expired()
        return len(self._entries)

    @property
    def size(self) -> int:
        """Total bytes of all values."""
        self._drop_expired()
        return self._size

    def get(self, key: K) -> V | None:
        self._drop_expired()
        entry = self._entries.get(key)
        if entry is None:
            return None
        self._shares[entry.owner].keys.move_to_end(key)
        return entry.value

    def put(self, key: K, value: V, *, owner: str, size: int, ttl_s: float) -> bool:
        """Stores the value and replaces an earlier one. False, with nothing stored, when it alone exceeds the bound."""
        self._drop_expired()
        self.remove(key)
        if size > self._max_bytes:
            return False
        while self._size + size > self._max_bytes:
            self._evict(owner, size)
        entry = _Entry(value, owner, size, self._clock() + ttl_s)
        self._entries[key] = entry
        self._shares.setdefault(owner, _Share()).keys[key] = None
        self._resize(owner, size)
        self._add_expiry(key, entry.expires_at)
        return True

    def remove(self, key: K) -> None:
        entry = self._entries.pop(key, None)
        if entry is None:
            return
        self._resize(entry.owner, -entry.size)
        share = self._shares[entry.owner]
        del share.keys[key]
        if not share.keys:
            del self._shares[entry.owner]

    def clear(self) -> None:
        self._entries.clear()
        self._shares.clear()
        self._expiries.clear()
        self._largest_shares.clear()
        self._size = 0

    def _evict(self, newcomer: str, size: int) -> None:
        """Removes a value of the owner that holds most, counting *size* bytes for *newcomer*."""
        most = self._largest()
        own = self._shares.get(newcomer)
        if own is not None and own.size + size >= self._shares[most].size:
            most = newcomer
        self.remove(next(iter(self._shares[most].keys)))

    def _largest(self) -> str:
        """The owner that holds most. There must be one."""
        while True:
            size, owner = self._largest_shares[0]
            share = self._shares.get(owner)
            if share is not None and share.size == -size:
                return owner
            heappop(self._largest_shares)

    def _resize(self, owner: str, by: int) -> None:
        share = self._shares[owner]
        share.size += by
        self._size += by
        heappush(self._largest_shares, (-share.size, owner))
        if len(self._largest_shares) > 2 * len(self._shares):
            self._largest_shares = [(-share.size, owner) for owner, share in self._shares.items()]
            heapify(self._largest_shares)

    def _add_expiry(self, key: K, expires_at: float) -> None:
        heappush(self._expiries, (expires_at, next(self._numbers), key))
        if len(self._expiries) > 2 * len(self._entries):
            self._expiries = [(entry.expires_at, next(self._numbers), key) for key, entry in self._entries.items()]
            heapify(self._expiries)

    def _drop_expired(self) -> None:
        now = self._clock()
        while self._expiries and self._expiries[0][0] <= now:
            _, _, key = heappop(self._expiries)
            entry = self._entries.get(key)
            if entry is not None and entry.expires_at <= now:
                self.remove(key)
