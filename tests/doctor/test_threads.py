"""Work in threads that is abandoned at the end."""

import asyncio
import threading

import pytest

from gateway.doctor.threads import DaemonThreads


def test_the_loop_ends_while_a_thread_is_stuck() -> None:
    """As in a look-up at a name server that does not answer."""
    stuck = threading.Event()

    async def give_up() -> str:
        asyncio.get_running_loop().set_default_executor(DaemonThreads())
        try:
            async with asyncio.timeout(0.05):
                await asyncio.to_thread(stuck.wait)
        except TimeoutError:
            return "given up"
        return "done"

    assert asyncio.run(give_up()) == "given up"
    assert not stuck.is_set()
    stuck.set()


def test_results_and_failures_are_handed_on() -> None:
    """As by the executor that it replaces."""

    async def both() -> int:
        asyncio.get_running_loop().set_default_executor(DaemonThreads())
        with pytest.raises(ZeroDivisionError):
            await asyncio.to_thread(lambda: 1 // 0)
        return await asyncio.to_thread(lambda: 42)

    assert asyncio.run(both()) == 42
