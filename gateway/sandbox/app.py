"""The sandbox as an ASGI app: reads requests, adds response headers, injects faults, and records calls."""

import asyncio
import base64
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from gateway.sandbox import sign_in, wire
from gateway.sandbox.answering import MAX_BODY_BYTES, CallHandler, is_partner_center, is_sign_in
from gateway.sandbox.carts import carts
from gateway.sandbox.control import CallRecord, Controls
from gateway.sandbox.faults.answers import Reply, apply_fault
from gateway.sandbox.faults.connection import UNANSWERED, delay_s, send_faulty, send_whole
from gateway.sandbox.faults.injection import FaultInjection
from gateway.sandbox.faults.rules import Rule
from gateway.sandbox.orders import seeded
from gateway.sandbox.routing import Answer, Call, segments_of
from gateway.sandbox.scenarios.control import Scenarios
from gateway.sandbox.scenarios.scenario import Scenario
from gateway.sandbox.world import ids, subscription_records
from gateway.sandbox.world.clock import Clock, utc_now
from gateway.sandbox.world.ids import Ids, NewId, numbered_id
from gateway.sandbox.world.seed import Demo, read_seed
from gateway.sandbox.world.store import Store
from gateway.sandbox.world.world import World, build_world

MAX_CALL_RECORDS = 100_000
_SURVIVES_RESET = (sign_in.KIND, sign_in.REVOCATIONS, ids.KIND)
_SERVER_ID = "202010607"  # as printed in the samples


def build_sandbox(
    *,
    clock: Callable[[], datetime] = utc_now,
    seed: Mapping[str, object] | None = None,
    store: str | Path | None = None,
    new_id: NewId = numbered_id,
) -> "Sandbox":
    """Builds a sandbox with the data of *seed* (None: the packaged seed).

    *clock* returns aware datetimes; *store* is the path of an SQLite file (None: in memory); *new_id* makes a GUID
    from a kind of resource and a counter. Raises msgspec.ValidationError if the seed is invalid.
    """
    documents = Store(store)
    world = build_world(read_seed(seed), store=documents, clock=Clock(documents, clock), ids=Ids(documents, new_id))
    return Sandbox(world)


class Sandbox:
    """An ASGI app. Each call is one transaction, except in racy mode."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._calls = deque[CallRecord](maxlen=MAX_CALL_RECORDS)
        self._faults = FaultInjection()
        self._scenarios = Scenarios(world, self._faults, reset=self._reset)
        self._resets = 0
        controls = Controls(world, self._reset, self._calls, self._faults, self._scenarios)
        self._handler = CallHandler(world, controls)
        with world.store.transaction():
            self._restore_seed()

    @property
    def demo(self) -> Demo:
        """The ids of the customer and the cart used in examples."""
        return self._world.seed.demo

    @property
    def scenario(self) -> Scenario | None:
        """The scenario that was begun last; None on the plain seed."""
        return self._scenarios.current

    @property
    def resets(self) -> int:
        """How often the seed was restored, also by the beginning of a scenario: earlier carts and orders are gone."""
        return self._resets

    def begin(self, scenario: str) -> None:
        """As POST /_sandbox/scenario. Raises KeyError for an unknown name."""
        with self._world.store.transaction():
            self._scenarios.begin(scenario)

    def now(self) -> datetime:
        """The sandbox's time: real time plus the clock's offset."""
        return self._world.now()

    def demo_token(self) -> str:
        """A bearer token of the demo partner's user, valid for at least five minutes."""
        return sign_in.demo_token(self._world)

    def close(self) -> None:
        self._world.store.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        try:
            call = Call(
                method=request.method,
                path=_raw_path(scope),
                query={name.lower(): value for name, value in request.query_params.items()},
                headers={name.lower(): value for name, value in request.headers.items()},
                body=await _body(request),
            )
        except ClientDisconnect:
            return
        record = self._record(call, request.url.query)
        rule = self._faults.rule_for(call.method, call.path) if is_partner_center(call) or is_sign_in(call) else None
        reply = _reply(call, record, await self._answer(call, rule))
        if rule is None:
            record.status = reply.status
            await send_whole(reply, scope, receive, send)
            return
        reply = apply_fault(rule, reply, self._world, is_sign_in=is_sign_in(call))
        record.fault, record.status = rule.name, None if rule.name in UNANSWERED else reply.status
        await send_faulty(rule, reply, scope, receive, send)

    def _record(self, call: Call, query: str) -> CallRecord:
        """A record of the call, added to the list of calls if it is for Partner Center."""
        request_id = call.headers.get("ms-requestid") or self._world.ids.guid("request")
        correlation_id = call.headers.get("ms-correlationid") or self._world.ids.guid("correlation")
        record = CallRecord(call.method, call.path, query, request_id, correlation_id)
        if is_partner_center(call):
            self._calls.append(record)
        return record

    async def _answer(self, call: Call, rule: Rule | None) -> Answer:
        """The answer before *rule* changes it.

        With when=before a delay postpones the work, any other fault prevents it.
        """
        if rule is not None and rule.when == "before":
            if rule.name != "delay":
                return self._handler.preview(call)
            await asyncio.sleep(delay_s(rule))
        if self._faults.racy_s is not None:
            return await self._handler.handle_racily(call, pause_s=self._faults.racy_s)
        return self._handler.handle(call)

    def _reset(self) -> None:
        self._calls.clear()
        self._faults.clear()
        self._scenarios.current = None
        self._resets += 1
        self._world.store.delete_all(except_kinds=_SURVIVES_RESET)
        self._restore_seed()

    def _restore_seed(self) -> None:
        """Creates the seed's subscriptions, orders and carts where they are missing."""
        subscription_records.restore_seeded(self._world)
        seeded.restore(self._world)
        carts.restore_seeded(self._world)


def _reply(call: Call, record: CallRecord, answer: Answer) -> Reply:
    headers = _headers(call, segments_of(call.path), request_id=record.request_id, correlation_id=record.correlation_id)
    body = b"" if answer.body is None else wire.encode(answer.body)
    return Reply(answer.status, {**headers, **answer.headers}, body)


def _headers(call: Call, segments: Sequence[str], *, request_id: str, correlation_id: str) -> dict[str, str]:
    """The headers of every answer. Catalog answers repeat some values, joined by a comma (samples)."""
    vector = base64.b64encode(sha256(request_id.encode()).digest()[:12]).decode()
    headers = {
        "MS-RequestId": request_id,
        "MS-CorrelationId": correlation_id,
        "MS-CV": call.headers.get("ms-cv") or f"{vector}.0",
        "MS-ServerId": _SERVER_ID,
        "X-Locale": call.headers.get("x-locale") or "en-US",
    }
    if "products" in segments:
        headers |= {
            name: f"{headers[name]},{headers[name]}" for name in ("MS-RequestId", "MS-CorrelationId", "X-Locale")
        }
    return {**headers, "Content-Type": "application/json; charset=utf-8"}


def _raw_path(scope: Scope) -> str:
    """The path as sent, still percent-encoded (an encoded slash does not separate segments), without the mount prefix."""
    raw = scope.get("raw_path")
    path = raw.decode("latin-1") if isinstance(raw, bytes) else quote(str(scope["path"]))
    return path.partition("?")[0].removeprefix(str(scope.get("root_path", "")))


async def _body(request: Request) -> bytes:
    """The body; reading stops once it exceeds the limit."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            break
    return bytes(body)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
