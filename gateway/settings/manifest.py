"""Reads the manifest of trusted documents, as client builds write it, and checks every hash. Knows no GraphQL."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import msgspec

Stamp = tuple[int, int, int]
"""Changes with the file: its modification time, size and inode."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """`documents` are the texts by their SHA-256 in lower-case hexadecimal digits."""

    path: Path
    stamp: Stamp
    documents: Mapping[str, str] = field(repr=False)

    def __str__(self) -> str:
        return str(self.path)


class _Operation(msgspec.Struct):
    id: str
    body: str


class _ApolloManifest(msgspec.Struct):
    """What Apollo's `generate-persisted-query-manifest` writes; other tools write an object from id to text."""

    format: Literal["apollo-persisted-query-manifest"]
    operations: list[_Operation]


def read_manifest(path: Path) -> Manifest:
    """Raises ValueError, whose message continues a sentence that begins with the name of a setting."""
    try:
        stamp = stamp_of(path)
        documents = dict(_checked(_pairs(path.read_bytes())))
    except OSError as error:
        raise ValueError(f"names a file that cannot be read: {error.strerror}") from None
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise ValueError(
            "names a file that is not a JSON object from the SHA-256 of documents to their texts"
        ) from None
    return Manifest(path, stamp, documents)


def stamp_of(path: Path) -> Stamp:
    """Raises OSError."""
    status = path.stat()
    return status.st_mtime_ns, status.st_size, status.st_ino


def manifest_file(value: object) -> Manifest | None:
    """Reads the file that a setting names. None stays None."""
    if value is None or isinstance(value, Manifest):
        return value
    if not value:
        raise ValueError("is empty: name a file, or leave it out")
    return read_manifest(Path(str(value)))


def manifests_named(*paths: str) -> list[Manifest]:
    """Manifests for examples of a setting: the files need not exist, so each manifest has one document."""
    text = "{ __typename }"
    return [Manifest(Path(path), (0, 0, 0), {hashlib.sha256(text.encode()).hexdigest(): text}) for path in paths]


def hash_of(document_id: str) -> str:
    """A document's id without its optional prefix, in lower case."""
    return document_id.removeprefix("sha256:").lower()


def _pairs(content: bytes) -> Iterable[tuple[str, str]]:
    try:
        apollo = msgspec.json.decode(content, type=_ApolloManifest)
    except msgspec.ValidationError:
        return msgspec.json.decode(content, type=dict[str, str]).items()
    return [(operation.id, operation.body) for operation in apollo.operations]


def _checked(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for document_id, text in pairs:
        digest = hash_of(document_id)
        if hashlib.sha256(text.encode()).hexdigest() != digest:
            raise ValueError(
                f"names a file whose document {document_id[:12]} has another SHA-256: "
                "it was changed, or the file is written with another algorithm"
            )
        yield digest, text
