"""What is more than the gateway can do is refused before any work, and what it has begun comes to its end."""

import asyncio

import pytest

from gateway.errors import Overloaded
from gateway.load.admission import Admission
from gateway.load.pulse import Pulse


async def test_one_too_many_is_refused_before_it_is_read() -> None:
    """With code and time to wait; another caller's request has its chance in the queue."""
    admission = Admission(at_work=1, waiting=1)
    async with admission.place("a"):
        waiting = asyncio.create_task(_work(admission, "a"))
        await asyncio.sleep(0)

        with pytest.raises(Overloaded) as caught:
            admission.check("a")
        waiting_still = not waiting.done()

    await waiting
    assert waiting_still
    assert dict(caught.value.extensions) == {"code": "OVERLOADED", "retryable": True, "retryAfter": 1.0}
    admission.check("a")


async def test_nobody_waits_for_long() -> None:
    """Who is not begun in time is refused."""
    admission = Admission(at_work=1, waiting=5, wait_s=0.01)

    async with admission.place("a"):
        with pytest.raises(Overloaded):
            await _work(admission, "b")

    await _work(admission, "b")


async def test_what_fails_at_work_is_not_called_overload() -> None:
    """And gives its place back."""
    admission = Admission(at_work=1, waiting=0)

    with pytest.raises(TimeoutError):
        async with admission.place("a"):
            raise TimeoutError

    await _work(admission, "a")


async def test_nothing_is_begun_while_the_loop_is_behind() -> None:
    """It waits, and is begun by and by."""
    admission = Admission(at_work=10, waiting=10, wait_s=5)
    begun: list[str] = []

    async with admission.place("a"):
        _keep_busy(0.1)
        tasks = [asyncio.create_task(_work(admission, name, begun)) for name in ("b", "c")]
        await asyncio.sleep(0)
        at_first = list(begun)

    await asyncio.gather(*tasks)
    assert (at_first, begun) == ([], ["b", "c"])


async def test_a_greedy_caller_leaves_the_loop_to_others() -> None:
    """However many requests it has, no more of them are begun than there is time for beside another's."""
    admission = Admission(at_work=200, waiting=100, wait_s=60)
    begun: list[str] = []
    greedy = [asyncio.create_task(_work_on_and_on(admission, "greedy", begun)) for _ in range(64)]

    for _ in range(200):
        await _work(admission, "fair", begun, busy_s=0.002)

    for task in greedy:
        task.cancel()
    lately = begun[-200:]
    assert lately.count("greedy") < lately.count("fair")


async def test_the_pulse_tells_how_far_the_loop_is_behind() -> None:
    """As long as there is work, and nothing afterwards."""
    beats = iter([True, False])
    over = asyncio.Event()

    def beat() -> bool:
        goes_on = next(beats)
        if not goes_on:
            over.set()
        return goes_on

    pulse = Pulse(beat)
    pulse.start()
    _keep_busy(0.1)
    behind = pulse.lag
    await over.wait()

    assert behind >= 0.08
    assert pulse.lag == 0


async def test_the_pulse_tells_how_busy_the_loop_is() -> None:
    """By the processor time of its own thread, smoothed. How much it gets while it spins is up to the machine."""
    busy: list[float] = []
    over = asyncio.Event()

    def beat() -> bool:
        busy.append(pulse.busy)
        if len(busy) == 40:
            over.set()
        return len(busy) < 40

    pulse = Pulse(beat)
    pulse.start()
    _keep_busy(0.2)
    await over.wait()

    assert busy[0] > busy[10] > busy[39]
    assert busy[0] > 2 * busy[39]


async def _work(admission: Admission, who: str, begun: list[str] | None = None, *, busy_s: float = 0) -> None:
    async with admission.place(who):
        if begun is not None:
            begun.append(who)
        _keep_busy(busy_s)
        await asyncio.sleep(busy_s)


async def _work_on_and_on(admission: Admission, who: str, begun: list[str]) -> None:
    while True:
        await _work(admission, who, begun, busy_s=0.002)


def _keep_busy(seconds: float) -> None:
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while loop.time() < until:
        pass
