"""Agents of the gateway in front of the sandbox, in one process and without a socket."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import httpx
import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from starlette.types import ASGIApp

from gateway.app import build_app
from gateway.dev.in_process import InProcess
from gateway.mcp.tools import Tools
from gateway.operations.collection import read_collection
from gateway.operations.documents import Documents, digest_of
from gateway.sandbox.app import Sandbox
from gateway.schema.root import build_schema
from gateway.settings.model import Settings

Connect = Callable[..., AbstractAsyncContextManager[Client]]
"""Connects an agent to a gateway with these settings, as the demo partner."""


@pytest.fixture(scope="session")
def documents() -> Documents:
    """Of the gateway's own schema."""
    return Documents(build_schema())


@pytest.fixture(scope="session")
def collection(documents: Documents) -> Tools:
    """All tools that the gateway's own collection of operations gives."""
    texts = {digest_of(each.document): each.document for each in read_collection()}
    return Tools(documents, lambda: texts, may_write=True)


@pytest.fixture
def make_app(sandbox: Sandbox) -> Callable[..., ASGIApp]:
    """Makes a gateway with these settings. A caller without a token is the demo partner."""

    def make(**settings: object) -> ASGIApp:
        given: dict[str, Any] = {"mode": "development", "upstream_url": "http://127.0.0.1", "mcp": "all", **settings}
        return build_app(
            Settings(**given), transport=InProcess(sandbox), now=sandbox.now, token_without_sign_in=sandbox.demo_token
        )

    return make


@pytest.fixture
def connect(make_app: Callable[..., ASGIApp]) -> Connect:
    @asynccontextmanager
    async def connect(*, revision: str = "auto", **settings: object) -> AsyncGenerator[Client]:
        transport = httpx2.ASGITransport(app=make_app(**settings))
        async with (
            httpx2.AsyncClient(transport=transport, base_url="http://localhost") as http,
            Client(streamable_http_client("http://localhost/mcp", http_client=http), mode=revision) as client,
        ):
            yield client

    return connect


@pytest.fixture
def http(make_app: Callable[..., ASGIApp]) -> Callable[..., httpx.AsyncClient]:
    """Makes an HTTP client of a gateway with these settings."""

    def http(**settings: object) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(make_app(**settings))
        accept = {"Accept": "application/json, text/event-stream"}
        return httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=accept)

    return http
