"""Calls in, answers out, and which handler answers which path. Knows paths, not what lives there."""

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
    """One request. Names of headers and query parameters are in lower case; *path_ids* are decoded."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    caller: Claims | None = None
    path_ids: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Answer:
    """*body* is anything `wire.written` takes; None = an empty body."""

    body: object
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


Handler = Callable[[World, Call], Answer]


@dataclass(frozen=True)
class Route:
    """*path* as in the documentation, without `/v1`: `customers/{customer}/carts/{cart}`.

    *is_remembered*: the answer is kept under the call's MS-RequestId. *look* is for racy mode: it gives the handler
    that works on what there was when the call came in; without it that is *handler*.
    """

    method: str
    path: str
    handler: Handler
    is_remembered: bool = False
    look: Callable[[World, Call], Handler] | None = None

    def path_ids(self, segments: Sequence[str]) -> dict[str, str] | None:
        """What stands in the places of the path's `{names}`, or None when the path is another one."""
        pattern = self.path.split("/")
        if len(pattern) != len(segments):
            return None
        pairs = list(zip(pattern, segments, strict=True))
        if any(name.lower() != segment.lower() for name, segment in pairs if not name.startswith("{")):
            return None
        return {name.strip("{}"): segment for name, segment in pairs if name.startswith("{")}


def segments_of(path: str) -> list[str]:
    """The decoded segments of a raw path, split before decoding; a trailing slash adds none."""
    return [unquote(segment) for segment in path.strip("/").split("/")]


def api_segments(path: str) -> list[str] | None:
    """The segments below the version, or None for a path outside the REST API.

    The swagger pages write `v{version}` with the values 1 and 1.0. The vendor's Java SDK puts "/v1/" in front of links
    that begin with a slash, so slashes between version and resource may be doubled.
    """
    version, *below = segments_of(path)
    if version.lower() not in VERSIONS:
        return None
    return list(dropwhile(lambda segment: not segment, below))


def find_route(routes: Sequence[Route], method: str, segments: Sequence[str]) -> tuple[Route, dict[str, str]]:
    """The first route for that path and method; raises Refusal 404 or 405."""
    found = [(route, ids) for route in routes if (ids := route.path_ids(segments)) is not None]
    if not found:
        raise errors.not_found(f"The resource /{'/'.join(segments)}")
    for route, ids in found:
        if route.method == method:
            return route, ids
    raise errors.method_not_allowed(method, allowed=sorted({route.method for route, _ in found}))
