"""A change whose store fails, or whose lock is lost, is neither made twice nor denied."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
import msgspec
import pytest

from gateway.changes.making import Unsettled
from gateway.errors import ChangeUnknown, NotFound, RecordUnreadable, StoreFailed
from gateway.store.locks import ResourceLock, ResourceLocks
from gateway.store.memory import MemoryStore
from gateway.subscriptions.changing import NewValue
from tests.subscriptions.conftest import Answer, Make, Upstream, refusal

MORE = NewValue("quantity", 15)


class Unsteady(MemoryStore):
    """Fails in the calls named."""

    def __init__(self) -> None:
        super().__init__(clock=lambda: 0)
        self.failing: set[str] = set()
        self.keys: set[str] = set()
        self.records: list[bytes] = []

    async def get(self, key: str) -> bytes | None:
        self._fail("get")
        return await super().get(key)

    async def put(self, key: str, record: bytes, *, keep_s: float, owner: str = "") -> None:
        self._fail("put")
        self.keys.add(key)
        self.records.append(record)
        if len(self.records) == 1 and "second put" in self.failing:
            self.failing = {"put"}
        await super().put(key, record, keep_s=keep_s, owner=owner)

    def _fail(self, call: str) -> None:
        if call in self.failing:
            raise StoreFailed("The store is gone.")


@dataclass(frozen=True, slots=True)
class FragileLock(ResourceLock):
    are_lost: Callable[[], bool] = lambda: False

    @property
    def is_lost(self) -> bool:
        return self.are_lost()


class FragileLocks(ResourceLocks):
    """Lost as soon as a test says so."""

    are_lost = False

    @asynccontextmanager
    async def hold(self, partner: str, *resource: str) -> AsyncGenerator[ResourceLock]:
        yield FragileLock(are_lost=lambda: self.are_lost)


@pytest.fixture
def store() -> Unsteady:
    return Unsteady()


@pytest.fixture
def locks(store: Unsteady) -> FragileLocks:
    return FragileLocks(store)


@pytest.mark.parametrize("call", ["get", "put"])
async def test_without_a_record_nothing_is_sent(upstream: Upstream, store: Unsteady, make: Make, call: str) -> None:
    """A crash could not be told from a call that sent nothing."""
    store.failing = {call}

    with pytest.raises(StoreFailed):
        await make(MORE)

    assert "PATCH" not in upstream.calls


async def test_what_stands_needs_no_store(upstream: Upstream, store: Unsteady, make: Make) -> None:
    """It is looked at all the same."""
    store.failing = {"get"}
    upstream.stored |= {"quantity": 15}

    assert not (await make(MORE)).is_changed


@pytest.mark.parametrize(
    ("unread", "kind"),
    [
        pytest.param(refusal(500, 0), Unsettled, id="Partner Center fails"),
        pytest.param(refusal(401, 0), Unsettled, id="a token that is not accepted"),
        pytest.param(refusal(404, 20003), NotFound, id="gone"),
    ],
)
async def test_without_store_and_look_an_earlier_call_is_not_denied(
    upstream: Upstream, store: Unsteady, make: Make, unread: Answer, kind: type[Exception]
) -> None:
    """There may be a record of it."""
    store.failing = {"get"}
    upstream.reads = [unread]

    with pytest.raises(kind):
        await make(MORE)


async def test_a_change_is_not_denied_because_its_end_cannot_be_stored(
    upstream: Upstream, store: Unsteady, make: Make
) -> None:
    """It was made."""
    store.failing = {"second put"}

    made = await make(MORE)

    assert store.failing == {"put"}
    assert (made.is_changed, upstream.stored["quantity"]) == (True, 15)


@pytest.mark.parametrize(
    "record", [msgspec.msgpack.encode([99, 0, ["x"], "more"]), b"\xc1"], ids=["a later format", "no record at all"]
)
async def test_a_record_of_another_version_stops_the_change(
    upstream: Upstream, store: Unsteady, make: Make, record: bytes
) -> None:
    """Nobody may conclude from it that nothing happened."""
    await make(MORE)
    upstream.stored |= {"quantity": 12}
    for key in store.keys:
        await MemoryStore.put(store, key, record, keep_s=60)

    with pytest.raises(Unsettled) as raised:
        await make(MORE)

    assert isinstance(raised.value.error, RecordUnreadable)

    assert upstream.calls.count("PATCH") == 1


async def test_nothing_is_sent_once_the_lock_is_lost(upstream: Upstream, locks: FragileLocks, make: Make) -> None:
    """Another process may be at work by now."""
    locks.are_lost = True

    with pytest.raises(ChangeUnknown):
        await make(MORE)

    assert "PATCH" not in upstream.calls


async def test_an_attempt_is_on_record_before_it_is_sent(upstream: Upstream, store: Unsteady, make: Make) -> None:
    """A process that dies meanwhile leaves word of it; the end takes it away."""
    upstream.end_patch(httpx.ReadTimeout("late"), is_done=False)
    with pytest.raises(ChangeUnknown):
        await make(MORE)
    after_the_loss = len(store.records)

    await make(MORE)

    recorded = [msgspec.msgpack.decode(each) for each in store.records]
    assert after_the_loss == 2
    assert [(len(unanswered), made is not None) for _, _, unanswered, made in recorded] == [
        *[(1, False)] * 3,
        (0, True),
    ]
