"""A batch looks up each of its keys, and each has its own fate."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import cast

import pytest

from gateway.errors import Unavailable
from gateway.loaders.batching import Later, Loader, all_of, each, grouped, one_of, or_else, or_none


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


async def test_the_keys_of_a_group_are_fetched_together() -> None:
    """One call for each group; a failure belongs to its group, and an answer that is one to its key."""
    asked: list[tuple[int, list[int]]] = []

    async def fetch(tens: int, keys: list[int]) -> dict[int, int | Unavailable]:
        asked.append((tens, keys))
        if tens == 2:
            raise Unavailable("broken")
        return {key: Unavailable("no answer") if key == 11 else 2 * key for key in reversed(keys)}

    loader: Loader[int, int] = Loader(grouped(fetch, lambda key: key // 10, at_most=3))

    answers = await asyncio.gather(*map(loader.load, (1, 11, 2, 21, 22, 12)), return_exceptions=True)

    assert asked == [(0, [1, 2]), (1, [11, 12]), (2, [21, 22])]
    assert [each if isinstance(each, int) else str(each) for each in answers] == [
        2, "no answer", 4, "broken", "broken", 24,
    ]  # fmt: skip
    assert answers[3] is not answers[4]


async def test_groups_are_fetched_a_bounded_number_at_a_time() -> None:
    running, most = 0, 0

    async def fetch(_: int, keys: list[int]) -> dict[int, int]:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return dict.fromkeys(keys, 0)

    loader: Loader[int, int] = Loader(grouped(fetch, lambda key: key, at_most=3))

    assert await loader.load_many(range(10)) == 10 * [0]
    assert most == 3


async def test_absence_alone_is_none() -> None:
    """Every other failure goes through."""

    async def fetch(_: int) -> str:
        raise Unavailable("broken")

    with pytest.raises(Unavailable):
        await or_none(fetch)(1)


def future(*, of: str | None = None, failure: Exception | None = None) -> "asyncio.Future[str | None]":
    """A look-up that has ended."""
    ended: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
    if failure is None:
        ended.set_result(of)
    else:
        ended.set_exception(failure)
    return ended


async def awaited(value: object) -> object:
    return await cast("Awaitable[object]", value) if isinstance(value, Awaitable) else value


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        pytest.param(lambda: "found", "found", id="known"),
        pytest.param(lambda: None, "instead", id="known to be absent"),
        pytest.param(lambda: future(of="found"), "found", id="found"),
        pytest.param(lambda: future(of=None), "instead", id="absent"),
        pytest.param(lambda: future(failure=Unavailable("broken")), "instead", id="failed"),
    ],
)
async def test_another_answer_stands_in(value: Callable[[], Later[str | None]], answer: str) -> None:
    """Where there is none, whatever the reason."""
    assert await awaited(or_else(value(), "instead")) == answer


async def test_no_answer_stands_in_for_a_bug() -> None:
    """Or nobody would learn of it."""
    with pytest.raises(ZeroDivisionError):
        await awaited(or_else(future(failure=ZeroDivisionError()), "instead"))


async def test_what_nobody_waits_for_is_cancelled() -> None:
    """The answer that would stand in is not given either."""
    value: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
    waiting = or_else(value, "instead")
    value.cancel()

    with pytest.raises(asyncio.CancelledError):
        await awaited(waiting)


async def test_a_late_answer_finds_nobody() -> None:
    """The field that waited was cancelled; the failure is not reported as one that nobody looked at."""
    value: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
    waiting = or_else(value, "instead")
    assert isinstance(waiting, asyncio.Future)
    waiting.cancel()
    value.set_exception(Unavailable("broken"))
    await asyncio.sleep(0)

    assert waiting.cancelled()


@pytest.mark.parametrize(
    "values",
    [
        pytest.param(lambda: ["a", "b"], id="known"),
        pytest.param(lambda: ["a", future(of="b")], id="known and looked up"),
    ],
)
async def test_all_values_come_in_their_order(values: Callable[[], list[Later[str | None]]]) -> None:
    """At once where all are known."""
    all_values = all_of(values())

    assert isinstance(all_values, asyncio.Future) is any(isinstance(each, Awaitable) for each in values())
    assert await awaited(all_values) == ["a", "b"]
