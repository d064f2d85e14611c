"""Finds error codes in answers, and traces of the implementation and the schema that must not be there."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import cast

from gateway.schema.root import build_schema, sdl
from tests.hostile.wire import Answer

_OURS = re.compile(
    r"traceback|\.py\b|site-packages|/usr/|/home/|uvicorn|starlette|strawberry|graphql-core|msgspec|httptools|pydantic"
    r"|aiohttp|httpx|asyncio|python",
    re.IGNORECASE,
)
_NAME = re.compile(r"\b\w*[a-z][A-Z]\w*")
"""Names of several words, as the schema has them; names of one word may be plain English."""

_OF_GRAPHQL = {"operationName", "documentId", "persistedQuery", "sha256Hash"}
_OF_SCHEMA = set(_NAME.findall(re.sub(r'"""[\s\S]*?"""|"[^"\n]*"', "", sdl(build_schema())))) - _OF_GRAPHQL


def codes(answers: Iterable[Answer]) -> frozenset[str]:
    """Of all errors, those in the payloads of mutations included."""
    return frozenset(code for answer in answers for code in _values(_json(answer), "code"))


def secrets(answers: Iterable[Answer], sent: bytes) -> set[str]:
    """Traces of how the gateway is made, and names of its schema in messages, that were not in what was sent."""
    found: set[str] = set()
    for answer in answers:
        text = f"{answer.headers}\n{answer.body.decode('utf-8', 'replace')}"
        found |= set(_OURS.findall(text))
        for message in _values(_json(answer), "message"):
            found |= set(_NAME.findall(message)) & _OF_SCHEMA
    return {each for each in found if each.lower().encode() not in sent.lower()}


def _json(answer: Answer) -> object:
    return json.loads(answer.body) if "\ncontent-type: application/" in answer.headers and answer.body else None


def _values(told: object, name: str) -> Iterator[str]:
    """Every text of that name, however deep."""
    if isinstance(told, dict):
        members = cast("dict[str, object]", told)
        for key, value in members.items():
            if key == name and isinstance(value, str):
                yield value
            else:
                yield from _values(value, name)
    elif isinstance(told, list):
        for item in cast("list[object]", told):
            yield from _values(item, name)
