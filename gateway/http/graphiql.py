"""Serves GraphiQL from the package's own files, and a plain page where it has not been built."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from gateway.http.assets import Assets
from gateway.http.authentication import why_not_local

BUILT = Path(__file__).parent / "ide"
"""Where `npm run build` in graphiql/ puts the IDE."""

# Monaco, GraphiQL's editor, writes <style> elements and style attributes at run time, without a nonce; its fonts and
# icons are data: URLs in its style sheet. Everything else is as strict as it can be.
_POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; "
    "style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

_GUARDED = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_PAGE_HEADERS = {**_GUARDED, "Cache-Control": "no-store", "Vary": "Accept"}
_ASSET_HEADERS = {**_GUARDED, "Cache-Control": "public, max-age=31536000, immutable"}

_UNFILLED = 'data-tabs="[]"'
"""Where graphiql/index.html takes what it is to show."""

_PLAIN_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Partner Center Gateway</title>
<link rel="icon" href="data:,">
<style>body {{ font: 16px/1.5 system-ui; max-width: 46em; margin: 3em auto; padding: 0 1em }}
pre {{ background: #eee; padding: 1em; overflow: auto }}</style>
<h1>The GraphQL endpoint works; GraphiQL has not been built</h1>
<p>To build it you need Node.js 20.19 or newer, npm and the gateway's source folder. Run this there, then start the gateway
again, or install it again if you installed it from a package:</p>
<pre>npm ci --prefix graphiql &amp;&amp; npm run build --prefix graphiql</pre>
<p>Until then, any GraphQL client will do:</p>
<pre>curl {address} -H 'Content-Type: application/json' -d '{{"query": "{{ __typename }}"}}'</pre>
<p>A first query to send:</p>
<pre>{first_query}</pre>
</html>
"""


@dataclass(frozen=True)
class Tab:
    """An operation to try, and the variables to try it with."""

    query: str
    variables: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True)
class Scenario:
    """A state that the sandbox can be set to, and its operations by name, in the order in which to send them.

    *summary* is a sentence without the full stop, *look_for* says what to see.
    """

    name: str
    summary: str
    look_for: str
    tabs: Mapping[str, Tab]


@dataclass(frozen=True)
class SignIn:
    """A sentence that says which token callers send, and whether those on this machine need none."""

    sentence: str
    local_need_none: bool = False

    def sentence_for(self, headers: Headers) -> str:
        """Empty for a caller that needs no token."""
        return "" if self.local_need_none and why_not_local(headers) is None else self.sentence


class IDE:
    """GraphiQL, which opens with *tabs*, of which there is at least one. The files are looked up once, here.

    It lists *scenarios* if there are any. *sign_in* is None where no caller needs a token. *notice* is a sentence to show
    to everybody; empty without one. With *schema* the page reads /schema.graphql; without, it says why it does not.
    """

    def __init__(
        self,
        *,
        tabs: Sequence[Tab],
        scenarios: Sequence[Scenario] = (),
        sign_in: SignIn | None = None,
        notice: str = "",
        schema: bool = True,
        folder: Path = BUILT,
    ) -> None:
        self._first_query = tabs[0].query
        self._sign_in = sign_in
        self._attributes = {
            "tabs": json.dumps([_shown(tab) for tab in tabs]),
            "scenarios": json.dumps([_listed(scenario) for scenario in scenarios]),
            "notice": notice,
            "schema": "schema.graphql" if schema else "",
        }
        page = folder / "index.html"
        self._page = page.read_text("utf-8") if page.is_file() else None
        self._assets = Assets(folder / "graphiql" / "assets", headers=_ASSET_HEADERS)

    async def page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI: the page at the endpoint's own address."""
        request = Request(scope)
        html = self._plain_page(request) if self._page is None else self._filled(self._page, request.headers)
        await HTMLResponse(html, headers=_PAGE_HEADERS)(scope, receive, send)

    def routes(self) -> list[Route]:
        """The routes of the page's assets. Only files found at the start are served, by name."""
        return [Route("/graphiql/assets/{name}", self._asset)]

    async def _asset(self, request: Request) -> Response:
        found = self._assets.response(request.path_params["name"], request.headers)
        return found or PlainTextResponse("Not found", 404, headers=_GUARDED)

    def _filled(self, page: str, headers: Headers) -> str:
        sign_in = self._sign_in.sentence_for(headers) if self._sign_in else ""
        attributes = {**self._attributes, "sign-in": sign_in}
        text = " ".join(f'data-{name}="{escape(value)}"' for name, value in attributes.items())
        return page.replace(_UNFILLED, text, 1)

    def _plain_page(self, request: Request) -> str:
        address = str(request.url.replace(query=""))
        return _PLAIN_PAGE.format(address=escape(address), first_query=escape(self._first_query))


def _shown(tab: Tab) -> Mapping[str, str]:
    """As GraphiQL takes it: with the variables as the text in their editor."""
    return {"query": tab.query, "variables": json.dumps(tab.variables, indent=2) if tab.variables else ""}


def _listed(scenario: Scenario) -> Mapping[str, object]:
    return {
        "name": scenario.name,
        "summary": scenario.summary,
        "lookFor": scenario.look_for,
        "tabs": [{"name": name, **_shown(tab)} for name, tab in scenario.tabs.items()],
    }
