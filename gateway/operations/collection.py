"""The collection of operations that a shop needs, in `operations/` of the source folder: a file for each operation and, in
`fragments/`, for each fragment, named after it.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from graphql import OperationDefinitionNode, parse

_INSTALLED = Path(__file__).with_name("collected")
"""Where a wheel has them; see pyproject.toml."""
_SOURCE = Path(__file__).parents[2] / "operations"

_SPREAD = re.compile(r"\.\.\.\s*(?!on\b)(\w+)")


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
    fragments = {file.stem: file.read_text("utf-8") for file in (folder / "fragments").glob("*.graphql")}
    return [_named(file.read_text("utf-8"), fragments) for file in sorted(folder.glob("*.graphql"))]


def manifest(operations: Iterable[NamedOperation]) -> str:
    """A manifest of trusted documents: a JSON object from the SHA-256 of each document, in hexadecimal, to its text."""
    documents = (operation.document for operation in operations)
    return json.dumps({hashlib.sha256(text.encode()).hexdigest(): text for text in documents}, indent=2) + "\n"


def _with_fragments(operation: str, fragments: Mapping[str, str]) -> str:
    """The document of an operation: its text, and each fragment that it spreads or that one of these spreads."""
    spread, texts = set[str](), [operation]
    for text in texts:  # and those that are added meanwhile
        for name in _SPREAD.findall(text):
            if name not in spread:
                spread.add(name)
                texts.append(fragments[name])
    return "\n".join(texts)


def _named(text: str, fragments: Mapping[str, str]) -> NamedOperation:
    (operation,) = parse(text, no_location=True).definitions
    if not isinstance(operation, OperationDefinitionNode) or operation.name is None or operation.description is None:
        raise ValueError("each file of the collection is one operation with a name and a description")
    description = " ".join(operation.description.value.split())
    return NamedOperation(operation.name.value, description, _with_fragments(text, fragments))
