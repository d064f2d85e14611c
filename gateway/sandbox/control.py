"""The sandbox's own calls under /_sandbox/, which need no token: reset, scenarios, clock, faults, list of calls; and the
front page.
"""

import re
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import msgspec

from gateway.sandbox import errors, sign_in, switches, wire
from gateway.sandbox.carts.rules import account_limits
from gateway.sandbox.faults.injection import FaultInjection
from gateway.sandbox.faults.rules import read_settings
from gateway.sandbox.orders import placing
from gateway.sandbox.routing import Answer, Call, Route, find_route
from gateway.sandbox.scenarios.control import Scenarios
from gateway.sandbox.world.clock import Clock
from gateway.sandbox.world.world import World

_DURATION = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?", re.ASCII)


@dataclass
class CallRecord:
    """One call under /v1 or /v1.0; *path* and *query* are as sent.

    *status* is None until there is an answer; *fault* is None if no fault was injected.
    """

    method: str
    path: str
    query: str
    request_id: str
    correlation_id: str
    status: int | None = None
    fault: str | None = None

    def document(self) -> wire.Document:
        document: wire.Document = {
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "status": self.status,
            "requestId": self.request_id,
            "correlationId": self.correlation_id,
        }
        return document if self.fault is None else {**document, "fault": self.fault}


@dataclass(frozen=True)
class Controls:
    """What the control calls work on. *reset* restores the seed; the app appends to *calls*."""

    world: World
    reset: Callable[[], None]
    calls: deque[CallRecord]
    faults: FaultInjection
    scenarios: Scenarios

    def answer(self, call: Call, segments: Sequence[str]) -> Answer:
        """Raises Refusal 404 and 405 for unknown paths and methods, 400 for invalid input."""
        routes = (
            Route("GET", "", self._front_page),
            Route("POST", "_sandbox/reset", self._reset),
            Route("GET", "_sandbox/scenario", self.scenarios.show),
            Route("POST", "_sandbox/scenario", self.scenarios.choose),
            Route("GET", "_sandbox/clock", self._clock),
            Route("POST", "_sandbox/clock", self._move_clock),
            Route("GET", "_sandbox/calls", self._calls),
            Route("DELETE", "_sandbox/calls", self._clear_calls),
            Route("GET", "_sandbox/faults", self._faults),
            Route("POST", "_sandbox/faults", self._set_faults),
            Route("DELETE", "_sandbox/faults", self._clear_faults),
            Route("GET", "_sandbox/purchases", placing.list_purchases),
            Route("POST", "_sandbox/limits", account_limits.switch),
            Route("GET", "_sandbox/switches", switches.show),
            Route("POST", "_sandbox/switches", switches.change),
            Route("DELETE", "_sandbox/tokens", self._revoke_tokens),
        )
        route, _ = find_route(routes, call.method, segments)
        return route.handler(self.world, call)

    def _front_page(self, world: World, call: Call) -> Answer:
        demo = world.seed.demo
        return Answer(
            {
                "name": "Partner Center sandbox",
                "what": "A local emulator of Partner Center's cart API. It has no connection to real tenants.",
                "api": "/v1",
                "token": f"POST /{world.seed.partner.tenant_id}/oauth2/token",
                "demo": {"customerId": demo.customer_id, "cartId": demo.cart_id},
                "control": {
                    "POST /_sandbox/reset": "restores the seed data; tokens stay valid",
                    "GET /_sandbox/scenario": "the scenarios, and which one was begun",
                    "POST /_sandbox/scenario": 'begins a scenario on the seed: {"name": "out-of-stock"}; null goes back to the seed',
                    "GET /_sandbox/clock": "the sandbox's time",
                    "POST /_sandbox/clock": 'moves the clock, one of {"advanceSeconds": 60}, {"advance": "P7D"}, {"now": "..."}',
                    "GET /_sandbox/calls": "the calls received under /v1 and /v1.0, oldest first",
                    "DELETE /_sandbox/calls": "clears the list of calls",
                    "GET /_sandbox/faults": "the fault rules, and how often each was applied",
                    "POST /_sandbox/faults": 'sets fault rules: {"faults": [{"calls": "*", "fault": 503, "share": 0.2}, {"calls": "PUT", "fault": "edit", "remove": ["status"]}]}',
                    "DELETE /_sandbox/faults": "removes all fault rules",
                    "GET /_sandbox/purchases": "every order, with its cart and request id",
                    "POST /_sandbox/limits": 'switches the limits of an integration sandbox account: {"accountLimits": true}',
                    "GET /_sandbox/switches": "every switch, for what the documentation leaves open",
                    "POST /_sandbox/switches": 'sets switches: {"provisioningSeconds": 600, "acceptEveryTenthChange": true}',
                    "DELETE /_sandbox/tokens": "invalidates every access token, and answers a new one",
                },
            }
        )

    def _reset(self, world: World, call: Call) -> Answer:
        self.reset()
        return self._clock(world, call)

    def _clock(self, world: World, call: Call) -> Answer:
        return Answer({"now": wire.format_timestamp(world.now()), "movedSeconds": world.clock.offset.total_seconds()})

    def _move_clock(self, world: World, call: Call) -> Answer:
        try:
            _move(world.clock, msgspec.convert(wire.decode(call.body), _Move, builtin_types=(Decimal,)))
        except (ValueError, OverflowError) as error:
            why = 'Send one of {"advanceSeconds": 60}, {"advance": "P7D"}, {"now": "2026-01-31T00:00:00Z"}, years 2000 to 2999.'
            raise errors.Refusal(400, 800002, why) from error
        return self._clock(world, call)

    def _calls(self, world: World, call: Call) -> Answer:
        return Answer({"calls": [each.document() for each in self.calls]})

    def _clear_calls(self, world: World, call: Call) -> Answer:
        self.calls.clear()
        return Answer({"calls": []})

    def _faults(self, world: World, call: Call) -> Answer:
        return Answer(self.faults.document())

    def _set_faults(self, world: World, call: Call) -> Answer:
        self.faults.configure(read_settings(call.body))
        return Answer(self.faults.document())

    def _clear_faults(self, world: World, call: Call) -> Answer:
        self.faults.clear()
        return Answer(self.faults.document())

    def _revoke_tokens(self, world: World, call: Call) -> Answer:
        """Answers a new demo token, since the earlier one is invalid now."""
        sign_in.revoke_all(world)
        return Answer({"demoToken": sign_in.demo_token(world)})


class _Move(msgspec.Struct, frozen=True, rename="camel"):
    advance_seconds: int | Decimal | None = None
    advance: str | None = None
    now: str | None = None


def _move(clock: Clock, request: _Move) -> None:
    """Raises ValueError unless the request has exactly one of the three members, with a valid value."""
    moment = wire.parse_timestamp(request.now or "")
    match request.advance_seconds, request.advance, request.now:
        case (seconds, None, None) if seconds is not None:
            clock.advance(timedelta(seconds=float(seconds)))
        case (None, str(text), None):
            clock.advance(_parse_duration(text))
        case (None, None, str()) if moment is not None:
            clock.set(moment)
        case _:
            raise ValueError(request)


def _parse_duration(text: str) -> timedelta:
    """Parses `P7D`, `PT15M`, `P1DT12H`, with a leading minus for negative durations. Raises ValueError otherwise."""
    match = _DURATION.fullmatch(text.removeprefix("-"))
    if match is None or not any(match.groups()):
        raise ValueError(text)
    weeks, days, hours, minutes, seconds = (float(each or 0) for each in match.groups())
    length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return -length if text.startswith("-") else length
