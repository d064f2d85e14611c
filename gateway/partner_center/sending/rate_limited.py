"""Calls that count against the rate limit of the caller they are made for."""

from typing import TypeVar

from gateway.load.rate_limit import RateLimit
from gateway.partner_center.callers import Caller
from gateway.partner_center.sending.calls import Call, Sender

T = TypeVar("T")


class RateLimitedSender:
    """The sender of one request. Each call counts once, however many attempts it takes.

    A write is never refused, nor is any call after one: a caller that has begun to buy or to change a cart can finish.
    """

    def __init__(self, sender: Sender, rate_limit: RateLimit, key: str) -> None:
        """*key* is the name of the caller in the rate limit."""
        self._sender = sender
        self._rate_limit = rate_limit
        self._key = key
        self._has_written = False

    async def send(self, call: Call[T], *, caller: Caller, deadline: float | None) -> T:
        self._has_written = self._has_written or not call.is_read
        await self.count_call()
        return await self._sender.send(call, caller=caller, deadline=deadline)

    async def count_call(self) -> None:
        """Count a read that another sender makes. Raises Overloaded when the rate limit is reached."""
        await self._rate_limit.count_call(self._key, refusable=not self._has_written)
