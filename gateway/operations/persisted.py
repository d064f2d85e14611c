"""Persisted operations: a request sends its document as text, or names it by its SHA-256.

The gateway knows a document by its SHA-256 when the manifest of trusted documents has it or, unless only those may run,
when its text was sent lately. The latter is what Apollo calls automatic persisted queries: a cache, not a list of what
may run. A caller that knows the hash of a document knows the document too, so sharing the cache reveals nothing about
other callers.
"""

import logging
import re
import time
from collections.abc import Callable, Mapping
from typing import Any, Literal

import msgspec

from gateway.operations.documents import Documents, Prepared, Rejected, digest_of
from gateway.operations.failures import Failure
from gateway.settings.manifest import Manifest, hash_of, read_manifest, stamp_of
from gateway.telemetry.requests import RequestReport

Mode = Literal["off", "log", "enforce"]
"""How documents that are not in the manifest are treated: they are run, run and logged, or refused."""

_LOG = logging.getLogger(__name__)

_CHECK_EVERY_S = 1.0
"""Seconds between two looks at the manifest's file."""

_SHA256 = re.compile("[0-9a-f]{64}")

_NOT_TRUSTED = Rejected((Failure("Only trusted documents are run here, and this is not one.", "DOCUMENT_NOT_TRUSTED"),))
_SEND_THE_TEXT = Rejected((Failure("PersistedQueryNotFound", "BAD_USER_INPUT"),), status=200)
"""Apollo's clients send the text when they see this message. Apollo iOS reads it only from a 2xx answer."""
_UNKNOWN = Rejected((Failure("The gateway knows no document with this documentId.", "BAD_USER_INPUT"),))


class GraphQLRequest(msgspec.Struct, frozen=True, rename="camel"):
    """A request as it was sent. Other members are ignored. Source: GraphQL over HTTP, "Request".

    The document is in `query`, or is one that the gateway knows by its `document_id`.
    """

    query: str | None = None
    variables: dict[str, Any] | None = None
    operation_name: str | None = None
    extensions: dict[str, Any] | None = None
    document_id: str | None = None


class TrustedDocuments:
    """The documents of a manifest, read again when its file changes, so that a release of a shop needs no restart.

    A file that has become unreadable, wrong or empty is logged and changes nothing. A failed build leaves an empty
    file, with which every request would be refused.
    """

    def __init__(self, manifest: Manifest, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = manifest.path
        self._documents = manifest.documents
        self._stamp = manifest.stamp
        self._clock = clock
        self._next_check = clock() + _CHECK_EVERY_S
        if not manifest.documents:
            _LOG.warning("GATEWAY_TRUSTED_DOCUMENTS names a file without documents.")

    def text_of(self, digest: str) -> str | None:
        """None when the manifest has no such document."""
        return self.documents().get(digest)

    def documents(self) -> Mapping[str, str]:
        """Text by SHA-256: the same object until the file changes."""
        self._reload_if_changed()
        return self._documents

    def _reload_if_changed(self) -> None:
        if self._clock() < self._next_check:
            return
        self._next_check = self._clock() + _CHECK_EVERY_S
        try:
            stamp = stamp_of(self._path)
        except OSError:
            stamp = (0, 0, 0)
        if stamp == self._stamp:
            return
        self._stamp = stamp
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
        _LOG.info("GATEWAY_TRUSTED_DOCUMENTS was read again: %d documents.", len(documents))


class PersistedOperations:
    """Finds the document of a request, and prepares it."""

    def __init__(self, documents: Documents, trusted: TrustedDocuments | None = None, *, mode: Mode = "off") -> None:
        self._documents = documents
        self._trusted = trusted
        self._mode = mode

    def find(self, request: GraphQLRequest, report: RequestReport) -> Prepared | Rejected:
        """The document, ready to run, or why it is not run. Which document it is goes into *report*."""
        sent = _hash_sent(request)
        if isinstance(sent, Rejected):
            return sent
        if request.query:
            digest = digest_of(request.query)
            if sent not in {None, digest}:
                return _malformed("The SHA-256 sent with the document is not that of its text.")
        elif sent is not None:
            digest = sent
        else:
            return _malformed(
                'Send a GraphQL document in query, such as "{ __typename }", or the id of one in documentId.'
            )
        trusted = self._trusted.text_of(digest) if self._trusted else None
        report.digest, report.is_trusted = digest, trusted is not None
        if trusted is None and self._mode == "enforce":
            return _NOT_TRUSTED
        text = request.query or trusted
        result = self._documents.prepare(text, digest) if text else self._documents.cached(digest)
        if result is None:
            return _UNKNOWN if request.document_id is not None else _SEND_THE_TEXT
        if trusted is None and self._mode == "log":
            _LOG.warning("The document with the SHA-256 %s is not a trusted one.", digest)
        return result


def _malformed(message: str) -> Rejected:
    return Rejected((Failure(message, "BAD_USER_INPUT"),))


def _hash_sent(request: GraphQLRequest) -> str | Rejected | None:
    """The SHA-256 by which a request names its document; None when it names none."""
    if request.document_id is None and request.extensions is None:
        return None
    apollo = _apollo_hash(request)
    if isinstance(apollo, Rejected):
        return apollo
    ids = {hash_of(each) for each in (request.document_id, apollo) if each is not None}
    if not ids:
        return None
    if len(ids) > 1:
        return _malformed("The request names two documents.")
    digest = ids.pop()
    if not _SHA256.fullmatch(digest):
        return _malformed(
            "The id of a document is its SHA-256 in hexadecimal digits, with or without sha256: before it."
        )
    return digest


def _apollo_hash(request: GraphQLRequest) -> str | Rejected | None:
    """The hash in `extensions.persistedQuery`, where Apollo's clients send it; None without one."""
    match (request.extensions or {}).get("persistedQuery"):
        case None:
            return None
        case {"version": int(version), "sha256Hash": str(digest)} if version is not True and version == 1:
            return digest
        case _:
            return _malformed('extensions.persistedQuery must be {"version": 1, "sha256Hash": "…"}.')
