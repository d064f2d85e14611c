"""The report of one purchase: what a checkout of a cart came to, as one log record and a count."""

import logging
from collections.abc import Sequence

from gateway.errors import GatewayError
from gateway.telemetry.failures import REFUSALS, cause
from gateway.telemetry.logs import log
from gateway.telemetry.metrics import metrics

_LOG = logging.getLogger("gateway.purchases")


class PurchaseReport:
    """What is known of a checkout so far."""

    __slots__ = ("_cart_id", "_customer_id", "attempts", "ms_request_id")

    def __init__(self, *, customer_id: str, cart_id: str) -> None:
        self._customer_id = customer_id
        self._cart_id = cart_id
        self.attempts = 0
        """Checkouts that were sent."""
        self.ms_request_id: str | None = None
        """The MS-RequestId that all attempts have in common; None until there is one."""

    def add_attempt(self, ms_request_id: str) -> None:
        self.attempts += 1
        self.ms_request_id = ms_request_id
        metrics().purchase_attempts.inc()

    def finish(
        self,
        outcome: str,
        *,
        orders: Sequence[str | None] = (),
        replayed: bool = False,
        error: GatewayError | None = None,
    ) -> None:
        """*outcome* is PLACED, NOT_PLACED or UNKNOWN; *error* says why the result cannot be shown.

        UNKNOWN is reported as REFUSED where the caller may not even see the cart: nobody has to look into that.

        *replayed* when the cart had been ordered before.
        """
        if outcome == "UNKNOWN" and not self.attempts and error is not None and error.code in REFUSALS:
            outcome = "REFUSED"
        metrics().purchases(outcome).inc()
        fields = {
            "outcome": outcome,
            "customer": self._customer_id,
            "cart": self._cart_id,
            "orders": orders,
            "attempts": self.attempts,
            "replayed": replayed,
            "ms_request_id": self.ms_request_id,
            "code": error and error.code,
            "cause": error and cause(error),
            "ms_correlation_id": error and error.upstream_correlation_id,
        }
        log(_LOG, _level(outcome, error), "purchase", fields)


def _level(outcome: str, error: GatewayError | None) -> int:
    if outcome == "UNKNOWN":
        return logging.ERROR
    return logging.WARNING if error is not None and outcome == "PLACED" else logging.INFO
