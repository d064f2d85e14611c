"""The gateway and its clock as tests see them; the fixtures in conftest.py make them."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from gateway.app import build_app
from gateway.dev.in_process import InProcess
from gateway.sandbox.app import Sandbox
from gateway.settings.model import Settings

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


class Clock:
    """A clock that only tests move."""

    def __init__(self) -> None:
        self._now = START

    def __call__(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> None:
        self._now += by


@asynccontextmanager
async def connected(settings: Settings, sandbox: Sandbox) -> AsyncGenerator[httpx.AsyncClient]:
    """A client of the gateway in front of the sandbox, in one process and without a socket. Without a token it is the demo
    partner.
    """
    app = build_app(settings, transport=InProcess(sandbox), now=sandbox.now, token_without_sign_in=sandbox.demo_token)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as http,
    ):
        yield http


@dataclass(frozen=True)
class Gateway:
    """The gateway as a client sees it, and what it asked of the sandbox meanwhile."""

    http: httpx.AsyncClient
    sandbox: Sandbox

    async def ask(self, document: str, variables: Mapping[str, object] | None = None) -> dict[str, Any]:
        """The whole answer to an operation, errors included."""
        response = await self.http.post("/graphql", json={"query": document, "variables": variables or {}})
        answer: dict[str, Any] = response.json()
        return answer

    async def data(self, document: str, variables: Mapping[str, object] | None = None) -> dict[str, Any]:
        """The data of an answer that has no top-level errors."""
        answer = await self.ask(document, variables)
        assert "errors" not in answer, answer
        data: dict[str, Any] = answer["data"]
        return data

    async def calls(self) -> list[str]:
        """What the sandbox was asked since the last look, as "GET /v1/customers/..."."""
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.sandbox), base_url="http://sandbox") as control:
            seen = (await control.get("/_sandbox/calls")).json()["calls"]
            await control.delete("/_sandbox/calls")
        return [f"{call['method']} {call['path']}" for call in seen]
