"""Which requests are begun: so many at once, so many waiting, at a pace that leaves the event loop time for all callers.

Who could not even wait is refused before its body is read; who waited in vain, before its document is looked at. A
request is counted from when its body is there, so slow senders take nobody's place.
"""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from gateway.errors import Overloaded
from gateway.load.crowd import STRANGERS, Crowd
from gateway.load.fair_queue import NoPlace, Places
from gateway.load.pacing import Pacing
from gateway.load.pulse import Pulse
from gateway.load.refusals import Refusals

_WAIT_S = 0.75
_RETRY_AFTER_S = 1.0
_MOST_STRANGERS_WAIT_S = 2.0
"""Longer than others for a refusal: 500 connections then send 250 requests a second, which can all be begun."""


class Admission:
    def __init__(self, *, at_work: int, waiting: int, wait_s: float = _WAIT_S) -> None:
        """*at_work* requests at once, *waiting* for at most *wait_s* seconds until they are begun."""
        self._wait_s = wait_s
        self._pulse = Pulse(self._beat)
        self._crowd = Crowd(time.monotonic)
        self._pacing = Pacing(self._pulse, self._crowd)
        self._places = Places(at_work, waiting=waiting, gate=self._pacing)
        self._refusals = Refusals()
        self._refusals_of_strangers = Refusals(most_s=_MOST_STRANGERS_WAIT_S)

    def check(self, who: str) -> None:
        """Raises Overloaded when a request of *who* could not even wait. Comes before its body is read."""
        if not self._places.has_room_for(who):
            raise _overloaded()

    async def hold(self, who: str) -> None:
        """To be awaited before *who* is refused."""
        refusals = self._refusals_of_strangers if who.startswith(STRANGERS) else self._refusals
        await refusals.hold(who)

    @asynccontextmanager
    async def place(self, who: str) -> AsyncGenerator[None]:
        """The time in which a request is worked on. Raises Overloaded, nothing begun, when there is no place in time."""
        self._pulse.start()
        self._crowd.asks(who, self._places.wanted_by(who) + 1)
        try:
            await self._places.take(who, until=asyncio.get_running_loop().time() + self._wait_s)
        except TimeoutError:
            raise _overloaded() from None
        except NoPlace:
            await self.hold(who)
            raise _overloaded() from None
        try:
            yield
        finally:
            self._places.leave(who)

    def _beat(self) -> bool:
        self._pacing.beat()
        while self._places.hand_out():
            pass
        return not self._places.are_idle


def _overloaded() -> Overloaded:
    return Overloaded(
        "The gateway has more to do than it can, so this request was not begun. Send it again a little later.",
        retry_after_s=_RETRY_AFTER_S,
    )
