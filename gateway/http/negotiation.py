"""Which media type an answer gets, and whether a body is JSON. Source: RFC 9110, 12.5.1 and 8.3; GraphQL over HTTP."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
HTML = "text/html"

_LONGEST = 4096
"""Characters of a header that are looked at. Honest ones have some hundred, and anybody may send many."""

_QUALITY = re.compile(r"0?\.\d+|0\.?|1(\.0*)?")
"""A weight from 0 to 1. RFC 9110, 12.4.2, wants the first digit and at most three more; Java sends `.2`."""


@dataclass(frozen=True, slots=True)
class _Range:
    """One entry of an Accept header, such as `application/*;q=0.5`."""

    media_type: str
    quality: float

    def precision(self, media_type: str) -> int:
        """How exactly this range names *media_type*: 3 by name, 2 by its family, 1 as anything, 0 not at all."""
        if self.media_type == media_type:
            return 3
        if self.media_type == media_type.partition("/")[0] + "/*":
            return 2
        return 1 if self.media_type == "*/*" else 0


def preferred(accept: str, offered: Sequence[str]) -> str | None:
    """The one of *offered* that the caller likes best, None when it takes none of them.

    Among equals the more exactly named wins, then the one named first in the header, then the one offered first.
    Without a header the first one offered is served.
    """
    ranges = _ranges(accept)
    if not ranges:
        return offered[0]
    best, best_rank = None, (0.0, 0, 0)
    for media_type in offered:
        rank = _rank(media_type, ranges)
        if rank > best_rank:
            best, best_rank = media_type, rank
    return best


def asks_for_data(accept: str) -> bool:
    """Whether an Accept header names a media type of ours, or nothing in particular: not a page, picture or style sheet."""
    ranges = _ranges(accept)
    named = any(each.precision(JSON) > 1 or each.precision(GRAPHQL) > 1 for each in ranges)
    return named or all(each.media_type == "*/*" for each in ranges)


def weight_of(coding: str, accept_encoding: str) -> float:
    """How much a caller likes a content coding: its own weight, else that of `*`, else 0. Source: RFC 9110, 12.5.3."""
    weights = {entry.media_type: entry.quality for entry in _ranges(accept_encoding)}
    return weights.get(coding, weights.get("*", 0.0))


def is_json(content_type: str) -> bool:
    """Whether a Content-Type says JSON in UTF-8, the only encoding JSON has. Source: RFC 8259, 8.1."""
    if len(content_type) > _LONGEST:
        return False
    media_type, parameters = _parts(content_type)
    return media_type == JSON and _is_utf8(parameters)


def _rank(media_type: str, ranges: Sequence[_Range]) -> tuple[float, int, int]:
    """Quality, precision and place of the range that decides over *media_type*: the most exact one."""
    decisive = max(range(len(ranges)), key=lambda place: (ranges[place].precision(media_type), -place))
    precision = ranges[decisive].precision(media_type)
    if precision == 0 or ranges[decisive].quality == 0:
        return (0.0, 0, 0)
    return (ranges[decisive].quality, precision, -decisive)


def _ranges(accept: str) -> list[_Range]:
    """The entries of an Accept header. One in a foreign encoding, or with a broken weight, is not acceptable at all."""
    ranges: list[_Range] = []
    for entry in filter(None, (part.strip() for part in accept[:_LONGEST].split(","))):
        media_type, parameters = _parts(entry)
        weight = parameters.get("q", "1")
        usable = _QUALITY.fullmatch(weight) is not None and _is_utf8(parameters)
        ranges.append(_Range(media_type, float(weight) if usable else 0.0))
    return ranges


def _parts(value: str) -> tuple[str, dict[str, str]]:
    """A media type and its parameters, all in lower case and without quotes."""
    media_type, *parameters = (part.strip().lower() for part in value.split(";"))
    pairs = (parameter.partition("=") for parameter in parameters)
    return media_type, {name.strip(): text.strip().strip('"') for name, _, text in pairs}


def _is_utf8(parameters: dict[str, str]) -> bool:
    return parameters.get("charset", "utf-8") in {"utf-8", "utf8"}
