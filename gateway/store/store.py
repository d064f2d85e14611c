"""What every store can do: records that outlive a request, leases by which processes take turns, and token buckets."""

from typing import Protocol


class Store(Protocol):
    """Records, leases and buckets, each for its time. Their keys and names are not secret: no token, key or caller in clear text.

    A record's key begins with its kind and a colon, such as `purchase:`. Its *owner*, of whom there may be many, is whose
    share of a bounded store it takes up; the owner is not stored.

    Every call may raise StoreFailed. Then nothing is known: what was to be written may or may not be there.
    """

    @property
    def is_shared(self) -> bool:
        """Whether other processes may see it, now or after a restart of this one."""
        ...

    async def get(self, key: str) -> bytes | None:
        """The record; None when there is none or its time is over."""
        ...

    async def put(self, key: str, record: bytes, *, keep_s: float, owner: str = "") -> None:
        """Keeps the record for *keep_s* seconds, in place of what is there under that key."""
        ...

    async def add(self, key: str, record: bytes, *, keep_s: float, owner: str = "") -> bytes | None:
        """Keeps the record unless one is there, and gives the one that is there; None when this one was added.

        Of many at once, in whatever process and with whatever record, exactly one is told None.
        """
        ...

    async def remove(self, key: str) -> None:
        """No record is there any more."""
        ...

    async def take(self, name: str, owner: str, *, for_s: float) -> bool:
        """Takes the lease for *for_s* seconds from now, when it is free, over, or the owner's already.

        False when it is another's. A lease is help, not proof: an owner that is paused outlives its own.
        """
        ...

    async def release(self, name: str, owner: str) -> None:
        """Ends the lease, if it is still the owner's."""
        ...

    async def draw(self, bucket: str, tokens: int, *, most: int, a_second: float) -> int:
        """Takes up to so many *tokens* from a bucket, and tells how many: it holds *most*, at first too, and fills by
        *a_second*. What a call that failed has taken is lost.
        """
        ...

    async def check(self) -> None:
        """Raises StoreFailed unless the store answers and takes what is written."""
        ...

    async def close(self) -> None:
        """Lets go of files and connections. No call may follow."""
        ...
