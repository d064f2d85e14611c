"""Slots are bounded and granted in turn: a caller that asks for many leaves the others theirs."""

import asyncio
import random
from collections.abc import Sequence

import pytest

from gateway.load.fair_queue import FairQueue, QueueFull


class Callers:
    """Callers of a queue, and the order in which they were served."""

    def __init__(self, queue: FairQueue) -> None:
        self.queue = queue
        self.served: list[str] = []

    async def come(self, *names: str) -> Sequence[asyncio.Task[None]]:
        """One after the other, each in a task of its own."""
        tasks = [asyncio.create_task(self._acquire(name)) for name in names]
        await self.settle()
        return tasks

    async def release(self, caller: str) -> None:
        self.queue.release(caller)
        await self.settle()

    async def settle(self) -> None:
        for _ in range(3):
            await asyncio.sleep(0)

    async def _acquire(self, caller: str) -> None:
        await self.queue.acquire(caller)
        self.served.append(caller)


async def test_no_more_slots_are_in_use_than_there_are() -> None:
    """The next in the queue has the slot that is given back."""
    callers = Callers(FairQueue(2, waiting=10))

    tasks = await callers.come("a", "a", "a")
    before = len(callers.served)
    await callers.release("a")

    assert (before, len(callers.served)) == (2, 3)
    assert all(task.done() for task in tasks)


async def test_slots_are_granted_in_turn() -> None:
    """However many requests of one caller wait, another caller is next but one at the latest."""
    callers = Callers(FairQueue(1, waiting=100))
    await callers.come(*["greedy"] * 50, "fair", "fair", "modest")

    for _ in range(6):
        await callers.release(callers.served[-1])

    assert callers.served == ["greedy", "greedy", "fair", "modest", "greedy", "fair", "greedy"]


async def test_no_caller_holds_all_slots() -> None:
    """Another caller need not wait until one is given back."""
    callers = Callers(FairQueue(8, waiting=100))

    await callers.come(*["greedy"] * 50, "fair")

    assert callers.served == [*["greedy"] * 7, "fair"]


async def test_a_full_queue_has_room_for_a_caller_with_fewer_in_it() -> None:
    """The newest of the caller with most is shed; that caller itself finds no room."""
    queue = FairQueue(1, waiting=3)
    callers = Callers(queue)
    _, *_, last = await callers.come(*["greedy"] * 4)

    room = [queue.has_room_for("greedy"), queue.has_room_for("fair")]
    await callers.come("fair")
    with pytest.raises(QueueFull):
        await queue.acquire("greedy")

    assert room == [False, True]
    assert isinstance(last.exception(), QueueFull)
    await callers.release("greedy")
    await callers.release("greedy")
    assert callers.served[-1] == "fair"


async def test_what_cannot_be_shed_waits_in_a_full_queue() -> None:
    """However full it is."""
    queue = FairQueue(1, waiting=0)
    await queue.acquire("a")

    waiting = asyncio.create_task(queue.acquire("a", sheddable=False))
    await asyncio.sleep(0)
    queue.release("a")

    await waiting


async def test_waiting_ends_in_time() -> None:
    """With a TimeoutError, and the queue forgets the waiter."""
    queue = FairQueue(1, waiting=1)
    await queue.acquire("a")

    with pytest.raises(TimeoutError):
        await queue.acquire("b", until=asyncio.get_running_loop().time())
    queue.release("a")

    assert queue.is_idle


async def test_a_slot_granted_to_a_cancelled_waiter_goes_to_the_next() -> None:
    """No slot is lost when grant and cancellation come together."""
    queue = FairQueue(1, waiting=2)
    await queue.acquire("a")
    gone, next_one = asyncio.create_task(queue.acquire("b")), asyncio.create_task(queue.acquire("c"))
    await asyncio.sleep(0)

    queue.release("a")
    gone.cancel()
    await next_one

    assert gone.cancelled() or await asyncio.wait([gone])
    queue.release("c")
    assert queue.is_idle


async def test_a_slot_is_not_granted_to_a_waiter_that_was_just_cancelled() -> None:
    """The next in turn has it."""
    queue = FairQueue(1, waiting=2)
    await queue.acquire("a")
    gone, next_one = asyncio.create_task(queue.acquire("b")), asyncio.create_task(queue.acquire("c"))
    await asyncio.sleep(0)

    gone.cancel()
    queue.release("a")

    await next_one
    queue.release("c")
    await asyncio.gather(gone, return_exceptions=True)
    assert gone.cancelled()
    assert queue.is_idle


async def test_a_waiter_that_was_just_cancelled_can_be_shed() -> None:
    """The waiter that comes takes its room."""
    queue = FairQueue(1, waiting=2)
    await queue.acquire("a")
    gone = [asyncio.create_task(queue.acquire("b")) for _ in range(2)]
    await asyncio.sleep(0)

    gone[1].cancel()
    next_one = asyncio.create_task(queue.acquire("c"))
    await asyncio.sleep(0)
    for who in ("a", "b"):
        queue.release(who)
        await asyncio.sleep(0)

    await next_one
    assert gone[1].cancelled()


async def test_a_caller_at_its_share_waits_and_holds_up_no_other() -> None:
    """It goes on as soon as its share is larger; a smaller one takes back nothing that was granted."""
    callers = Callers(FairQueue(8, waiting=10))
    callers.queue.set_share(1)
    await callers.come("a", "a", "b", "a")
    before = list(callers.served)

    callers.queue.set_share(3)
    await callers.settle()

    assert (before, callers.served) == (["a", "b"], ["a", "b", "a", "a"])


class Passers:
    """Callers that come, stay for a moment, or go away while they wait, and never hold more slots than there are."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._slots = chance.randint(1, 8)
        self._in_use = 0
        self.queue = FairQueue(self._slots, waiting=chance.randint(0, 6))

    async def pass_by(self, caller: str) -> None:
        until = asyncio.get_running_loop().time() + self._chance.choice([0, 0.001, 60])
        try:
            await self.queue.acquire(caller, until=until, sheddable=self._chance.random() < 0.8)
        except (QueueFull, TimeoutError):
            return
        self._in_use += 1
        assert self._in_use <= self._slots
        try:
            for _ in range(self._chance.randint(0, 4)):
                await asyncio.sleep(0)
        finally:
            self._in_use -= 1
            self.queue.release(caller)


@pytest.mark.parametrize("seed", range(50))
async def test_no_slot_is_lost_or_granted_twice(seed: int) -> None:
    """Whenever callers come, wait, or go away, and however their share changes."""
    chance = random.Random(seed)
    passers = Passers(chance)
    tasks: list[asyncio.Task[None]] = []
    for _ in range(60):
        tasks.append(asyncio.create_task(passers.pass_by(chance.choice("abc"))))
        await asyncio.sleep(0)
        if chance.random() < 0.3:
            chance.choice(tasks).cancel()
        passers.queue.set_share(chance.randint(1, 8))

    async with asyncio.timeout(10):
        await asyncio.wait(tasks)

    assert [task.exception() for task in tasks if not task.cancelled() and task.exception()] == []
    assert passers.queue.is_idle
