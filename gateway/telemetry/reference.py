"""Prints docs/metrics.md: `python -m gateway.telemetry.reference > docs/metrics.md`."""

import sys

from gateway.telemetry.metrics import Metrics

_PAGE = """\
# Metrics

Printed by `python -m gateway.telemetry.reference`; the tests compare. `GATEWAY_METRICS_PORT` opens the port that serves
them at `/metrics`, in Prometheus' text format, for all workers together; `gateway dev` serves them on its own port too.
A histogram `NAME` exposes `NAME_bucket`, `NAME_sum` and `NAME_count`. Durations are in seconds. Gauges are sums over
the workers, but for the clock's. Every label has a bounded set of values: none is an id, a caller or a text that a caller sent.

| metric | type | labels | meaning |
| --- | --- | --- | --- |
"""


def reference() -> str:
    """The page: every metric with its type, labels and meaning."""
    rows = [
        f"| `{each.name}` | {each.kind} | {', '.join(f'`{label}`' for label in each.labels) or '-'} | {each.text} |"
        for each in Metrics().declared
    ]
    return _PAGE + "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.stdout.write(reference())
