"""Loaders that look up each distinct key of a request once, a bounded number at a time. Knows nothing of what is looked up.

Partner Center reads hardly anything together with others. So a batch looks up key by key; absence is None, and a failure
belongs to its own key. Only `grouped` answers many keys by one call.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from functools import partial
from typing import Self, TypeAlias, TypeVar, cast

from aiodataloader import DataLoader

from gateway.errors import GatewayError, NotFound, Overloaded
from gateway.telemetry import events

G = TypeVar("G")
K = TypeVar("K")
V = TypeVar("V")
W = TypeVar("W")

Batch = Callable[[list[K]], Coroutine[object, object, list[V]]]
"""Looks up many keys, and answers in their order."""
Start = Callable[[K], Awaitable[asyncio.Future[V]]]
"""Begins one look-up."""
Later: TypeAlias = V | asyncio.Future[V]
"""A value that is known, or a future of it. GraphQL takes either from a resolver."""


class Loader(DataLoader[K, V]):
    """Answers that are known come at once, others as a future for each field that waits.

    Each field has a future of its own, because GraphQL cancels the fields beside one that failed and nulled its parent,
    and those must not take the answer from fields elsewhere in the request.
    """

    def __init__(
        self, batch: Batch[K, V], *, cached: Callable[[K], V | None] = lambda _: None, one_by_one: bool = False
    ) -> None:
        """*cached* gives an answer that outlives requests, None if there is none. It is called once for each key.

        With *one_by_one* each key is a batch of its own, which begins at once and needs one task.
        """
        self._known: dict[K, V] = {}
        self._loads: dict[K, asyncio.Future[V]] = {}
        self._cached = cached
        super().__init__(batch, batch=not one_by_one, cache_map=self._loads)

    def get(self, key: K) -> Later[V]:
        """The answer, or a future when it has to be awaited."""
        return self.then(key, itself)

    def then(self, key: K, step: Callable[[V], Later[W]]) -> Later[W]:
        """What *step* makes of the answer, at once where it is known, else as a future. Failures of both pass through."""
        return then(self._answer(key), step)

    def load(self, key: K) -> asyncio.Future[V]:
        """The answer as a future in any case, for code that awaits it."""
        answer = self.get(key)
        if isinstance(answer, asyncio.Future):
            return cast("asyncio.Future[V]", answer)
        future: asyncio.Future[V] = self.loop.create_future()
        future.set_result(answer)
        return future

    def begin(self, key: K) -> None:
        """Look up what a field will ask for later.

        In the next turn of the loop, so that what was asked for before comes first under a rate limit.
        """
        self.loop.call_soon(self._begin, key)

    def prime(self, key: K, value: V) -> Self:
        """Add an answer that came with another one, unless the key has one already."""
        if key not in self._loads:
            self._known.setdefault(key, value)
        return self

    def clear(self, key: K) -> Self:
        self._known.pop(key, None)
        return super().clear(key)

    def _begin(self, key: K) -> None:
        answer = self._answer(key)
        if isinstance(answer, asyncio.Future):
            cast("asyncio.Future[V]", answer).add_done_callback(partial(self._forget_refused, key))

    def _forget_refused(self, key: K, load: asyncio.Future[V]) -> None:
        """A field asks again after a rate limit refused the call: once the request has written, it is not refused."""
        if not load.cancelled() and isinstance(load.exception(), Overloaded) and self._loads.get(key) is load:
            self.clear(key)

    def _answer(self, key: K) -> Later[V]:
        """The answer, or the future that all fields wait for, which none of them may cancel."""
        if key in self._known:
            return self._known[key]
        load = self._loads.get(key)
        if load is not None:
            return load.result() if _has_result(load) else load
        answer = self._cached(key)
        if answer is None:
            return super().load(key)
        self._known[key] = answer
        return answer


class Batches:
    """One request's batches. aiodataloader runs each in a task of its own, which outlives the fields that wait for it."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[object]] = set()
        self._are_stopped = False

    def stoppable(self, batch: Batch[K, V]) -> Batch[K, V]:
        """The same batch function, cancelled by `stop`."""

        async def run(keys: list[K]) -> list[V]:
            task = asyncio.current_task()
            if self._are_stopped or task is None:
                raise asyncio.CancelledError
            events.batch_loaded(type(keys[0]).__name__, len(keys))
            self._running.add(task)
            try:
                return await batch(keys)
            finally:
                self._running.discard(task)

        return run

    def stop(self) -> None:
        """Cancel the running batches and let no other begin. Keys without an answer never get one."""
        self._are_stopped = True
        for task in self._running:
            task.cancel()


def each(start: Start[K, V], *, at_most: int) -> Batch[K, V]:
    """A batch function that looks up key by key, at most *at_most* at a time."""

    async def batch(keys: list[K]) -> list[V]:
        slots = asyncio.Semaphore(at_most)
        begun: list[asyncio.Future[V]] = []
        try:
            for key in keys:
                await slots.acquire()
                begun.append(await _begun(start(key)))
                begun[-1].add_done_callback(lambda _: slots.release())
            # aiodataloader raises an exception in place of an answer for that key alone, which its types do not say.
            return cast("list[V]", await asyncio.gather(*begun, return_exceptions=True))
        finally:
            for look_up in begun:
                look_up.cancel()  # without effect on those that have ended

    return batch


