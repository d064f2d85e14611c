"""Places are bounded and go round: whoever asks for many leaves the others theirs."""

import asyncio
import random
from collections.abc import Sequence

import pytest

from gateway.load.fair_queue import NoPlace, Places


class Crowd:
    """Those who want places, and in which order they got theirs."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.served: list[str] = []

    async def come(self, *names: str) -> Sequence[asyncio.Task[None]]:
        """One after the other; each waits by itself."""
        tasks = [asyncio.create_task(self._take(name)) for name in names]
        for _ in range(3):
            await asyncio.sleep(0)
        return tasks

    async def leave(self, who: str) -> None:
        self.places.leave(who)
        for _ in range(3):
            await asyncio.sleep(0)

    async def _take(self, who: str) -> None:
        await self.places.take(who)
        self.served.append(who)


async def test_no_more_than_so_many_have_a_place() -> None:
    """Who is next has it once one is given back, first come first served among the same."""
    crowd = Crowd(Places(2, waiting=10))

    tasks = await crowd.come("a", "a", "a")
    before = len(crowd.served)
    await crowd.leave("a")

    assert (before, len(crowd.served)) == (2, 3)
    assert all(task.done() for task in tasks)


async def test_places_go_round() -> None:
    """However many one of them has waiting, another is next but one at the latest."""
    crowd = Crowd(Places(1, waiting=100))
    await crowd.come(*["greedy"] * 50, "fair", "fair", "modest")

    for _ in range(6):
        await crowd.leave(crowd.served[-1])

    assert crowd.served == ["greedy", "greedy", "fair", "modest", "greedy", "fair", "greedy"]


async def test_some_places_are_left_for_others() -> None:
    """Nobody has all of them, so another need not wait until one comes free."""
    crowd = Crowd(Places(8, waiting=100))

    await crowd.come(*["greedy"] * 50, "fair")

    assert crowd.served == [*["greedy"] * 7, "fair"]


async def test_a_full_queue_has_room_for_who_has_less_in_it() -> None:
    """The last one of who has most is turned away; for that one there is no room."""
    places = Places(1, waiting=3)
    crowd = Crowd(places)
    _, *_, last = await crowd.come(*["greedy"] * 4)

    room = [places.has_room_for("greedy"), places.has_room_for("fair")]
    await crowd.come("fair")
    with pytest.raises(NoPlace):
        await places.take("greedy")

    assert room == [False, True]
    assert isinstance(last.exception(), NoPlace)
    await crowd.leave("greedy")
    await crowd.leave("greedy")
    assert crowd.served[-1] == "fair"


async def test_a_firm_wish_is_never_one_too_many() -> None:
    """It waits however full the queue is."""
    places = Places(1, waiting=0)
    await places.take("a")

    waiting = asyncio.create_task(places.take("a", is_firm=True))
    await asyncio.sleep(0)
    places.leave("a")

    await waiting


async def test_who_waits_too_long_is_told() -> None:
    """And is not in the queue any more."""
    places = Places(1, waiting=1)
    await places.take("a")

    with pytest.raises(TimeoutError):
        await places.take("b", until=asyncio.get_running_loop().time())
    places.leave("a")

    assert places.are_idle


async def test_a_place_given_to_who_has_just_left_goes_on() -> None:
    """It is lost for nobody."""
    places = Places(1, waiting=2)
    await places.take("a")
    gone, next_one = asyncio.create_task(places.take("b")), asyncio.create_task(places.take("c"))
    await asyncio.sleep(0)

    places.leave("a")
    gone.cancel()
    await next_one

    assert gone.cancelled() or await asyncio.wait([gone])
    places.leave("c")
    assert places.are_idle


async def test_a_place_goes_past_who_leaves_the_queue_in_that_moment() -> None:
    """Whoever gives it back is not held up by that, and the next in turn has it."""
    places = Places(1, waiting=2)
    await places.take("a")
    gone, next_one = asyncio.create_task(places.take("b")), asyncio.create_task(places.take("c"))
    await asyncio.sleep(0)

    gone.cancel()
    places.leave("a")

    await next_one
    places.leave("c")
    await asyncio.gather(gone, return_exceptions=True)
    assert gone.cancelled()
    assert places.are_idle


async def test_room_is_made_of_who_leaves_the_queue_in_that_moment() -> None:
    """Whoever comes waits in that place."""
    places = Places(1, waiting=2)
    await places.take("a")
    gone = [asyncio.create_task(places.take("b")) for _ in range(2)]
    await asyncio.sleep(0)

    gone[1].cancel()
    next_one = asyncio.create_task(places.take("c"))
    await asyncio.sleep(0)
    for who in ("a", "b"):
        places.leave(who)
        await asyncio.sleep(0)

    await next_one
    assert gone[1].cancelled()


class Door:
    """A gate that is shut for some, and knows who went through."""

    def __init__(self, *shut_for: str) -> None:
        self.shut_for = set(shut_for)
        self.gone_through: list[str] = []

    def is_open_for(self, who: str) -> bool:
        return who not in self.shut_for

    def passed(self, who: str) -> None:
        self.gone_through.append(who)


async def test_who_may_not_begin_yet_waits_and_holds_up_nobody_else() -> None:
    """Served once the gate is open; the gate is told of everyone who begins."""
    door = Door("a")
    crowd = Crowd(Places(8, waiting=10, gate=door))
    await crowd.come("a", "b", "a")
    before = list(crowd.served)

    door.shut_for.clear()
    while crowd.places.hand_out():
        pass
    await crowd.come()

    assert (before, crowd.served) == (["b"], ["b", "a", "a"])
    assert door.gone_through == crowd.served


async def test_it_is_known_who_wants_how_many() -> None:
    """Both those given and those waited for."""
    crowd = Crowd(Places(2, waiting=10))

    await crowd.come("a", "b", "a", "a")

    assert [crowd.places.wanted_by(who) for who in "abc"] == [3, 1, 0]


class Passers:
    """Those who come, stay for a moment, go away while they wait, and never have more places than there are."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._number = chance.randint(1, 8)
        self._inside = 0
        self.places = Places(self._number, waiting=chance.randint(0, 6), gate=self)

    def is_open_for(self, who: str) -> bool:
        return self._chance.random() < 0.7

    def passed(self, who: str) -> None:
        pass

    async def pass_by(self, who: str) -> None:
        until = asyncio.get_running_loop().time() + self._chance.choice([0, 0.001, 60])
        try:
            await self.places.take(who, until=until, is_firm=self._chance.random() < 0.2)
        except (NoPlace, TimeoutError):
            return
        self._inside += 1
        assert self._inside <= self._number
        try:
            for _ in range(self._chance.randint(0, 4)):
                await asyncio.sleep(0)
        finally:
            self._inside -= 1
            self.places.leave(who)


@pytest.mark.parametrize("seed", range(50))
async def test_no_place_is_lost_or_given_twice(seed: int) -> None:
    """Whoever comes, waits, goes away in whatever moment, or finds the gate shut."""
    chance = random.Random(seed)
    passers = Passers(chance)
    tasks: list[asyncio.Task[None]] = []
    for _ in range(60):
        tasks.append(asyncio.create_task(passers.pass_by(chance.choice("abc"))))
        await asyncio.sleep(0)
        if chance.random() < 0.3:
            chance.choice(tasks).cancel()
        passers.places.hand_out()

    async with asyncio.timeout(10):
        while not all(task.done() for task in tasks):
            passers.places.hand_out()
            await asyncio.sleep(0)

    assert [task.exception() for task in tasks if not task.cancelled() and task.exception()] == []
    assert passers.places.are_idle
