"""An event loop whose time passes only while everybody waits: seconds of load in no time, the same on every machine."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import TypeVar

T = TypeVar("T")


class _NeverWaiting(selectors.DefaultSelector):
    """Moves its loop's clock instead of waiting."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is not None and timeout > 0:
            self.now += timeout
        return super().select(0)


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._virtual = _NeverWaiting()
        super().__init__(self._virtual)

    def time(self) -> float:
        return self._virtual.now

    def work(self, seconds: float) -> None:
        self._virtual.now += seconds


def run(main: Coroutine[object, object, T]) -> T:
    """What *main* returns. The running loop's time is virtual."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(main)


def work(seconds: float) -> None:
    """Keeps the processor busy: time passes, and nothing else on the running loop goes on."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, _Loop)
    loop.work(seconds)
