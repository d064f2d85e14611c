"""Calls with an idempotency key: the first does the work, and repeats get its answer.

A key belongs to one caller and one operation, so two tenants may use the same key. The idempotency record in the store
holds the final answer: a result, or a refusal that would be the same again. Concurrent calls wait for the first one.
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
from gateway.carts.refusals import Refusal, refusal
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
_CALLS = UUID("8a1d5b1e-6d0c-5f0a-9d2c-0f6f0e4b7c35")


def _raised(stored: Refusal) -> Never:
    raise stored.error()


def _no_failure(_: object) -> None:
    """For codecs whose failures are raised."""


@dataclass(frozen=True, slots=True)
class Codec(Generic[T]):
    """How the answers of an operation are stored.

    `write` returns None for an answer that is not final and must not be stored. `refused` turns a stored refusal into
    the answer of a repeat; by default it raises the failure. `failure` is the failure that an answer holds, if any.
    """

    write: Callable[[T], bytes | Refusal | None]
    read: Callable[[bytes], T]
    refused: Callable[[Refusal], T] = _raised
    failure: Callable[[T], GatewayError | None] = _no_failure


class Checkpoint:
    """Data that a call saves before a write, in case the process dies before it can store the answer.

    `earlier` was saved by an earlier call under the same key that ended without a final answer; None if there is none.
    """

    def __init__(self, earlier: bytes | None = None, save: Callable[[bytes], Awaitable[object]] | None = None) -> None:
        self.earlier = earlier
        self._save = save

    async def save(self, data: bytes) -> None:
        """Does nothing for a call without a key, because no repeat could find the data. May raise StoreFailed."""
        if self._save is not None:
            await self._save(data)


@dataclass(frozen=True, slots=True)
class IdempotentCall:
    """One call with an idempotency key. `fingerprint` binds the key to the input."""

    caller: str
    operation: str
    key: str
    fingerprint: bytes

    @property
    def scope(self) -> tuple[str, str, str]:
        """The key, with what it is unique within: two calls with an equal scope are the same call."""
        return self.caller, self.operation, self.key

    @property
    def record_key(self) -> str:
        """The key of its record in the store: a hash, so that neither the caller nor its key is stored in clear text.

        The prefix must not change, because records outlive an upgrade.
        """
        return f"repeat:{sha256('/'.join(self.scope).encode()).hexdigest()}"

    @property
    def request_id(self) -> str:
        """The MS-RequestId of its upstream call, by which Partner Center recognises a repeat after a lost answer."""
        return str(uuid5(_CALLS, "/".join((*self.scope, self.fingerprint.hex()))))


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What a call produced; `replayed` when an earlier call with the same key did the work."""

    value: T
    replayed: bool


def fingerprint(*meaning: object) -> bytes:
    """A hash of the plain JSON values that state what a call does. Aliases and selections do not belong to them."""
    return sha256(encode(list(meaning))).digest()


class _Record(msgspec.Struct, frozen=True, array_like=True):
    """Without a final answer `answer` is None; `checkpoint` is then what the call saved."""

    fingerprint: bytes
    answer: bytes | Refusal | None
    checkpoint: bytes | None = None


_decoder = msgspec.msgpack.Decoder(_Record)


@dataclass(slots=True)
class _Flight:
    """A call at work in this process. `begun` is set when the store turned out to hold no answer, or the call has
    ended; `over` when the call has ended.
    """

    fingerprint: bytes
    answer: asyncio.Future[object]
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)


class _CallersOwn:
    """The earlier call ended in a failure that concerns only its own caller."""


def _is_callers_own(error: GatewayError | None) -> bool:
    return isinstance(error, Unauthenticated | Forbidden | Overloaded)


async def _verified() -> None:
    """For callers whose identity needs no proof."""


