"""Token buckets, kept as the one moment at which each is full again: one that is not kept is full."""

from math import floor

_ROUNDING = 1e-6
"""Of a token: what adding and taking away fractions may lose."""


def drawn(tokens: int, *, most: int, a_second: float, full_in_s: float) -> tuple[int, float]:
    """How many whole *tokens* a bucket of *most* gives that fills by *a_second*, and in how many seconds it is then full."""
    there = most - max(0.0, full_in_s) * a_second
    given = max(0, min(tokens, floor(there + _ROUNDING)))
    return given, max(0.0, full_in_s) + given / a_second
