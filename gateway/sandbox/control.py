"""The sandbox's own calls under /_sandbox/, without a token: reset, clock, failures, what it saw; and the front page."""

import re
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import msgspec

from gateway.sandbox import errors, sign_in, wire
from gateway.sandbox.carts.rules import account_limits
from gateway.sandbox.faults.injection import Faults
from gateway.sandbox.faults.rules import read_orders
from gateway.sandbox.orders import placing
from gateway.sandbox.routing import Answer, Call, Route, find_route
from gateway.sandbox.world.clock import Clock
from gateway.sandbox.world.world import World

_DURATION = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?", re.ASCII)


@dataclass
class CallSeen:
    """One call under /v1 or /v1.0 as the sandbox saw it; *path* and *query* as they were sent.

    *status* is None as long as there is no answer. *fault* is what struck the call; without one it is not shown.
    """

    method: str
    path: str
    query: str
    request_id: str
    correlation_id: str
    status: int | None = None
    fault: str | None = None

    def shown(self) -> wire.Document:
        shown: wire.Document = {
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "status": self.status,
            "requestId": self.request_id,
            "correlationId": self.correlation_id,
        }
        return shown if self.fault is None else {**shown, "fault": self.fault}


@dataclass(frozen=True)
class Controls:
    """What the control calls work on. *reset* brings back the seed; *seen* is the list the app writes to."""

    world: World
    reset: Callable[[], None]
    seen: deque[CallSeen]
    faults: Faults

    def answer(self, call: Call, segments: Sequence[str]) -> Answer:
        """Raises Refusal 404 and 405 for other paths and methods, 400 for input that makes no sense."""
        routes = (
            Route("GET", "", self._front_page),
            Route("POST", "_sandbox/reset", self._reset),
            Route("GET", "_sandbox/clock", self._clock),
            Route("POST", "_sandbox/clock", self._move_clock),
            Route("GET", "_sandbox/calls", self._calls),
            Route("DELETE", "_sandbox/calls", self._forget_calls),
            Route("GET", "_sandbox/faults", self._faults),
            Route("POST", "_sandbox/faults", self._order_faults),
            Route("DELETE", "_sandbox/faults", self._take_faults_back),
            Route("GET", "_sandbox/purchases", placing.listed),
            Route("POST", "_sandbox/limits", account_limits.switch),
            Route("DELETE", "_sandbox/tokens", self._revoke_tokens),
        )
        route, _ = find_route(routes, call.method, segments)
        return route.handler(self.world, call)

    def _front_page(self, world: World, call: Call) -> Answer:
        demo = world.seed.demo
        return Answer(
            {
                "name": "Partner Center sandbox",
                "what": "A local emulator of Partner Center's cart API. It knows nothing of real tenants.",
                "api": "/v1",
                "token": f"POST /{world.seed.partner.tenant_id}/oauth2/token",
                "demo": {"customerId": demo.customer_id, "cartId": demo.cart_id},
                "control": {
                    "POST /_sandbox/reset": "everything as at the first start, but for the tokens handed out",
                    "GET /_sandbox/clock": "what time it is here",
                    "POST /_sandbox/clock": 'moves the clock: {"advanceSeconds": 60}, {"advance": "P7D"}, {"now": "..."}',
                    "GET /_sandbox/calls": "the calls under /v1 and /v1.0 that were seen, oldest first",
                    "DELETE /_sandbox/calls": "forgets them",
                    "GET /_sandbox/faults": "the failures on order, and how often each has struck",
                    "POST /_sandbox/faults": 'orders failures: {"faults": [{"calls": "*", "fault": 503, "share": 0.2}, {"calls": "PUT", "fault": "edit", "remove": ["status"]}]}',
                    "DELETE /_sandbox/faults": "takes them back",
                    "GET /_sandbox/purchases": "every order placed, with its cart and request id",
                    "POST /_sandbox/limits": 'those of a sandbox account: {"accountLimits": true}',
                    "DELETE /_sandbox/tokens": "makes every access token handed out so far worthless",
                },
            }
        )

    def _reset(self, world: World, call: Call) -> Answer:
        self.reset()
        return self._clock(world, call)

    def _clock(self, world: World, call: Call) -> Answer:
        return Answer({"now": wire.stamp(world.now()), "movedSeconds": world.clock.moved.total_seconds()})

    def _move_clock(self, world: World, call: Call) -> Answer:
        try:
            _move(world.clock, msgspec.convert(wire.read(call.body), _Move, builtin_types=(Decimal,)))
        except (ValueError, OverflowError) as error:
            why = 'Send one of {"advanceSeconds": 60}, {"advance": "P7D"}, {"now": "2026-01-31T00:00:00Z"}, years 2000 to 2999.'
            raise errors.Refusal(400, 800002, why) from error
        return self._clock(world, call)

    def _calls(self, world: World, call: Call) -> Answer:
        return Answer({"calls": [each.shown() for each in self.seen]})

    def _forget_calls(self, world: World, call: Call) -> Answer:
        self.seen.clear()
        return Answer({"calls": []})

    def _faults(self, world: World, call: Call) -> Answer:
        return Answer(self.faults.shown())

    def _order_faults(self, world: World, call: Call) -> Answer:
        self.faults.order(read_orders(call.body))
        return Answer(self.faults.shown())

    def _take_faults_back(self, world: World, call: Call) -> Answer:
        self.faults.take_back()
        return Answer(self.faults.shown())

    def _revoke_tokens(self, world: World, call: Call) -> Answer:
        """Answers a token that is good, for whoever signs in with the demo token."""
        sign_in.revoke_all(world)
        return Answer({"demoToken": sign_in.demo_token(world)})


class _Move(msgspec.Struct, frozen=True, rename="camel"):
    advance_seconds: int | Decimal | None = None
    advance: str | None = None
    now: str | None = None


def _move(clock: Clock, asked: _Move) -> None:
    """Raises ValueError unless exactly one of the three was asked for, and makes sense."""
    moment = wire.instant(asked.now or "")
    match asked.advance_seconds, asked.advance, asked.now:
        case (seconds, None, None) if seconds is not None:
            clock.advance(timedelta(seconds=float(seconds)))
        case (None, str(text), None):
            clock.advance(duration(text))
        case (None, None, str()) if moment is not None:
            clock.set(moment)
        case _:
            raise ValueError(asked)


def duration(text: str) -> timedelta:
    """`P7D`, `PT15M`, `P1DT12H`; a minus in front goes back. Raises ValueError for anything else."""
    match = _DURATION.fullmatch(text.removeprefix("-"))
    if match is None or not any(match.groups()):
        raise ValueError(text)
    weeks, days, hours, minutes, seconds = (float(each or 0) for each in match.groups())
    length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return -length if text.startswith("-") else length
