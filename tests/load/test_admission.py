"""More requests than the gateway can run are refused before any work, and what has begun comes to its end."""

import asyncio

import pytest

from gateway.errors import Overloaded
from gateway.load.admission import Admission
from tests import virtual_time
from tests.load.slots import slot


async def test_a_request_that_could_not_even_wait_is_refused_before_it_is_read() -> None:
    """With code and time to wait; another caller's request waits instead."""
    admission = Admission(requests=1, waiting=1)
    async with slot(admission, "a"):
        waiting = asyncio.create_task(_run(admission, "a"))
        await asyncio.sleep(0)

        with pytest.raises(Overloaded) as caught:
            admission.check("a")
        admission.check("b")
        still_waiting = not waiting.done()

    await waiting
    assert still_waiting
    assert dict(caught.value.extensions) == {"code": "OVERLOADED", "retryable": True, "retryAfter": 1.0}
    admission.check("a")


async def test_waiting_ends_in_a_refusal() -> None:
    """A request that does not begin in time is refused."""
    admission = Admission(requests=1, waiting=5, wait_s=0.01)

    async with slot(admission, "a"):
        with pytest.raises(Overloaded):
            await _run(admission, "b")

    await _run(admission, "b")


async def test_a_failure_while_running_is_not_called_overload() -> None:
    """And gives its slot back."""
    admission = Admission(requests=1, waiting=0)

    with pytest.raises(TimeoutError):
        async with slot(admission, "a"):
            raise TimeoutError

    await _run(admission, "a")


def test_occasional_refusals_are_not_delayed() -> None:
    """Some may also come together."""

    async def delayed_s() -> float:
        admission = Admission(requests=1, waiting=0)
        delays = await asyncio.gather(*(_delay_s(admission, "a") for _ in range(100)))
        return max(delays)

    assert virtual_time.run(delayed_s()) == 0


def test_refusals_of_one_caller_go_out_at_an_even_pace() -> None:
    """Two hundred a second, after those that may come together."""

    async def delays() -> list[float]:
        admission = Admission(requests=1, waiting=0)
        return await asyncio.gather(*(_delay_s(admission, "a") for _ in range(160)))

    assert virtual_time.run(delays()) == pytest.approx([0.0] * 101 + [n / 200 for n in range(1, 60)])


@pytest.mark.parametrize(("verified", "longest_s"), [(True, 0.75), (False, 2.0)])
def test_no_refusal_is_delayed_for_long(verified: bool, longest_s: float) -> None:
    """Made-up tokens are refused more slowly, so that good ones find room in their queue."""

    async def delays() -> list[float]:
        admission = Admission(requests=1, waiting=0)
        return await asyncio.gather(*(_delay_s(admission, "a", verified=verified) for _ in range(1000)))

    assert max(virtual_time.run(delays())) == pytest.approx(longest_s)


def test_refusals_of_one_caller_do_not_delay_those_of_another() -> None:
    """Each caller has a pace of its own."""

    async def delay_s() -> float:
        admission = Admission(requests=1, waiting=0)
        await asyncio.gather(*(_delay_s(admission, "greedy") for _ in range(500)))
        return await _delay_s(admission, "fair")

    assert virtual_time.run(delay_s()) == 0


async def _run(admission: Admission, caller: str) -> None:
    async with slot(admission, caller):
        await asyncio.sleep(0)


async def _delay_s(admission: Admission, caller: str, *, verified: bool = True) -> float:
    loop = asyncio.get_running_loop()
    begun = loop.time()
    await admission.delay_refusal(caller, verified=verified)
    return loop.time() - begun
