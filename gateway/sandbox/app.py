"""The sandbox as an ASGI app: who calls, which rule answers, what goes into headers and into the list of calls."""

import base64
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gateway.sandbox import carts, errors, ids, replays, sign_in, subscription_records, wire
from gateway.sandbox.clock import Clock, utc_now
from gateway.sandbox.control import CallSeen, Controls
from gateway.sandbox.errors import Refusal
from gateway.sandbox.ids import Ids, NewId, numbered_id
from gateway.sandbox.routes import AUTHORITY, PARTNER_CENTER
from gateway.sandbox.routing import Answer, Call, find_route, segments_of
from gateway.sandbox.seed import Demo, read_seed
from gateway.sandbox.store import Store
from gateway.sandbox.world import World, build_world

LARGEST_BODY = 4 * 1024 * 1024
MOST_CALLS_KEPT = 100_000
_SURVIVES_RESET = (sign_in.KIND, ids.KIND)
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
    """An ASGI app. Every call is answered in one go, so nothing ever sees half of another call's work."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._seen = deque[CallSeen](maxlen=MOST_CALLS_KEPT)
        self._controls = Controls(world, self._reset, self._seen)
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
        await self._respond(call, request.url.query)(scope, receive, send)

    def _respond(self, call: Call, query: str) -> Response:
        """The whole answer to one request, its headers included, and the note that it was seen."""
        segments = segments_of(call.path)
        answer = self._answer(call, segments)
        request_id = call.headers.get("ms-requestid") or self._world.ids.guid("request")
        correlation_id = call.headers.get("ms-correlationid") or self._world.ids.guid("correlation")
        if segments[0].lower() == "v1":
            self._seen.append(CallSeen(call.method, call.path, query, answer.status, request_id, correlation_id))
        headers = _headers(call, segments, request_id=request_id, correlation_id=correlation_id)
        return Response(wire.written(answer.body), answer.status, {**headers, **answer.headers})

    def _answer(self, call: Call, segments: Sequence[str]) -> Answer:
        try:
            if len(call.body) > LARGEST_BODY:
                raise errors.unreadable(f"The body is larger than {LARGEST_BODY} bytes.")
            with self._world.store.all_or_nothing():
                if segments[0].lower() == "v1":
                    return self._answer_partner_center(call, segments[1:])
                if segments[1:2] == ["oauth2"]:
                    route, path_ids = find_route(AUTHORITY, call.method, segments)
                    return route.handler(self._world, replace(call, path_ids=path_ids))
                return self._controls.answer(call, segments)
        except Refusal as refusal:
            return _refused(refusal)

    def _answer_partner_center(self, call: Call, segments: Sequence[str]) -> Answer:
        caller = sign_in.bearer(self._world, call.headers)
        route, path_ids = find_route(PARTNER_CENTER, call.method, segments)
        known = replace(call, caller=caller, path_ids=path_ids)
        if not route.is_remembered:
            return route.handler(self._world, known)
        earlier = replays.find(self._world.store, known)
        if earlier is not None:
            return earlier
        try:
            with self._world.store.all_or_nothing():
                answer = route.handler(self._world, known)
        except Refusal as refusal:
            answer = _refused(refusal)
        replays.remember(self._world.store, known, answer)
        return answer

    def _reset(self) -> None:
        self._seen.clear()
        self._world.store.forget_all(but=_SURVIVES_RESET)
        self._stock_up()

    def _stock_up(self) -> None:
        """What customers own and the carts of the seed, where they are missing."""
        subscription_records.keep_seeded(self._world)
        carts.keep_seeded(self._world)


def _refused(refusal: Refusal) -> Answer:
    return Answer(refusal.body, status=refusal.status, headers=refusal.headers)


def _headers(call: Call, segments: Sequence[str], *, request_id: str, correlation_id: str) -> dict[str, str]:
    """The headers of every answer. Catalog answers print each value twice, joined by a comma (samples)."""
    vector = base64.b64encode(sha256(request_id.encode()).digest()[:12]).decode()
    own = {
        "MS-RequestId": request_id,
        "MS-CorrelationId": correlation_id,
        "MS-CV": f"{vector}.0",
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
