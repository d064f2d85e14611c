"""Calls, answers and routes: which handler answers which path. Knows nothing about the resources behind them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import dropwhile
from urllib.parse import unquote

from gateway.sandbox import errors
from gateway.sandbox.tokens import Claims
from gateway.sandbox.world.world import World

VERSIONS = ("v1", "v1.0")


@dataclass(frozen=True)
class Call:
    """One request. Header and query parameter names are in lower case; *path_ids* are decoded."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    caller: Claims | None = None
    path_ids: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Answer:
    """A response. *body* is anything `wire.encode` accepts; None means an empty body."""

    body: object
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


Handler = Callable[[World, Call], Answer]


@dataclass(frozen=True)
class Route:
    """*path* as in the documentation, without `/v1`: `customers/{customer}/carts/{cart}`.

    *is_replayable*: a repeat with the same MS-RequestId gets the same answer. *prepare* is for racy mode: it reads
    the state when the call arrives, and returns the handler that works on it; without it, *handler* does both.
    """

    method: str
    path: str
    handler: Handler
    is_replayable: bool = False
    prepare: Callable[[World, Call], Handler] | None = None

    def path_ids(self, segments: Sequence[str]) -> dict[str, str] | None:
        """The values of the path's `{names}`, or None if *segments* do not match this route."""
        pattern = self.path.split("/")
        if len(pattern) != len(segments):
            return None
        pairs = list(zip(pattern, segments, strict=True))
        if any(name.lower() != segment.lower() for name, segment in pairs if not name.startswith("{")):
            return None
        return {name.strip("{}"): segment for name, segment in pairs if name.startswith("{")}


def segments_of(path: str) -> list[str]:
    """The segments of a raw path, split before decoding; a trailing slash adds no segment."""
    return [unquote(segment) for segment in path.strip("/").split("/")]


def api_segments(path: str) -> list[str] | None:
    """The segments after the version, or None for a path outside the REST API.

    The swagger pages write `v{version}` with the values 1 and 1.0. The Java SDK prepends "/v1/" to links that begin
    with a slash, so the slash after the version may be doubled.
    """
    version, *rest = segments_of(path)
    if version.lower() not in VERSIONS:
        return None
    return list(dropwhile(lambda segment: not segment, rest))


def find_route(routes: Sequence[Route], method: str, segments: Sequence[str]) -> tuple[Route, dict[str, str]]:
    """The first route for this path and method, and its path ids. Raises Refusal 404 or 405."""
    found = [(route, ids) for route in routes if (ids := route.path_ids(segments)) is not None]
    if not found:
        raise errors.not_found(f"The resource /{'/'.join(segments)}")
    for route, ids in found:
        if route.method == method:
            return route, ids
    raise errors.method_not_allowed(method, allowed=sorted({route.method for route, _ in found}))
