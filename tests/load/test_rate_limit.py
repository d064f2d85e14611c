"""Each caller has a rate limit of its own."""

from typing import TypeVar

import pytest

from gateway.errors import Overloaded, StoreFailed
from gateway.load.rate_limit import RateLimit
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
QUESTION = Call(
    action="check the thing", method="POST", path=path("things"), read=document, request_id="3", is_question=True
)


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

    async def draw(self, bucket: str, tokens: int, *, capacity: int, refill_per_s: float) -> int:
        self.asked += 1
        raise StoreFailed("The gateway's store does not answer.")


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


def _rate_limit(store: MemoryStore, seconds: Seconds) -> RateLimit:
    """One call a second, ten at once."""
    return RateLimit(store, fallback=MemoryStore(clock=seconds), calls_a_minute=60, burst=10, clock=seconds)


@pytest.fixture
def rate_limit(seconds: Seconds) -> RateLimit:
    """One call a second, ten at once."""
    return _rate_limit(MemoryStore(clock=seconds), seconds)


async def let_through(rate_limit: RateLimit, caller: str = "greedy") -> int:
    """How many calls of a thousand are let through."""
    for made in range(1000):
        try:
            await rate_limit.count_call(caller, refusable=True)
        except Overloaded:
            return made
    return 1000


async def test_a_bucket_empties_and_fills_again(rate_limit: RateLimit, seconds: Seconds) -> None:
    """Ten calls at once, then one a second; another caller has its own bucket."""
    at_once = await let_through(rate_limit)
    others = await let_through(rate_limit, "fair")
    seconds.now += 5

    assert (at_once, others) == (10, 10)
    assert await let_through(rate_limit) == 5


async def test_a_refusal_says_when_to_call_again(rate_limit: RateLimit, seconds: Seconds) -> None:
    """It comes before anything is done, and the time is enough."""
    await let_through(rate_limit)

    with pytest.raises(Overloaded) as caught:
        rate_limit.check("greedy")
    rate_limit.check("fair")
    assert caught.value.retry_after_s is not None
    seconds.now += caught.value.retry_after_s

    rate_limit.check("greedy")
    assert await let_through(rate_limit) == 1


async def test_a_write_and_what_follows_is_never_refused(rate_limit: RateLimit) -> None:
    """Their tokens are owed; a read before the write is refused."""
    await let_through(rate_limit)
    sent, caller = Sent(), TokenCaller("token")
    begun, later = (RateLimitedSender(sent, rate_limit, "greedy") for _ in range(2))

    await begun.send(WRITE, caller=caller, deadline=None)
    await begun.send(READ, caller=caller, deadline=None)
    with pytest.raises(Overloaded):
        await later.send(READ, caller=caller, deadline=None)

    assert sent.calls == 2


async def test_a_question_is_refused_like_a_read(rate_limit: RateLimit) -> None:
    """It changes nothing, although it is a POST."""
    await let_through(rate_limit)
    sender = RateLimitedSender(Sent(), rate_limit, "greedy")

    with pytest.raises(Overloaded):
        await sender.send(QUESTION, caller=TokenCaller("token"), deadline=None)


async def test_processes_share_a_rate_limit(seconds: Seconds) -> None:
    """With one store they let through together what one process would."""
    store = MemoryStore(clock=seconds)
    both = [_rate_limit(store, seconds) for _ in range(2)]

    assert [await let_through(each) for each in both] == [10, 0]


async def test_without_its_store_a_process_counts_by_itself(seconds: Seconds) -> None:
    """Calls go on within the same bounds, and the store is not asked for each of them."""
    store = Away()
    rate_limit = _rate_limit(store, seconds)

    assert await let_through(rate_limit) == 10
    assert store.asked == 1
