"""The gateway as one ASGI application: its routes and lifespan."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Lifespan, Receive, Scope, Send

from gateway.compiler.selection_cache import SelectionCache
from gateway.http.assets import CompressedText
from gateway.http.browsers import MCP_HEADERS, CrossOrigin, Direct, Guarded, Origins
from gateway.http.first_visit import make_ide
from gateway.http.graphiql import IDE, Scenario, Tab
from gateway.http.handler import GraphQLEndpoint
from gateway.http.operators import OperatorsPort
from gateway.http.readiness import Readiness
from gateway.http.responses import encoded_part
from gateway.operations.collection import read_collection
from gateway.operations.documents import Documents, digest_of
from gateway.operations.limits import Limits
from gateway.operations.persisted import PersistedOperations, TrustedDocuments
from gateway.partner_center.models.catalog import Availability, Product, Sku
from gateway.partner_center.models.promotions import Promotion
from gateway.runtime import Runtime, open_runtime
from gateway.schema.root import build_schema, sdl
from gateway.settings.model import Settings
from gateway.telemetry.metrics import CONTENT_TYPE, exposition
from gateway.telemetry.tracing import stop_tracing

if TYPE_CHECKING:
    import httpx

_PATH = "/graphql"
MCP_PATH = "/mcp"

_CACHED_BYTES = 32 * 2**20
"""Bytes of encoded selections over catalog records, which live as long as the catalog's cache keeps the records."""


def utc_now() -> datetime:
    return datetime.now(UTC)


def build_app(
    settings: Settings,
    *,
    transport: "httpx.AsyncBaseTransport | None" = None,
    now: Callable[[], datetime] = utc_now,
    token_without_sign_in: Callable[[], str] | None = None,
    tabs: Sequence[Tab] = (),
    scenarios: Sequence[Scenario] = (),
    metrics_port: int | None = None,
) -> Starlette:
    """*transport* carries the calls to Partner Center instead of the network: the seam for tests and the sandbox.

    Connections to *metrics_port* reach only what operators need: /metrics, /health and /ready.

    A caller without a token is refused, unless *token_without_sign_in* gives one. GraphiQL opens with *tabs*, and lists
    the sandbox's *scenarios*. Raises StoreFailed when the store cannot be used.
    """
    runtime = open_runtime(settings, transport=transport, token_without_sign_in=token_without_sign_in, now=now)
    schema = build_schema()
    limits = limits_of(settings)
    local_need_no_token = token_without_sign_in is not None
    ide = None
    if settings.is_on("ide"):
        ide = make_ide(settings, tabs=tabs, scenarios=scenarios, local_need_no_token=local_need_no_token)
    documents = Documents(
        schema,
        limits=limits,
        introspection=settings.is_on("introspection"),
        suggestions=settings.is_on("suggestions"),
        reports_cost=settings.is_development,
        compile_=settings.compile == "on",
        selection_cache=SelectionCache(
            (Product, Sku, Availability, Promotion), encode=encoded_part, max_bytes=_CACHED_BYTES
        ),
    )
    trusted = TrustedDocuments(settings.trusted_documents) if settings.trusted_documents else None
    origins = Origins(settings.cors_origins, this_machine=settings.is_development)
    operations = PersistedOperations(documents, trusted, mode=settings.trusted_documents_mode)
    endpoint = GraphQLEndpoint(
        operations=operations,
        origins=origins,
        runtime=runtime,
        limits=limits,
        body_s=settings.limit_body_s,
        ide=ide,
    )

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None, None]:
        try:
            yield
        finally:
            await runtime.close()
            stop_tracing()

    agents = None
    if settings.mcp != "off":
        agents = _mcp_endpoint(
            settings, documents=documents, trusted=trusted, operations=operations, runtime=runtime, origins=origins
        )
    probes = [Route("/health", _health), Route("/ready", Readiness(runtime.readiness_checks).__call__)]
    metrics = Route("/metrics", _metrics)
    routes = _routes(endpoint, ide, definition=sdl(schema) if settings.is_on("introspection") else None) + probes
    if agents is not None:
        routes.append(Route(MCP_PATH, agents))
    if settings.is_development:
        routes.append(metrics)
    app = _App(routes=routes, middleware=_middleware(origins, settings), lifespan=lifespan)
    app.first = Direct(app.first, path=_PATH, endpoint=endpoint)
    if metrics_port is not None:
        operators = Starlette(routes=[*probes, metrics])
        app.first = OperatorsPort(app.first, port=metrics_port, operators=operators)
    # A redirect's address would come from the caller's Host header, and the token would follow it.
    app.router.redirect_slashes = False
    return app


def _mcp_endpoint(
    settings: Settings,
    *,
    documents: Documents,
    trusted: TrustedDocuments | None,
    operations: PersistedOperations,
    runtime: Runtime,
    origins: Origins,
) -> ASGIApp:
    """The tools are the trusted documents, or without any the collection of operations."""
    from gateway.mcp.endpoint import MCPEndpoint  # noqa: PLC0415 - the package mcp is an extra, and slow to load
    from gateway.mcp.tools import Tools  # noqa: PLC0415

    collection = {digest_of(each.document): each.document for each in read_collection()}
    source = trusted.documents if trusted else lambda: collection
    return MCPEndpoint(
        tools=Tools(documents, source, may_write=settings.mcp == "all"),
        operations=operations,
        runtime=runtime,
        origins=origins,
        limits=limits_of(settings),
        body_s=settings.limit_body_s,
    )


class _App(Starlette):
    """Gives everything to `first`, which may pass it on to Starlette: its middleware costs as much as a small query."""

    def __init__(
        self,
        *,
        routes: Sequence[BaseRoute],
        middleware: Sequence[Middleware],
        lifespan: Lifespan[Starlette],
    ) -> None:
        super().__init__(routes=routes, middleware=middleware, lifespan=lifespan)
        self.first: ASGIApp = super().__call__

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.first(scope, receive, send)


def _routes(endpoint: GraphQLEndpoint, ide: IDE | None, *, definition: str | None) -> list[BaseRoute]:
    """*definition* is the schema's text, None where it is not shown."""
    routes: list[BaseRoute] = [
        Route(_PATH, endpoint),
        Route(f"{_PATH}/{{document_id}}", endpoint),
    ]
    if ide is not None:
        routes += [Route("/", _to_graphql), *ide.routes()]
    if definition is not None:
        routes.append(Route("/schema.graphql", CompressedText(definition)))
    return routes


def limits_of(settings: Settings) -> Limits:
    return Limits(
        body_bytes=settings.limit_body_bytes,
        tokens=settings.limit_tokens,
        depth=settings.limit_depth,
        aliases=settings.limit_aliases,
        root_fields=settings.limit_root_fields,
        directives=settings.limit_directives,
        cost=settings.limit_cost,
        errors=settings.limit_errors,
        characters=settings.limit_characters,
    )


def _middleware(origins: Origins, settings: Settings) -> list[Middleware]:
    headers = (*settings.cors_headers, *(() if settings.mcp == "off" else MCP_HEADERS))
    return [Middleware(Guarded), Middleware(CrossOrigin, origins=origins, headers=headers)]


async def _health(_: Request) -> Response:
    return JSONResponse({"status": "ok"})


def _metrics(_: Request) -> Response:
    return Response(exposition(), media_type=CONTENT_TYPE)


async def _to_graphql(_: Request) -> Response:
    """Redirects to a path without a host, so that the gateway never sends a browser to another host."""
    return RedirectResponse(_PATH)
