"""Answers remembered by MS-RequestId: a repeat of a call with the same id gets the same answer ("Headers" page).

How long and for which paths the service remembers is not documented; the sandbox does, until it is reset, for the
calls that buy, change or write carts, by method and path, refusals included.
"""

import msgspec

from gateway.sandbox import wire
from gateway.sandbox.routing import Answer, Call, api_segments
from gateway.sandbox.world.store import Store

_KIND = "answer"


class _Remembered(msgspec.Struct, frozen=True):
    status: int
    body: str


def find(store: Store, call: Call) -> Answer | None:
    kept = store.read(_KIND, _key(call), _Remembered) if _request_id(call) else None
    return None if kept is None else Answer(msgspec.Raw(kept.body.encode()), status=kept.status)


def remember(store: Store, call: Call, answer: Answer) -> None:
    if _request_id(call):
        store.write(_KIND, _key(call), _Remembered(answer.status, wire.written(answer.body).decode()))


def _request_id(call: Call) -> str:
    return call.headers.get("ms-requestid", "").strip().lower()


def _key(call: Call) -> str:
    return f"{_request_id(call)} {call.method} {'/'.join(api_segments(call.path) or []).lower()}"
