"""What every store can do."""

from typing import Protocol


class Records(Protocol):
    """Records by key, each kept for its time. Every call may raise StoreFailed; then nothing is known of the record."""

    async def get(self, key: str) -> bytes | None:
        """The record; None when there is none or its time is over."""
        ...

    async def put(self, key: str, record: bytes, *, keep_s: float) -> None:
        """Keeps the record for *keep_s* seconds, in place of what is there under that key."""
        ...

    async def close(self) -> None:
        """Lets go of files and connections. No call may follow."""
        ...
