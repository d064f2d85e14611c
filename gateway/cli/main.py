"""The command line. Messages for people go to standard error, data to standard output."""

import argparse
import asyncio
import logging
import os
import re
import socket
import sqlite3
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn, Protocol

from starlette.types import ASGIApp

from gateway.app import build_app
from gateway.cli import schema
from gateway.cli.arguments import WrongUse
from gateway.cli.commands import SANDBOX_HOST, SANDBOX_PORT, SANDBOX_STORE, from_environment, parse_command_line
from gateway.dev.development import FIXED, Development
from gateway.doctor import report
from gateway.doctor.diagnosis import diagnose
from gateway.doctor.partner_center import CHECK_TOKEN
from gateway.errors import StoreFailed
from gateway.sandbox.app import build_sandbox
from gateway.sandbox.server import Connection
from gateway.server.serving import CannotListen, WrongHost, WrongPort, address_of, listen, serve_single_process
from gateway.server.workers import serve_with_workers
from gateway.settings.checks import variable
from gateway.settings.kinds import listen_host
from gateway.settings.model import Settings
from gateway.settings.reading import WrongSettings, overruled_settings, read_settings, unknown_settings
from gateway.store.opening import open_store
from gateway.telemetry.logs import start_logging
from gateway.telemetry.metrics import share_between_workers
from gateway.telemetry.tracing import ExporterMissing, check_exporter, start_tracing

_LOG = logging.getLogger(__name__)

SUCCESS, FINDING, WRONG_USE, COULD_NOT_START = 0, 1, 2, 3

_FORGETFUL = (
    "Purchases, idempotency records and leases are in the memory of this process: a restart forgets them, and no other "
    "replica sees them. Set GATEWAY_STORE_URL to a file (sqlite:PATH), or to Redis or Valkey (redis://...) when there are "
    "several replicas."
)

_Command = Callable[[], int]
"""Runs a command whose settings are checked, and returns the exit code."""


class _Serve(Protocol):
    def __call__(self, *listeners: socket.socket, announce: Callable[[], object]) -> bool:
        """Serve until a signal to stop; False when the application could not start."""
        ...


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    try:
        command = _checked_command(sys.argv[1:] if arguments is None else arguments)
        sys.exit(command())
    except (WrongUse, WrongSettings) as error:
        _fail(WRONG_USE, *error.mistakes)
    except schema.WrongFile as error:
        _fail(WRONG_USE, str(error))
    except WrongHost as error:
        advice = "Choose another with --host: 127.0.0.1 for this machine only, 0.0.0.0 for all its addresses."
        _fail(COULD_NOT_START, f"{error} {advice}")
    except WrongPort as error:
        _fail(COULD_NOT_START, f"{error} Choose another with --port; 0 takes a free one.")
    except CannotListen as error:
        _fail(COULD_NOT_START, str(error))
    except StoreFailed as error:
        _fail(COULD_NOT_START, f"{error.message} Choose another with --store-url.")
    except sqlite3.Error as error:
        advice = "Choose another file with --store, or leave that out."
        _fail(COULD_NOT_START, f"the sandbox's file cannot be used: {error}. {advice}")
    except ExporterMissing as error:
        _fail(WRONG_USE, str(error))
    except KeyboardInterrupt:
        sys.exit(SUCCESS)


def _checked_command(arguments: Sequence[str]) -> _Command:
    """Raises WrongUse and WrongSettings, with every mistake in the command line and the environment."""
    parsed, mistakes = parse_command_line(arguments)
    commands = {
        "dev": _dev_command,
        "serve": _serve_command,
        "sandbox": _sandbox_command,
        "schema": _schema_command,
        "check": _check_command,
    }
    try:
        command: _Command = commands[parsed.command](parsed)
    except WrongSettings as error:
        raise WrongSettings([*mistakes, *error.mistakes]) from None
    if mistakes:
        raise WrongUse(*mistakes)
    return command


def _dev_command(parsed: argparse.Namespace) -> _Command:
    return partial(_dev, _settings(parsed, FIXED), store=parsed.store)


def _dev(settings: Settings, *, store: str | None) -> int:
    start_logging(level=settings.log_level, form=settings.log_format)
    if overruled := overruled_settings(os.environ, fixed=FIXED):
        _say(f"gateway: set, but not used by this command, and ignored: {', '.join(overruled)}.")
    app = Development(settings, store=store)
    try:
        serve = partial(serve_single_process, app, protocol=Connection, keep_alive_s=settings.keep_alive_s)
        return _listen(serve, host=settings.host, port=settings.port, welcome=app.welcome)
    finally:
        app.close()


def _serve_command(parsed: argparse.Namespace) -> _Command:
    return partial(_serve, _settings(parsed, {}))


def _serve(settings: Settings) -> int:
    check_exporter()
    start_logging(level=settings.log_level, form=settings.log_format)
    if settings.store_url == "memory:":
        _LOG.warning(_FORGETFUL)
    with ExitStack() as stack:
        metrics = None
        if settings.metrics_port is not None:
            metrics = stack.enter_context(_listen_for_metrics(settings.host, settings.metrics_port))
        metrics_port: int | None = metrics.getsockname()[1] if metrics else None
        serve: _Serve
        if settings.workers == 1:
            serve = partial(serve_single_process, _app(settings, metrics_port), keep_alive_s=settings.keep_alive_s)
        else:
            asyncio.run(open_store(settings.store_url).close())  # so that a bad store is reported once
            shared = stack.enter_context(TemporaryDirectory(prefix="gateway-metrics-")) if metrics else None
            make_app = partial(_worker_app, settings, metrics_port, shared)
            serve = partial(serve_with_workers, make_app, workers=settings.workers, keep_alive_s=settings.keep_alive_s)
        welcome = f"Partner Center Gateway at {{}}/graphql{_metrics_line(metrics)}"
        return _listen(serve, metrics, host=settings.host, port=settings.port, welcome=welcome.format)


