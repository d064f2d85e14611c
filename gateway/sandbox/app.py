"""The sandbox as an ASGI app: from request to reply, what goes into headers and into the list of calls."""

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
from gateway.sandbox.answering import LARGEST_BODY, Answering, is_partner_center, is_sign_in
from gateway.sandbox.carts import carts
from gateway.sandbox.control import CallSeen, Controls
from gateway.sandbox.faults.answers import Reply, faulty
from gateway.sandbox.faults.connection import UNANSWERED, pause, send_faulty, send_whole
from gateway.sandbox.faults.injection import Faults
from gateway.sandbox.faults.rules import Rule
from gateway.sandbox.routing import Answer, Call, segments_of
from gateway.sandbox.world import ids, subscription_records
from gateway.sandbox.world.clock import Clock, utc_now
from gateway.sandbox.world.ids import Ids, NewId, numbered_id
from gateway.sandbox.world.seed import Demo, read_seed
from gateway.sandbox.world.store import Store
from gateway.sandbox.world.world import World, build_world

MOST_CALLS_KEPT = 100_000
_SURVIVES_RESET = (sign_in.KIND, sign_in.REVOCATIONS, ids.KIND)
_SERVER_ID = "202010607"  # of the server that answered, as the samples print it


def build_sandbox(
    *,
    clock: Callable[[], datetime] = utc_now,
    seed: Mapping[str, object] | None = None,
    store: str | Path | None = None,
    new_id: NewId = numbered_id,
) -> "Sandbox":
    """A sandbox that sells what *seed* holds (None = the packaged seed).

    *clock* answers aware datetimes; *store* is the path of an SQLite file, None = memory; *new_id* makes the GUID
    for a kind of thing and its running number. Raises msgspec.ValidationError for a seed of another shape.
    """
    documents = Store(store)
    world = build_world(read_seed(seed), store=documents, clock=Clock(documents, clock), ids=Ids(documents, new_id))
    return Sandbox(world)


class Sandbox:
    """An ASGI app. What a call does is done in one go, so nothing ever sees half of it, but for racy mode."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._seen = deque[CallSeen](maxlen=MOST_CALLS_KEPT)
        self._faults = Faults()
        self._answering = Answering(world, Controls(world, self._reset, self._seen, self._faults))
        with world.store.all_or_nothing():
            self._stock_up()

    @property
    def demo(self) -> Demo:
        """The ids of the customer and the cart that a first query shows."""
        return self._world.seed.demo

    def now(self) -> datetime:
        """The sandbox's time: the real one, moved as the clock was told."""
        return self._world.now()

    def demo_token(self) -> str:
        """A bearer token of the demo partner's user, the same one until it has less than five minutes left."""
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
        seen = self._see(call, request.url.query)
        rule = self._faults.strike(call.method, call.path) if is_partner_center(call) or is_sign_in(call) else None
        reply = _reply(call, seen, await self._answer(call, rule))
        if rule is None:
            seen.status = reply.status
            await send_whole(reply, scope, receive, send)
            return
        reply = faulty(rule, reply, self._world, is_sign_in=is_sign_in(call))
        seen.fault, seen.status = rule.name, None if rule.name in UNANSWERED else reply.status
        await send_faulty(rule, reply, scope, receive, send)

    def _see(self, call: Call, query: str) -> CallSeen:
        """The note that a call came in, in the list when it is one of Partner Center's."""
        request_id = call.headers.get("ms-requestid") or self._world.ids.guid("request")
        correlation_id = call.headers.get("ms-correlationid") or self._world.ids.guid("correlation")
        seen = CallSeen(call.method, call.path, query, request_id, correlation_id)
        if is_partner_center(call):
            self._seen.append(seen)
        return seen

    async def _answer(self, call: Call, rule: Rule | None) -> Answer:
        """The answer that a fault may then change. An early delay holds up the work, other early faults prevent it."""
        if rule is not None and rule.when == "before":
            if rule.name != "delay":
                return self._answering.without_work(call)
            await asyncio.sleep(pause(rule))
        if self._faults.racy_s is not None:
            return await self._answering.racily(call, pause_s=self._faults.racy_s)
        return self._answering.at_once(call)

    def _reset(self) -> None:
        self._seen.clear()
        self._faults.take_back()
        self._world.store.forget_all(but=_SURVIVES_RESET)
        self._stock_up()

    def _stock_up(self) -> None:
        """What customers own and the carts of the seed, where they are missing."""
        subscription_records.keep_seeded(self._world)
        carts.keep_seeded(self._world)


def _reply(call: Call, seen: CallSeen, answer: Answer) -> Reply:
    headers = _headers(call, segments_of(call.path), request_id=seen.request_id, correlation_id=seen.correlation_id)
    body = b"" if answer.body is None else wire.written(answer.body)
    return Reply(answer.status, {**headers, **answer.headers}, body)


def _headers(call: Call, segments: Sequence[str], *, request_id: str, correlation_id: str) -> dict[str, str]:
    """The headers of every answer. Catalog answers print each value twice, joined by a comma (samples)."""
    vector = base64.b64encode(sha256(request_id.encode()).digest()[:12]).decode()
    own = {
        "MS-RequestId": request_id,
        "MS-CorrelationId": correlation_id,
        "MS-CV": call.headers.get("ms-cv") or f"{vector}.0",
        "MS-ServerId": _SERVER_ID,
        "X-Locale": call.headers.get("x-locale") or "en-US",
    }
    if "products" in segments:
        own |= {name: f"{own[name]},{own[name]}" for name in ("MS-RequestId", "MS-CorrelationId", "X-Locale")}
    return {**own, "Content-Type": "application/json; charset=utf-8"}


def _raw_path(scope: Scope) -> str:
    """The path as it was sent, still encoded, so that an encoded slash splits no segment; without a mount's prefix."""
    raw = scope.get("raw_path")
    path = raw.decode("latin-1") if isinstance(raw, bytes) else quote(str(scope["path"]))
    return path.partition("?")[0].removeprefix(str(scope.get("root_path", "")))


async def _body(request: Request) -> bytes:
    """The body, read no further than just beyond what is taken."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            break
    return bytes(body)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
