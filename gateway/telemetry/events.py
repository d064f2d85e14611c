"""What the process reports: each event writes its log record and counts its metrics. Knows no carts and no GraphQL.

Arguments are values without secrets. The ids of the request are added to every record of its task (`logs`).
"""

import logging
import time
from collections.abc import Generator, Iterable
from contextlib import contextmanager

from gateway.telemetry import tracing
from gateway.telemetry.logs import log
from gateway.telemetry.metrics import metrics

_LOG = logging.getLogger("gateway")

_GRAVITY = {
    "INTERNAL": logging.ERROR,
    "CHECKOUT_OUTCOME_UNKNOWN": logging.ERROR,
    "CHANGE_OUTCOME_UNKNOWN": logging.ERROR,
    "UPSTREAM_UNAVAILABLE": logging.WARNING,
    "UPSTREAM_INVALID": logging.WARNING,
    "UPSTREAM_TIMEOUT": logging.WARNING,
    "UPSTREAM_THROTTLED": logging.WARNING,
    "OVERLOADED": logging.WARNING,
}
"""Levels of error codes that are not the caller's to mend, gravest first."""
_RANKS = {code: rank for rank, code in enumerate(_GRAVITY)}

_LOG_WAIT_S = 0.05
"""A shorter wait is counted, but not worth a record."""


def level_of(code: str | None) -> int:
    """The level of a record about a failure with this error code."""
    return _GRAVITY.get(code or "", logging.INFO)


def gravest(codes: Iterable[str]) -> str | None:
    """The error code that says most about a request; None without any."""
    return min(codes, key=lambda code: _RANKS.get(code, len(_RANKS)), default=None)


def failed(
    code: str, message: str | None, *, path: str | None, cause: str | None, upstream_correlation_id: str | None
) -> None:
    """An entry of `errors` that a failure of the gateway or of Partner Center caused. *path* is that of the field."""
    fields = {
        "code": code,
        "reason": message,
        "path": path,
        "cause": cause,
        "ms_correlation_id": upstream_correlation_id,
    }
    log(_LOG, level_of(code), "failure", fields)


def upstream_failed(
    action: str,
    *,
    http_status: int,
    code: str | None,
    words: str | None,
    ms_correlation_id: str,
    own_correlation_id: str,
    ms_request_id: str,
) -> None:
    """Partner Center answered that it failed. *words* are its own, without addresses, e-mail and tokens: callers never
    see them.
    """
    fields = {
        "action": action,
        "http_status": http_status,
        "partner_center_code": code,
        "words": words,
        "ms_correlation_id": ms_correlation_id,
        "sent_correlation_id": own_correlation_id,
        "ms_request_id": ms_request_id,
    }
    log(_LOG, logging.WARNING, "Partner Center failed", fields)


def retried(action: str, *, code: str, attempt: int, pause_s: float, request_id: str) -> None:
    """Attempt number *attempt* at a call follows, after a pause and the failure *code*."""
    metrics().retries(code).inc()
    fields = {"action": action, "code": code, "attempt": attempt, "pause_ms": _ms(pause_s), "ms_request_id": request_id}
    log(_LOG, logging.INFO, "retry", fields)


def paused(*, http_status: int, seconds: float, partner: str, customer_id: str | None) -> None:
    """Partner Center asked for a pause."""
    metrics().pauses(str(http_status)).inc()
    metrics().pause_seconds.inc(seconds)
    fields = {"http_status": http_status, "pause_s": round(seconds, 1), "partner": partner, "customer": customer_id}
    log(_LOG, logging.WARNING, "Partner Center asked for a pause", fields)


def not_sent(action: str, reason: str) -> None:
    """A call was not sent, for a reason of the metric `gateway_upstream_unsent_total`."""
    metrics().unsent(reason).inc()
    log(_LOG, logging.INFO, "call not sent", {"action": action, "reason": reason})


def breaker_opened(*, failures: int) -> None:
    metrics().breaker_open.set(1)
    metrics().breaker_changes("open").inc()
    log(_LOG, logging.WARNING, "circuit breaker opened: Partner Center does not answer", {"failures": failures})


def breaker_closed(*, seconds: float) -> None:
    """Partner Center answers again, *seconds* after its first failure."""
    metrics().breaker_open.set(0)
    metrics().breaker_changes("closed").inc()
    log(_LOG, logging.WARNING, "circuit breaker closed: Partner Center answers", {"outage_s": round(seconds, 1)})


def clock_compared(skew_s: float, *, is_news: bool) -> None:
    """The clock here is *skew_s* seconds ahead of Partner Center's. *is_news* where a skew began or ended."""
    metrics().clock_skew.set(skew_s)
    if is_news:
        log(_LOG, logging.WARNING, "clock compared with Partner Center's", {"skew_s": round(skew_s)})


def members_dropped(record: str, places: str) -> None:
    """Parts of an answer could not be read. *places* are paths of members, without their values."""
    metrics().dropped(record).inc()
    log(_LOG, logging.WARNING, "part of an answer dropped", {"record": record, "places": places})


@contextmanager
def measured_lease_wait(name: str) -> Generator[None]:
    """Around a wait for a lease that another call holds. An exception means that it was not taken."""
    started_at = time.perf_counter()
    taken = False
    try:
        yield
        taken = True
    finally:
        seconds = time.perf_counter() - started_at
        metrics().lease_waits.observe(seconds)
        if seconds >= _LOG_WAIT_S or not taken:
            log(_LOG, logging.INFO, "lease wait", {"lease": name, "wait_ms": _ms(seconds), "taken": taken})


def lease_lost(name: str) -> None:
    metrics().leases_lost.inc()
    log(_LOG, logging.WARNING, "lease lost while its owner worked", {"lease": name})


def store_called(operation: str, seconds: float, *, code: str | None = None) -> None:
    """A method of the store ended, with *code* when it failed."""
    metrics().store_calls(operation, code or "").observe(seconds)


def store_lost(reason: str) -> None:
    """The first failure after a success."""
    metrics().store_lost.set(1)
    log(_LOG, logging.ERROR, "store lost", {"reason": reason})


def store_found(*, seconds: float) -> None:
    metrics().store_lost.set(0)
    log(_LOG, logging.WARNING, "store answers again", {"outage_s": round(seconds, 1)})


def sign_in_ended(result: str) -> None:
    """*result* is `ok`, `refused` or `unavailable`."""
    metrics().sign_ins(result).inc()


@contextmanager
def measured_wait(queue: str) -> Generator[None]:
    """Around a wait for a slot that did not come at once."""
    waiting = metrics().waiting(queue)
    waiting.inc()
    try:
        with metrics().waits(queue).time():
            yield
    finally:
        waiting.dec()


def request_refused(reason: str) -> None:
    """A request is refused for a reason of the metric `gateway_requests_refused_total`."""
    metrics().refused(reason).inc()


def looked_up(result: str) -> None:
    """The catalog cache was asked; *result* is `hit`, `stale`, `miss` or `joined`."""
    metrics().cache(result).inc()


def refreshed(code: str = "") -> None:
    """A new answer was looked up in place of a stale one, or not; then *code* says why."""
    metrics().refreshes(code).inc()


def idempotent_call_answered(*, replayed: bool) -> None:
    """A mutation with an idempotency key was answered, perhaps with the answer of an earlier call."""
    metrics().idempotent_calls("replayed" if replayed else "executed").inc()


def batch_loaded(kind: str, keys: int) -> None:
    """A loader looks up *keys* distinct keys of one kind together."""
    tracing.add_event("batch", {"kind": kind, "keys": keys})


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)
