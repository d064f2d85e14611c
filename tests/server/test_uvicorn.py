"""The internals of uvicorn that gateway/server uses: each test names the one that changed, and what to do about it."""

import asyncio
import inspect
import tomllib
from collections import deque
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"

REMEDY = (
    "Read the changes of uvicorn in its protocols/http/httptools_impl.py and server.py, adapt gateway/server/{module}.py "
    "and this table, then set the range of uvicorn in pyproject.toml to the new minor version."
)

PROTOCOL_METHODS = [
    "connection_made", "connection_lost", "data_received", "shutdown", "timeout_keep_alive_handler",
    "on_message_begin", "on_header", "on_headers_complete", "on_body", "on_message_complete", "on_response_complete",
    "_unset_keepalive_if_required",
]  # fmt: skip
"""Overridden or called by Connection."""

PROTOCOL_ATTRIBUTES = [
    "cycle", "expect_100_continue", "headers", "loop", "parser", "pipeline", "scope", "server_state",
    "timeout_keep_alive", "timeout_keep_alive_task", "transport",
]  # fmt: skip
"""Read or set by Connection, and by the sandbox's."""

CYCLE_ATTRIBUTES = [
    "access_log", "body", "default_headers", "disconnected", "flow", "keep_alive", "message_event", "more_body",
    "on_response", "response_complete", "response_started", "scope", "send", "transport", "waiting_for_100_continue",
]  # fmt: skip
"""Of the exchange of one request and its answer."""

SERVER_METHODS = ["handle_exit", "on_tick", "run", "serve", "startup"]
SERVER_ATTRIBUTES = ["server_state", "should_exit", "started"]


async def _app(_scope: Scope, _receive: Receive, _send: Send) -> None:
    raise AssertionError("no request is sent")


@pytest.fixture
async def protocol() -> HttpToolsProtocol:
    config = uvicorn.Config(_app, http=HttpToolsProtocol, log_config=None)
    return HttpToolsProtocol(config, ServerState(), {}, _loop=asyncio.get_running_loop())


@pytest.fixture
async def cycle(protocol: HttpToolsProtocol) -> RequestResponseCycle:
    given: dict[str, Any] = dict.fromkeys(inspect.signature(RequestResponseCycle).parameters)
    return RequestResponseCycle(**given)


def _gone(what: str, module: str) -> str:
    return f"uvicorn {version('uvicorn')} has no {what}. {REMEDY.format(module=module)}"


def _changed(what: str, module: str) -> str:
    return f"uvicorn {version('uvicorn')} changed {what}. {REMEDY.format(module=module)}"


@pytest.mark.parametrize("name", PROTOCOL_METHODS)
def test_the_protocol_has_each_method(name: str) -> None:
    """A method that is overridden must still be called by uvicorn, so it must be there under its name."""
    assert callable(getattr(HttpToolsProtocol, name, None)), _gone(f"HttpToolsProtocol.{name}()", "connections")


@pytest.mark.parametrize("name", PROTOCOL_ATTRIBUTES)
async def test_the_protocol_has_each_attribute(protocol: HttpToolsProtocol, name: str) -> None:
    """From its construction on."""
    assert hasattr(protocol, name), _gone(f"HttpToolsProtocol.{name}", "connections")


@pytest.mark.parametrize("name", CYCLE_ATTRIBUTES)
async def test_the_cycle_has_each_attribute(cycle: RequestResponseCycle, name: str) -> None:
    """From its construction on."""
    assert hasattr(cycle, name), _gone(f"RequestResponseCycle.{name}", "connections")


def test_connections_are_made_with_the_same_arguments() -> None:
    """Connection.__init__ takes them and adds the limits."""
    arguments = list(inspect.signature(HttpToolsProtocol).parameters)

    assert arguments == ["config", "server_state", "app_state", "_loop"], _changed(
        "the arguments of HttpToolsProtocol", "connections"
    )


async def test_a_pipelined_request_waits_at_the_left_end(protocol: HttpToolsProtocol) -> None:
    """With its application: Connection takes the one whose body is incomplete back from there."""
    source = inspect.getsource(HttpToolsProtocol)

    assert isinstance(protocol.pipeline, deque), _changed("HttpToolsProtocol.pipeline", "connections")
    assert "self.pipeline.appendleft((self.cycle, app))" in source, _changed(
        "what HttpToolsProtocol.pipeline holds, or in which order", "connections"
    )


@pytest.mark.parametrize("name", SERVER_METHODS)
def test_the_server_has_each_method(name: str) -> None:
    """Overridden or called by Server and its subclasses."""
    assert callable(getattr(uvicorn.Server, name, None)), _gone(f"Server.{name}()", "serving")


@pytest.mark.parametrize("name", SERVER_ATTRIBUTES)
def test_the_server_has_each_attribute(name: str) -> None:
    """From its construction on."""
    assert hasattr(uvicorn.Server(uvicorn.Config(_app, log_config=None)), name), _gone(f"Server.{name}", "serving")


def test_the_range_of_uvicorn_is_one_minor_version() -> None:
    """The one that is installed, since internals may change in any other."""
    major, minor = (int(part) for part in version("uvicorn").split(".")[:2])
    dependencies: list[str] = tomllib.loads(PYPROJECT.read_text("utf-8"))["project"]["dependencies"]

    assert f"uvicorn>={major}.{minor},<{major}.{minor + 1}" in dependencies, (
        f"uvicorn {major}.{minor} is installed, and pyproject.toml allows others. {REMEDY.format(module='connections')}"
    )


def test_the_sentence_names_the_internal_and_what_to_do() -> None:
    """As a developer reads it after an upgrade."""
    sentence = _gone("HttpToolsProtocol.cycle", "connections")

    assert "has no HttpToolsProtocol.cycle. " in sentence
    assert "adapt gateway/server/connections.py" in sentence
