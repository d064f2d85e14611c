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
from typing import Generic, Never, TypeVar, cast
from uuid import UUID, uuid5

import msgspec

from gateway.carts.outcome import is_business
from gateway.carts.rules import CartRule, KeyReused
from gateway.errors import (
    Conflict,
    Forbidden,
    GatewayError,
    NotFound,
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


_KINDS: dict[str, type[Refused]] = {kind.__name__: kind for kind in (Refused, NotFound, Conflict)}


class Refusal(msgspec.Struct, frozen=True, array_like=True):
    """A business refusal of Partner Center's."""

    kind: str
    message: str
    http_status: int
    partner_center_code: str | None
    description: str | None
    retry_after_s: float | None
    upstream_correlation_id: str | None

    def error(self) -> Refused:
        """The failure again, as the stored answer of an earlier call."""
        error = _KINDS[self.kind](
            self.message,
            http_status=self.http_status,
            partner_center_code=self.partner_center_code,
            description=self.description,
            retry_after_s=self.retry_after_s,
            upstream_correlation_id=self.upstream_correlation_id,
        )
        error.replayed = True
        return error


def refusal(error: Refused) -> Refusal:
    return Refusal(
        kind=type(error).__name__,
        message=error.message,
        http_status=error.http_status,
        partner_center_code=error.partner_center_code,
        description=error.description,
        retry_after_s=error.retry_after_s,
        upstream_correlation_id=error.upstream_correlation_id,
    )


def _raised(stored: Refusal) -> Never:
    raise stored.error()


def _none(_: object) -> None:
    """An answer that is a failure is raised."""


@dataclass(frozen=True, slots=True)
class Codec(Generic[T]):
    """How an answer is written down, and read again.

    `write` gives None for an answer that is not final, which is not written down. `refused` says what a refusal that was
    written down is to a repeat of its call: raised, unless answers have a value for it. `failure` is what such a value
    holds.
    """

    write: Callable[[T], bytes | Refusal | None]
    read: Callable[[bytes], T]
    refused: Callable[[Refusal], T] = _raised
    failure: Callable[[T], GatewayError | None] = _none


class Checkpoint:
    """For a repeat of the call to find.

    `earlier` is what an earlier call under the key wrote, which ended without a final answer; None when there is none.
    """

    def __init__(self, earlier: bytes | None = None, keep: Callable[[bytes], Awaitable[object]] | None = None) -> None:
        self.earlier = earlier
        self._keep = keep

    async def put(self, text: bytes) -> None:
        """Without a key nothing is kept: no repeat could find it. May raise StoreFailed."""
        if self._keep is not None:
            await self._keep(text)


@dataclass(frozen=True, slots=True)
class IdempotentCall:
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


class Idempotency:
    """Calls at work in this process, and the final answers in the store. What goes on is never begun twice."""

    def __init__(self, store: Store, *, keep_s: float = 8 * 86_400, wait_s: float = 10) -> None:
        """Answers are kept for *keep_s* seconds: a cart lives for seven days."""
        self._store = store
        self._keep_s = keep_s
        self._wait_s = wait_s
        self._flights: dict[tuple[str, str, str], _Flight] = {}

    async def once(
        self,
        intention: IdempotentCall,
        work: Callable[[Checkpoint], Awaitable[T]],
        form: Codec[T],
        *,
        verify_caller: Callable[[], Awaitable[object]] = _nothing_to_prove,
    ) -> Answer[T]:
        """The answer of *work*, or of the earlier call with this key, whose failure is raised with `replayed` set.

        An earlier call that is under way and ends in a failure of its own caller (its token, its rights, its turn) says
        nothing about this one, which then does the work itself. Before an earlier call's answer is given, *verify_caller* has to
        show that the caller is the one the intention names.

        Raises CartRule when the key was used with another input, StillRunning when the earlier call does not end, and
        StoreFailed, before anything is done, when it cannot be known whether there was one.
        """
        while (flight := self._flights.get(intention.place)) is not None:
            await flight.begun.wait()
            if self._flights.get(intention.place) is flight:
                await verify_caller()
                # The operation in the place decides its answer's type.
                joined = cast("T | _Own", await self._join(flight, intention))
                if not isinstance(joined, _Own) and not _is_own(form.failure(joined)):
                    return Answer(joined, replayed=True)
                await flight.over.wait()
        return await self._first(intention, work, form, verify_caller)

    async def _first(
        self,
        intention: IdempotentCall,
        work: Callable[[Checkpoint], Awaitable[T]],
        form: Codec[T],
        verify_caller: Callable[[], Awaitable[object]],
    ) -> Answer[T]:
        flight = _Flight(intention.fingerprint, asyncio.get_running_loop().create_future())
        flight.answer.add_done_callback(_seen)
        self._flights[intention.place] = flight
        try:
            async with self._alone(intention):
                kept = await self._store.get(intention.record_key)
                earlier = None
                if kept is not None:
                    await verify_caller()
                    answer, earlier = _earlier(kept, intention)
                    if isinstance(answer, Refusal):
                        return Answer(form.refused(answer), replayed=True)
                    if answer is not None:
                        return Answer(form.read(answer), replayed=True)
                flight.begun.set()
                note = Checkpoint(earlier, lambda text: self._put(intention, None, text))
                return Answer(await self._work(intention, flight, lambda: work(note), form), replayed=False)
        finally:
            del self._flights[intention.place]
            flight.begun.set()
            flight.over.set()
            flight.answer.cancel()

    def _alone(self, intention: IdempotentCall) -> AbstractAsyncContextManager[object]:
        """Waits until no other process is at work under the key. Raises StillRunning when it does not end."""
        if not self._store.is_shared:
            return nullcontext()
        return leased(self._store, intention.record_key, wait_s=self._wait_s)

    async def _work(
        self, intention: IdempotentCall, flight: _Flight, work: Callable[[], Awaitable[T]], form: Codec[T]
    ) -> T:
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

    async def _keep(self, intention: IdempotentCall, answer: bytes | Refusal) -> None:
        """What is done is done: a store that fails now must not hide it."""
        try:
            await self._put(intention, answer)
        except StoreFailed:
            _LOG.warning("The answer to an idempotency key of %s could not be kept.", intention.operation)

    async def _put(self, intention: IdempotentCall, answer: bytes | Refusal | None, note: bytes | None = None) -> None:
        record = msgspec.msgpack.encode(_Record(intention.fingerprint, answer, note))
        await self._store.put(intention.record_key, record, keep_s=self._keep_s, owner=intention.caller)

    async def _join(self, flight: _Flight, intention: IdempotentCall) -> object:
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


def _earlier(kept: bytes, intention: IdempotentCall) -> tuple[bytes | Refusal | None, bytes | None]:
    """The answer in a record, and the note. Raises CartRule when the key meant another input."""
    record = _decoder.decode(kept)
    if record.fingerprint != intention.fingerprint:
        raise CartRule(_reused(intention))
    return record.answer, record.note


def _reused(intention: IdempotentCall) -> KeyReused:
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
