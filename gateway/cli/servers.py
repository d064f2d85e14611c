"""`gateway serve`, and what the other commands that serve share with it."""

import asyncio
import logging
import socket
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from starlette.types import ASGIApp

from gateway.app import MCP_PATH, build_app
from gateway.cli.console import say
from gateway.server.serving import CannotListen, WrongPort, address_of, listen, serve_single_process
from gateway.server.workers import serve_with_workers
from gateway.settings.model import Settings
from gateway.store.opening import open_store
from gateway.telemetry.logs import start_logging
from gateway.telemetry.metrics import metrics, share_between_workers
from gateway.telemetry.tracing import check_exporter, start_tracing

_LOG = logging.getLogger(__name__)

_FORGETFUL = (
    "Purchases, idempotency records and leases are in the memory of this process: a restart forgets them, and no other "
    "replica sees them. Set GATEWAY_STORE_URL to a file (sqlite:PATH), or to Redis or Valkey (redis://...) when there are "
    "several replicas."
)


class Serve(Protocol):
    def __call__(self, *listeners: socket.socket, announce: Callable[[], object]) -> bool:
        """Serve until a signal to stop; False when the application could not start."""
        ...


def serve(settings: Settings) -> bool:
    check_exporter()
    start_logging(level=settings.log_level, form=settings.log_format)
    if settings.store_url == "memory:":
        _LOG.warning(_FORGETFUL)
    with ExitStack() as stack:
        listener = None
        if settings.metrics_port is not None:
            listener = stack.enter_context(_listen_for_metrics(settings.host, settings.metrics_port))
        metrics_port: int | None = listener.getsockname()[1] if listener else None
        serve: Serve
        if settings.workers == 1:
            serve = partial(serve_single_process, _app(settings, metrics_port), keep_alive_s=settings.keep_alive_s)
        else:
            asyncio.run(open_store(settings.store_url).close())  # so that a bad store is reported once
            shared = stack.enter_context(TemporaryDirectory(prefix="gateway-metrics-")) if listener else None
            make_app = partial(_worker_app, settings, metrics_port, shared)
            serve = partial(serve_with_workers, make_app, workers=settings.workers, keep_alive_s=settings.keep_alive_s)
        welcome = f"Partner Center Gateway at {{0}}/graphql{_mcp_line(settings)}{_metrics_line(listener)}"
        return serve_on(serve, listener, host=settings.host, port=settings.port, welcome=welcome.format)


def _listen_for_metrics(host: str, port: int) -> socket.socket:
    try:
        return listen(host, port)
    except WrongPort as error:
        raise CannotListen(f"{error} Choose another with --metrics-port; 0 takes a free one.") from error


def _mcp_line(settings: Settings) -> str:
    """With a placeholder for the address."""
    return "" if settings.mcp == "off" else f"\n  Tools for agents at {{0}}{MCP_PATH} ({settings.mcp})"


def _metrics_line(listener: socket.socket | None) -> str:
    return f"\n  Metrics at {address_of(listener)}/metrics" if listener else ""


def _app(settings: Settings, metrics_port: int | None) -> ASGIApp:
    """Made in each process that serves."""
    start_tracing()
    app = build_app(settings, metrics_port=metrics_port)
    metrics().starts.inc()
    return app


def _worker_app(settings: Settings, metrics_port: int | None, shared: str | None, worker: int) -> ASGIApp:
    if shared is not None:
        share_between_workers(Path(shared), worker)
    return _app(settings, metrics_port)


def serve_on(serve: Serve, *others: socket.socket | None, host: str, port: int, welcome: Callable[[str], str]) -> bool:
    with listen(host, port) as listener:
        announce = partial(say, welcome(address_of(listener)))
        listeners = [listener, *(each for each in others if each is not None)]
        return serve(*listeners, announce=announce)
