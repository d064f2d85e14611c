"""The sandbox's clock: real time plus an offset that callers can set."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from gateway.sandbox.world.store import Store

_KIND, _KEY = "clock", "moved"
_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2999, 12, 31, tzinfo=UTC)


def utc_now() -> datetime:
    return datetime.now(UTC)


class Clock:
    """Returns the sandbox's time when called, aware and in UTC. The offset is in the store."""

    def __init__(self, store: Store, real: Callable[[], datetime] = utc_now) -> None:
        self._store = store
        self._real = real

    def __call__(self) -> datetime:
        return self._real() + self.offset

    def real_now(self) -> datetime:
        """Real time, for dates in HTTP headers."""
        return self._real()

    @property
    def offset(self) -> timedelta:
        return timedelta(microseconds=self._store.read(_KIND, _KEY, int) or 0)

    def advance(self, by: timedelta) -> None:
        """Raises ValueError if the result is outside the years 2000 to 2999."""
        try:
            self.set(self() + by)
        except OverflowError as error:
            raise ValueError(by) from error

    def set(self, moment: datetime) -> None:
        """Raises ValueError if *moment* is outside the years 2000 to 2999."""
        if not _EARLIEST <= moment <= _LATEST:
            raise ValueError(moment)
        self._store.write(_KIND, _KEY, (moment - self._real()) // timedelta(microseconds=1))
