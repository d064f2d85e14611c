"""A small endpoint with the built IDE on a real socket, and a real browser that looks at it."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext

import pytest
import strawberry
import uvicorn
from playwright.async_api import Page, async_playwright, expect
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.routing import Route
from starlette.types import ASGIApp

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
def built() -> None:
    """The IDE's build must be there."""
    if not (BUILT / "index.html").is_file():
        reason = "GraphiQL is not built; run npm ci --prefix graphiql && npm run build --prefix graphiql"
        pytest.fail(reason, pytrace=False) if os.environ.get("REQUIRE_ALL") == "1" else pytest.skip(reason)


@pytest.fixture
def application(first_query: str, second_tab: Tab) -> ASGIApp:
    """What is served: an endpoint over the small schema."""
    ide = IDE(tabs=[Tab(first_query), second_tab])
    documents = Documents(strawberry.Schema(query=Query))
    endpoint = GraphQLEndpoint(operations=PersistedOperations(documents), runtime=NoRuntime(), ide=ide)
    return Starlette(routes=[Route("/graphql", endpoint), *ide.routes()])


@pytest.fixture
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
    """What the page said on its console, breaches of its policy included."""
    return []


@pytest.fixture
def requested() -> list[str]:
    """The address of everything the page asked for."""
    return []


@pytest.fixture
async def page(chromium: str, address: str, complaints: list[str], requested: list[str]) -> AsyncIterator[Page]:
    """GraphiQL in a tab of a fresh browser, watched from the start."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=[f"--{flag}" for flag in QUIET])
        page = await browser.new_page(viewport={"width": 1300, "height": 800})
        page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on("request", lambda request: requested.append(request.url))
        await page.goto(f"{address}/graphql")
        yield page
        await browser.close()


@pytest.fixture
def open_tab(page: Page) -> Callable[[str], Awaitable[None]]:
    """Opens a tab by the name of its operation, and waits until GraphiQL has read that, a tenth of a second later."""

    async def open_(name: str) -> None:
        await expect(page.locator(".graphiql-query-editor .view-lines")).not_to_be_empty()
        await page.get_by_role("tab", name=name).click()
        await page.wait_for_function("name => localStorage.getItem('graphiql:query')?.includes(name)", arg=name)

    return open_


@pytest.fixture
def check_seclusion(address: str, complaints: list[str], requested: list[str]) -> Callable[[], None]:
    """Checks that the page has met no error so far and has asked no host but its own."""

    def check() -> None:
        assert [complaint for complaint in complaints if complaint.startswith(("error", "warning"))] == []
        assert requested
        assert [other for other in requested if not other.startswith((f"{address}/", "data:"))] == []

    return check
