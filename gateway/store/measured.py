"""A store whose calls are measured, and whose loss and return are reported once each."""

import time
from collections.abc import Awaitable
from typing import TypeVar

from gateway.errors import StoreFailed
from gateway.store.store import Store
from gateway.telemetry import events

T = TypeVar("T")


class MeasuredStore:
    """Passes every call on to another store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lost_at: float | None = None

    @property
    def is_shared(self) -> bool:
        return self._store.is_shared

    async def get(self, key: str) -> bytes | None:
        return await self._measured("get", self._store.get(key))

    async def put(self, key: str, record: bytes, *, keep_s: float, owner: str = "") -> None:
        await self._measured("put", self._store.put(key, record, keep_s=keep_s, owner=owner))

    async def add(self, key: str, record: bytes, *, keep_s: float, owner: str = "") -> bytes | None:
        return await self._measured("add", self._store.add(key, record, keep_s=keep_s, owner=owner))

    async def remove(self, key: str) -> None:
        await self._measured("remove", self._store.remove(key))

    async def take(self, name: str, owner: str, *, for_s: float, unless_held: str | None = None) -> bool:
        return await self._measured("take", self._store.take(name, owner, for_s=for_s, unless_held=unless_held))

    async def release(self, name: str, owner: str) -> None:
        await self._measured("release", self._store.release(name, owner))

    async def draw(self, bucket: str, tokens: int, *, capacity: int, refill_per_s: float) -> int:
        return await self._measured(
            "draw", self._store.draw(bucket, tokens, capacity=capacity, refill_per_s=refill_per_s)
        )

    async def check(self) -> None:
        await self._measured("check", self._store.check())

    async def server_time(self) -> float | None:
        return await self._store.server_time()

    async def close(self) -> None:
        await self._store.close()

    async def _measured(self, operation: str, call: Awaitable[T]) -> T:
        started_at = time.perf_counter()
        try:
            answer = await call
        except StoreFailed as error:
            events.store_called(operation, time.perf_counter() - started_at, code=error.code)
            if self._lost_at is None:
                self._lost_at = started_at
                events.store_lost(error.message)
            raise
        events.store_called(operation, time.perf_counter() - started_at)
        if self._lost_at is not None:
            events.store_found(seconds=time.perf_counter() - self._lost_at)
            self._lost_at = None
        return answer
