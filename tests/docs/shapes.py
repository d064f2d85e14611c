"""JSON as pages show it: with an ellipsis for what they leave out, and compared with what the gateway answers."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

ELLIPSIS = "…"
_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|…|[{}\[\]:,]|[^\s{}\[\]:,"…]+')
_ALIKE = (
    re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?"),
    re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
    re.compile(r"(?=.*\d)[\w+/=-]{16,}"),
)
"""Texts of which any stands for any other: moments, GUIDs and opaque identifiers."""


def shown(text: str) -> object:
    """The JSON of a page. `…` stands for a value, for the rest of a list, or for further members of an object.

    Raises ValueError.
    """
    return json.loads("".join(_filled(_TOKEN.findall(text))))


def _filled(tokens: Sequence[str]) -> Iterator[str]:
    open_brackets: list[str] = []
    last = ""
    for token in tokens:
        if token in {"{", "["}:
            open_brackets.append(token)
        elif token in {"}", "]"} and open_brackets:
            open_brackets.pop()
        is_member = token == ELLIPSIS and last in {"{", ","} and open_brackets[-1:] == ["{"]
        yield f'"{ELLIPSIS}": null' if is_member else f'"{ELLIPSIS}"' if token == ELLIPSIS else token
        last = token


def differences(wanted: object, got: object, place: str = "") -> Iterator[str]:
    """Where the answer differs from what a page shows: place, and both values."""
    if wanted == ELLIPSIS:
        return
    match wanted, got:
        case dict(), dict():
            yield from _members(cast("Mapping[str, object]", wanted), cast("Mapping[str, object]", got), place)
        case list(), list():
            yield from _items(cast("Sequence[object]", wanted), cast("Sequence[object]", got), place)
        case str(), str() if _are_alike(wanted, got):
            return
        case _ if wanted != got or type(wanted) is not type(got):
            yield f"{place or 'the answer'} is {json.dumps(got, ensure_ascii=False)}"
        case _:
            return


def _members(wanted: Mapping[str, object], got: Mapping[str, object], place: str) -> Iterator[str]:
    for name in wanted.keys() - {ELLIPSIS} - got.keys():
        yield f"{place}.{name} is absent"
    if ELLIPSIS not in wanted and (more := sorted(got.keys() - wanted.keys())):
        yield f"{place or 'the answer'} also has {', '.join(more)}; show that, or … for it"
    for name in wanted.keys() & got.keys():
        yield from differences(wanted[name], got[name], f"{place}.{name}")


def _items(wanted: Sequence[object], got: Sequence[object], place: str) -> Iterator[str]:
    is_open = wanted[-1:] == [ELLIPSIS]
    items = wanted[:-1] if is_open else wanted
    if len(got) < len(items) or (len(got) > len(items) and not is_open):
        yield f"{place} has {len(got)} items; show all of them, or … for the rest"
    for index, (one, other) in enumerate(zip(items, got, strict=False)):
        yield from differences(one, other, f"{place}[{index}]")


def _are_alike(wanted: str, got: str) -> bool:
    if ELLIPSIS in wanted:
        pattern = ".*".join(map(re.escape, wanted.split(ELLIPSIS)))
        return re.fullmatch(pattern, got, re.DOTALL) is not None
    return wanted == got or any(each.fullmatch(wanted) and each.fullmatch(got) for each in _ALIKE)
