"""A small schema, an endpoint over it, and a client for the endpoint; no socket."""

import asyncio
import json
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import AbstractAsyncContextManager, AsyncExitStack, nullcontext
from dataclasses import dataclass
from typing import Any, NewType

import httpx
import pytest
import strawberry
import uvicorn
from graphql import GraphQLError
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.routing import Route
from strawberry.schema.config import StrawberryConfig
from strawberry.types.scalar import ScalarDefinition

from gateway.errors import NotFound, Throttled
from gateway.http.browsers import Origins
from gateway.http.graphiql import IDE
from gateway.http.handler import GraphQLEndpoint
from gateway.operations.documents import Documents
from gateway.operations.limits import Limits
from gateway.operations.persisted import Mode, PersistedOperations, TrustedDocuments
from gateway.partner_center.callers import Caller, TokenCaller
from gateway.telemetry.logs import JSONLines
from gateway.telemetry.requests import Tally


@dataclass
class Shop:
    """What the resolvers below see. The events show where a slow field stands."""

    sold: asyncio.Queue[str]
    begun: asyncio.Event
    may_end: asyncio.Event
    cancelled: asyncio.Event


Info = strawberry.Info[Shop, None]


def _even(value: object) -> int:
    if not isinstance(value, int) or value % 2:
        raise GraphQLError("Even cannot represent this value: it is odd.")
    return value


Even = NewType("Even", int)
SCALARS: dict[object, ScalarDefinition] = {Even: strawberry.scalar(name="Even", parse_value=_even, serialize=int)}


@strawberry.input(one_of=True)
class ItemBy:
    name: str | None = strawberry.UNSET
    number: int | None = strawberry.UNSET


@strawberry.type
class Item:
    name: str

    @strawberry.field
    def again(self) -> "Item":
        return self


_FAILURES: dict[str, Exception] = {
    "absent": NotFound("No such item.", http_status=404, upstream_correlation_id="upstream-1"),
    "throttled": Throttled("Partner Center asks for a pause.", http_status=429, retry_after_s=57.0),
    "bug": RuntimeError("secret detail"),
    "bad answer": GraphQLError("secret detail of a resolver"),
}


@strawberry.type
class Query:
    @strawberry.field
    async def item(self, by: ItemBy) -> Item:
        return Item(name=by.name or f"number {by.number}")

    @strawberry.field
    def half(self, of: Even) -> int:
        return of // 2

    @strawberry.field
    def echo(self, text: str = "") -> str:
        return text

    @strawberry.field
    def fail(self, how: str) -> str | None:
        raise _FAILURES[how]

    @strawberry.field
    def must_not_fail(self) -> str:
        raise _FAILURES["absent"]

    @strawberry.field
    async def look_slowly(self, info: Info) -> str:
        info.context.begun.set()
        try:
            await info.context.may_end.wait()
        except asyncio.CancelledError:
            info.context.cancelled.set()
            raise
        return "found"

    @strawberry.field
    def request(self) -> str:
        """The correlation id that log lines of a resolver carry."""
        line = json.loads(JSONLines().format(logging.makeLogRecord({})))
        return str(line["correlation_id"])


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def buy(self, info: Info, name: str) -> Item:
        info.context.sold.put_nowait(name)
        return Item(name=name)

    @strawberry.mutation
    async def buy_slowly(self, info: Info, name: str) -> Item:
        info.context.begun.set()
        await info.context.may_end.wait()
        info.context.sold.put_nowait(name)
        return Item(name=name)


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def ticks(self) -> AsyncIterator[int]:
        yield 1


@pytest.fixture(scope="session")
def schema() -> strawberry.Schema:
    return strawberry.Schema(
        query=Query, mutation=Mutation, subscription=Subscription, config=StrawberryConfig(scalar_map=SCALARS)
    )


class ShopRuntime:
    """Admits every caller to the shop, unless it is to turn all of them away."""

    def __init__(self, shop: Shop, turned_away: Exception | None) -> None:
        self._shop = shop
        self._turned_away = turned_away

    async def admit(self, _headers: Headers) -> Caller:
        if self._turned_away is not None:
            raise self._turned_away
        return TokenCaller("a-token")

    def request_context(self, _caller: Caller, _tally: Tally) -> AbstractAsyncContextManager[Shop]:
        return nullcontext(self._shop)


