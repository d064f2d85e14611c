"""Calls that name an idempotency key: the first does the work, the others get its answer.

A key belongs to one caller and one operation, so two tenants using the same key never meet. Final answers are kept in
the store: a result, or a refusal that would be the same again. Who comes while the first is at work waits for it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Generic, TypeVar, cast
from uuid import UUID, uuid5

import msgspec

from gateway.carts.codec import Form, Refusal, refusal
from gateway.carts.notes import Note
from gateway.carts.purchases import is_business
from gateway.carts.rules import CartRule, KeyReused
from gateway.errors import (
    Forbidden,
    GatewayError,
    Overloaded,
    Refused,
    StillRunning,
    StoreFailed,
    Unauthenticated,
)
from gateway.partner_center.plain_json import encode
from gateway.store.leases import leased
from gateway.store.store import Store

T = TypeVar("T")

_LOG = logging.getLogger(__name__)
_INTENTIONS = UUID("8a1d5b1e-6d0c-5f0a-9d2c-0f6f0e4b7c35")


@dataclass(frozen=True, slots=True)
class Intention:
    """One call as its caller meant it. `fingerprint` binds the key to the input."""

    caller: str
    operation: str
    key: str
    fingerprint: bytes

    @property
    def place(self) -> tuple[str, str, str]:
        return self.caller, self.operation, self.key

    @property
    def record_key(self) -> str:
        """Where its answer is kept. A hash: neither the caller nor the key stands in the store in clear text."""
        return f"repeat:{sha256('/'.join(self.place).encode()).hexdigest()}"

    @property
    def request_id(self) -> str:
        """The MS-RequestId of its call: by it Partner Center tells a repeat after an answer that was lost."""
        return str(uuid5(_INTENTIONS, "/".join((*self.place, self.fingerprint.hex()))))


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What a call produced; `replayed` when an earlier call with the same key did the work."""

    value: T
    replayed: bool


def fingerprint(*meaning: object) -> bytes:
    """A hash over plain JSON values that tell what a call means. Aliases and selections are not part of it."""
    return sha256(encode(list(meaning))).digest()


class _Record(msgspec.Struct, frozen=True, array_like=True):
    """`answer` is None, and `note` what was written down, while there is no final answer."""

    fingerprint: bytes
    answer: bytes | Refusal | None
    note: bytes | None = None


_decoder = msgspec.msgpack.Decoder(_Record)


@dataclass(slots=True)
class _Flight:
    """A call at work. `begun` is set once the store was found to hold no earlier answer, or the call has ended, and `over`
    once it has ended.
    """

    fingerprint: bytes
    answer: asyncio.Future[object]
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)


class _Own:
    """An earlier call ended in a failure that belongs to its caller alone."""


def _is_own(error: GatewayError | None) -> bool:
    return isinstance(error, Unauthenticated | Forbidden | Overloaded)


async def _nothing_to_prove() -> None:
    """For callers whose identity is beyond doubt."""


