"""Each caller has a budget of calls, and uses up nobody else's."""

from typing import TypeVar

import pytest

from gateway.errors import Overloaded, StoreFailed
from gateway.load.rate_limit import Budgets
from gateway.partner_center.callers import Caller, TokenCaller
from gateway.partner_center.paths import path
from gateway.partner_center.plain_json import document
from gateway.partner_center.sending.calls import Call
from gateway.partner_center.sending.rate_limited import RateLimitedSender
from gateway.store.memory import MemoryStore
from tests.store.worlds import Seconds

T = TypeVar("T")

READ = Call(action="read the thing", method="GET", path=path("things"), read=document, request_id="1")
WRITE = Call(action="write the thing", method="POST", path=path("things"), read=document, request_id="2", body=b"{}")


class Sent:
    """A sender that answers everything, and counts."""

    def __init__(self) -> None:
        self.calls = 0

    async def send(self, call: Call[T], *, caller: Caller, deadline: float | None) -> T:
        self.calls += 1
        return call.read(b"{}")


class Away(MemoryStore):
    """A store that never answers, and counts who asks."""

    def __init__(self) -> None:
        super().__init__(clock=lambda: 0.0)
        self.asked = 0

    async def draw(self, bucket: str, tokens: int, *, most: int, a_second: float) -> int:
        self.asked += 1
        raise StoreFailed("The gateway's store does not answer.")


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def budgets(seconds: Seconds) -> Budgets:
    """Of one call a second, ten at once."""
    return Budgets(MemoryStore(clock=seconds), a_minute=60, at_once=10, clock=seconds)


async def spent(budgets: Budgets, who: str = "greedy") -> int:
    """How many calls of a thousand were let through."""
    for made in range(1000):
        try:
            await budgets.spend(who, is_due=False)
        except Overloaded:
            return made
    return 1000


async def test_a_budget_ends_and_comes_back(budgets: Budgets, seconds: Seconds) -> None:
    """So many at once, then one a second; others have theirs all the time."""
    at_once = await spent(budgets)
    others = await spent(budgets, "fair")
    seconds.now += 5

    assert (at_once, others) == (10, 10)
    assert await spent(budgets) == 5


async def test_who_has_used_it_up_is_told_when_to_come_again(budgets: Budgets, seconds: Seconds) -> None:
    """Before anything is done, and the time told is enough."""
    await spent(budgets)

    with pytest.raises(Overloaded) as caught:
        budgets.check("greedy")
    budgets.check("fair")
    assert caught.value.retry_after_s is not None
    seconds.now += caught.value.retry_after_s

    budgets.check("greedy")
    assert await spent(budgets) == 1


async def test_who_has_begun_to_write_comes_to_the_end(budgets: Budgets) -> None:
    """A write and what follows it is owed and not refused; a read before it is."""
    await spent(budgets)
    sent, caller = Sent(), TokenCaller("token")
    begun, later = (RateLimitedSender(sent, budgets, "greedy") for _ in range(2))

    await begun.send(WRITE, caller=caller, deadline=None)
    await begun.send(READ, caller=caller, deadline=None)
    with pytest.raises(Overloaded):
        await later.send(READ, caller=caller, deadline=None)

    assert sent.calls == 2


async def test_processes_share_a_budget(seconds: Seconds) -> None:
    """Of one store: together they let through no more than the one budget."""
    store = MemoryStore(clock=seconds)
    both = [Budgets(store, a_minute=60, at_once=10, clock=seconds) for _ in range(2)]

    assert [await spent(each) for each in both] == [10, 0]


async def test_without_its_store_a_process_counts_by_itself(seconds: Seconds) -> None:
    """Calls go on within the same bounds, and the store is not asked for each of them."""
    store = Away()
    budgets = Budgets(store, a_minute=60, at_once=10, clock=seconds)

    assert await spent(budgets) == 10
    assert store.asked == 1
