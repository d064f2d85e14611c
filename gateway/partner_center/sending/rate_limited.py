"""Calls that count against the rate limit of the caller they are made for."""

from typing import TypeVar

from gateway.load.rate_limit import Budgets
from gateway.partner_center.callers import Caller
from gateway.partner_center.sending.calls import Call, Sender

T = TypeVar("T")


class RateLimitedSender:
    """The sender of one request. Each call counts once, however many attempts it takes.

    A write is never refused, nor a call after one: whoever has begun to buy or to change a cart can finish.
    """

    def __init__(self, sender: Sender, limits: Budgets, who: str) -> None:
        """*who* is the caller as the rate limit knows it."""
        self._sender = sender
        self._limits = limits
        self._who = who
        self._has_written = False

    async def send(self, call: Call[T], *, caller: Caller, deadline: float | None) -> T:
        self._has_written = self._has_written or call.method != "GET"
        await self.count_call()
        return await self._sender.send(call, caller=caller, deadline=deadline)

    async def count_call(self) -> None:
        """Count a read that another sender makes. Raises Overloaded when the rate limit is reached."""
        await self._limits.spend(self._who, is_due=self._has_written)
