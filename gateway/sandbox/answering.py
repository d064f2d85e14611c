"""Working a call out: who calls, which rule answers, and what of it is kept. Knows calls, not connections."""

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

LARGEST_BODY = 4 * 1024 * 1024
_REPLAY_KIND = "answer"


def is_partner_center(call: Call) -> bool:
    return api_segments(call.path) is not None


def is_sign_in(call: Call) -> bool:
    """Whether the call is for the token authority."""
    return segments_of(call.path)[1:2] == ["oauth2"] and not is_partner_center(call)


class Answering:
    """Answers calls, refusals included."""

    def __init__(self, world: World, controls: Controls) -> None:
        self._world = world
        self._controls = controls

    def at_once(self, call: Call) -> Answer:
        """Nothing ever sees half of this call's work, and a refused call leaves nothing."""
        try:
            with self._world.store.all_or_nothing():
                return self._answer(call)
        except Refusal as refusal:
            return _refused(refusal)

    def without_work(self, call: Call) -> Answer:
        """The answer there would be; everything stays as it was."""
        with self._world.store.nothing_kept():
            return self.at_once(call)

    async def racily(self, call: Call, *, pause_s: float) -> Answer:
        """Looks, waits, then writes without looking again, for the calls that write carts.

        The documentation promises no more: a repeat is known by its MS-RequestId alone, and not while the first is at work.
        """
        try:
            if not is_partner_center(call) or len(call.body) > LARGEST_BODY:
                return self.at_once(call)
            route, known = self._routed(call)
            if not route.is_remembered:
                return self.at_once(call)
            earlier = _find_replay(self._world.store, known)
            if earlier is not None:
                return earlier
            handler = route.handler if route.look is None else route.look(self._world, known)
        except Refusal as refusal:
            return _refused(refusal)
        await asyncio.sleep(pause_s)
        return self._remembered(known, handler)

    def _answer(self, call: Call) -> Answer:
        if len(call.body) > LARGEST_BODY:
            raise errors.unreadable(f"The body is larger than {LARGEST_BODY} bytes.")
        if is_partner_center(call):
            return self._answer_partner_center(call)
        segments = segments_of(call.path)
        if is_sign_in(call):
            route, path_ids = find_route(AUTHORITY, call.method, segments)
            return route.handler(self._world, replace(call, path_ids=path_ids))
        return self._controls.answer(call, segments)

    def _answer_partner_center(self, call: Call) -> Answer:
        route, known = self._routed(call)
        if not route.is_remembered:
            return route.handler(self._world, known)
        return _find_replay(self._world.store, known) or self._remembered(known, route.handler)

    def _routed(self, call: Call) -> tuple[Route, Call]:
        """The route, and the call with its caller and ids. Raises Refusal 401, 404 and 405."""
        caller = sign_in.bearer(self._world, call.headers)
        route, path_ids = find_route(PARTNER_CENTER, call.method, api_segments(call.path) or [])
        return route, replace(call, caller=caller, path_ids=path_ids)

    def _remembered(self, known: Call, handler: Handler) -> Answer:
        """What *handler* answers, from now on also to repeats."""
        with self._world.store.all_or_nothing():
            try:
                with self._world.store.all_or_nothing():
                    answer = handler(self._world, known)
            except Refusal as refusal:
                answer = _refused(refusal)
            _remember(self._world.store, known, answer)
        return answer


def _refused(refusal: Refusal) -> Answer:
    return Answer(refusal.body, status=refusal.status, headers=refusal.headers)


class _Remembered(msgspec.Struct, frozen=True):
    status: int
    body: str


def _find_replay(store: Store, call: Call) -> Answer | None:
    kept = store.read(_REPLAY_KIND, _replay_key(call), _Remembered) if _request_id(call) else None
    return None if kept is None else Answer(msgspec.Raw(kept.body.encode()), status=kept.status)


def _remember(store: Store, call: Call, answer: Answer) -> None:
    if _request_id(call):
        store.write(_REPLAY_KIND, _replay_key(call), _Remembered(answer.status, wire.written(answer.body).decode()))


def _request_id(call: Call) -> str:
    return call.headers.get("ms-requestid", "").strip().lower()


def _replay_key(call: Call) -> str:
    return f"{_request_id(call)} {call.method} {'/'.join(api_segments(call.path) or []).lower()}"
