"""Requests that have not come whole, and what the process holds of them: bounded together, however many send."""

from typing import Protocol


class Sender(Protocol):
    def cut_off(self) -> None:
        """Nothing more is taken from it, and nothing of it is kept."""


class Unfinished:
    """When it becomes too much, those go who have been at it for longest. Who is quick is never among them."""

    def __init__(self, *, most_bytes: int, small: int) -> None:
        """Who has sent at most *small* bytes does not count."""
        self._most = most_bytes
        self._small = small
        self._held: dict[Sender, int] = {}
        """Bytes, of who began first first."""
        self._total = 0

    def holds(self, sender: Sender, size: int) -> None:
        """*size* bytes by now."""
        if size <= self._small:
            return
        self._total += size - self._held.get(sender, 0)
        self._held[sender] = size
        while self._total > self._most:
            oldest = next(iter(self._held))
            self.forget(oldest)
            oldest.cut_off()

    def forget(self, sender: Sender) -> None:
        """It is whole, or has gone."""
        self._total -= self._held.pop(sender, 0)
