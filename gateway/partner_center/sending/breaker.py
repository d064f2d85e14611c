"""Whether Partner Center is worth asking at all: during an outage callers are told at once, and a few calls probe."""

from collections.abc import Callable

_IN_A_ROW, _FOR_S = 10, 1.0
_LEAST_IN_SILENCE, _SILENCE_S = 3, 8.0
_PROBE_EVERY_S = 0.5


class Breaker:
    """Opens when nothing but failures came back for long enough, and closes with the first success.

    Long enough are ten failures in a row over a second, or three over eight: with every fifth call failing by chance,
    ten in a row come once in ten million, and what is over within a second, however many calls it met, is cured by
    repeating them. While it is open, one call in half a second goes through as a probe.
    """

    def __init__(self, *, clock: Callable[[], float]) -> None:
        """*clock* gives seconds that only go forwards."""
        self._clock = clock
        self._failures = 0
        self._failing_since = 0.0
        self._next_probe_at = 0.0

    @property
    def is_open(self) -> bool:
        lasted = self._clock() - self._failing_since
        return (self._failures >= _IN_A_ROW and lasted >= _FOR_S) or (
            self._failures >= _LEAST_IN_SILENCE and lasted >= _SILENCE_S
        )

    def lets_through(self) -> bool:
        """Whether a call may be sent now; asking takes the probe, so ask once a call."""
        if not self.is_open:
            return True
        if self._clock() < self._next_probe_at:
            return False
        self._next_probe_at = self._clock() + _PROBE_EVERY_S
        return True

    def failed(self) -> None:
        """No usable answer came: no connection, none in time, or one from something in between (502, 503, 504)."""
        if not self._failures:
            self._failing_since = self._clock()
        self._failures += 1

    def answered(self) -> None:
        """Partner Center said something, if only no."""
        self._failures = 0