class Repeats:
    """Calls at work in this process, and the final answers in the store. What goes on is never begun twice."""

    def __init__(self, store: Store, *, keep_s: float = 8 * 86_400, wait_s: float = 10) -> None:
        """Answers are kept for *keep_s* seconds: a cart lives for seven days."""
        self._store = store
        self._keep_s = keep_s
        self._wait_s = wait_s
        self._flights: dict[tuple[str, str, str], _Flight] = {}

    async def once(
        self,
        intention: Intention,
        work: Callable[[Note], Awaitable[T]],
        form: Form[T],
        *,
        prove: Callable[[], Awaitable[object]] = _nothing_to_prove,
    ) -> Answer[T]:
        """The answer of *work*, or of the earlier call with this key, whose failure is raised with `replayed` set.

        An earlier call that is under way and ends in a failure of its own caller (its token, its rights, its turn) says
        nothing about this one, which then does the work itself. Before an earlier call's answer is given, *prove* has to
        show that the caller is the one the intention names.

        Raises CartRule when the key was used with another input, StillRunning when the earlier call does not end, and
        StoreFailed, before anything is done, when it cannot be known whether there was one.
        """
        while (flight := self._flights.get(intention.place)) is not None:
            await flight.begun.wait()
            if self._flights.get(intention.place) is flight:
                await prove()
                # The operation in the place decides its answer's type.
                joined = cast("T | _Own", await self._join(flight, intention))
                if not isinstance(joined, _Own) and not _is_own(form.failure(joined)):
                    return Answer(joined, replayed=True)
                await flight.over.wait()
        return await self._first(intention, work, form, prove)

    async def _first(
        self,
        intention: Intention,
        work: Callable[[Note], Awaitable[T]],
        form: Form[T],
        prove: Callable[[], Awaitable[object]],
    ) -> Answer[T]:
        flight = _Flight(intention.fingerprint, asyncio.get_running_loop().create_future())
        flight.answer.add_done_callback(_seen)
        self._flights[intention.place] = flight
        try:
            async with self._alone(intention):
                kept = await self._store.get(intention.record_key)
                earlier = None
                if kept is not None:
                    await prove()
                    answer, earlier = _earlier(kept, intention)
                    if isinstance(answer, Refusal):
                        return Answer(form.refused(answer), replayed=True)
                    if answer is not None:
                        return Answer(form.read(answer), replayed=True)
                flight.begun.set()
                note = Note(earlier, lambda text: self._put(intention, None, text))
                return Answer(await self._work(intention, flight, lambda: work(note), form), replayed=False)
        finally:
            del self._flights[intention.place]
            flight.begun.set()
            flight.over.set()
            flight.answer.cancel()

    def _alone(self, intention: Intention) -> AbstractAsyncContextManager[object]:
        """Waits until no other process is at work under the key. Raises StillRunning when it does not end."""
        if not self._store.is_shared:
            return nullcontext()
        return leased(self._store, intention.record_key, wait_s=self._wait_s)

    async def _work(self, intention: Intention, flight: _Flight, work: Callable[[], Awaitable[T]], form: Form[T]) -> T:
        try:
            value = await work()
        except GatewayError as error:
            flight.answer.set_exception(_repeated(error))
            if isinstance(error, Refused) and is_business(error):
                await self._keep(intention, refusal(error))
            raise
        flight.answer.set_result(value)
        final = form.write(value)
        if final is not None:
            await self._keep(intention, final)
        return value

    async def _keep(self, intention: Intention, answer: bytes | Refusal) -> None:
        """What is done is done: a store that fails now must not hide it."""
        try:
            await self._put(intention, answer)
        except StoreFailed:
            _LOG.warning("The answer to an idempotency key of %s could not be kept.", intention.operation)

    async def _put(self, intention: Intention, answer: bytes | Refusal | None, note: bytes | None = None) -> None:
        record = msgspec.msgpack.encode(_Record(intention.fingerprint, answer, note))
        await self._store.put(intention.record_key, record, keep_s=self._keep_s, owner=intention.caller)

    async def _join(self, flight: _Flight, intention: Intention) -> object:
        if flight.fingerprint != intention.fingerprint:
            raise CartRule(_reused(intention))
        await asyncio.wait([flight.answer], timeout=self._wait_s)
        if not flight.answer.done() or flight.answer.cancelled():
            raise StillRunning(
                "An earlier call with this idempotencyKey has not ended. Repeat the same call a little later."
            )
        error = flight.answer.exception()
        if isinstance(error, GatewayError):
            if _is_own(error):
                return _Own()
            raise _repeated(error)
        return flight.answer.result()


def _earlier(kept: bytes, intention: Intention) -> tuple[bytes | Refusal | None, bytes | None]:
    """The answer in a record, and the note. Raises CartRule when the key meant another input."""
    record = _decoder.decode(kept)
    if record.fingerprint != intention.fingerprint:
        raise CartRule(_reused(intention))
    return record.answer, record.note


def _reused(intention: Intention) -> KeyReused:
    message = "This idempotencyKey was used before with another input. Use a new key for a new intention."
    return KeyReused(message=message, path=("idempotencyKey",), idempotency_key=intention.key)


def _repeated(error: GatewayError) -> GatewayError:
    """The failure of an earlier call, for the repeat of it."""
    repeated = error.copy()
    repeated.replayed = is_business(error)
    return repeated


def _seen(answer: asyncio.Future[object]) -> None:
    if not answer.cancelled():
        answer.exception()
