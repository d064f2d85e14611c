"""The generated client, and in one place what it does about errors at the top of an answer."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import httpx
from partner_center_gateway import Client
from partner_center_gateway.async_base_client import Response

REPEATS = 2
TIMEOUT_S = 35
"""A little more than GATEWAY_DEADLINE_S, so that the gateway's own verdict arrives."""

OUTCOMES = {
    "PLACED": "The orders exist: check the same cart out again to see them.",
    "NOT_PLACED": "Nothing was ordered.",
    "UNKNOWN": "There may be orders: check the same cart out again to find out, and no other.",
}
"""What `extensions.outcome` says after a failed checkout."""


@dataclass(eq=False)
class Fault(Exception):
    """What kept a request from an answer. The gateway's README says what to do about each code."""

    code: str
    message: str
    retryable: bool = False
    retry_after_s: float = 1
    outcome: str | None = None
    correlation_id: str | None = None

    def __str__(self) -> str:
        parts = [f"{self.code}: {self.message}", OUTCOMES.get(self.outcome or "", "")]
        if self.correlation_id:
            parts.append(f"(Correlation id {self.correlation_id})")
        return " ".join(filter(None, parts))


class Gateway(Client):
    """Sends a request again where that may help.

    It is the same request, with the same idempotency key or expected version. By these the gateway tells a repetition
    from a second wish; give every mutation one of them.
    """

    async def execute(
        self, query: str, operation_name: str | None = None, variables: dict[str, Any] | None = None, **options: object
    ) -> Response:
        for _ in range(REPEATS):
            try:
                return await self._once(query, operation_name, variables, **options)
            except Fault as fault:
                if not fault.retryable:
                    raise
                print(f"Trying again after {fault}")
                await asyncio.sleep(fault.retry_after_s)
        return await self._once(query, operation_name, variables, **options)

    async def _once(
        self, query: str, operation_name: str | None, variables: dict[str, Any] | None, **options: object
    ) -> Response:
        try:
            response = await super().execute(query, operation_name, variables, timeout=TIMEOUT_S, **options)
            # Whatever the status: the 401 for a bad token has errors too.
            errors = response.json().get("errors")
        except (httpx.TransportError, json.JSONDecodeError) as error:
            raise Fault("NO_ANSWER", repr(error), retryable=True) from error
        if errors:
            raise _fault(errors[0])
        return response


def _fault(error: dict[str, Any]) -> Fault:
    extensions = error["extensions"]
    return Fault(
        code=extensions["code"],
        message=error["message"],
        retryable=extensions["retryable"],
        retry_after_s=extensions.get("retryAfter", 1),
        outcome=extensions.get("outcome"),
        correlation_id=extensions.get("correlationId"),
    )
