"""The gateway as one ASGI application: what lives as long as the process, the routes, and each request's context."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from gateway.carts.checkout import Checkout
from gateway.carts.purchases import Purchases
from gateway.carts.repeats import Repeats
from gateway.carts.service import Carts
from gateway.carts.turns import Turns
from gateway.catalog import Catalog, KeptAnswers
from gateway.context import Context
from gateway.errors import Unauthenticated
from gateway.http.documents import Documents
from gateway.http.handler import GraphQLEndpoint
from gateway.http.ide import IDE
from gateway.http.limits import Limits
from gateway.loaders import build_loaders
from gateway.partner_center.auth import Caller
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.clouds import CLOUDS
from gateway.partner_center.connection import open_http_client
from gateway.partner_center.transport import Transport
from gateway.schema.root import build_schema, sdl
from gateway.settings import Settings
from gateway.store.opening import open_store
from gateway.store.records import Records

_LOOK_UPS_AT_ONCE = 50
"""Of one loader in one request; the process's own bound is GATEWAY_UPSTREAM_CONCURRENCY."""

_LOOPBACK = r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?"


def utc_now() -> datetime:
    return datetime.now(UTC)


def build_app(
    settings: Settings,
    *,
    transport: httpx.AsyncBaseTransport | None = None,
    now: Callable[[], datetime] = utc_now,
    token_without_sign_in: Callable[[], str] | None = None,
    first_query: str = "{ __typename }",
) -> Starlette:
    """*transport* carries the calls to Partner Center instead of the network: the seam for tests and the sandbox.

    A caller without a token is refused, unless *token_without_sign_in* gives one. Raises StoreFailed when the store
    cannot be used.
    """
    upstream = _upstream(settings, transport)
    store = open_store(settings.store_url)
    schema = build_schema()
    limits = Limits(settings.limit_body_bytes, settings.limit_tokens, settings.limit_depth)
    ide = IDE(first_query=first_query) if settings.is_on("ide") else None
    endpoint = GraphQLEndpoint(
        documents=Documents(
            schema,
            limits=limits,
            introspection=settings.is_on("introspection"),
            suggestions=settings.is_on("suggestions"),
        ),
        make_context=_Contexts(settings, upstream, store, now, token_without_sign_in),
        limits=limits,
        ide=ide,
    )

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None, None]:
        try:
            async with upstream:
                yield
        finally:
            await store.close()

    routes = _routes(endpoint, ide, definition=sdl(schema) if settings.is_on("introspection") else None)
    app = Starlette(routes=routes, middleware=_middleware(settings), lifespan=lifespan)
    # A redirect's address would come from the caller's Host header, and the token would follow it.
    app.router.redirect_slashes = False
    return app


def _routes(endpoint: GraphQLEndpoint, ide: IDE | None, *, definition: str | None) -> list[BaseRoute]:
    """*definition* is the schema's text, None where it is not shown."""
    routes: list[BaseRoute] = [
        Route("/graphql", endpoint),
        Route("/health", _fine),
        Route("/ready", _fine),
    ]
    if ide is not None:
        routes += [Route("/", _to_graphql), *ide.routes()]
    if definition is not None:
        routes.append(Route("/schema.graphql", PlainTextResponse(definition)))
    return routes


class _Contexts:
    """Makes each request's context from what the process shares."""

    def __init__(
        self,
        settings: Settings,
        upstream: httpx.AsyncClient,
        store: Records,
        now: Callable[[], datetime],
        token_without_sign_in: Callable[[], str] | None,
    ) -> None:
        self._settings = settings
        self._transport = Transport(
            upstream,
            attempt_s=settings.attempt_s,
            concurrency=settings.upstream_concurrency,
            locale=settings.locale,
        )
        self._now = now
        self._token_without_sign_in = token_without_sign_in
        self._kept_answers = KeptAnswers(ttl_s=settings.catalog_ttl_s, clock=time.monotonic)
        self._turns = Turns()
        self._purchases = Purchases(store, clock=time.time)
        self._repeats = Repeats(store)

    def __call__(self, headers: Headers, _correlation_id: str) -> Context:
        caller = Caller(self._token(headers))
        deadline = asyncio.get_running_loop().time() + self._settings.deadline_s
        partner_center = PartnerCenter(self._transport, caller, deadline=deadline)
        carts = Carts(partner_center, turns=self._turns, now=self._now)
        catalog = Catalog(partner_center, self._kept_answers, caller)
        return Context(
            caller=caller.key,
            carts=carts,
            checkout=Checkout(partner_center, turns=self._turns, purchases=self._purchases, now=self._now),
            repeats=self._repeats,
            loaders=build_loaders(partner_center, carts, catalog, at_most=_LOOK_UPS_AT_ONCE),
            now=self._now,
            default_country=self._settings.default_country,
        )

    def _token(self, headers: Headers) -> str:
        given = headers.getlist("authorization")
        if len(given) > 1:
            raise Unauthenticated("Send the header Authorization once: it came several times.")
        scheme, _, token = "".join(given).partition(" ")
        if scheme.lower() == "bearer" and token.strip():
            return token.strip()
        if not scheme and self._token_without_sign_in is not None:
            return self._token_without_sign_in()
        raise Unauthenticated("Send a Partner Center access token in the header Authorization: Bearer <token>.")


def _upstream(settings: Settings, transport: httpx.AsyncBaseTransport | None) -> httpx.AsyncClient:
    base_url = settings.upstream_url or CLOUDS[settings.cloud].api_base
    if transport is not None:
        return httpx.AsyncClient(transport=transport, base_url=base_url)
    return open_http_client(base_url, concurrency=settings.upstream_concurrency)


def _middleware(settings: Settings) -> list[Middleware]:
    if not settings.cors_origins and not settings.is_development:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_origin_regex=_LOOPBACK if settings.is_development else None,
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type"],
            expose_headers=["X-Request-Id"],
            max_age=3600,
        )
    ]


async def _fine(_: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def _to_graphql(_: Request) -> Response:
    """A path alone, so that a page of ours never leads to another host."""
    return RedirectResponse("/graphql")
