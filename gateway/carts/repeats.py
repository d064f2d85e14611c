"""Calls that name an idempotency key: the first does the work, the others get its answer.

Kept in this process, bounded and for a while. A key belongs to one caller and one operation, so two tenants using the
same key never meet. Only final answers are kept: a result, or a refusal that would be the same again.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from typing import Generic, TypeVar, cast
from uuid import UUID, uuid5

from gateway.carts.rules import CartRule, KeyReused
from gateway.errors import Forbidden, GatewayError, Refused, StillRunning, Throttled
from gateway.partner_center.documents import encode

T = TypeVar("T")

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
    def request_id(self) -> str:
        """The MS-RequestId of its call: by it Partner Center tells a repeat after an answer that was lost."""
        return str(uuid5(_INTENTIONS, "/".join((*self.place, self.fingerprint.hex()))))


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What a call produced; `replayed` when an earlier call with the same key did the work."""

    value: T
    replayed: bool


@dataclass(slots=True)
class _Record:
    fingerprint: bytes
    expires_at: float
    answer: asyncio.Future[object]

    def stands(self, now: float) -> bool:
        """Whether it still speaks for its key; while the work goes on it always does."""
        return not self.answer.done() or now < self.expires_at


def fingerprint(*meaning: object) -> bytes:
    """A hash over plain JSON values that tell what a call means. Aliases and selections are not part of it."""
    return sha256(encode(list(meaning))).digest()


class Repeats:
    """The answers kept, the oldest forgotten first; work that goes on is never forgotten, so none begins twice."""

    def __init__(
        self, *, clock: Callable[[], float], keep_s: float = 8 * 86_400, wait_s: float = 10, at_most: int = 5_000
    ) -> None:
        self._clock = clock
        self._keep_s = keep_s
        self._wait_s = wait_s
        self._at_most = at_most
        self._records: OrderedDict[tuple[str, str, str], _Record] = OrderedDict()

    async def once(self, intention: Intention, work: Callable[[], Awaitable[T]]) -> Answer[T]:
        """The answer of *work*, or of the earlier call with this key, whose failure is raised with `replayed` set.

        Raises CartRule when the key was used with another input, StillRunning when the earlier call does not end.
        """
        record = self._records.get(intention.place)
        if record is not None and record.stands(self._clock()):
            # The operation in the place decides its answer's type.
            return Answer(cast("T", await self._again(intention, record)), replayed=True)
        return Answer(await self._first(intention, work), replayed=False)

    async def _first(self, intention: Intention, work: Callable[[], Awaitable[T]]) -> T:
        answer: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        answer.add_done_callback(_seen)
        record = _Record(intention.fingerprint, self._clock() + self._keep_s, answer)
        self._records[intention.place] = record
        self._records.move_to_end(intention.place)
        self._forget_oldest()
        try:
            value = await work()
        except BaseException as error:
            if not _is_final(error):
                del self._records[intention.place]
            if isinstance(error, GatewayError):
                answer.set_exception(_told_again(error))
            else:
                answer.cancel()
            raise
        answer.set_result(value)
        return value

    async def _again(self, intention: Intention, record: _Record) -> object:
        if record.fingerprint != intention.fingerprint:
            message = "This idempotencyKey was used before with another input. Use a new key for a new intention."
            raise CartRule(KeyReused(message=message, path=("idempotencyKey",), idempotency_key=intention.key))
        await asyncio.wait([record.answer], timeout=self._wait_s)
        if not record.answer.done() or record.answer.cancelled():
            raise StillRunning(
                "An earlier call with this idempotencyKey has not ended. Repeat the same call a little later."
            )
        error = record.answer.exception()
        if isinstance(error, GatewayError):
            raise _told_again(error)
        return record.answer.result()

    def _forget_oldest(self) -> None:
        ended = (place for place, record in self._records.items() if record.answer.done())
        for place in list(islice(ended, max(0, len(self._records) - self._at_most))):
            del self._records[place]


def _is_final(error: BaseException) -> bool:
    """Whether the same call would be answered the same way again: only a business refusal would."""
    return isinstance(error, Refused) and not isinstance(error, Forbidden | Throttled)


def _told_again(error: GatewayError) -> GatewayError:
    """The same failure, without the traceback of this one, which would keep its whole call in memory.

    Not by `copy`, which calls the class with its message alone.
    """
    told = type(error).__new__(type(error), *error.args)
    vars(told).update(vars(error), replayed=_is_final(error))
    return told


def _seen(answer: asyncio.Future[object]) -> None:
    if not answer.cancelled():
        answer.exception()
