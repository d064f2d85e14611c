"""What a call writes down before it does what it might not live to tell."""

from collections.abc import Awaitable, Callable


class Note:
    """For a repeat of the call to find.

    `earlier` is what an earlier call under the key wrote, which ended without a final answer; None when there is none.
    """

    def __init__(self, earlier: bytes | None = None, keep: Callable[[bytes], Awaitable[object]] | None = None) -> None:
        self.earlier = earlier
        self._keep = keep

    async def put(self, text: bytes) -> None:
        """Without a key nothing is kept: no repeat could find it. May raise StoreFailed."""
        if self._keep is not None:
            await self._keep(text)