@pytest.fixture
def correlation_id() -> str:
    """The correlation id of every request."""
    return "5f1d3a52-0a0e-4a7e-9c59-0b3d8a4f2c11"


@pytest.fixture
def sold() -> asyncio.Queue[str]:
    """What mutations have sold so far."""
    return asyncio.Queue()


@pytest.fixture
def begun() -> asyncio.Event:
    """Set when a slow field has begun."""
    return asyncio.Event()


@pytest.fixture
def may_end() -> asyncio.Event:
    """What a slow field waits for."""
    return asyncio.Event()


@pytest.fixture
def cancelled() -> asyncio.Event:
    """Set when a slow query was cancelled."""
    return asyncio.Event()


@pytest.fixture
def make_endpoint(
    schema: strawberry.Schema,
    correlation_id: str,
    sold: asyncio.Queue[str],
    begun: asyncio.Event,
    may_end: asyncio.Event,
    cancelled: asyncio.Event,
) -> Callable[..., GraphQLEndpoint]:
    """Makes an endpoint over the small schema; what is not named has its default."""

    def make(
        *,
        turned_away: Exception | None = None,
        limits: Limits | None = None,
        ide: IDE | None = None,
        introspection: bool = True,
        suggestions: bool = True,
        trusted: TrustedDocuments | None = None,
        mode: Mode = "off",
        origins: Collection[str] = (),
        body_s: float = 10,
    ) -> GraphQLEndpoint:
        documents = Documents(
            schema,
            limits=limits,
            introspection=introspection,
            suggestions=suggestions,
            compile_=os.environ.get("GATEWAY_COMPILE") != "off",
        )
        return GraphQLEndpoint(
            operations=PersistedOperations(documents, trusted, mode=mode),
            runtime=ShopRuntime(Shop(sold, begun, may_end, cancelled), turned_away),
            origins=Origins(origins),
            limits=limits,
            body_s=body_s,
            ide=ide,
            new_correlation_id=lambda: correlation_id,
        )

    return make


@pytest.fixture
async def connect(
    make_endpoint: Callable[..., GraphQLEndpoint],
) -> AsyncIterator[Callable[..., httpx.AsyncClient]]:
    """Makes a client of an endpoint made from the same arguments, mounted as the app mounts it."""
    async with AsyncExitStack() as opened:

        def connect(*, ide: IDE | None = None, **settings: object) -> httpx.AsyncClient:
            endpoint = make_endpoint(ide=ide, **settings)
            routes = [Route("/graphql", endpoint), Route("/graphql/{document_id}", endpoint)]
            app = Starlette(routes=[*routes, *(ide.routes() if ide else [])])
            client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway.test")
            opened.push_async_callback(client.aclose)
            return client

        yield connect


@pytest.fixture
def client(connect: Callable[..., httpx.AsyncClient]) -> httpx.AsyncClient:
    """A client of an endpoint with every default."""
    return connect()


@pytest.fixture
def ask(client: httpx.AsyncClient) -> Callable[..., Awaitable[dict[str, Any]]]:
    """Posts a document, with what else belongs to a request, and gives the JSON of the answer."""

    async def ask(query: str, **members: object) -> dict[str, Any]:
        told: dict[str, Any] = (await client.post("/graphql", json={"query": query, **members})).json()
        return told

    return ask


@pytest.fixture
async def server(make_endpoint: Callable[..., GraphQLEndpoint]) -> AsyncIterator[uvicorn.Server]:
    """An endpoint with every default, served over a real socket on every path."""
    config = uvicorn.Config(make_endpoint(), port=0, lifespan="off", log_config=None, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0)
    yield server
    server.should_exit = True
    await serving


@pytest.fixture
def port(server: uvicorn.Server) -> int:
    """Where the server listens, on 127.0.0.1."""
    address: tuple[str, int] = server.servers[0].sockets[0].getsockname()
    return address[1]
