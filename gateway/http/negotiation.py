"""Content negotiation: the media type of an answer, and whether a body is JSON.

Source: RFC 9110, 12.5.1 and 8.3; GraphQL over HTTP.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
HTML = "text/html"

_LONGEST = 4096
"""Characters of a header that are read. Real headers have a few hundred, but a client may send any number."""

_MOST_TEXTS = 256
"""Header texts whose meaning is remembered. Clients send the same few again and again."""

_QUALITY = re.compile(r"0?\.\d+|0\.?|1(\.0*)?")
"""A weight from 0 to 1. RFC 9110, 12.4.2, requires the first digit and allows three more; Java sends `.2`."""


@dataclass(frozen=True, slots=True)
class _Range:
    """One entry of an Accept header, such as `application/*;q=0.5`."""

    media_type: str
    quality: float

    def precision(self, media_type: str) -> int:
        """How precisely this range matches *media_type*: 3 by name, 2 as `type/*`, 1 as `*/*`, 0 not at all."""
        if self.media_type == media_type:
            return 3
        if self.media_type == media_type.partition("/")[0] + "/*":
            return 2
        return 1 if self.media_type == "*/*" else 0


def preferred(accept: str, offered: Sequence[str]) -> str | None:
    """The one of *offered* that the caller prefers; None when it accepts none of them.

    Among equals the more precise match wins, then the one named first in the header, then the one offered first.
    Without a header the caller gets the first one offered.
    """
    return _preferred(accept[:_LONGEST], tuple(offered))


@lru_cache(_MOST_TEXTS)
def _preferred(accept: str, offered: tuple[str, ...]) -> str | None:
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
    """Whether an Accept header names one of our media types, or accepts anything.

    Headers for pages and pictures do not.
    """
    ranges = _ranges(accept[:_LONGEST])
    named = any(each.precision(JSON) > 1 or each.precision(GRAPHQL) > 1 for each in ranges)
    return named or all(each.media_type == "*/*" for each in ranges)


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether the caller accepts gzip at least as gladly as an uncompressed answer. False without a header.

    Source: RFC 9110, 12.5.3.
    """
    return preferred_coding(accept_encoding, ("gzip",)) is not None


def preferred_coding(accept_encoding: str, offered: Sequence[str]) -> str | None:
    """The content coding of *offered* that the caller prefers, the first of equals; None to send the content as it is.

    Source: RFC 9110, 12.5.3.
    """
    return _preferred_coding(accept_encoding[:_LONGEST], tuple(offered))


@lru_cache(_MOST_TEXTS)
def _preferred_coding(accept_encoding: str, offered: tuple[str, ...]) -> str | None:
    weights = {coding: _weight_of(coding, accept_encoding) for coding in offered}
    best = max(offered, key=lambda coding: weights[coding], default=None)
    if best is None or weights[best] == 0 or weights[best] < _weight_of("identity", accept_encoding):
        return None
    return best


def _weight_of(coding: str, accept_encoding: str) -> float:
    """The weight of a content coding: its own, else that of `*`, else 0."""
    weights = {entry.media_type: entry.quality for entry in _ranges(accept_encoding)}
    return weights.get(coding, weights.get("*", 0.0))


def is_json(content_type: str) -> bool:
    """Whether a Content-Type says JSON in UTF-8, the only encoding JSON has. Source: RFC 8259, 8.1."""
    return len(content_type) <= _LONGEST and _is_json(content_type)


@lru_cache(_MOST_TEXTS)
def _is_json(content_type: str) -> bool:
    media_type, parameters = _parts(content_type)
    return media_type == JSON and _is_utf8(parameters)


def _rank(media_type: str, ranges: Sequence[_Range]) -> tuple[float, int, int]:
    """Quality, precision and position of the range that decides for *media_type*: the most precise one."""
    decisive = max(range(len(ranges)), key=lambda index: (ranges[index].precision(media_type), -index))
    precision = ranges[decisive].precision(media_type)
    if precision == 0 or ranges[decisive].quality == 0:
        return (0.0, 0, 0)
    return (ranges[decisive].quality, precision, -decisive)


def _ranges(accept: str) -> list[_Range]:
    """The entries of an Accept header. One in a foreign encoding, or with a broken weight, is not acceptable at all."""
    ranges: list[_Range] = []
    for entry in filter(None, (part.strip() for part in accept.split(","))):
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
