"""A call with an idempotency key does its work once; repeats get the first answer."""

import asyncio
import gc
import weakref
from collections.abc import Awaitable
from contextlib import suppress
from pathlib import Path

import pytest

from gateway.carts.idempotency import Answer, Checkpoint, Idempotency, IdempotentCall, fingerprint
from gateway.carts.rules import CartRule, KeyReused, NotEditable
from gateway.errors import (
    CheckoutUnknown,
    Conflict,
    Forbidden,
    GatewayError,
    Malformed,
    NotFound,
    Refused,
    StoreFailed,
    Throttled,
    TimedOut,
    Unauthenticated,
    Unavailable,
)
from gateway.store.memory import MemoryStore
from gateway.store.sqlite import SqliteStore
from tests.carts.shop import a_cart
from tests.carts.work import TEXT, Seconds, SlowWork, Work, a_call, a_refusal


async def failure_of(call: Awaitable[object]) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        await call
    return caught.value


async def test_the_same_key_does_the_work_once(idempotency: Idempotency) -> None:
    """A repeat gets the first answer, marked as replayed."""
    work = Work()

    answers = [await idempotency.once(a_call(), work, TEXT) for _ in range(3)]

    assert answers == [Answer("answer 1", replayed=False), *[Answer("answer 1", replayed=True)] * 2]
    assert work.done == 1


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(a_call(caller="them"), id="another caller"),
        pytest.param(a_call(operation="createCart"), id="another operation"),
        pytest.param(a_call(key="another-key"), id="another key"),
        pytest.param(a_call("sell", caller="them"), id="another caller who means something else"),
    ],
)
async def test_a_key_belongs_to_one_caller_and_operation(idempotency: Idempotency, other: IdempotentCall) -> None:
    """The same key of another caller or operation is another key."""
    work = Work()
    await idempotency.once(a_call(), work, TEXT)

    assert await idempotency.once(other, work, TEXT) == Answer("answer 2", replayed=False)


@pytest.mark.parametrize("ended", [True, False], ids=["after the first", "while the first runs"])
async def test_a_key_is_bound_to_its_input(idempotency: Idempotency, ended: bool) -> None:
    """Another input with the same key is refused without any work."""
    first, second = SlowWork(), Work()
    running = asyncio.create_task(idempotency.once(a_call("buy one"), first, TEXT))
    await first.begun.wait()
    if ended:
        first.may_end.set()
        await running

    error = await failure_of(idempotency.once(a_call("buy two"), second, TEXT))

    assert isinstance(error, CartRule)
    (problem,) = error.problems
    assert isinstance(problem, KeyReused)
    assert (problem.idempotency_key, problem.path) == ("a-key-of-ours", ("idempotencyKey",))
    assert not error.replayed
    assert second.done == 0
    first.may_end.set()
    await running


@pytest.mark.parametrize(
    "refusal",
    [
        pytest.param(a_refusal(), id="a refusal"),
        pytest.param(a_refusal(NotFound), id="an absence"),
        pytest.param(a_refusal(Conflict), id="a conflict"),
    ],
)
async def test_a_business_refusal_is_an_answer(idempotency: Idempotency, refusal: Refused) -> None:
    """A repeat raises it with all its details, marked as replayed; the first caller's error is not changed."""
    work = Work(refusal)
    first = await failure_of(idempotency.once(a_call(), work, TEXT))
    second = await failure_of(idempotency.once(a_call(), work, TEXT))

    assert first is refusal
    assert (type(second), str(second)) == (type(refusal), str(refusal))
    assert vars(second) == {**vars(refusal), "replayed": True}
    assert (first.replayed, work.done) == (False, 1)


async def test_a_stored_refusal_keeps_nothing_else_alive(idempotency: Idempotency) -> None:
    """Objects that the failed call referred to, such as its token, are freed before its record expires."""
    held: list[weakref.ref[Work]] = []

    async def work(_: Checkpoint) -> str:
        something = Work()
        held.append(weakref.ref(something))
        raise a_refusal()

    for _ in range(2):
        with suppress(Refused):
            await idempotency.once(a_call(), work, TEXT)
    gc.collect()

    assert [each() for each in held] == [None]


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(Unavailable("broken"), id="unavailable"),
        pytest.param(TimedOut("late"), id="timed out"),
        pytest.param(Malformed("odd"), id="malformed"),
        pytest.param(a_refusal(Throttled), id="throttled"),
        pytest.param(a_refusal(Forbidden), id="no rights"),
        pytest.param(Unauthenticated("who?"), id="not signed in"),
        pytest.param(CheckoutUnknown("sent"), id="a checkout of unknown outcome"),
        pytest.param(
            CartRule(NotEditable(message="ordered", reason="ALREADY_ORDERED", cart=a_cart())), id="a rule of our own"
        ),
        pytest.param(RuntimeError("a bug"), id="a bug"),
    ],
)
async def test_a_failure_that_is_not_final_is_not_stored(idempotency: Idempotency, failure: Exception) -> None:
    """The next call with the key does the work again."""
    work = Work(failure)
    with pytest.raises(type(failure)):
        await idempotency.once(a_call(), work, TEXT)

    assert await idempotency.once(a_call(), work, TEXT) == Answer("answer 2", replayed=False)


