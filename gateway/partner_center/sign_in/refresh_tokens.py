"""The refresh token of the secure application model, which the authority may replace at every use."""

import asyncio
import logging
import os
import tempfile
from pathlib import Path
from typing import Protocol

_LOG = logging.getLogger(__name__)


class RefreshTokens(Protocol):
    async def current(self) -> str:
        """The token to use now."""
        ...

    async def replace(self, new: str) -> None:
        """Keep what the authority gave in its place."""
        ...


class InMemory:
    """Begins with the given token; its successors end with the process."""

    def __init__(self, first: str) -> None:
        self._token = first
        self._has_warned = False

    async def current(self) -> str:
        return self._token

    async def replace(self, new: str) -> None:
        self._token = new
        if not self._has_warned:
            self._has_warned = True
            _LOG.warning(
                "The authority replaced the refresh token; the new one is kept in memory and lost with the process. "
                "Name a file in GATEWAY_REFRESH_TOKEN_FILE to keep it."
            )


class InFile:
    """The file is read at every use, because another process may have replaced what it holds, and is written back."""

    def __init__(self, path: Path, first: str) -> None:
        """*first* is what the file held at the start."""
        self._path = path
        self._last_read = first
        self._token = first

    async def current(self) -> str:
        """What the file holds if that is news; what it could not be written with is used all the same."""
        held = await asyncio.to_thread(self._read)
        if held and held != self._last_read:
            self._last_read = self._token = held
        return self._token

    async def replace(self, new: str) -> None:
        self._token = new
        try:
            await asyncio.to_thread(write_secret, self._path, new)
        except OSError as error:
            _LOG.error(
                "The new refresh token cannot be written to the file of GATEWAY_REFRESH_TOKEN_FILE: %s. "
                "It is kept in memory and lost with the process.",
                error.strerror,
            )
        else:
            self._last_read = new

    def _read(self) -> str | None:
        try:
            return self._path.read_text("utf-8").strip()
        except (OSError, ValueError):
            return None  # gone, or being mended by hand: the last one known still works


def write_secret(path: Path, secret: str) -> None:
    """Replaces a file in one step, so that nobody ever reads half of it, and for nobody but its owner to read."""
    target = path.resolve()
    number, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")  # made with mode 0600
    try:
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(secret)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, target)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