def _listen_for_metrics(host: str, port: int) -> socket.socket:
    try:
        return listen(host, port)
    except WrongPort as error:
        raise CannotListen(f"{error} Choose another with --metrics-port; 0 takes a free one.") from error


def _metrics_line(metrics: socket.socket | None) -> str:
    return f"\n  Metrics at {address_of(metrics)}/metrics" if metrics else ""


def _app(settings: Settings, metrics_port: int | None) -> ASGIApp:
    """Made in each process that serves."""
    start_tracing()
    return build_app(settings, metrics_port=metrics_port)


def _worker_app(settings: Settings, metrics_port: int | None, shared: str | None, worker: int) -> ASGIApp:
    if shared is not None:
        share_between_workers(Path(shared), worker)
    return _app(settings, metrics_port)


def _settings(parsed: argparse.Namespace, fixed: Mapping[str, object]) -> Settings:
    _warn_of_unknown_variables()
    return read_settings(_given(parsed), **fixed)


def _given(parsed: argparse.Namespace) -> Mapping[str, object]:
    return {name: value for name, value in vars(parsed).items() if name in Settings.model_fields}


def _unknown_variables() -> Mapping[str, str | None]:
    known = {*map(variable, Settings.model_fields), SANDBOX_HOST, SANDBOX_PORT, SANDBOX_STORE, CHECK_TOKEN}
    return unknown_settings(os.environ, known=known)


def _warn_of_unknown_variables() -> None:
    for name, meant in _unknown_variables().items():
        guess = f"; did you mean {meant}?" if meant else "."
        _say(f"gateway: {name} is set, but is not a setting of this version, and is ignored{guess}")


def _sandbox_command(parsed: argparse.Namespace) -> _Command:
    _warn_of_unknown_variables()
    host, port = _sandbox_address(parsed.host, parsed.port)
    return partial(_sandbox, host, port, store=parsed.store)


def _sandbox(host: str, port: int, *, store: str | None) -> int:
    start_logging(level="info", form=None)
    app = build_sandbox(store=store)

    def welcome(address: str) -> str:
        return (
            f"Partner Center sandbox at {address}/v1\n"
            f"  Demo customer   {app.demo.customer_id}\n"
            f"  Demo token      {app.demo_token()}\n"
            f"  Against it      GATEWAY_UPSTREAM_URL={address} gateway serve"
        )

    try:
        keep_alive_s = Settings.model_fields["keep_alive_s"].default
        serve = partial(serve_single_process, app, protocol=Connection, keep_alive_s=keep_alive_s)
        return _listen(serve, host=host, port=port, welcome=welcome)
    finally:
        app.close()


def _sandbox_address(host: str, port: str) -> tuple[str, int]:
    """Raises WrongSettings."""
    mistakes: list[str] = []
    try:
        host = listen_host(host)
    except ValueError as error:
        mistakes.append(f"--host ({SANDBOX_HOST}) {error}. For example: --host 127.0.0.1")
    if not re.fullmatch("[0-9]{1,5}", port) or int(port) > 65535:
        mistakes.append(f"--port ({SANDBOX_PORT}) must be a whole number from 0 to 65535. For example: --port 8100")
    if mistakes:
        raise WrongSettings(mistakes)
    return host, int(port)


def _schema_command(parsed: argparse.Namespace) -> _Command:
    return partial(_schema, parsed.check)


def _schema(copy: Path | None) -> int:
    found = schema.report(copy)
    _write(found.data)
    if not found.verdict:
        return SUCCESS
    _say(f"gateway: {found.verdict}")
    return FINDING


def _check_command(parsed: argparse.Namespace) -> _Command:
    return partial(_check, _given(parsed), as_json=parsed.json, offline=parsed.offline)


def _check(given: Mapping[str, object], *, as_json: bool, offline: bool) -> int:
    logging.getLogger().addHandler(logging.NullHandler())  # the report says all that would be logged
    findings = diagnose(given, unknown=_unknown_variables(), token=from_environment(CHECK_TOKEN), offline=offline)
    _write(report.as_json(findings) if as_json else report.as_lines(findings))
    return FINDING if report.verdict(findings) == "failed" else SUCCESS


def _listen(serve: _Serve, *others: socket.socket | None, host: str, port: int, welcome: Callable[[str], str]) -> int:
    with listen(host, port) as listener:
        announce = partial(_say, welcome(address_of(listener)))
        listeners = [listener, *(each for each in others if each is not None)]
        return SUCCESS if serve(*listeners, announce=announce) else COULD_NOT_START


def _fail(code: int, *reasons: str) -> NoReturn:
    for reason in reasons:
        _say(f"gateway: {reason}")
    sys.exit(code)


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


def _write(data: str) -> None:
    try:
        sys.stdout.write(data)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has closed its end, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