async def test_answers_expire(idempotency: Idempotency, seconds: Seconds) -> None:
    """After that the key is free for any input."""
    work = Work()
    await idempotency.once(a_call(), work, TEXT)

    seconds.now += 59.9
    before = await idempotency.once(a_call(), work, TEXT)
    seconds.now += 0.1
    after = await idempotency.once(a_call("something else"), work, TEXT)

    assert (before, after) == (Answer("answer 1", replayed=True), Answer("answer 2", replayed=False))


async def test_answers_outlive_the_process(tmp_path: Path, seconds: Seconds) -> None:
    """After a restart a repeat gets the answer from the file, and another input is refused."""
    path = tmp_path / "store.sqlite"
    work = Work(a_refusal())
    before, earlier = SqliteStore(path, clock=seconds), a_call(key="refused")
    with suppress(Refused):
        await Idempotency(before).once(earlier, work, TEXT)
    await Idempotency(before).once(a_call(), work, TEXT)
    await before.close()

    after = SqliteStore(path, clock=seconds)
    answer = await Idempotency(after).once(a_call(), work, TEXT)
    refusal = await failure_of(Idempotency(after).once(earlier, work, TEXT))
    reused = await failure_of(Idempotency(after).once(a_call("something else"), work, TEXT))
    await after.close()

    assert answer == Answer("answer 2", replayed=True)
    assert vars(refusal) == {**vars(a_refusal()), "replayed": True}
    assert isinstance(reused, CartRule)
    assert work.done == 2


class Failing(MemoryStore):
    """A store that stops answering."""

    def __init__(self, *, reads: bool) -> None:
        super().__init__(clock=lambda: 0)
        self._reads = reads

    async def get(self, key: str) -> bytes | None:
        if self._reads:
            raise StoreFailed("The gateway's store does not answer.")
        return await super().get(key)

    async def put(self, key: str, record: bytes, *, keep_s: float, owner: str = "") -> None:
        raise StoreFailed("The gateway's store does not answer.")


async def test_no_work_begins_without_the_store() -> None:
    """An earlier call may have done the work, so it could be done twice."""
    work = Work()

    error = await failure_of(Idempotency(Failing(reads=True)).once(a_call(), work, TEXT))

    assert (error.code, error.retryable, work.done) == ("OVERLOADED", True, 0)


async def test_an_answer_that_cannot_be_stored_is_still_given(caplog: pytest.LogCaptureFixture) -> None:
    """The log warns that a repeat will not get it, without naming the key or the caller."""
    answer = await Idempotency(Failing(reads=False)).once(a_call(), Work(), TEXT)

    assert answer == Answer("answer 1", replayed=False)
    assert "could not be stored" in caplog.text
    assert "a-key-of-ours" not in caplog.text


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param(("buy", 1), ("buy", 1), True, id="the same"),
        pytest.param(("buy", 1), ("buy", 2), False, id="another value"),
        pytest.param(("buy", 1), ("buy", "1"), False, id="another type"),
        pytest.param(("ab", "c"), ("a", "bc"), False, id="the same letters, cut otherwise"),
        pytest.param(("buy", None), ("buy",), False, id="null and nothing"),
        pytest.param(([1], 2), ([1, 2],), False, id="nested otherwise"),
    ],
)
def test_a_fingerprint_tells_meanings_apart(one: tuple[object, ...], other: tuple[object, ...], same: bool) -> None:
    """Equal values give equal fingerprints, and different values different ones."""
    assert (fingerprint(*one) == fingerprint(*other)) is same


async def test_a_repeat_finds_the_checkpoint(idempotency: Idempotency) -> None:
    """It finds that of a call that ended without a final answer; a final answer replaces the checkpoint."""
    found: list[bytes | None] = []

    async def work(checkpoint: Checkpoint) -> str:
        found.append(checkpoint.earlier)
        await checkpoint.save(f"of call {len(found)}".encode())
        if len(found) < 3:
            raise Unavailable("broken")
        return "done"

    for _ in range(2):
        with suppress(Unavailable):
            await idempotency.once(a_call(), work, TEXT)
    answers = [await idempotency.once(a_call(), work, TEXT) for _ in range(2)]

    assert found == [None, b"of call 1", b"of call 2"]
    assert answers == [Answer("done", replayed=False), Answer("done", replayed=True)]


async def test_a_key_with_a_checkpoint_is_bound_to_its_input(idempotency: Idempotency) -> None:
    """Another input cannot take over the checkpoint of the earlier call."""

    async def work(checkpoint: Checkpoint) -> str:
        await checkpoint.save(b"begun")
        raise Unavailable("broken")

    with suppress(Unavailable):
        await idempotency.once(a_call("buy one"), work, TEXT)
    error = await failure_of(idempotency.once(a_call("buy two"), Work(), TEXT))

    assert isinstance(error, CartRule)
