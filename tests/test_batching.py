"""A batch looks up each of its keys, and each has its own fate."""

import asyncio
from collections.abc import Sequence

import pytest

from gateway.batching import Loader, each, one_of, or_none
from gateway.errors import Unavailable


async def test_a_batch_answers_each_key_at_its_place() -> None:
    """Whichever is quicker; failures stand where their keys stood."""
    first_may_end = asyncio.Event()

    async def fetch(key: int) -> str:
        if key == 1:
            await first_may_end.wait()
        else:
            first_may_end.set()
        if key == 2:
            raise Unavailable("broken")
        return f"answer {key}"

    async def start(key: int) -> asyncio.Future[str]:
        return asyncio.create_task(fetch(key))

    answers: Sequence[object] = await each(start, at_most=2)([1, 2, 3])

    assert answers[::2] == ["answer 1", "answer 3"]
    assert isinstance(answers[1], Unavailable)


async def test_single_keys_are_fetched_a_bounded_number_at_a_time() -> None:
    running, most = 0, 0

    async def fetch(key: int) -> int:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return 2 * key

    loader = Loader(one_of(fetch, at_most=3), one_by_one=True)

    assert await loader.load_many(range(10)) == [2 * key for key in range(10)]
    assert most == 3


@pytest.mark.parametrize("failure", [Unavailable("broken"), ZeroDivisionError("a bug")], ids=["expected", "bug"])
async def test_a_failure_of_a_single_key_is_remembered(failure: Exception) -> None:
    """Like an answer: another field does not ask again."""
    calls = 0

    async def fetch(_: int) -> int:
        nonlocal calls
        calls += 1
        raise failure

    loader = Loader(one_of(fetch, at_most=3), one_by_one=True)

    for _ in range(2):
        with pytest.raises(type(failure)):
            await loader.load(1)
    assert calls == 1


async def test_absence_alone_is_none() -> None:
    """Every other failure goes through."""

    async def fetch(_: int) -> str:
        raise Unavailable("broken")

    with pytest.raises(Unavailable):
        await or_none(fetch)(1)
