"""Whether the gateway can do its work: /ready for whoever sends it requests. An outage of Partner Center is no reason."""

from collections.abc import Awaitable, Callable, Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway.errors import GatewayError

Check = Callable[[], Awaitable[object]]
"""Raises a GatewayError that says what is wrong."""


class Readiness:
    """200 when every check passes, else 503 with the reasons. The settings are fine, or the program had not started."""

    def __init__(self, checks: Sequence[Check]) -> None:
        self._checks = checks

    async def __call__(self, _: Request) -> Response:
        reasons = [reason for check in self._checks if (reason := await _wrong(check))]
        if reasons:
            return JSONResponse({"status": "not ready", "reasons": reasons}, 503)
        return JSONResponse({"status": "ok"})


async def _wrong(check: Check) -> str | None:
    try:
        await check()
    except GatewayError as error:
        return error.message
    return None
