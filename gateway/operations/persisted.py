"""Which document a request means: the text it sent, or one that it names by its SHA-256.

A document is known by that name when it stands in the manifest of trusted documents or, unless those are enforced, when
somebody sent its text lately. The latter is what Apollo calls automatic persisted queries: a cache, not a list of what
may run. Whoever knows the hash of a document knows the document, so callers share it without learning of each other.
"""

import logging
import re
import time
from collections.abc import Callable
from typing import Any, Literal

import msgspec

from gateway.operations.documents import Documents, Prepared, Rejected, digest_of
from gateway.operations.failures import Failure
from gateway.settings.manifest import Manifest, hash_of, read_manifest, stamp_of

Mode = Literal["off", "log", "enforce"]
"""What the manifest means for documents that are not in it: nothing, a line in the log, or a refusal."""

_LOG = logging.getLogger(__name__)

_PAUSE_S = 1.0
"""Seconds from one look at the file to the next."""

_SHA256 = re.compile("[0-9a-f]{64}")

_NOT_TRUSTED = Rejected((Failure("Only trusted documents are run here, and this is none.", "DOCUMENT_NOT_TRUSTED"),))
_SEND_THE_TEXT = Rejected((Failure("PersistedQueryNotFound", "BAD_USER_INPUT"),), status=200)
"""Apollo's clients answer this message by sending the text. Apollo iOS reads it only from a 2xx answer."""
_UNKNOWN = Rejected((Failure("No document of this documentId is known here.", "BAD_USER_INPUT"),))


class GraphQLRequest(msgspec.Struct, frozen=True, rename="camel"):
    """The members of a request; others are ignored, as GraphQL over HTTP wants it. Extensions are the caller's own.

    The document is in `query`, or is one that the gateway knows by its `document_id`.
    """

    query: str | None = None
    variables: dict[str, Any] | None = None
    operation_name: str | None = None
    extensions: dict[str, Any] | None = None
    document_id: str | None = None


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


class PersistedOperations:
    """Finds the document of a request."""

    def __init__(self, documents: Documents, trusted: TrustedDocuments | None = None, *, mode: Mode = "off") -> None:
        self._documents = documents
        self._trusted = trusted
        self._mode = mode

    def find(self, asked: GraphQLRequest) -> Prepared | Rejected:
        """The document, ready to run, or why it may not."""
        named = _named(asked)
        if isinstance(named, Rejected):
            return named
        if asked.query:
            digest = digest_of(asked.query)
            if named not in {None, digest}:
                return _malformed("The document's SHA-256 is not the one that was sent with it.")
        elif named is not None:
            digest = named
        else:
            return _malformed(
                'Send a GraphQL document in query, such as "{ __typename }", or the id of one in documentId.'
            )
        trusted = self._trusted.text_of(digest) if self._trusted else None
        if trusted is None and self._mode == "enforce":
            return _NOT_TRUSTED
        text = asked.query or trusted
        found = self._documents.prepare(text, digest) if text else self._documents.cached(digest)
        if found is None:
            return _UNKNOWN if asked.document_id is not None else _SEND_THE_TEXT
        if trusted is None and self._mode == "log":
            _LOG.warning("The document with the SHA-256 %s is not among the trusted ones.", digest)
        return found


def _malformed(message: str) -> Rejected:
    return Rejected((Failure(message, "BAD_USER_INPUT"),))


def _named(asked: GraphQLRequest) -> str | Rejected | None:
    """The SHA-256 that a request names its document by; None when it names none."""
    automatic = _automatic(asked)
    if isinstance(automatic, Rejected):
        return automatic
    ids = {hash_of(each) for each in (asked.document_id, automatic) if each is not None}
    if not ids:
        return None
    if len(ids) > 1:
        return _malformed("The request names two documents.")
    digest = ids.pop()
    if not _SHA256.fullmatch(digest):
        return _malformed(
            "A document is named by its SHA-256 in hexadecimal digits, with or without sha256: before it."
        )
    return digest


def _automatic(asked: GraphQLRequest) -> str | Rejected | None:
    """The hash in `extensions.persistedQuery`, as Apollo's clients send it."""
    told = (asked.extensions or {}).get("persistedQuery")
    match told:
        case None:
            return None
        case {"version": int(version), "sha256Hash": str(digest)} if version is not True and version == 1:
            return digest
        case _:
            return _malformed('extensions.persistedQuery must be {"version": 1, "sha256Hash": "…"}.')
