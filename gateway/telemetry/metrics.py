"""Every metric, by name: declared once, and shared by all workers of a process group.

Names follow OpenTelemetry where it or the GraphQL working group has one, in Prometheus' spelling
(`graphql.server.request.duration` becomes `graphql_server_request_duration_seconds`); the others start with `gateway_`.
Every label has a bounded set of values: never an id, a caller or a text that a caller sent. Operations are named only
where the document is trusted. Sources: OpenTelemetry semantic conventions, "HTTP metrics" and the draft "GraphQL
metrics".
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest, values
from prometheus_client.multiprocess import MultiProcessCollector

CONTENT_TYPE = CONTENT_TYPE_LATEST

_DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"
"""The variable by which prometheus-client knows where processes share their values."""

I = TypeVar("I", Counter, Gauge, Histogram)  # noqa: E741 - an instrument

_SUM = "livesum"
"""A gauge of several processes is the sum over those that live."""

_REQUEST_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_CALL_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_STORE_S = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1, 2)
_PHASE_S = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1)
_WAIT_S = (0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 1, 5, 10)


@dataclass(frozen=True, slots=True)
class Declared:
    """A metric as the reference lists it."""

    name: str
    kind: str
    labels: tuple[str, ...]
    text: str


class Metrics:
    """One instance per process, in a registry of its own.

    A metric with labels is a function of their values: `errors("INTERNAL").inc()`. It remembers what it found, because
    prometheus-client's own look-up takes longer than the count itself.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.declared: list[Declared] = []
        self.build = self._gauges(
            "gateway_build_info", "Always 1; the label is the version that runs.", ["version"], mode="livemostrecent"
        )
        self.build(version("partner-center-gateway")).set(1)

        self.starts = self._counter(
            "gateway_worker_starts_total",
            "Processes that began to serve: more than there are workers means that some have died since.",
        )

        self.active_requests = self._gauge(
            "graphql_server_active_requests", "Requests that are being served or wait for a slot."
        )
        self.requests = self._histograms(
            "graphql_server_request_duration_seconds",
            "Time from the request's head to the whole answer. `error_type` is the gravest error code of the answer, "
            "empty without errors. `graphql_operation_name` is empty unless the document is a trusted one.",
            ["graphql_operation_type", "graphql_operation_name", "error_type"],
            _REQUEST_S,
        )
        self.errors = self._counters("graphql_server_errors_total", "Errors in answers, by error code.", ["error_type"])
        self.parsing = self._histogram(
            "graphql_server_request_parse_duration_seconds", "Parsing a document that is not cached.", _PHASE_S
        )
        self.validation = self._histogram(
            "graphql_server_request_validate_duration_seconds",
            "Limiting and validating a document that is not cached.",
            _PHASE_S,
        )
        self.execution = self._histograms(
            "graphql_server_request_execute_duration_seconds",
            "Executing an operation, calls to Partner Center included.",
            ["graphql_operation_type"],
            _REQUEST_S,
        )
        self.documents = self._counters(
            "gateway_documents_total", "Documents by where they were found: `cached` or `prepared`.", ["result"]
        )

        self.calls = self._histograms(
            "http_client_request_duration_seconds",
            "Attempts at calls to Partner Center. `http_response_status_code` is empty without an answer; `error_type` "
            "is the gateway's code for the failure, empty for a success.",
            ["http_request_method", "url_template", "http_response_status_code", "error_type"],
            _CALL_S,
        )
        self.active_calls = self._gauge("http_client_active_requests", "Calls to Partner Center in flight.")
        self.retries = self._counters(
            "gateway_upstream_retries_total", "Attempts after the first, by the failure they follow.", ["error_type"]
        )
        self.pauses = self._counters(
            "gateway_upstream_pauses_total",
            "Pauses that Partner Center asked for, by the status of the answer that did.",
            ["http_response_status_code"],
        )
        self.pause_seconds = self._counter(
            "gateway_upstream_pause_seconds_total", "Sum of the pauses that Partner Center asked for."
        )
        self.unsent = self._counters(
            "gateway_upstream_unsent_total",
            "Calls that were not sent: `breaker`, `pause`, `queue_full`, `no_time` or `rate_limit`.",
            ["reason"],
        )
        self.breaker_open = self._gauge(
            "gateway_circuit_breaker_open", "1 in a process that calls Partner Center only to probe it."
        )
        self.breaker_changes = self._counters(
            "gateway_circuit_breaker_changes_total", "The breaker became `open` or `closed`.", ["state"]
        )
        self.clock_skew = self._gauge(
            "gateway_clock_skew_seconds",
            "How far this machine's clock is ahead of Partner Center's, by the header Date; it has whole seconds.",
            mode="livemostrecent",
        )
        self.dropped = self._counters(
            "gateway_upstream_dropped_total", "Answers of Partner Center of which a part could not be read.", ["record"]
        )
        self.sign_ins = self._counters(
            "gateway_sign_ins_total", "The gateway's own sign-ins: `ok`, `refused` or `unavailable`.", ["result"]
        )

        self.cache = self._counters(
            "gateway_catalog_cache_lookups_total",
            "Look-ups in the catalog cache: `hit`, `stale` for a hit older than its time to live, `miss`, or `joined` to "
            "one under way.",
            ["result"],
        )
        self.refreshes = self._counters(
            "gateway_catalog_cache_refreshes_total",
            "Look-ups in the background to replace stale answers; `error_type` is empty for a success.",
            ["error_type"],
        )
        self.waiting = self._gauges(
            "gateway_queue_waiting", "Waiting for a slot: `requests`, or `calls` to Partner Center.", ["queue"]
        )
        self.waits = self._histograms(
            "gateway_queue_wait_seconds", "Waits for a slot that did not come at once.", ["queue"], _WAIT_S
        )
        self.refused = self._counters(
            "gateway_requests_refused_total",
            "Requests refused before their document was looked at: `queue_full`, `timeout` or `rate_limit`.",
            ["reason"],
        )

        self.purchases = self._counters(
            "gateway_purchases_total",
            "Checkouts by outcome: `PLACED`, `NOT_PLACED`, `UNKNOWN`, or `REFUSED` to a caller that may not see the cart.",
            ["outcome"],
        )
        self.purchase_attempts = self._counter(
            "gateway_purchase_attempts_total", "Attempts at checkouts, sent to Partner Center."
        )
        self.changes = self._counters(
            "gateway_changes_total",
            "Changes of subscriptions and orders by what was to change and outcome: `DONE`, `NOT_DONE`, `UNKNOWN`, or `REFUSED` to a caller that may not see it.",
            ["change", "outcome"],
        )
        self.idempotent_calls = self._counters(
            "gateway_idempotent_calls_total",
            "Mutations with an idempotency key that were answered: `executed`, or `replayed` from an earlier call.",
            ["result"],
        )
        self.lease_waits = self._histogram(
            "gateway_lease_wait_seconds", "Waits for a cart or an idempotency key that another call held.", _WAIT_S
        )
        self.leases_lost = self._counter("gateway_leases_lost_total", "Leases that ended while their owner worked.")
        self.store_calls = self._histograms(
            "gateway_store_call_duration_seconds",
            "Calls to the store, by method; `error_type` is empty for a success.",
            ["operation", "error_type"],
            _STORE_S,
        )
        self.store_lost = self._gauge("gateway_store_lost", "1 in a process whose last call to the store failed.")

    def _counter(self, name: str, text: str) -> Counter:
        return self._declare(Counter, name, text)

    def _counters(self, name: str, text: str, labels: Sequence[str]) -> Callable[..., Counter]:
        return cache(self._declare(Counter, name, text, labels).labels)

    def _gauge(self, name: str, text: str, *, mode: str = _SUM) -> Gauge:
        """*mode* says how the values of several processes make one."""
        return self._declare(Gauge, name, text, multiprocess_mode=mode)

    def _gauges(self, name: str, text: str, labels: Sequence[str], *, mode: str = _SUM) -> Callable[..., Gauge]:
        return cache(self._declare(Gauge, name, text, labels, multiprocess_mode=mode).labels)

    def _histogram(self, name: str, text: str, buckets: Sequence[float]) -> Histogram:
        return self._declare(Histogram, name, text, buckets=buckets)

    def _histograms(
        self, name: str, text: str, labels: Sequence[str], buckets: Sequence[float]
    ) -> Callable[..., Histogram]:
        return cache(self._declare(Histogram, name, text, labels, buckets=buckets).labels)

    def _declare(self, kind: type[I], name: str, text: str, labels: Sequence[str] = (), **options: Any) -> I:  # noqa: ANN401 - the library's own
        self.declared.append(Declared(name, kind.__name__.lower(), tuple(labels), text))
        return kind(name, text, labels, registry=self.registry, **options)


@cache
def metrics() -> Metrics:
    """The metrics of this process, made at the first use."""
    return Metrics()


def share_between_workers(directory: Path, worker: int) -> None:
    """Keep the values in *directory*, so that every worker can answer for all. Call it before the first use.

    The worker that replaces a dead one has its number and goes on with its counters. Its gauges start anew.
    """
    os.environ[_DIRECTORY] = str(directory)
    for stale in directory.glob(f"gauge_live*_{worker}.db"):
        stale.unlink()
    values.ValueClass = values.MultiProcessValue(lambda: worker)  # type: ignore[no-untyped-call]


def exposition() -> bytes:
    """All metrics of all workers, in Prometheus' text format."""
    directory = os.environ.get(_DIRECTORY)
    if directory is None:
        return generate_latest(metrics().registry)
    registry = CollectorRegistry()
    MultiProcessCollector(registry, directory)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
