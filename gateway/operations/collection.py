"""The collection of operations that a shop needs: one GraphQL document to a file, in `operations/` of the source folder."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from graphql import OperationDefinitionNode, parse

_INSTALLED = Path(__file__).with_name("collected")
"""Where a wheel has them; see pyproject.toml."""
_SOURCE = Path(__file__).parents[2] / "operations"


@dataclass(frozen=True)
class NamedOperation:
    """An operation and its document, which also holds the fragments that it spreads."""

    name: str
    description: str
    """Its sentences, without line breaks."""
    document: str


def read_collection() -> Sequence[NamedOperation]:
    """All of them, by name."""
    folder = _INSTALLED if _INSTALLED.is_dir() else _SOURCE
    return [_named(file.read_text("utf-8")) for file in sorted(folder.glob("*.graphql"))]


def manifest(operations: Iterable[NamedOperation]) -> str:
    """A manifest of trusted documents: a JSON object from the SHA-256 of each document, in hexadecimal, to its text."""
    documents = (operation.document for operation in operations)
    return json.dumps({hashlib.sha256(text.encode()).hexdigest(): text for text in documents}, indent=2) + "\n"


def _named(document: str) -> NamedOperation:
    operations = (each for each in parse(document).definitions if isinstance(each, OperationDefinitionNode))
    (operation,) = operations
    if operation.name is None or operation.description is None:
        raise ValueError("each document of the collection is one operation with a name and a description")
    return NamedOperation(operation.name.value, " ".join(operation.description.value.split()), document)
