"""What JSON lets pass and a request must not have: depth, absurd numbers, members that stand there twice."""

import json
import re

_DEEPEST = 64
_LONGEST_NUMBER = 100
"""Characters. Longer ones are not for counting, and Python refuses to write those of some thousand digits."""

_STRINGS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


class Unfit(Exception):
    """What is wrong, in words that follow those for the whole, such as "the body"."""


def check(text: bytes) -> None:
    """Raises Unfit for JSON that no honest request contains, and ValueError for bytes that are not JSON in UTF-8.

    The whole text is checked, including members that are never read. NaN and Infinity pass, though they are not JSON.
    """
    if text.startswith(b"\xef\xbb\xbf"):
        raise Unfit("must not begin with a byte order mark")
    if _is_too_deep(text):
        raise Unfit(f"is nested too deeply: at most {_DEEPEST} levels are read")
    _READER.decode(text.decode())


def _is_too_deep(text: bytes) -> bool:
    """Counts brackets outside of strings, and only where there are enough of them."""
    if text.count(b"[") + text.count(b"{") <= _DEEPEST:
        return False
    depth = 0
    for bracket in _STRINGS.sub(b"", text).translate(None, _NO_BRACKETS):
        depth += 1 if bracket in b"[{" else -1
        if depth > _DEEPEST:
            return True
    return False


def _members(pairs: list[tuple[str, object]]) -> None:
    if len({name for name, _ in pairs}) < len(pairs):
        raise Unfit("names a member twice")


def _number(digits: str) -> None:
    if len(digits) > _LONGEST_NUMBER or abs(float(digits)) == float("inf"):
        raise Unfit("holds a number that is out of range")


_READER = json.JSONDecoder(object_pairs_hook=_members, parse_float=_number, parse_int=_number)
