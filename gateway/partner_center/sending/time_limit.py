"""The time limit of one attempt."""

import asyncio
from types import TracebackType


class TimeLimit:
    """A context manager that ends what runs in it at *until*, in the running loop's time, with a TimeoutError.

    Does the same as `asyncio.timeout_at` with a quarter of the instructions: under Python 3.11 that runs a function for
    each look at its own state, and its two steps are coroutines. A cancellation from elsewhere stays one.
    """

    __slots__ = ("_cancelling", "_is_over", "_task", "_timer", "_until")

    def __init__(self, until: float) -> None:
        self._until = until
        self._is_over = False

    def __enter__(self) -> None:
        loop = asyncio.get_running_loop()
        task = asyncio.current_task(loop)
        if task is None:
            raise RuntimeError("A time limit needs a task.")
        self._task = task
        self._cancelling = task.cancelling()
        self._timer = loop.call_at(self._until, self._expire)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        if self._is_over and self._task.uncancel() <= self._cancelling and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def _expire(self) -> None:
        self._is_over = True
        self._task.cancel()
