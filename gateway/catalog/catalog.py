"""Products, SKUs, availabilities and customers for one caller, by key and through the cache."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

from gateway.catalog.answer_cache import AnswerCache, Asker
from gateway.catalog.keys import Key
from gateway.errors import NotFound
from gateway.partner_center.callers import Caller
from gateway.partner_center.client import PartnerCenter

T = TypeVar("T")


class Catalog:
    """Absence is None; every other failure is raised."""

    def __init__(
        self,
        partner_center: PartnerCenter,
        cache: AnswerCache,
        caller: Caller,
        *,
        count_call: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """*partner_center* has the deadline of the request, and its tally. *count_call* precedes each of its calls."""
        self._partner_center = partner_center
        self._cache = cache
        self._asker = Asker(
            caller=caller, deadline=partner_center.deadline, count_call=count_call, tally=partner_center.tally
        )

    def cached(self, key: Key[T]) -> T | None:
        """The cached answer; None when it has to be looked up. A hit counts once for each call of this method."""
        return self._cache.find(self._asker, key, partial(self._read, key))

    def absence(self, key: Key[object]) -> NotFound | None:
        """How Partner Center refused what this request looked up and did not find; None for everything else."""
        return self._asker.absences.get(key)

    async def look_up(self, key: Key[T]) -> asyncio.Future[T | None]:
        """The answer to come, which shares the look-up with other requests of the caller."""
        return await self._cache.look_up(self._asker, key, partial(self._read, key))

    async def _read(self, key: Key[T], deadline: float) -> T:
        return await key.read(self._partner_center.until(deadline))
