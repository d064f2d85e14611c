"""Fake time: a clock that only the test moves, and a sleep that ends by that clock."""

import asyncio
import heapq
from itertools import count

from gateway.store.leases import Timing

_ITERATIONS = 20
"""Iterations of the event loop: more than any task here needs to continue after it was woken."""


class Pace:
    def __init__(self) -> None:
        self.now = 1_000.0
        self.pauses: list[float] = []
        self.chances = [0.5]
        """Returned in order; the last one repeats."""
        self._order = count()
        self._asleep: list[tuple[float, int, asyncio.Future[None]]] = []

    @property
    def timing(self) -> Timing:
        return Timing(clock=lambda: self.now, sleep=self.sleep, chance=self._chance)

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._asleep, (self.now + seconds, next(self._order), woken))
        await woken

    async def later(self, seconds: float) -> None:
        """Advances the clock and wakes every sleeper that is due, in order."""
        await _run_loop()
        until = self.now + seconds
        while self._asleep and self._asleep[0][0] <= until:
            due, _, woken = heapq.heappop(self._asleep)
            self.now = max(self.now, due)
            if not woken.done():
                woken.set_result(None)
            await _run_loop()
        self.now = until

    def _chance(self) -> float:
        return self.chances.pop(0) if len(self.chances) > 1 else self.chances[0]


async def _run_loop() -> None:
    for _ in range(_ITERATIONS):
        await asyncio.sleep(0)
