"""The trusted documents of a manifest, read anew when its file changes, so that a release of a shop needs no restart."""

import logging
import time
from collections.abc import Callable

from gateway.settings.manifest import Manifest, read_manifest, stamp_of

_LOG = logging.getLogger(__name__)

_PAUSE_S = 1.0
"""Seconds from one look at the file to the next."""


class TrustedDocuments:
    """Texts by their SHA-256. A file that became unreadable, wrong or empty changes nothing, and is logged.

    Empty is what a build leaves behind that went wrong, and with it every request would be refused.
    """

    def __init__(self, manifest: Manifest, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = manifest.path
        self._documents = manifest.documents
        self._seen = manifest.stamp
        self._clock = clock
        self._next_look = clock() + _PAUSE_S
        if not manifest.documents:
            _LOG.warning("GATEWAY_TRUSTED_DOCUMENTS names a file without documents.")

    def text_of(self, digest: str) -> str | None:
        """None when the manifest has no such document."""
        self._look()
        return self._documents.get(digest)

    def _look(self) -> None:
        if self._clock() < self._next_look:
            return
        self._next_look = self._clock() + _PAUSE_S
        try:
            stamp = stamp_of(self._path)
        except OSError:
            stamp = (0, 0, 0)
        if stamp == self._seen:
            return
        self._seen = stamp
        try:
            documents = read_manifest(self._path).documents
        except ValueError as error:
            _LOG.error("GATEWAY_TRUSTED_DOCUMENTS %s. The documents read before stay in force.", error)
            return
        if not documents:
            _LOG.error(
                "GATEWAY_TRUSTED_DOCUMENTS names a file without documents. The documents read before stay in force."
            )
            return
        self._documents = documents
        _LOG.info("GATEWAY_TRUSTED_DOCUMENTS was read anew: %d documents.", len(documents))
