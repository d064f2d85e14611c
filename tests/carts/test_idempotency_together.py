"""Calls with one idempotency key at the same time: one works, the others wait for it, and none takes it along."""

import asyncio

import pytest

from gateway.carts.idempotency import Answer, Idempotency
from gateway.carts.rules import CartRule, NotEditable
from gateway.errors import Forbidden, GatewayError, StillRunning, StoreFailed, Unauthenticated, Unavailable
from gateway.store.memory import MemoryStore
from tests.carts.shop import a_cart
from tests.carts.work import TEXT, Seconds, SlowWork, Work, a_call, a_refusal


async def test_concurrent_calls_share_the_work(idempotency: Idempotency) -> None:
    """A double click waits for the first click's answer."""
    work = SlowWork()
    calls = [asyncio.create_task(idempotency.once(a_call(), work, TEXT)) for _ in range(3)]
    await work.begun.wait()
    work.may_end.set()

    answers = await asyncio.gather(*calls)

    assert answers == [Answer("answer 1", replayed=False), *[Answer("answer 1", replayed=True)] * 2]


@pytest.mark.parametrize(
    ("failure", "replayed"),
    [
        pytest.param(a_refusal(), True, id="a refusal is the answer of both"),
        pytest.param(Unavailable("broken"), False, id="a fault is no answer"),
        pytest.param(
            CartRule(NotEditable(message="ordered", reason="ALREADY_ORDERED", cart=a_cart())), False, id="a rule"
        ),
    ],
)
async def test_a_waiting_call_gets_the_failure_of_the_first(
    idempotency: Idempotency, failure: GatewayError, replayed: bool
) -> None:
    """With all its details."""
    work = SlowWork(failure)
    first, second = (asyncio.create_task(idempotency.once(a_call(), work, TEXT)) for _ in range(2))
    await work.begun.wait()
    work.may_end.set()

    told = await asyncio.gather(first, second, return_exceptions=True)

    assert told[0] is failure
    assert (type(told[1]), str(told[1])) == (type(failure), str(failure))
    assert vars(told[1]) == {**vars(failure), "replayed": replayed}
    assert work.done == 1


async def test_waiting_has_an_end(seconds: Seconds) -> None:
    """When the first call does not end, the repeat gets StillRunning and the first continues."""
    idempotency, work = Idempotency(MemoryStore(clock=seconds), wait_s=0.01), SlowWork()
    first = asyncio.create_task(idempotency.once(a_call(), work, TEXT))
    await work.begun.wait()

    with pytest.raises(StillRunning) as caught:
        await idempotency.once(a_call(), work, TEXT)

    assert (caught.value.retryable, caught.value.replayed) == (True, False)
    work.may_end.set()
    assert await first == Answer("answer 1", replayed=False)


async def test_a_cancelled_repeat_leaves_the_first_alone(idempotency: Idempotency) -> None:
    """Cancelling a waiting call cancels no other."""
    work = SlowWork()
    first, second = (asyncio.create_task(idempotency.once(a_call(), work, TEXT)) for _ in range(2))
    await work.begun.wait()

    second.cancel()
    work.may_end.set()

    assert await first == Answer("answer 1", replayed=False)
    assert second.cancelled()


@pytest.mark.parametrize("repeat_cancelled", [False, True], ids=["the first alone", "the repeat at the same moment"])
async def test_a_cancelled_first_call_leaves_the_key_usable(idempotency: Idempotency, repeat_cancelled: bool) -> None:
    """A waiting call gets StillRunning, a cancelled one is cancelled, and the next call does the work."""
    work = SlowWork()
    first, second = (asyncio.create_task(idempotency.once(a_call(), work, TEXT)) for _ in range(2))
    await work.begun.wait()

    first.cancel()
    if repeat_cancelled:
        second.cancel()
    async with asyncio.timeout(5):  # less than a repeat would wait for a first that goes on
        told = await asyncio.gather(first, second, return_exceptions=True)

    expected = asyncio.CancelledError if repeat_cancelled else StillRunning
    assert [type(each) for each in told] == [asyncio.CancelledError, expected]
    work.may_end.set()
    assert await idempotency.once(a_call(), work, TEXT) == Answer("answer 1", replayed=False)


@pytest.mark.parametrize("failure", [Unavailable("broken"), a_refusal()], ids=["a fault", "a refusal"])
async def test_a_call_in_progress_is_not_forgotten(idempotency: Idempotency, failure: GatewayError) -> None:
    """Its key stays taken however many other calls come meanwhile, so no work begins twice."""
    work = SlowWork(failure)
    first = asyncio.create_task(idempotency.once(a_call(), work, TEXT))
    await work.begun.wait()
    for number in range(5):
        await idempotency.once(a_call(key=f"other-{number}"), Work(), TEXT)

    second = asyncio.create_task(idempotency.once(a_call(), work, TEXT))
    work.may_end.set()
    told = await asyncio.gather(first, second, return_exceptions=True)

    assert [type(each) for each in told] == [type(failure), type(failure)]
    assert work.done == 1


@pytest.mark.parametrize(
    "own",
    [
        pytest.param(Unauthenticated("stale"), id="its token"),
        pytest.param(Forbidden("no", http_status=403), id="its rights"),
        pytest.param(StoreFailed("away"), id="its turn"),
    ],
)
async def test_a_failure_of_the_first_caller_is_not_shared(idempotency: Idempotency, own: GatewayError) -> None:
    """Calls with the same key and a token of their own do the work instead, once."""
    work = SlowWork(own)
    first, *others = (asyncio.create_task(idempotency.once(a_call(), work, TEXT)) for _ in range(4))
    await work.begun.wait()
    work.may_end.set()

    with pytest.raises(type(own)):
        await first

    answers = await asyncio.gather(*others)
    assert sorted(each.replayed for each in answers) == [False, True, True]
    assert work.done == 2


async def test_a_call_in_progress_does_not_expire(idempotency: Idempotency, seconds: Seconds) -> None:
    """Only stored answers expire."""
    work = SlowWork()
    first = asyncio.create_task(idempotency.once(a_call(), work, TEXT))
    await work.begun.wait()
    seconds.now += 3600
    second = asyncio.create_task(idempotency.once(a_call(), work, TEXT))
    work.may_end.set()

    assert await first == Answer("answer 1", replayed=False)
    assert await second == Answer("answer 1", replayed=True)