async def _begun(starting: Awaitable[asyncio.Future[V]]) -> asyncio.Future[V]:
    """The look-up, which has failed already when it could not begin."""
    try:
        return await starting
    except GatewayError as error:
        failed: asyncio.Future[V] = asyncio.get_running_loop().create_future()
        failed.set_exception(error)
        return failed


def one_of(fetch: Callable[[K], Awaitable[V]], *, at_most: int) -> Batch[K, V]:
    """A batch function for single keys, at most *at_most* of which are fetched at a time."""
    slots = asyncio.Semaphore(at_most)

    async def batch(keys: list[K]) -> list[V]:
        (key,) = keys
        async with slots:
            try:
                return [await fetch(key)]
            except Exception as error:  # noqa: BLE001 - aiodataloader raises it, and remembers it like an answer
                return [cast("V", error)]

    return batch


def grouped(
    fetch: Callable[[G, list[K]], Awaitable[Mapping[K, V | GatewayError]]], group_of: Callable[[K], G], *, at_most: int
) -> Batch[K, V]:
    """A batch function that looks up all keys of a group at once, at most *at_most* groups at a time.

    *fetch* answers every key that it is given, with an exception in place of an answer that fails. What it raises belongs
    to all keys of the group.
    """
    slots = asyncio.Semaphore(at_most)

    async def fetched(group: G, keys: list[K]) -> Mapping[K, V | GatewayError]:
        async with slots:
            try:
                return await fetch(group, keys)
            except GatewayError as error:
                return {key: error.copy() for key in keys}

    async def batch(keys: list[K]) -> list[V]:
        groups: dict[G, list[K]] = {}
        for key in keys:
            groups.setdefault(group_of(key), []).append(key)
        found: dict[K, V | GatewayError] = {}
        for answers in await asyncio.gather(*(fetched(group, members) for group, members in groups.items())):
            found.update(answers)
        return [cast("V", found[key]) for key in keys]  # aiodataloader raises the errors, which its types do not say

    return batch


def or_none(fetch: Callable[[K], Awaitable[V]]) -> Callable[[K], Coroutine[object, object, V | None]]:
    """The same look-up, with None for what is not found."""

    async def fetch_or_none(key: K) -> V | None:
        try:
            return await fetch(key)
        except NotFound:
            return None

    return fetch_or_none


def then(value: Later[V], step: Callable[[V], Later[W]]) -> Later[W]:
    """What *step* makes of the value, at once where it is known, else as a future. Failures of both pass through."""
    if not isinstance(value, asyncio.Future):
        return step(value)
    awaited = cast("asyncio.Future[V]", value)
    result: asyncio.Future[W] = awaited.get_loop().create_future()
    awaited.add_done_callback(partial(_go_on, result, step))
    return result


def _go_on(result: asyncio.Future[W], step: Callable[[V], Later[W]], value: asyncio.Future[V]) -> None:
    """Ends *result* with what *step* makes of the value, or leaves that to the future that *step* returns."""
    if result.done():
        _ = value.cancelled() or value.exception()  # marks it as retrieved
        return
    try:
        following = step(value.result())
    except asyncio.CancelledError:
        result.cancel()
    except Exception as error:  # noqa: BLE001 - whatever it is, it belongs to the field that waits
        result.set_exception(error)
    else:
        if isinstance(following, asyncio.Future):
            cast("asyncio.Future[W]", following).add_done_callback(partial(_go_on, result, itself))
        else:
            result.set_result(following)


def or_else(value: Later[V | None], fallback: V) -> Later[V]:
    """The value, or *fallback* where there is none or its look-up fails."""
    if not isinstance(value, asyncio.Future):
        return fallback if value is None else value
    awaited = cast("asyncio.Future[V | None]", value)
    result: asyncio.Future[V] = awaited.get_loop().create_future()
    awaited.add_done_callback(partial(_end, result, fallback))
    return result


def _end(result: asyncio.Future[V], fallback: V, value: asyncio.Future[V | None]) -> None:
    if result.done():
        _ = value.cancelled() or value.exception()  # marks it as retrieved
    elif value.cancelled():
        result.cancel()
    elif (error := value.exception()) is not None and not isinstance(error, GatewayError):
        result.set_exception(error)
    else:
        found = None if error else value.result()
        result.set_result(fallback if found is None else found)


def all_of(values: Iterable[Later[V]]) -> Later[list[V]]:
    """All of the values, as a future where one of them is. The first failure is the failure of all."""
    found = list(values)
    waiting = [cast("asyncio.Future[V]", each) for each in found if isinstance(each, asyncio.Future)]
    if not waiting:
        return cast("list[V]", found)

    def known(_: object) -> list[V]:
        return [
            cast("asyncio.Future[V]", each).result() if isinstance(each, asyncio.Future) else each for each in found
        ]

    return then(asyncio.gather(*waiting), known)


def itself(value: V) -> V:
    return value


def _has_result(future: asyncio.Future[V]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None
