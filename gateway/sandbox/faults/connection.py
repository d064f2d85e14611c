"""How an answer goes out, whole or broken, on a connection that the server lets us break. Knows bytes, not carts.

A server offers that under `scope["extensions"][CONNECTION]`, as functions: `reset` ends the connection at once, `close`
when what was written is sent, and `held` says that the answer is held back on purpose. Without the offer a broken
connection is a ConnectionResetError out of the application.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import NoReturn

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gateway.sandbox.faults.answers import Reply
from gateway.sandbox.faults.rules import Rule

CONNECTION = "partner_center_sandbox.connection"
UNANSWERED = frozenset({"reset", "close", "hang"})
"""Faults that let no status out."""

HUGE = 9 * 2**20
DELAY_S, DRIP_S = 1.0, 0.5
_UNTIL_READ_S = 0.05  # a reset makes the other side's system drop what its program has not read
_CHUNK = 64 * 1024

_Break = Mapping[str, Callable[[], object]]


async def send_faulty(rule: Rule, reply: Reply, scope: Scope, receive: Receive, send: Send) -> None:
    """*reply*, unless the fault is one of the connection."""
    connection: _Break | None = scope.get("extensions", {}).get(CONNECTION)
    match rule.name:
        case "reset" | "close" as how:
            await _break(connection, how, receive)
        case "hang":
            _hold(connection)
            await _is_gone_within(rule.seconds, receive)
            await _break(connection, "close", receive)
        case "truncate" | "reset-in-body" as name:
            await _start(reply, send)
            await _send_part(reply.body[: len(reply.body) // 2], send)
            if name == "reset-in-body":
                await _is_gone_within(_UNTIL_READ_S, receive)
            await _break(connection, "close" if name == "truncate" else "reset", receive)
        case "drip":
            _hold(connection)
            await _drip(rule, reply, receive, send)
        case "huge":
            await _send_huge(rule.bytes or HUGE, reply, send)
        case "delay" if rule.when == "after":
            _hold(connection)
            if not await _is_gone_within(pause(rule), receive):
                await send_whole(reply, scope, receive, send)
        case _:
            await send_whole(reply, scope, receive, send)


def pause(rule: Rule) -> float:
    """Seconds a delay lasts."""
    return DELAY_S if rule.seconds is None else rule.seconds


async def send_whole(reply: Reply, scope: Scope, receive: Receive, send: Send) -> None:
    await Response(reply.body, reply.status, reply.headers)(scope, receive, send)


async def _start(reply: Reply, send: Send) -> None:
    headers = {**reply.headers, "Content-Length": str(len(reply.body))}
    await send({"type": "http.response.start", "status": reply.status, "headers": _encoded(headers)})


async def _send_part(body: bytes, send: Send, *, is_last: bool = False) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": not is_last})


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]


async def _drip(rule: Rule, reply: Reply, receive: Receive, send: Send) -> None:
    size = rule.bytes or 1
    interval = DRIP_S if rule.seconds is None else rule.seconds
    await _start(reply, send)
    for start in range(0, len(reply.body), size):
        await _send_part(reply.body[start : start + size], send)
        if await _is_gone_within(interval, receive):
            return
    await _send_part(b"", send, is_last=True)


async def _send_huge(size: int, reply: Reply, send: Send) -> None:
    """A JSON object of about *size* bytes, never held in memory as a whole; nothing says beforehand how long it is."""
    await send({"type": "http.response.start", "status": reply.status, "headers": _encoded(reply.headers)})
    await _send_part(b'{"padding": "', send)
    for sent in range(0, size, _CHUNK):
        await _send_part(b"x" * min(_CHUNK, size - sent), send)
    await _send_part(b'"}', send, is_last=True)


def _hold(connection: _Break | None) -> None:
    if connection is not None:
        connection["held"]()


async def _break(connection: _Break | None, how: str, receive: Receive) -> None:
    """Ends the connection, and returns when the server has noticed: it would answer 500 for us otherwise."""
    if connection is None:
        _break_without_a_server()
    connection[how]()
    await _is_gone_within(None, receive)


def _break_without_a_server() -> NoReturn:
    raise ConnectionResetError("The sandbox was ordered to break the connection.")


async def _is_gone_within(seconds: float | None, receive: Receive) -> bool:
    """Whether the client has gone; waits for that no longer than *seconds*, None = for ever."""
    try:
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return False
    return True
