"""The sandbox's clock: the real one, moved by as much as somebody asked for."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from gateway.sandbox.world.store import Store

_KIND, _KEY = "clock", "moved"
_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2999, 12, 31, tzinfo=UTC)


def utc_now() -> datetime:
    return datetime.now(UTC)


class Clock:
    """Callable: the moved time, aware, UTC. How far it is moved is kept in the store."""

    def __init__(self, store: Store, real: Callable[[], datetime] = utc_now) -> None:
        self._store = store
        self._real = real

    def __call__(self) -> datetime:
        return self._real() + self.moved

    def unmoved(self) -> datetime:
        """The real time, by which HTTP's own dates go."""
        return self._real()

    @property
    def moved(self) -> timedelta:
        return timedelta(microseconds=self._store.read(_KIND, _KEY, int) or 0)

    def advance(self, by: timedelta) -> None:
        """Raises ValueError when that leaves the years 2000 to 2999."""
        try:
            self.set(self() + by)
        except OverflowError as error:
            raise ValueError(by) from error

    def set(self, moment: datetime) -> None:
        """Raises ValueError when *moment* is outside the years 2000 to 2999."""
        if not _EARLIEST <= moment <= _LATEST:
            raise ValueError(moment)
        self._store.write(_KIND, _KEY, (moment - self._real()) // timedelta(microseconds=1))
