"""Serves GraphiQL from the package's own files, and a plain page where it has not been built."""

from html import escape
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

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

_NO_QUERY = 'data-first-query=""'
"""Where graphiql/index.html takes the first query."""

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


class IDE:
    """GraphiQL, whose editor opens with *first_query*. The files are looked up once, here."""

    def __init__(self, *, first_query: str, folder: Path = BUILT) -> None:
        self._first_query = first_query
        page, assets = folder / "index.html", folder / "graphiql" / "assets"
        self._page = page.read_text("utf-8") if page.is_file() else None
        self._assets = {file.name: file for file in assets.iterdir()} if assets.is_dir() else {}

    async def page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI: the page at the endpoint's own address."""
        html = self._plain_page(Request(scope)) if self._page is None else self._filled(self._page)
        await HTMLResponse(html, headers=_PAGE_HEADERS)(scope, receive, send)

    def routes(self) -> list[Route]:
        """The routes of the page's assets. Only files found at the start are served, by name."""
        return [Route("/graphiql/assets/{name}", self._asset)]

    async def _asset(self, request: Request) -> Response:
        file = self._assets.get(request.path_params["name"])
        if file is None:
            return PlainTextResponse("Not found", 404, headers=_GUARDED)
        return FileResponse(file, headers=_ASSET_HEADERS)

    def _filled(self, page: str) -> str:
        return page.replace(_NO_QUERY, f'data-first-query="{escape(self._first_query)}"', 1)

    def _plain_page(self, request: Request) -> str:
        address = str(request.url.replace(query=""))
        return _PLAIN_PAGE.format(address=escape(address), first_query=escape(self._first_query))
