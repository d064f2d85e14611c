"""Work that is to be done once, and what it may end in."""

import asyncio

from gateway.carts.idempotency import Checkpoint, Codec, IdempotentCall, fingerprint
from gateway.errors import Refused

TEXT: Codec[str] = Codec(str.encode, bytes.decode)
"""The answers of the work below, written down."""


class Seconds:
    """A clock in seconds that only tests move."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Pauses:
    """Sleeping that only takes note of how long it would be."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


class Work:
    """Counts how often it is done; answers its own number, or fails as told."""

    def __init__(self, *failures: BaseException) -> None:
        self.done = 0
        self._failures = list(failures)

    async def __call__(self, _: Checkpoint) -> str:
        self.done += 1
        if self._failures:
            raise self._failures.pop(0)
        return f"answer {self.done}"


class SlowWork(Work):
    """Says when it has begun, and waits to be let go."""

    def __init__(self, *failures: BaseException) -> None:
        super().__init__(*failures)
        self.begun = asyncio.Event()
        self.may_end = asyncio.Event()

    async def __call__(self, checkpoint: Checkpoint) -> str:
        self.begun.set()
        await self.may_end.wait()
        return await super().__call__(checkpoint)


def a_call(
    meaning: object = "buy", *, caller: str = "us", operation: str = "checkoutCart", key: str = "a-key-of-ours"
) -> IdempotentCall:
    return IdempotentCall(caller, operation, key, fingerprint(meaning))


def a_refusal(kind: type[Refused] = Refused) -> Refused:
    return kind(
        "Partner Center refused: no.",
        http_status=400,
        partner_center_code="800009",
        description="no",
        retry_after_s=3,
        upstream_correlation_id="theirs",
    )
