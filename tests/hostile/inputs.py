"""An input of the battery as a value: the bytes that are sent, and what has to come back."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

TOKEN = b"<token>"
"""Stands for a token that Partner Center takes, which is not known before it is asked for."""


@dataclass(frozen=True)
class Input:
    """`statuses` are those of the answers, in order; `codes` all that the answers tell, those in payloads included."""

    name: str
    sent: bytes
    statuses: tuple[int, ...]
    codes: frozenset[str] = frozenset()


def to(name: str, sent: bytes, statuses: int | tuple[int, ...], *codes: str) -> Input:
    return Input(name, sent, (statuses,) if isinstance(statuses, int) else statuses, frozenset(codes))


HOST = b"Host: gateway"
CLOSE = b"Connection: close"
SIGNED_IN = b"Authorization: Bearer " + TOKEN
JSON = b"Content-Type: application/json"


def head(first_line: bytes, *lines: bytes) -> bytes:
    return b"\r\n".join([first_line, *lines, b"", b""])


def get(target: str | bytes, *lines: bytes, signed_in: bool = True) -> bytes:
    target = target.encode() if isinstance(target, str) else target
    mine = [HOST, CLOSE, SIGNED_IN] if signed_in else [HOST, CLOSE]
    return head(b"GET " + target + b" HTTP/1.1", *mine, *lines)


def post(
    body: bytes, *lines: bytes, target: bytes = b"/graphql", of: Sequence[bytes] = (HOST, CLOSE, SIGNED_IN, JSON)
) -> bytes:
    """A POST with the right length. *of* are the usual lines."""
    length = b"Content-Length: %d" % len(body)
    return head(b"POST " + target + b" HTTP/1.1", *of, length, *lines) + body


def asking(query: str, *lines: bytes, **members: object) -> bytes:
    """A proper request with this document."""
    return post(json.dumps({"query": query, **members}).encode(), *lines)
