"""A sender without retries."""

from typing import TypeVar

from gateway.partner_center.callers import Caller
from gateway.partner_center.sending.calls import Attempts, Call

T = TypeVar("T")


class SingleAttempt:
    """Sends each call by one attempt, so that a test sees what becomes of it."""

    def __init__(self, attempts: Attempts) -> None:
        self._attempts = attempts

    async def send(self, call: Call[T], *, caller: Caller, deadline: float | None) -> T:
        bearer = await caller.bearer(deadline)
        return await self._attempts.attempt(call, caller=caller, bearer=bearer, deadline=deadline)
