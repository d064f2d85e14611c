"""The attempts at one change: at most two, and the second only where the first certainly was not carried out.

A change without an answer may have been made. Another look tells; where it does not, the outcome is unknown.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from gateway.errors import ChangeUnknown, GatewayError, Unavailable

S = TypeVar("S")

_ITS_OWN_FAILURES = frozenset({500, 503})
"""Statuses after which no attempt is under way any more. A proxy answers others while one may be."""


@dataclass(frozen=True, slots=True)
class Answered(Generic[S]):
    """What an answer says: the state after the change, and whether Partner Center is still at work on it."""

    state: S
    is_pending: bool = False


@dataclass(frozen=True, slots=True)
class Made(Generic[S]):
    """The state before the change, the one in which it stands or is on its way, and whether this call sent it."""

    before: S
    after: S
    is_changed: bool
    is_pending: bool = False


class Change(Protocol[S]):
    """One change, and how to look for it in a state that Partner Center shows."""

    @property
    def what(self) -> str:
        """Begins a sentence about it: `The cancellation`."""
        ...

    def stands_in(self, state: S) -> bool:
        """Whether the state is as the change would leave it."""
        ...

    async def read(self) -> S:
        """The present state."""
        ...

    def check(self, state: S) -> None:
        """Raises the gateway's own refusal to make the change to *state*, in which it does not stand."""
        ...

    async def send(self, state: S, request_id: str) -> Answered[S]:
        """Asks Partner Center once to make the change to *state*."""
        ...

    async def found_by(self, refusal: GatewayError) -> S | None:
        """The state where the refusal means that the change stands already; None where it means anything else.

        Raises another failure where that says better why nothing was changed.
        """
        ...

    def is_under_way(self, refusal: GatewayError) -> bool:
        """Whether Partner Center refuses because it is still at work on an earlier change."""
        ...


class Attempts(Generic[S]):
    """Attempts at one change, which all have one request id."""

    def __init__(
        self,
        change: Change[S],
        request_id: str,
        *,
        is_repeat: bool = False,
        may_send: Callable[[], bool] = lambda: True,
    ) -> None:
        """*is_repeat*: an earlier call sent the same change and was not refused. *may_send* is asked before each one."""
        self._change = change
        self._request_id = request_id
        self._is_repeat = is_repeat
        self._may_send = may_send

    async def make(self, before: S) -> Made[S]:
        """Makes the change to *before*, which was checked.

        Raises ChangeUnknown when it may have been made; all other failures mean that this call changed nothing.
        """
        if not self._may_send():
            raise self._overtaken()
        try:
            return await self._sent(before, before)
        except GatewayError as error:
            failure = error
        if failure.maybe_done:
            return await self._after_no_answer(before, failure)
        if self._is_repeat and self._change.is_under_way(failure):
            return Made(before, before, is_changed=True, is_pending=True)
        found = await self._change.found_by(failure)
        if found is None:
            raise failure
        return Made(before, found, is_changed=False)

    async def _after_no_answer(self, before: S, lost: GatewayError) -> Made[S]:
        found = await self._look(lost)
        if self._change.stands_in(found):
            return Made(before, found, is_changed=True)
        if not self._may_repeat(found, lost):
            raise self._unknown(lost) from lost
        try:
            return await self._sent(before, found)
        except GatewayError as error:
            failure = error
        if self._change.is_under_way(failure):
            return Made(before, found, is_changed=True, is_pending=True)
        after = await self._found_after(failure)
        if after is None:
            raise self._unknown(failure) from failure
        return Made(before, after, is_changed=True)

    async def _sent(self, before: S, state: S) -> Made[S]:
        answered = await self._change.send(state, self._request_id)
        return Made(before, answered.state, is_changed=True, is_pending=answered.is_pending)

    def _may_repeat(self, found: S, lost: GatewayError) -> bool:
        """Whether the first attempt certainly was not carried out, and nothing speaks against another one."""
        if not (isinstance(lost, Unavailable) and lost.http_status in _ITS_OWN_FAILURES and self._may_send()):
            return False
        try:
            self._change.check(found)
        except GatewayError:
            return False
        return True

    async def _found_after(self, failure: GatewayError) -> S | None:
        """The state after a second failure; None where the change does not stand in it."""
        if failure.maybe_done:
            found = await self._look(failure)
            return found if self._change.stands_in(found) else None
        try:
            return await self._change.found_by(failure)
        except GatewayError as error:
            raise self._unknown(failure) from error

    async def _look(self, lost: GatewayError) -> S:
        try:
            return await self._change.read()
        except GatewayError as error:
            raise self._unknown(lost) from error

    def _overtaken(self) -> ChangeUnknown:
        return ChangeUnknown(
            f"{self._change.what} was not sent by this call, but another one may be making it. Repeat the same call to "
            "find out: it is not made twice."
        )

    def _unknown(self, error: GatewayError) -> ChangeUnknown:
        return unknown(f"{self._change.what} was sent, but no answer says whether it was made.", error)


def unknown(sentence: str, error: GatewayError) -> ChangeUnknown:
    """The failure that says so, with what *error* says about waiting and support."""
    return ChangeUnknown(
        f"{sentence} Repeat the same call to find out: it is not made twice.",
        retry_after_s=error.retry_after_s,
        upstream_correlation_id=error.upstream_correlation_id,
    )
