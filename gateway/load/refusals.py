"""When refusals go out. Cheap as each is, thousands a second would take the event loop from everybody.

Somebody who is refused all the time is told so at an even pace, as far as the longest wait allows, and is busy waiting
for it in between.
"""

import asyncio

_A_SECOND = 200
_SOME_S = 0.5
"""The refusals of so much time may come together: nobody waits who is refused now and then."""
_MOST_S = 0.75


class Refusals:
    def __init__(self, *, most_s: float = _MOST_S) -> None:
        """None is held for longer than *most_s* seconds."""
        self._most_s = most_s
        self._due: dict[str, float] = {}
        """When the next one is, in the running loop's time, by who is refused; nothing that is long past."""

    async def hold(self, who: str) -> None:
        """To be awaited before *who* is refused."""
        now = asyncio.get_running_loop().time()
        if who not in self._due:
            self._due = {other: due for other, due in self._due.items() if due > now - _SOME_S}
        due = max(self._due.get(who, 0.0), now - _SOME_S)
        held_s = min(due - now, self._most_s)
        self._due[who] = now + held_s + 1 / _A_SECOND
        if held_s > 0:
            await asyncio.sleep(held_s)
