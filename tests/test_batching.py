"""A batch looks up each of its keys, and each has its own fate."""

import asyncio
from collections.abc import Sequence

import pytest

from gateway.batching import each, in_task, or_none
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

    answers: Sequence[object] = await each(in_task(fetch), at_most=2)([1, 2, 3])

    assert answers[::2] == ["answer 1", "answer 3"]
    assert isinstance(answers[1], Unavailable)


async def test_absence_alone_is_none() -> None:
    """Every other failure goes through."""

    async def fetch(_: int) -> str:
        raise Unavailable("broken")

    with pytest.raises(Unavailable):
        await or_none(fetch)(1)
