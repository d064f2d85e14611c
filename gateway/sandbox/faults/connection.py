"""Sending an answer, and the faults of the connection: those that lose, cut short or delay an answer.

A server that lets the sandbox break connections puts three functions into `scope["extensions"][CONNECTION]`: `reset`
aborts the connection at once, `close` closes it after sending what was written, and `held` announces that the answer is
held back on purpose. Without them, breaking a connection raises ConnectionResetError from the application.
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
"""Faults that never send a status."""

HUGE_BYTES = 9 * 2**20
DELAY_S, DRIP_S = 1.0, 0.5
_UNTIL_READ_S = 0.05  # on a reset, the client's system drops what the client has not read yet
_CHUNK_BYTES = 64 * 1024

_Actions = Mapping[str, Callable[[], object]]


async def send_faulty(rule: Rule, reply: Reply, scope: Scope, receive: Receive, send: Send) -> None:
    """Sends *reply* as the fault says; faults in the answer itself have been applied to it before."""
    connection: _Actions | None = scope.get("extensions", {}).get(CONNECTION)
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
            await _send_huge(rule.bytes or HUGE_BYTES, reply, send)
        case "delay" if rule.when == "after":
            _hold(connection)
            if not await _is_gone_within(delay_s(rule), receive):
                await send_whole(reply, scope, receive, send)
        case _:
            await send_whole(reply, scope, receive, send)


def delay_s(rule: Rule) -> float:
    """Duration of a delay in seconds."""
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
    """Sends a JSON object of about *size* bytes in chunks, without a Content-Length."""
    await send({"type": "http.response.start", "status": reply.status, "headers": _encoded(reply.headers)})
    await _send_part(b'{"padding": "', send)
    for sent in range(0, size, _CHUNK_BYTES):
        await _send_part(b"x" * min(_CHUNK_BYTES, size - sent), send)
    await _send_part(b'"}', send, is_last=True)


def _hold(connection: _Actions | None) -> None:
    if connection is not None:
        connection["held"]()


async def _break(connection: _Actions | None, how: str, receive: Receive) -> None:
    """Breaks the connection and waits until the server has noticed; it would send a 500 otherwise."""
    if connection is None:
        _break_without_a_server()
    connection[how]()
    await _is_gone_within(None, receive)


def _break_without_a_server() -> NoReturn:
    raise ConnectionResetError("A fault rule breaks the connection.")


async def _is_gone_within(seconds: float | None, receive: Receive) -> bool:
    """Waits up to *seconds* (None: without limit) for the client to disconnect; whether it did."""
    try:
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return False
    return True
