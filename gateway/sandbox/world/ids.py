"""New ids, derived from a counter, so that two runs of the same calls produce the same ids."""

from collections.abc import Callable
from hashlib import sha256
from uuid import UUID

from gateway.sandbox.world.store import Store

NewId = Callable[[str, int], UUID]
KIND = "id number"


def numbered_id(kind: str, number: int) -> UUID:
    """A GUID that looks random, but depends only on *kind* and *number*."""
    return UUID(bytes=sha256(f"{kind} {number}".encode()).digest()[:16], version=4)


class Ids:
    """Issues ids. The counters are in the store and survive a reset, so that no id is issued twice."""

    def __init__(self, store: Store, new_id: NewId = numbered_id) -> None:
        self._store = store
        self._new_id = new_id

    def guid(self, kind: str) -> str:
        return str(self._next(kind))

    def hex12(self, kind: str) -> str:
        """Twelve hex digits, the form of order ids in new commerce."""
        return self._next(kind).hex[:12]

    def _next(self, kind: str) -> UUID:
        number = (self._store.read(KIND, kind, int) or 0) + 1
        self._store.write(KIND, kind, number)
        return self._new_id(kind, number)
