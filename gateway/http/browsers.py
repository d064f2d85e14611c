"""CORS, CSRF and security headers: what pages in browsers may do. Other programs can send what they like.

Any page can have a browser send "simple" requests anywhere, without a preflight: GET, and POST of a few content types.
Where callers need no token, that would be enough to run queries. So a POST must be JSON, which no simple request is,
and the gateway trusts what a browser says about the page behind a request.
"""

import re
from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.http.negotiation import GRAPHQL, JSON, asks_for_data
from gateway.http.responses import SECURITY_HEADERS, HTTPError
from gateway.operations.failures import Failure
from gateway.settings.kinds import normalized_origin

_THIS_MACHINE = r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?"
"""Origins of pages served by this machine."""
_FOREIGN = "Pages of this origin may not call the gateway. Its operator can add the origin to GATEWAY_CORS_ORIGINS."

_REQUEST_HEADERS = (
    "Authorization",
    "Content-Type",
    "traceparent",  # OpenTelemetry, Sentry, application monitoring; with the next two
    "tracestate",
    "baggage",
    "sentry-trace",
    "X-Request-Id",
    "apollographql-client-name",  # Apollo Client, if the app sets a name and a version
    "apollographql-client-version",
)
"""Headers that pages may send without any setting."""
MCP_HEADERS = ("Mcp-Protocol-Version", "Mcp-Method", "Mcp-Name", "Mcp-Session-Id")
"""Headers of the Model Context Protocol, which pages must be able to send where it is served."""


class Origins:
    """The origins whose pages may call: those *named*, and with *this_machine* those of this machine."""

    def __init__(self, named: Collection[str] = (), *, this_machine: bool = False) -> None:
        """Raises ValueError for a name that is not an origin."""
        self._named = frozenset(map(normalized_origin, named))
        self._this_machine = this_machine

    def __contains__(self, origin: str) -> bool:
        try:
            page = normalized_origin(origin)
        except ValueError:
            return False
        return page in self._named or (self._this_machine and bool(re.fullmatch(_THIS_MACHINE, page)))


def check_page(headers: Headers, method: str, origins: Origins) -> None:
    """Raises HTTPError for a request that a page may not make.

    Source: Fetch Metadata Request Headers; browsers send it to https and to this machine, and pages cannot set it.
    """
    if not _is_allowed(headers, origins):
        raise HTTPError(403, Failure(_FOREIGN, "FORBIDDEN"))
    if method == "GET" and (
        headers.get("sec-fetch-mode") in {"navigate", "no-cors"}
        or not asks_for_data(",".join(headers.getlist("accept")))
    ):
        message = f"Send a query by GET with Accept: {GRAPHQL} or {JSON}, not as a link, picture or script."
        raise HTTPError(400, Failure(message, "BAD_USER_INPUT"))


def _is_allowed(headers: Headers, origins: Origins) -> bool:
    site = next(iter(headers.getlist("sec-fetch-site")), None)
    if "origin" not in headers:
        return site in {None, "none", "same-origin"}
    given = headers.getlist("origin")
    if len(given) > 1 or given[0] == "null":
        return False
    return given[0] in origins or site == "same-origin" or (site is None and _is_own(given[0], headers.get("host", "")))


def _is_own(origin: str, host: str) -> bool:
    """Whether a page of this origin came from the host that it calls."""
    scheme = origin.partition(":")[0].lower()
    try:
        return scheme in {"http", "https"} and normalized_origin(origin) == normalized_origin(f"{scheme}://{host}")
    except ValueError:
        return False


class CrossOrigin(CORSMiddleware):
    """Lets pages of these origins call, and send these headers as well as the usual ones."""

    def __init__(self, app: ASGIApp, *, origins: Origins, headers: Collection[str] = ()) -> None:
        super().__init__(
            app,
            allow_methods=["GET", "POST"],
            allow_headers=[*_REQUEST_HEADERS, *headers],
            expose_headers=["X-Request-Id", "Retry-After"],
            max_age=3600,
        )
        self._origins = origins

    def is_allowed_origin(self, origin: str) -> bool:
        return origin in self._origins

    def preflight_response(self, request_headers: Headers) -> Response:
        """Leaves it to the browser to refuse headers: its message then names the header that is not allowed.

        Starlette answers 400, and browsers then report only that the status is wrong.
        """
        requested = request_headers.get("access-control-request-headers", "")
        refused = [
            name for each in requested.split(",") if (name := each.strip()) and name.lower() not in self.allow_headers
        ]
        others = {name: value for name, value in request_headers.items() if name != "access-control-request-headers"}
        answer = super().preflight_response(Headers(others))
        if not refused or answer.status_code != 200:
            return answer
        del answer.headers["content-length"]
        text = f"Pages may not send {', '.join(refused)}. GATEWAY_CORS_HEADERS adds to the headers that they may send."
        return PlainTextResponse(text, headers=answer.headers)

    async def send(self, message: Message, send: Send, request_headers: Headers) -> None:
        """Names Origin once in `Vary`, where some answers name it themselves."""

        async def without_repeats(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Vary"] = ", ".join(dict.fromkeys(headers["Vary"].split(", ")))
            await send(message)

        await super().send(message, without_repeats, request_headers)


class Direct:
    """Pure ASGI middleware: gives a POST to *path* to *endpoint* at once, unless a page may have sent it.

    That leaves out the middleware for pages, whose headers the endpoint's answers have, and the routing.
    """

    def __init__(self, app: ASGIApp, *, path: str, endpoint: ASGIApp) -> None:
        self._app = app
        self._path = path
        self._endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_direct = (
            scope["type"] == "http"
            and scope["path"] == self._path
            and scope["method"] == "POST"
            and b"origin" not in dict(scope["headers"])
        )
        await (self._endpoint if is_direct else self._app)(scope, receive, send)


class Guarded:
    """Pure ASGI middleware: adds the security headers that an answer does not have."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [*message.get("headers", ())]
                given = {name.lower() for name, _ in headers}
                message["headers"] = headers + [each for each in SECURITY_HEADERS if each[0] not in given]
            await send(message)

        await self._app(scope, receive, guarded)
