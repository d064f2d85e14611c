"""Which requests are begun: so many at once, so many waiting, and none while the event loop is behind.

Who is refused has cost next to nothing: no body was read, no JSON, no GraphQL. A request is counted from when its body
is there, so slow senders take nobody's place.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from gateway.errors import Overloaded
from gateway.http.pulse import Pulse
from gateway.places import NoPlace, Places

_WAIT_S = 0.5
_MOST_LAG_S = 0.02
"""Further behind than this, the loop finishes what it has before anything is begun."""
_A_BEGINNING_S = 0.01
_MOST_BEGINNINGS = 16
_RETRY_AFTER_S = 1.0


class Admission:
    def __init__(self, *, at_work: int, waiting: int, wait_s: float = _WAIT_S) -> None:
        """*at_work* requests at once, *waiting* for at most *wait_s* seconds until they are begun."""
        self._wait_s = wait_s
        self._pulse = Pulse(self._beat)
        self._places = Places(at_work, waiting=waiting, may_begin=self._keeps_up)

    def check(self, who: str) -> None:
        """Raises Overloaded when a request of *who* could not even wait. Comes before its body is read."""
        if not self._places.has_room_for(who):
            raise _overloaded()

    @asynccontextmanager
    async def place(self, who: str) -> AsyncGenerator[None]:
        """The time in which a request is worked on. Raises Overloaded, nothing begun, when there is no place in time."""
        self._pulse.start()
        try:
            await self._places.take(who, until=asyncio.get_running_loop().time() + self._wait_s)
        except (NoPlace, TimeoutError):
            raise _overloaded() from None
        try:
            yield
        finally:
            self._places.leave(who)

    def _keeps_up(self) -> bool:
        return self._pulse.lag <= _MOST_LAG_S

    def _beat(self) -> bool:
        """Begins what waits: a little even when the loop is behind, or a flood of refusals would end all work."""
        for _ in range(min(_MOST_BEGINNINGS, 1 + int(self._pulse.lag / _A_BEGINNING_S))):
            if not self._places.hand_out():
                break
        return not self._places.are_idle


def _overloaded() -> Overloaded:
    return Overloaded(
        "The gateway has more to do than it can, so this request was not begun. Send it again a little later.",
        retry_after_s=_RETRY_AFTER_S,
    )
