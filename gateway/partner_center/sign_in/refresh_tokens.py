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
        """Store the token that the authority gave in its place."""
        ...


class InMemory:
    """Starts with the given token; those that replace it are lost when the process ends."""

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
                "The authority replaced the refresh token; the new one is in memory only and lost when the process ends. "
                "Name a file in GATEWAY_REFRESH_TOKEN_FILE to store it."
            )


class InFile:
    """Reads the file at every use, because another process may have replaced the token, and writes new tokens to it."""

    def __init__(self, path: Path, first: str) -> None:
        """*first* is the file's content at the start."""
        self._path = path
        self._last_read = first
        self._token = first

    async def current(self) -> str:
        """The file's token if the file has changed, else the last one, which may be newer than what could be written."""
        stored = await asyncio.to_thread(self._read)
        if stored and stored != self._last_read:
            self._last_read = self._token = stored
        return self._token

    async def replace(self, new: str) -> None:
        self._token = new
        try:
            await asyncio.to_thread(write_secret, self._path, new)
        except OSError as error:
            _LOG.error(
                "The new refresh token cannot be written to the file of GATEWAY_REFRESH_TOKEN_FILE: %s. "
                "It is in memory only and lost when the process ends.",
                error.strerror,
            )
        else:
            self._last_read = new

    def _read(self) -> str | None:
        try:
            return self._path.read_text("utf-8").strip()
        except (OSError, ValueError):
            return None  # missing, or being edited: the last known token still works


def write_secret(path: Path, secret: str) -> None:
    """Replace a file in one step, so that no reader ever sees half a secret. Only its owner can read it."""
    target = path.resolve()
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")  # made with mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(secret)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, target)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
