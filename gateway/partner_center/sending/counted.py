"""Calls that count against the allowance of the caller they are made for."""

from typing import TypeVar

from gateway.load.rate_limit import Budgets
from gateway.partner_center.callers import Caller
from gateway.partner_center.sending.calls import Call, Sender

T = TypeVar("T")


class Spending:
    """The sender of one request: each call counts, however often it is repeated.

    A call that writes is never refused, nor one after it: who has begun to buy, or to change a cart, comes to the end.
    """

    def __init__(self, sender: Sender, budgets: Budgets, who: str) -> None:
        self._sender = sender
        self._budgets = budgets
        self._who = who
        self._has_begun = False

    async def send(self, call: Call[T], *, caller: Caller, deadline: float | None) -> T:
        self._has_begun = self._has_begun or call.method != "GET"
        await self.pay()
        return await self._sender.send(call, caller=caller, deadline=deadline)

    async def pay(self) -> None:
        """For a read that another sender makes. Raises Overloaded when the budget is used up."""
        await self._budgets.spend(self._who, is_due=self._has_begun)
