"""What browsers are told and what their pages may do. Nothing here is for programs: they send what they like.

A page of a stranger can have a browser send simple requests anywhere: GET, and POST of a few content types, with no
question asked before (CORS, "simple"). Where callers need no token, that would be enough to run queries. So a POST must be
JSON, which no simple request is, and whatever a browser says about the page behind a request is believed.
"""

import re
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.http.failures import Failure, HTTPError
from gateway.http.negotiation import GRAPHQL, JSON, asks_for_data

THIS_MACHINE = r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?"
"""Origins of pages that this machine itself serves."""

_DEFAULT_PORTS = {"http": 80, "https": 443}

_GUARDS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
)


class Origins:
    """Whose pages may call: those named, and on request those of this machine."""

    def __init__(self, named: Collection[str] = (), *, this_machine: bool = False) -> None:
        self.named = frozenset(named)
        self.pattern = THIS_MACHINE if this_machine else None

    def __contains__(self, origin: str) -> bool:
        return origin in self.named or (self.pattern is not None and bool(re.fullmatch(self.pattern, origin)))


def check_page(headers: Headers, method: str, origins: Origins) -> None:
    """Raises HTTPError for a request that a page may not make.

    Source: Fetch Metadata Request Headers; browsers send it to https and to this machine, and pages cannot set it.
    """
    if not _is_welcome(headers, origins):
        raise HTTPError(403, Failure("Pages of this origin may not call the gateway.", "FORBIDDEN"))
    if method == "GET" and (
        headers.get("sec-fetch-mode") in {"navigate", "no-cors"}
        or not asks_for_data(",".join(headers.getlist("accept")))
    ):
        message = f"Send a query by GET with Accept: {GRAPHQL} or {JSON}, not as a link, picture or script."
        raise HTTPError(400, Failure(message, "BAD_USER_INPUT"))


def _is_welcome(headers: Headers, origins: Origins) -> bool:
    site = headers.get("sec-fetch-site")
    given = headers.getlist("origin")
    if not given:
        return site in {None, "none", "same-origin"}
    if len(given) > 1 or given[0] == "null":
        return False
    return given[0] in origins or site == "same-origin" or (site is None and _is_own(given[0], headers.get("host", "")))


def _is_own(origin: str, host: str) -> bool:
    """Whether a page of this origin came from the very host that it calls."""
    try:
        page, here = urlsplit(origin), urlsplit(f"//{host}")
        ports = page.port, here.port
    except ValueError:
        return False
    default = _DEFAULT_PORTS.get(page.scheme)
    return page.hostname == here.hostname and (ports[0] or default) == (ports[1] or default)


class Guarded:
    """Pure ASGI middleware: every answer carries the headers that keep browsers strict, unless it has its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [*message.get("headers", ())]
                given = {name.lower() for name, _ in headers}
                message["headers"] = headers + [guard for guard in _GUARDS if guard[0] not in given]
            await send(message)

        await self._app(scope, receive, guarded)
