"""Places for a bounded number at once, and a bounded queue for them: fair between callers, whatever one of them asks.

Knows neither requests nor calls; `who` is any name under which somebody is counted.
"""

import asyncio
from collections import Counter, OrderedDict, deque
from dataclasses import dataclass
from typing import Protocol


class NoPlace(Exception):
    """The queue is full, and nobody in it has more waiting."""


@dataclass(frozen=True, slots=True, eq=False)
class _Wish:
    """`is_firm`: it is never turned away for being one too many."""

    granted: asyncio.Future[None]
    is_firm: bool


class Gate(Protocol):
    """Who may begin now, of those for whom a place is free."""

    def is_open_for(self, who: str) -> bool: ...

    def passed(self, who: str) -> None:
        """*who* has been given a place."""


class _OpenGate:
    def is_open_for(self, _who: str) -> bool:
        return True

    def passed(self, _who: str) -> None:
        pass


class Places:
    """Places that come free go to those who wait in turn: one of each, first come first served among the same.

    Nobody has the last eighth of all places beside the rest, so that others need not wait until one comes free.
    """

    def __init__(self, places: int, *, waiting: int, gate: Gate | None = None) -> None:
        """At most *waiting* wait, firm ones aside. When *gate* opens for somebody who waits, `hand_out` must be called."""
        self._places = places
        self._most_of_one = places - places // 8
        self._most_waiting = waiting
        self._gate = gate or _OpenGate()
        self._taken: Counter[str] = Counter()
        self._in_use = 0
        self._waiting = 0
        self._lines: OrderedDict[str, deque[_Wish]] = OrderedDict()

    @property
    def are_idle(self) -> bool:
        """Whether nobody has a place, and nobody wants one."""
        return not self._in_use and not self._waiting

    def wanted_by(self, who: str) -> int:
        """How many *who* has, or waits for."""
        return self._taken[who] + len(self._lines.get(who, ()))

    def has_room_for(self, who: str) -> bool:
        """Whether *who* could have a place, or wait for one, if need be instead of somebody who has more waiting."""
        if not self._waiting and self._is_free_for(who):
            return True
        return self._waiting < self._most_waiting or self._longest() > len(self._lines.get(who, ()))

    async def take(self, who: str, *, until: float | None = None, is_firm: bool = False) -> None:
        """A place, to be given back with `leave`. *until* is in the running loop's time.

        Raises NoPlace when too many wait, now or later for the sake of others, and TimeoutError when none came free.
        """
        if not self._waiting and self._may_begin(who):
            self._give(who)
        else:
            await self._wait(who, until, is_firm=is_firm)

    def leave(self, who: str) -> None:
        """Whoever is next has the place."""
        self._taken[who] -= 1
        if not self._taken[who]:
            del self._taken[who]
        self._in_use -= 1
        self.hand_out()

    def hand_out(self) -> bool:
        """Gives a place to who is next. False when nobody waits who may begin."""
        while (who := self._next()) is not None:
            granted = self._lines[who][0].granted
            self._take_out(who, self._lines[who][0])
            if who in self._lines:
                self._lines.move_to_end(who)  # behind all others
            if not granted.done():  # else it has just been given up
                granted.set_result(None)
                self._give(who)
                return True
        return False

    async def _wait(self, who: str, until: float | None, *, is_firm: bool) -> None:
        if not is_firm and self._waiting >= self._most_waiting and not self._make_room(who):
            raise NoPlace
        wish = _Wish(asyncio.get_running_loop().create_future(), is_firm)
        self._lines.setdefault(who, deque()).append(wish)
        self._waiting += 1
        self.hand_out()
        try:
            async with asyncio.timeout_at(until):
                await wish.granted
        except BaseException:
            self._give_up(who, wish)
            raise

    def _give_up(self, who: str, wish: _Wish) -> None:
        if wish in self._lines.get(who, ()):
            self._take_out(who, wish)
        elif not wish.granted.cancelled() and wish.granted.exception() is None:
            self.leave(who)  # it was given in the same moment

    def _make_room(self, who: str) -> bool:
        """Turns away the last of who has most waiting, unless that is *who*."""
        longest = max(self._lines, key=lambda each: len(self._lines[each]), default=who)
        if len(self._lines.get(longest, ())) <= len(self._lines.get(who, ())):
            return False
        last = next((wish for wish in reversed(self._lines[longest]) if not wish.is_firm), None)
        if last is None:
            return False
        self._take_out(longest, last)
        if not last.granted.done():
            last.granted.set_exception(NoPlace())
        return True

    def _take_out(self, who: str, wish: _Wish) -> None:
        line = self._lines[who]
        line.remove(wish)
        if not line:
            del self._lines[who]
        self._waiting -= 1

    def _next(self) -> str | None:
        return next((who for who in self._lines if self._may_begin(who)), None)

    def _may_begin(self, who: str) -> bool:
        return self._is_free_for(who) and self._gate.is_open_for(who)

    def _is_free_for(self, who: str) -> bool:
        return self._in_use < self._places and self._taken[who] < self._most_of_one

    def _give(self, who: str) -> None:
        self._taken[who] += 1
        self._in_use += 1
        self._gate.passed(who)

    def _longest(self) -> int:
        return max(map(len, self._lines.values()), default=0)
