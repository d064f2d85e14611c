"""/ready: whether the gateway can do its work, for load balancers. An outage of Partner Center does not count."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway.errors import GatewayError

Check = Callable[[], Awaitable[object]]
"""Raises a GatewayError that says what is wrong."""

_VERDICT_S = 1.0
"""Seconds for which a verdict is reused."""


class Readiness:
    """200 when every check passes, else 503 with the reasons. Settings are not checked: the program starts only with
    valid ones.

    Concurrent probes share one run of the checks, and so do all probes within a second of its end.
    """

    def __init__(self, checks: Sequence[Check], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._checks = checks
        self._clock = clock
        self._lock = asyncio.Lock()
        self._reasons: Sequence[str] = ()
        self._expires_at: float | None = None

    async def __call__(self, _: Request) -> Response:
        reasons = await self._verdict()
        if reasons:
            return JSONResponse({"status": "not ready", "reasons": reasons}, 503)
        return JSONResponse({"status": "ok"})

    async def _verdict(self) -> Sequence[str]:
        """Why the gateway is not ready; empty when it is."""
        async with self._lock:
            if self._expires_at is None or self._clock() >= self._expires_at:
                self._reasons = [reason for check in self._checks if (reason := await _reason(check))]
                self._expires_at = self._clock() + _VERDICT_S
            return self._reasons


async def _reason(check: Check) -> str | None:
    try:
        await check()
    except GatewayError as error:
        return error.message
    return None
