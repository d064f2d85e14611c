"""The interface of every store: records by key, leases between processes, and token buckets."""

from math import floor
from typing import Protocol

_ROUNDING = 1e-6
"""Tokens: more than floating-point addition loses."""


class Store(Protocol):
    """Records, leases and token buckets, each with a time to live. Keys and names are stored as they are, so they must
    not contain a token, an idempotency key or a caller in clear text.

    A record's key starts with its kind and a colon, such as `purchase:`. A bounded store shares its space among the
    *owner*s of records; the owner itself is not stored.

    Every call may raise StoreFailed. Whether the write happened is then unknown.
    """

    @property
    def is_shared(self) -> bool:
        """Whether another process, or this one after a restart, can see the contents."""
        ...

    async def get(self, key: str) -> bytes | None:
        """The record; None when it is absent or expired."""
        ...

    async def put(self, key: str, record: bytes, *, keep_s: float, owner: str = "") -> None:
        """Stores the record for *keep_s* seconds and replaces an earlier one."""
        ...

    async def add(self, key: str, record: bytes, *, keep_s: float, owner: str = "") -> bytes | None:
        """Stores the record if there is none. Returns the existing record, or None when this one was added.

        Atomic: of concurrent calls in any number of processes, exactly one gets None.
        """
        ...

    async def remove(self, key: str) -> None:
        """Removes the record if there is one."""
        ...

    async def take(self, name: str, owner: str, *, for_s: float, unless_held: str | None = None) -> bool:
        """Takes the lease for *for_s* seconds from now, or extends it when *owner* holds it already.

        False when another owner holds it, and also when it is free but anyone holds the lease *unless_held*, whose name
        must be the same up to its first slash. A lease reduces conflicts but does not exclude them: an owner that is
        paused may go on after its lease has expired.
        """
        ...

    async def release(self, name: str, owner: str) -> None:
        """Ends the lease if *owner* still holds it."""
        ...

    async def draw(self, bucket: str, tokens: int, *, capacity: int, refill_per_s: float) -> int:
        """Takes up to *tokens* tokens from a bucket and returns how many it took.

        A bucket holds *capacity* tokens, starts full and gains *refill_per_s* tokens per second. Tokens taken by a call
        that raises are lost.
        """
        ...

    async def check(self) -> None:
        """Raises StoreFailed unless the store answers and accepts writes."""
        ...

    async def server_time(self) -> float | None:
        """Seconds since the epoch by the clock of the store's server; None for a store on this machine."""
        ...

    async def close(self) -> None:
        """Closes files and connections. No call may follow."""
        ...


def drawn(tokens: int, *, capacity: int, refill_per_s: float, full_in_s: float) -> tuple[int, float]:
    """How many of *tokens* a bucket gives, and in how many seconds it is full afterwards.

    A bucket is stored as the moment at which it is full again, so an absent bucket is full.
    """
    available = capacity - max(0.0, full_in_s) * refill_per_s
    given = max(0, min(tokens, floor(available + _ROUNDING)))
    return given, max(0.0, full_in_s) + given / refill_per_s
