"""A small endpoint with the built IDE on a real socket, and a page of a real browser that looks at it.

All tests here share one browser, and so one event loop.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any

import pytest
import pytest_asyncio
import strawberry
import uvicorn
from playwright.async_api import Browser, Page, async_playwright, expect
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request as HTTPRequest
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from gateway.http.assets import CompressedText
from gateway.http.graphiql import BUILT, IDE, Tab
from gateway.http.handler import GraphQLEndpoint
from gateway.operations.documents import Documents
from gateway.operations.persisted import PersistedOperations
from gateway.partner_center.callers import Caller, TokenCaller
from gateway.telemetry.requests import Tally

QUIET = ("no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking",
         "disable-component-update", "disable-sync")  # fmt: skip


@strawberry.type(description="Says good day to somebody.")
class Query:
    @strawberry.field
    def greeting(self, name: str = "world") -> str:
        return f"Good day, {name}."


class NoRuntime:
    """Admits every caller; the schema's resolvers need no context."""

    async def admit(self, _headers: Headers) -> Caller:
        return TokenCaller("a-token")

    def request_context(self, _caller: Caller, _tally: Tally) -> AbstractAsyncContextManager[object]:
        return nullcontext()


@pytest.fixture
def first_query() -> str:
    """What the editor is to open with: quotes, brackets and lines of its own must survive."""
    return '# "Press" <the> button & see\n{ greeting(name: "first <query>") }\n'


@pytest.fixture
def second_tab() -> Tab:
    return Tab("query Greet($name: String!) { greeting(name: $name) }", {"name": "second </tab>"})


@pytest.fixture
def ide_options() -> Mapping[str, Any]:
    """What else the IDE is made with."""
    return {}


@pytest.fixture
def look() -> Mapping[str, Any]:
    """How the browser shows the page: its size, and the system's colours."""
    return {"viewport": {"width": 1300, "height": 800}}


@pytest.fixture(scope="session")
def built() -> None:
    """The IDE's build must be there."""
    if not (BUILT / "index.html").is_file():
        reason = "GraphiQL is not built; run npm ci --prefix graphiql && npm run build --prefix graphiql"
        pytest.fail(reason, pytrace=False) if os.environ.get("REQUIRE_ALL") == "1" else pytest.skip(reason)


@pytest.fixture
def scenarios_begun() -> list[object]:
    """What the page asked of the sandbox."""
    return []


@pytest.fixture
def application(
    first_query: str, second_tab: Tab, ide_options: Mapping[str, Any], scenarios_begun: list[object]
) -> ASGIApp:
    """What is served: an endpoint over the small schema, and the sandbox's path for scenarios, which knows none but one."""
    ide = IDE(tabs=[Tab(first_query), second_tab], **ide_options)
    schema = strawberry.Schema(query=Query)
    endpoint = GraphQLEndpoint(operations=PersistedOperations(Documents(schema)), runtime=NoRuntime(), ide=ide)

    async def begin(request: HTTPRequest) -> Response:
        scenarios_begun.append(json.loads(await request.body()))
        return PlainTextResponse(
            "There is no such scenario.", 200 if scenarios_begun == [{"name": "greeting"}] else 404
        )

    return Starlette(
        routes=[
            Route("/graphql", endpoint),
            Route("/schema.graphql", CompressedText(schema.as_str())),
            Route("/_sandbox/scenario", begin, methods=["POST"]),
            *ide.routes(),
        ]
    )


@pytest_asyncio.fixture(loop_scope="session")
async def address(built: None, application: ASGIApp) -> AsyncIterator[str]:
    """Where it is served."""
    server = uvicorn.Server(uvicorn.Config(application, port=0, log_config=None))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await serving


@pytest.fixture
def complaints() -> list[str]:
    """What the page wrote to its console, breaches of its policy included."""
    return []


@pytest.fixture
def requested() -> list[str]:
    """The address of everything the page asked for."""
    return []


@pytest.fixture
def tokens_sent() -> list[str | None]:
    """The Authorization of each operation that the page sent."""
    return []


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=[f"--{flag}" for flag in QUIET])
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(
    browser: Browser,
    address: str,
    look: Mapping[str, Any],
    complaints: list[str],
    requested: list[str],
    tokens_sent: list[str | None],
) -> AsyncIterator[Page]:
    """GraphiQL in a tab with storage of its own, watched from the start, with its first query in the editor."""
    page = await browser.new_page(**look)
    page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
    page.on("request", lambda request: requested.append(request.url))
    page.on(
        "request",
        lambda request: tokens_sent.append(request.headers.get("authorization")) if request.method == "POST" else None,
    )
    await page.goto(f"{address}/graphql")
    await expect(page.locator(".graphiql-query-editor .view-lines")).not_to_be_empty(timeout=30_000)
    yield page
    await page.close()


@pytest.fixture
def open_tab(page: Page) -> Callable[[str], Awaitable[None]]:
    """Opens a tab by the name of its operation, and waits until GraphiQL has read that, a tenth of a second later."""

    async def open_(name: str) -> None:
        await page.get_by_role("tab", name=name).click()
        await page.wait_for_function("name => localStorage.getItem('graphiql:query')?.includes(name)", arg=name)

    return open_


@pytest.fixture
def enter_token(page: Page) -> Callable[[str], Awaitable[None]]:
    """Puts a token into the header that the page has prepared, before its last quotation mark and bracket."""

    async def enter(token: str) -> None:
        await page.locator(".graphiql-editor-tool .graphiql-editor:not(.hidden) .view-lines").click()
        for key in ("Control+End", "ArrowLeft", "ArrowLeft"):
            await page.keyboard.press(key)
        await page.keyboard.insert_text(token)

    return enter


@pytest.fixture
def check_seclusion(address: str, complaints: list[str], requested: list[str]) -> Callable[[], None]:
    """Checks that the page has written nothing to its console so far and has asked no host but its own."""

    def check() -> None:
        assert complaints == []
        assert requested
        assert [other for other in requested if not other.startswith((f"{address}/", "data:"))] == []

    return check
