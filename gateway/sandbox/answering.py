"""Answers a call: checks the bearer token, finds the handler, replays repeats. Knows nothing of connections."""

import asyncio
from dataclasses import replace

import msgspec

from gateway.sandbox import errors, sign_in, wire
from gateway.sandbox.control import Controls
from gateway.sandbox.errors import Refusal
from gateway.sandbox.routes import AUTHORITY, PARTNER_CENTER
from gateway.sandbox.routing import Answer, Call, Handler, Route, api_segments, find_route, segments_of
from gateway.sandbox.world.store import Store
from gateway.sandbox.world.world import World

MAX_BODY_BYTES = 4 * 1024 * 1024
_REPLAY_KIND = "answer"


class _Remembered(msgspec.Struct, frozen=True):
    status: int
    body: str


def is_partner_center(call: Call) -> bool:
    return api_segments(call.path) is not None


def is_sign_in(call: Call) -> bool:
    """Whether the call is for the token authority."""
    return segments_of(call.path)[1:2] == ["oauth2"] and not is_partner_center(call)


class CallHandler:
    """Answers calls; a refusal is an answer too."""

    def __init__(self, world: World, controls: Controls) -> None:
        self._world = world
        self._controls = controls

    def handle(self, call: Call) -> Answer:
        """Handles the call as one transaction; a refused call changes nothing."""
        try:
            with self._world.store.transaction():
                return self._answer(call)
        except Refusal as refusal:
            return _error_answer(refusal)

    def preview(self, call: Call) -> Answer:
        """The answer that the call would get. Changes nothing."""
        with self._world.store.discarded():
            return self.handle(call)

    async def handle_racily(self, call: Call, *, pause_s: float) -> Answer:
        """For calls that write: reads the state, waits, and writes without reading again.

        The documentation promises no more than that: it says nothing of concurrent calls, and a repeat is recognized
        by its MS-RequestId only after the first call has finished.
        """
        try:
            if not is_partner_center(call) or len(call.body) > MAX_BODY_BYTES:
                return self.handle(call)
            route, call = self._route(call)
            if not route.is_replayable:
                return self.handle(call)
            replay = _find_replay(self._world.store, call)
            if replay is not None:
                return replay
            handler = route.handler if route.prepare is None else route.prepare(self._world, call)
        except Refusal as refusal:
            return _error_answer(refusal)
        await asyncio.sleep(pause_s)
        return self._handle_and_remember(call, handler)

    def _answer(self, call: Call) -> Answer:
        if len(call.body) > MAX_BODY_BYTES:
            raise errors.unreadable(f"The body is larger than {MAX_BODY_BYTES} bytes.")
        if is_partner_center(call):
            return self._answer_partner_center(call)
        segments = segments_of(call.path)
        if is_sign_in(call):
            route, path_ids = find_route(AUTHORITY, call.method, segments)
            return route.handler(self._world, replace(call, path_ids=path_ids))
        return self._controls.answer(call, segments)

    def _answer_partner_center(self, call: Call) -> Answer:
        route, call = self._route(call)
        if not route.is_replayable:
            return route.handler(self._world, call)
        return _find_replay(self._world.store, call) or self._handle_and_remember(call, route.handler)

    def _route(self, call: Call) -> tuple[Route, Call]:
        """The route, and the call completed with its caller and path ids. Raises Refusal 401, 404 and 405."""
        caller = sign_in.authenticate(self._world, call.headers)
        route, path_ids = find_route(PARTNER_CENTER, call.method, api_segments(call.path) or [])
        return route, replace(call, caller=caller, path_ids=path_ids)

    def _handle_and_remember(self, call: Call, handler: Handler) -> Answer:
        with self._world.store.transaction():
            try:
                with self._world.store.transaction():
                    answer = handler(self._world, call)
            except Refusal as refusal:
                answer = _error_answer(refusal)
            _remember(self._world.store, call, answer)
        return answer


def _error_answer(refusal: Refusal) -> Answer:
    return Answer(refusal.body, status=refusal.status, headers=refusal.headers)


# A repeat of a call with the same MS-RequestId gets the same answer ("Headers" page). For how long, and for which paths,
# is not documented: the sandbox remembers answers, refusals included, of replayable routes until it is reset.


def _find_replay(store: Store, call: Call) -> Answer | None:
    stored = store.read(_REPLAY_KIND, _replay_key(call), _Remembered) if _request_id(call) else None
    return None if stored is None else Answer(msgspec.Raw(stored.body.encode()), status=stored.status)


def _remember(store: Store, call: Call, answer: Answer) -> None:
    if _request_id(call):
        store.write(_REPLAY_KIND, _replay_key(call), _Remembered(answer.status, wire.encode(answer.body).decode()))


def _request_id(call: Call) -> str:
    return call.headers.get("ms-requestid", "").strip().lower()


def _replay_key(call: Call) -> str:
    return f"{_request_id(call)} {call.method} {'/'.join(api_segments(call.path) or []).lower()}"
