"""Connections that wait for a request: bounded together, however long each may stay open."""

from typing import Protocol


class Idle(Protocol):
    def close(self) -> None:
        """To make room. Nothing that was asked is lost."""


class IdleConnections:
    """When there are too many, those close that have been idle for longest."""

    def __init__(self, *, at_most: int) -> None:
        self._at_most = at_most
        self._waiting: dict[Idle, None] = {}
        """In the order in which they became idle."""

    def __contains__(self, connection: Idle) -> bool:
        return connection in self._waiting

    def add(self, connection: Idle) -> None:
        """It begins to wait."""
        self._waiting[connection] = None
        while len(self._waiting) > self._at_most:
            oldest = next(iter(self._waiting))
            self.discard(oldest)
            oldest.close()

    def discard(self, connection: Idle) -> None:
        """A request has come, or it has gone."""
        self._waiting.pop(connection, None)