class Idempotency:
    """Runs each idempotent call once, across concurrent calls of this process and all processes that share the store."""

    def __init__(self, store: Store, *, keep_s: float = 8 * 86_400, wait_s: float = 10) -> None:
        """*keep_s* bounds the life of records, in seconds: a cart lives for seven days. *wait_s* bounds the wait for an
        earlier call.
        """
        self._store = store
        self._keep_s = keep_s
        self._wait_s = wait_s
        self._flights: dict[tuple[str, str, str], _Flight] = {}

    async def once(
        self,
        call: IdempotentCall,
        work: Callable[[Checkpoint], Awaitable[T]],
        codec: Codec[T],
        *,
        verify_caller: Callable[[], Awaitable[object]] = _verified,
    ) -> Answer[T]:
        """The answer of *work*, or of the earlier call with this key, whose failure is raised with `replayed` set.

        When a concurrent earlier call fails for reasons of its own caller (token, rights, rate limit), this call does
        the work itself. *verify_caller* runs before an earlier answer is returned and raises unless the caller is the
        one named in *call*.

        Raises CartRule when the key was used with another input, StillRunning when the earlier call does not end in
        time, and StoreFailed, before any work, when the record cannot be read.
        """
        while (flight := self._flights.get(call.scope)) is not None:
            await flight.begun.wait()
            if self._flights.get(call.scope) is flight:
                await verify_caller()
                # The operation is part of the scope and decides the type of the answer.
                joined = cast("T | _CallersOwn", await self._join(flight, call))
                if not isinstance(joined, _CallersOwn) and not _is_callers_own(codec.failure(joined)):
                    return Answer(joined, replayed=True)
                await flight.over.wait()
        return await self._first(call, work, codec, verify_caller)

    async def _first(
        self,
        call: IdempotentCall,
        work: Callable[[Checkpoint], Awaitable[T]],
        codec: Codec[T],
        verify_caller: Callable[[], Awaitable[object]],
    ) -> Answer[T]:
        flight = _Flight(call.fingerprint, asyncio.get_running_loop().create_future())
        flight.answer.add_done_callback(_retrieve_exception)
        self._flights[call.scope] = flight
        try:
            async with self._exclusive(call):
                record = await self._find(call)
                if record is not None:
                    await verify_caller()
                    _require_same_input(record.fingerprint, call)
                    if isinstance(record.answer, Refusal):
                        return Answer(codec.refused(record.answer), replayed=True)
                    if record.answer is not None:
                        return Answer(codec.read(record.answer), replayed=True)
                flight.begun.set()
                checkpoint = Checkpoint(
                    record.checkpoint if record else None, lambda data: self._put(call, None, checkpoint=data)
                )
                return Answer(await self._run(call, flight, work(checkpoint), codec), replayed=False)
        finally:
            del self._flights[call.scope]
            flight.begun.set()
            flight.over.set()
            flight.answer.cancel()

    def _exclusive(self, call: IdempotentCall) -> AbstractAsyncContextManager[object]:
        """Keeps other processes from working under the same key. Raises StillRunning when one of them does not end."""
        if not self._store.is_shared:
            return nullcontext()
        return leased(self._store, call.record_key, wait_s=self._wait_s)

    async def _run(self, call: IdempotentCall, flight: _Flight, work: Awaitable[T], codec: Codec[T]) -> T:
        try:
            value = await work
        except GatewayError as error:
            flight.answer.set_exception(_for_repeat(error))
            if isinstance(error, Refused) and is_business(error):
                await self._store_answer(call, refusal(error))
            raise
        flight.answer.set_result(value)
        final = codec.write(value)
        if final is not None:
            await self._store_answer(call, final)
        return value

    async def _find(self, call: IdempotentCall) -> _Record | None:
        stored = await self._store.get(call.record_key)
        return None if stored is None else _decoder.decode(stored)

    async def _store_answer(self, call: IdempotentCall, answer: bytes | Refusal) -> None:
        """A store failure must not hide the answer, so it is only logged."""
        try:
            await self._put(call, answer)
        except StoreFailed:
            _LOG.warning("The answer to an idempotency key of %s could not be stored.", call.operation)

    async def _put(
        self, call: IdempotentCall, answer: bytes | Refusal | None, *, checkpoint: bytes | None = None
    ) -> None:
        record = msgspec.msgpack.encode(_Record(call.fingerprint, answer, checkpoint))
        await self._store.put(call.record_key, record, keep_s=self._keep_s, owner=call.caller)

    async def _join(self, flight: _Flight, call: IdempotentCall) -> object:
        _require_same_input(flight.fingerprint, call)
        await asyncio.wait([flight.answer], timeout=self._wait_s)
        if not flight.answer.done() or flight.answer.cancelled():
            raise StillRunning(
                "An earlier call with this idempotencyKey has not ended. Repeat the same call a little later."
            )
        error = flight.answer.exception()
        if isinstance(error, GatewayError):
            if _is_callers_own(error):
                return _CallersOwn()
            raise _for_repeat(error)
        return flight.answer.result()


def _require_same_input(fingerprint: bytes, call: IdempotentCall) -> None:
    """Raises CartRule when an earlier call used the key with another input."""
    if fingerprint != call.fingerprint:
        message = "This idempotencyKey was used before with another input. Use a new key for a new intention."
        raise CartRule(KeyReused(message=message, path=("idempotencyKey",), idempotency_key=call.key))


def _for_repeat(error: GatewayError) -> GatewayError:
    """A copy of an earlier call's failure for a repeat to raise."""
    copy = error.copy()
    copy.replayed = is_business(error)
    return copy


def _retrieve_exception(answer: asyncio.Future[object]) -> None:
    """Keeps asyncio from logging a failure that no other call has waited for."""
    if not answer.cancelled():
        answer.exception()
