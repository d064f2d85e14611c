"""Partner Center for the calls of one request: their caller, their deadline, and the number of attempts they took.

The calls themselves are in one small client per resource: `carts`, `catalog`, `orders` and others. They take ids that
were checked where they entered the gateway (`paths`). In addition to the errors that a method's docstring names, a call
may raise Unauthenticated, Forbidden, Refused, Throttled, TimedOut, Unavailable or Malformed. A read may always be
repeated.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Literal, TypeVar

from gateway.partner_center import paths
from gateway.partner_center.callers import Caller
from gateway.partner_center.sending.calls import Call, Sender, new_guid
from gateway.telemetry.requests import Tally

T = TypeVar("T")


class PartnerCenter:
    """Shared by the calls of one request. *deadline* is in the running loop's time and bounds each of them."""

    def __init__(
        self,
        sender: Sender,
        caller: Caller,
        *,
        deadline: float | None = None,
        new_id: Callable[[], str] = new_guid,
        tally: Tally | None = None,
    ) -> None:
        self._sender = sender
        self.caller = caller
        self.deadline = deadline
        self._new_id = new_id
        self.tally = tally or Tally()

    @property
    def time_left(self) -> float | None:
        """Seconds until the deadline; None without one."""
        return None if self.deadline is None else self.deadline - asyncio.get_running_loop().time()

    def until(self, deadline: float) -> "PartnerCenter":
        """The same with another deadline; its calls count in the same tally."""
        return PartnerCenter(self._sender, self.caller, deadline=deadline, new_id=self._new_id, tally=self.tally)

    async def get(
        self,
        *segments: str,
        action: str,
        read: Callable[[bytes], T],
        query: Mapping[str, str | None] | None = None,
        headers: Mapping[str, str] | None = None,
        customer_id: str | None = None,
    ) -> T:
        """GET the resource at *segments* below the API root. Members of *query* that are None are left out."""
        call = Call(
            action=action,
            method="GET",
            path=paths.path(*segments),
            read=read,
            request_id=self._new_id(),
            query={name: value for name, value in (query or {}).items() if value is not None},
            headers=headers or {},
            customer_id=customer_id,
            tally=self.tally,
        )
        return await self._sender.send(call, caller=self.caller, deadline=self.deadline)

    async def ask(
        self,
        *segments: str,
        action: str,
        read: Callable[[bytes], T],
        body: bytes,
        query: Mapping[str, str] | None = None,
        customer_id: str | None = None,
    ) -> T:
        """POST a question at *segments* below the API root, which changes nothing and counts as a read."""
        call = Call(
            action=action,
            method="POST",
            path=paths.path(*segments),
            read=read,
            request_id=self._new_id(),
            query=query or {},
            body=body,
            customer_id=customer_id,
            is_question=True,
            tally=self.tally,
        )
        return await self._sender.send(call, caller=self.caller, deadline=self.deadline)

    async def write(
        self,
        method: Literal["POST", "PUT", "PATCH"],
        *segments: str,
        action: str,
        read: Callable[[bytes], T],
        customer_id: str | None,
        is_repeatable: bool,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        request_id: str | None = None,
        read_accepted: Callable[[bytes], T] | None = None,
    ) -> T:
        """POST, PUT or PATCH at *segments* below the API root, with a request id of its own unless one is given.

        *read_accepted* reads the body of a 202 in place of *read*.
        """
        call = Call(
            action=action,
            method=method,
            path=paths.path(*segments),
            read=read,
            request_id=request_id or self._new_id(),
            headers=headers or {},
            body=body,
            customer_id=customer_id,
            is_repeatable=is_repeatable,
            read_accepted=read_accepted,
            tally=self.tally,
        )
        return await self._sender.send(call, caller=self.caller, deadline=self.deadline)
