"""A time limit ends what runs in it, and nothing else."""

import asyncio

import pytest

from gateway.partner_center.sending.time_limit import TimeLimit


def from_now(seconds: float) -> float:
    return asyncio.get_running_loop().time() + seconds


async def forever() -> None:
    await asyncio.get_running_loop().create_future()


@pytest.mark.parametrize("seconds", [-1, 0, 0.01])
async def test_what_is_not_done_in_time_raises_timeout_error(seconds: float) -> None:
    """Also when the limit has already passed; the task can go on waiting for other things."""
    with pytest.raises(TimeoutError), TimeLimit(from_now(seconds)):
        await forever()

    await asyncio.sleep(0)


async def test_what_is_done_in_time_is_not_cancelled_later() -> None:
    """The limit is over with what it was for."""
    with TimeLimit(from_now(0.01)):
        await asyncio.sleep(0)

    await asyncio.sleep(0.03)


async def test_an_error_in_time_is_raised_as_it_is() -> None:
    """Only a cancellation by the limit becomes a TimeoutError."""
    with pytest.raises(KeyError), TimeLimit(from_now(1)):
        raise KeyError


async def test_a_cancellation_from_elsewhere_stays_one() -> None:
    """Whoever cancels the task sees it cancelled, not timed out."""

    async def limited() -> None:
        with TimeLimit(from_now(10)):
            await forever()

    task = asyncio.create_task(limited())
    await asyncio.sleep(0)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_cancellation_at_the_limit_stays_one() -> None:
    """The task is asked to end twice in one step of the loop, and the one that is not ours wins."""

    async def limited() -> None:
        loop, until = asyncio.get_running_loop(), from_now(0.01)
        loop.call_at(until, task.cancel)
        with TimeLimit(until):
            await forever()

    task = asyncio.create_task(limited())

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_the_inner_limit_does_not_end_the_outer_one() -> None:
    """Limits can be nested: only the one that is over raises."""
    async with asyncio.timeout(10) as outer:
        with pytest.raises(TimeoutError), TimeLimit(from_now(0.01)):
            await forever()

    assert not outer.expired()


async def test_an_outer_limit_ends_the_inner_one() -> None:
    """The attempt ends with the request it is made for."""

    async def limited() -> None:
        with TimeLimit(from_now(10)):
            await forever()

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(limited(), 0.01)


def test_a_limit_needs_a_task() -> None:
    """There must be something to cancel."""
    with pytest.raises(RuntimeError), TimeLimit(1.0):
        pass
