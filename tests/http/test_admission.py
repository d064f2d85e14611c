"""What is more than the gateway can do is refused before any work, and what it has begun comes to its end."""

import asyncio

import pytest

from gateway.errors import Overloaded
from gateway.http.admission import Admission
from gateway.http.pulse import Pulse


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


async def _work(admission: Admission, who: str, begun: list[str] | None = None) -> None:
    async with admission.place(who):
        if begun is not None:
            begun.append(who)


def _keep_busy(seconds: float) -> None:
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while loop.time() < until:
        pass
