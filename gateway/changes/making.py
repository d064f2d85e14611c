"""Makes a change once, however often it is asked for, by one caller at a time.

The state is looked at first: where the change stands already, nothing is sent. `attempts` sends, `records` remembers.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from gateway.changes.attempts import Attempts, Change, Made, unknown
from gateway.changes.records import ChangeRecord, ChangeRecords, Resource
from gateway.errors import (
    ChangeUnknown,
    Forbidden,
    GatewayError,
    Overloaded,
    RecordUnreadable,
    Refused,
    SignInFailed,
    StillRunning,
    StoreFailed,
    Throttled,
    Unauthenticated,
    Unavailable,
)
from gateway.store.locks import ResourceLock, ResourceLocks

S = TypeVar("S")

_SETTLE_S = 5.0
"""How long Partner Center may keep working on an attempt after the gateway gave up waiting for its answer."""
_MIN_TIME_S = 1.0
"""No change starts with less time than this before the request's deadline."""

_LOG = logging.getLogger(__name__)

_UNANSWERED = (Forbidden, Overloaded, SignInFailed, Throttled, Unauthenticated, Unavailable)
"""Failures of a change that was certainly not looked at: the next attempt at it is a repeat, with the same request id."""


class RecordedChange(Change[S], Protocol[S]):
    """A change of one resource that is recorded."""

    @property
    def meaning(self) -> str:
        """What it does to which version of the resource: equal for two calls exactly when they ask for the same."""
        ...


@dataclass(frozen=True, slots=True)
class Timing:
    """The clock (seconds since the epoch, because other processes read what it gave) and the sleep of this module."""

    clock: Callable[[], float] = time.time
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep


class Unsettled(Exception):
    """Nothing was sent because of `error`, but an earlier call may have made the change."""

    def __init__(self, error: GatewayError) -> None:
        super().__init__(error.message)
        self.error = error


class Making:
    """Makes changes. One instance per process."""

    def __init__(self, locks: ResourceLocks, records: ChangeRecords, timing: Timing | None = None) -> None:
        self._locks = locks
        self._records = records
        self._timing = timing or Timing()

    async def make(
        self, resource: Resource, change: RecordedChange[S], *, time_left: Callable[[], float | None]
    ) -> Made[S]:
        """Makes the change, or finds that it stands already. *time_left* is that of the request, in seconds.

        Raises ChangeUnknown when it may have been made, and Unsettled when an earlier call may have made it; all other
        failures mean that nothing was changed. StillRunning among them: another change may arrive at any moment.
        """
        try:
            async with AsyncExitStack() as stack:
                try:
                    lock = await stack.enter_async_context(self._locks.hold(resource.partner, *resource.words))
                except StillRunning as error:
                    raise ChangeUnknown(error.message) from error
                call = _Call(self._records, resource, change, lock, timing=self._timing, time_left=time_left)
                return await call.make()
        except StoreFailed as error:
            return await _found_without_store(change, error)


class _Call(Generic[S]):
    """One change, under the lock of its resource."""

    def __init__(
        self,
        records: ChangeRecords,
        resource: Resource,
        change: RecordedChange[S],
        lock: ResourceLock,
        *,
        timing: Timing,
        time_left: Callable[[], float | None],
    ) -> None:
        self._records = records
        self._resource = resource
        self._change = change
        self._lock = lock
        self._timing = timing
        self._time_left = time_left

    async def make(self) -> Made[S]:
        record = await self._records.get(self._resource)
        is_repeat = record.knows(self._change.meaning)
        before = await self._look(is_repeat=is_repeat)
        if not self._change.stands_in(before) and await self._settle(record):
            before = await self._look(is_repeat=is_repeat)
        if self._change.stands_in(before):
            if record.is_unanswered(self._change.meaning):
                await self._note(record.answered(self._change.meaning, is_made=True))
            return Made(before, before, is_changed=False)
        self._change.check(before)
        await self._records.put(self._resource, record.sent(self._change.meaning, self._timing.clock()))
        return await self._attempt(before, record, is_repeat=is_repeat)

    async def _settle(self, record: ChangeRecord) -> bool:
        """Waits until no unanswered attempt can be running any more; whether that took time.

        An attempt that arrives late would undo what is sent meanwhile.
        """
        wait_s = min(record.last_sent_at + _SETTLE_S - self._timing.clock(), _SETTLE_S)
        if wait_s <= 0:
            return False
        left_s = self._time_left()
        if left_s is not None and left_s < wait_s + _MIN_TIME_S:
            raise self._too_early(record)
        await self._timing.sleep(wait_s)
        return True

    def _too_early(self, record: ChangeRecord) -> GatewayError:
        if record.is_unanswered(self._change.meaning):
            return ChangeUnknown(
                f"{self._change.what} was sent by an earlier call and may still be under way. Repeat the same call a "
                "little later to find out: it is not made twice.",
                retry_after_s=_SETTLE_S,
            )
        return StillRunning(
            "Another change of the same resource has no answer yet. Repeat the same call a little later.",
            retry_after_s=_SETTLE_S,
        )

    async def _attempt(self, before: S, record: ChangeRecord, *, is_repeat: bool) -> Made[S]:
        meaning = self._change.meaning
        request_id = self._resource.request_id(meaning, record.generation)
        attempts = Attempts(self._change, request_id, is_repeat=is_repeat, may_send=self._may_send)
        try:
            made = await attempts.make(before)
        except ChangeUnknown:
            await self._note(record.sent(meaning, self._timing.clock()))  # `_SETTLE_S` counts from here
            raise
        except GatewayError as error:
            await self._note(record if isinstance(error, _UNANSWERED) else record.answered(meaning, is_made=False))
            raise
        await self._note(record.answered(meaning, is_made=True))
        return made

    async def _look(self, *, is_repeat: bool) -> S:
        """The state before the change. A failure must not deny what an earlier call may have done."""
        try:
            return await self._change.read()
        except GatewayError as error:
            failure = error
        if not is_repeat or _is_business(failure):
            raise failure
        if isinstance(failure, Unauthenticated | Forbidden):
            raise Unsettled(failure)
        sentence = f"{self._change.what} was sent by an earlier call, and it cannot be looked for now."
        raise unknown(sentence, failure) from failure

    async def _note(self, record: ChangeRecord) -> None:
        """A failure must not hide what is known, and another process's record must not be replaced."""
        if not self._may_send():
            return
        try:
            await self._records.put(self._resource, record)
        except StoreFailed:
            _LOG.warning("The outcome of a change could not be stored.")

    def _may_send(self) -> bool:
        return not self._lock.is_lost


async def _found_without_store(change: RecordedChange[S], error: StoreFailed) -> Made[S]:
    """The state where the change stands in it. Otherwise raises: this call sent nothing.

    A state without the change says that no earlier call made it, unless there is a record of one that cannot be read.
    """
    try:
        found = await change.read()
    except GatewayError as failure:
        unread = failure
    else:
        if change.stands_in(found):
            return Made(found, found, is_changed=False)
        raise Unsettled(error) if isinstance(error, RecordUnreadable) else error
    if _is_business(unread):
        raise unread
    raise Unsettled(unread if isinstance(unread, Unauthenticated | Forbidden) else error)


def _is_business(error: GatewayError) -> bool:
    """Whether Partner Center refused the request for its content, not for the caller's rights or rate."""
    return isinstance(error, Refused) and not isinstance(error, Forbidden | Throttled)
