"""The report of one change of what a customer owns: what it came to, as one log record and a count."""

import logging

from gateway.errors import GatewayError
from gateway.telemetry.failures import REFUSALS, cause
from gateway.telemetry.logs import log
from gateway.telemetry.metrics import metrics

_LOG = logging.getLogger("gateway.changes")


def change_ended(
    change: str,
    outcome: str,
    *,
    customer_id: str,
    resource_id: str,
    is_changed: bool,
    is_pending: bool,
    error: GatewayError | None,
) -> None:
    """*change* names what was to change, *resource_id* the subscription or order.

    *outcome* is DONE, NOT_DONE or UNKNOWN. UNKNOWN is reported as REFUSED where the caller may not even see the resource:
    nobody has to look into that.
    """
    if outcome == "UNKNOWN" and error is not None and error.code in REFUSALS:
        outcome = "REFUSED"
    metrics().changes(change, outcome).inc()
    fields = {
        "change": change,
        "outcome": outcome,
        "customer": customer_id,
        "resource": resource_id,
        "changed": is_changed,
        "pending": is_pending,
        "code": error and error.code,
        "cause": error and cause(error),
        "ms_correlation_id": error and error.upstream_correlation_id,
    }
    level = logging.ERROR if outcome == "UNKNOWN" else logging.INFO
    log(_LOG, level, "change", fields)
