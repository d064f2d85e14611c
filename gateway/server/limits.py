"""Bounds on the connections of one server together: the number of idle ones, and the bytes of incomplete requests."""

from dataclasses import dataclass, field
from typing import Protocol

_MAX_IDLE = 500
"""Connections. A process may usually open 1,024 descriptors; this leaves half of them for requests and Partner Center.
Behind a load balancer there are fewer idle connections: at most as many as there were concurrent requests.
"""
_MAX_INCOMPLETE_BYTES = 32 * 2**20
_SMALL_BYTES = 16 * 1024
_HEAD_S = 10.0


class Idle(Protocol):
    def close(self) -> None:
        """Close to make room. No request is lost."""


class IdleConnections:
    """Connections that wait for a request. Above the bound, those that have been idle for longest are closed."""

    def __init__(self, *, max_count: int) -> None:
        self._max_count = max_count
        self._idle: dict[Idle, None] = {}
        """In the order in which they became idle."""

    def __contains__(self, connection: Idle) -> bool:
        return connection in self._idle

    def add(self, connection: Idle) -> None:
        self._idle[connection] = None
        while len(self._idle) > self._max_count:
            oldest = next(iter(self._idle))
            self.discard(oldest)
            oldest.close()

    def discard(self, connection: Idle) -> None:
        """Call when a request arrives, or the connection closes."""
        self._idle.pop(connection, None)


class Sender(Protocol):
    def cut_off(self) -> None:
        """Refuse the incomplete request, and release its memory."""


class IncompleteRequests:
    """Memory for requests that have not arrived completely. Above the bound, those that began first are cut off, so
    that fast senders never are.
    """

    def __init__(self, *, max_bytes: int, small_bytes: int) -> None:
        """Requests of at most *small_bytes* are not counted."""
        self._max_bytes = max_bytes
        self._small_bytes = small_bytes
        self._sizes: dict[Sender, int] = {}
        """In the order in which they began."""
        self._total_bytes = 0

    def update(self, sender: Sender, size: int) -> None:
        """Record that *sender*'s request takes *size* bytes now."""
        if size <= self._small_bytes:
            return
        self._total_bytes += size - self._sizes.get(sender, 0)
        self._sizes[sender] = size
        while self._total_bytes > self._max_bytes:
            oldest = next(iter(self._sizes))
            self.discard(oldest)
            oldest.cut_off()

    def discard(self, sender: Sender) -> None:
        """Call when the request is complete, or the connection closes."""
        self._total_bytes -= self._sizes.pop(sender, 0)


def _idle_connections() -> IdleConnections:
    return IdleConnections(max_count=_MAX_IDLE)


def _incomplete_requests() -> IncompleteRequests:
    return IncompleteRequests(max_bytes=_MAX_INCOMPLETE_BYTES, small_bytes=_SMALL_BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionLimits:
    """Shared by all connections of one server."""

    head_s: float = _HEAD_S
    """Seconds from the first byte of a request, or from the answer before it if that is later, to the end of the head."""
    idle: IdleConnections = field(default_factory=_idle_connections)
    incomplete: IncompleteRequests = field(default_factory=_incomplete_requests)
