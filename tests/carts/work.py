"""Work for idempotent calls, and the failures it may end in."""

import asyncio

from gateway.carts.idempotency import Checkpoint, Codec, IdempotentCall, fingerprint
from gateway.errors import Refused

TEXT: Codec[str] = Codec(str.encode, bytes.decode)
"""The codec for the answers of `Work`."""


class Seconds:
    """A clock in seconds that only tests move."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Pauses:
    """A sleep that returns at once and records the seconds it was asked for."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


class Work:
    """Counts its runs. Answers with the number of the run, or raises the given failures in order first."""

    def __init__(self, *failures: BaseException) -> None:
        self.done = 0
        self._failures = list(failures)

    async def __call__(self, _: Checkpoint) -> str:
        self.done += 1
        if self._failures:
            raise self._failures.pop(0)
        return f"answer {self.done}"


class SlowWork(Work):
    """Signals that it has begun and waits until it may end."""

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
