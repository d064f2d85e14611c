"""A circuit breaker: during an outage calls fail at once, and only a few probes go out."""

from collections.abc import Callable

from gateway.telemetry import events

_FAILURES_IN_A_ROW, _FAILING_FOR_S = 10, 1.0
_FEW_FAILURES, _FEW_FAILING_FOR_S = 3, 8.0
_PROBE_EVERY_S = 0.5


class CircuitBreaker:
    """Opens after a long enough run of failures, and closes with the first success.

    It opens after ten failures in a row over a second, or three over eight seconds. If every fifth call fails by
    chance, ten in a row occur once in ten million calls. Retries overcome an outage shorter than a second, however many
    calls it affects. While open, the breaker lets one call every half second through as a probe.
    """

    def __init__(self, *, clock: Callable[[], float]) -> None:
        """*clock* gives seconds that never go back."""
        self._clock = clock
        self._failures = 0
        self._failing_since = 0.0
        self._next_probe_at = 0.0
        self._is_reported = False
        """Whether the log has the present outage."""

    @property
    def is_open(self) -> bool:
        failing_for_s = self._clock() - self._failing_since
        return (self._failures >= _FAILURES_IN_A_ROW and failing_for_s >= _FAILING_FOR_S) or (
            self._failures >= _FEW_FAILURES and failing_for_s >= _FEW_FAILING_FOR_S
        )

    def allow(self) -> bool:
        """Whether a call may be sent now. Takes the probe, so call it once per attempt."""
        if not self._failures or not self.is_open:
            return True
        if self._clock() < self._next_probe_at:
            return False
        self._next_probe_at = self._clock() + _PROBE_EVERY_S
        return True

    def record_failure(self) -> None:
        """No usable answer came: no connection, none in time, or one from a proxy on the way (502, 503, 504)."""
        if not self._failures:
            self._failing_since = self._clock()
        self._failures += 1
        if self.is_open and not self._is_reported:
            self._is_reported = True
            events.breaker_opened(failures=self._failures)

    def record_success(self) -> None:
        """Partner Center answered, if only with a refusal."""
        if self._is_reported:
            self._is_reported = False
            events.breaker_closed(seconds=self._clock() - self._failing_since)
        self._failures = 0
