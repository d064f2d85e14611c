"""The record of each resource that is changed: how many of its changes were answered, and which are unanswered.

It is stored before each attempt and after the answer, so that a repeated call finds it after a crash, a lost answer or
in another process.
"""

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID, uuid5

import msgspec
from msgspec.structs import replace

from gateway.errors import RecordUnreadable
from gateway.store.store import Store

_CHANGES = UUID("0d3c9a52-6a52-5f0e-8a7e-0a9a3b4a2f77")
_KEEP_S = 8 * 86_400
"""Seconds. As long as the records of purchases."""
_FORMAT = 1
_MOST_UNANSWERED = 16


@dataclass(frozen=True, slots=True)
class Resource:
    """Something that a partner changes. `words` identify it below the partner: customer, kind, and its own id.

    Ids that compare without case are in lower case.
    """

    partner: str
    words: tuple[str, ...]

    @property
    def record_key(self) -> str:
        return f"change:{sha256(self._text.encode()).hexdigest()}"

    def request_id(self, meaning: str, generation: int) -> str:
        """The MS-RequestId of every attempt at a change. It is derived, so all processes send the same one."""
        return str(uuid5(_CHANGES, f"{self._text}/{meaning}/{generation}"))

    @property
    def _text(self) -> str:
        return "/".join((self.partner, *self.words))


class Unanswered(msgspec.Struct, frozen=True, array_like=True):
    """A change that may have been made, and when the gateway last waited for its answer, in seconds since the epoch."""

    meaning: str
    at: float


class ChangeRecord(msgspec.Struct, frozen=True, array_like=True):
    """`generation` counts the answers: it changes the MS-RequestId, so that Partner Center does not answer a new change
    with the answer to an equal one before it. `made` is the meaning of the last change that was
    made, whose caller may not know it.
    """

    format: int = _FORMAT
    generation: int = 0
    unanswered: tuple[Unanswered, ...] = ()
    made: str | None = None

    def knows(self, meaning: str) -> bool:
        """Whether an earlier call has sent the change, and was not refused."""
        return meaning == self.made or self.is_unanswered(meaning)

    def is_unanswered(self, meaning: str) -> bool:
        return any(each.meaning == meaning for each in self.unanswered)

    @property
    def last_sent_at(self) -> float:
        return max((each.at for each in self.unanswered), default=0.0)

    def sent(self, meaning: str, at: float) -> "ChangeRecord":
        """An attempt may be running."""
        return replace(self, unanswered=(*self._others(meaning), Unanswered(meaning, at))[-_MOST_UNANSWERED:])

    def answered(self, meaning: str, *, is_made: bool) -> "ChangeRecord":
        """The change was made, else refused."""
        made = meaning if is_made else self.made
        return replace(self, generation=self.generation + 1, unanswered=self._others(meaning), made=made)

    def _others(self, meaning: str) -> tuple[Unanswered, ...]:
        return tuple(each for each in self.unanswered if each.meaning != meaning)


_decoder = msgspec.msgpack.Decoder(ChangeRecord)


class ChangeRecords:
    """The records in the store. Every call may raise StoreFailed."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def get(self, resource: Resource) -> ChangeRecord:
        stored = await self._store.get(resource.record_key)
        if stored is None:
            return ChangeRecord()
        try:
            record = _decoder.decode(stored)
        except msgspec.DecodeError as error:
            raise _unreadable() from error
        if record.format > _FORMAT:
            raise _unreadable()
        return record

    async def put(self, resource: Resource, record: ChangeRecord) -> None:
        encoded = msgspec.msgpack.encode(record)
        await self._store.put(resource.record_key, encoded, keep_s=_KEEP_S, owner=resource.partner)


def _unreadable() -> RecordUnreadable:
    return RecordUnreadable("The gateway's store has a record that another version of the gateway wrote.")
