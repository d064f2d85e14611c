"""The command line. People are answered on standard error, data goes to standard output."""

import argparse
import asyncio
import os
import re
import socket
import sqlite3
import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import NoReturn

from gateway.app import build_app
from gateway.cli import schema as schema_command
from gateway.cli.arguments import Parser, WrongUse, parse
from gateway.dev.development import FIXED, Development
from gateway.errors import StoreFailed
from gateway.sandbox.app import build_sandbox
from gateway.sandbox.server import Connection
from gateway.server.serving import CannotListen, WrongHost, WrongPort, address_of, listen, serve_single_process
from gateway.server.workers import serve_with_workers
from gateway.settings.checks import SECRETS, flag, variable
from gateway.settings.flags import add_settings
from gateway.settings.kinds import listen_host
from gateway.settings.model import Settings
from gateway.settings.reading import WrongSettings, overruled_settings, read_settings, unknown_settings
from gateway.store.opening import open_store
from gateway.telemetry.logs import start_logging

FINE, FINDING, WRONG_USE, COULD_NOT_START = 0, 1, 2, 3

SANDBOX_VARIABLES = ("GATEWAY_SANDBOX_HOST", "GATEWAY_SANDBOX_PORT", "GATEWAY_SANDBOX_STORE")
_HOST, _PORT, _STORE = SANDBOX_VARIABLES

_Serve = Callable[[socket.socket], bool]
"""Serves until told to end; False when it could not start."""

_EXAMPLES = """\
examples:
  gateway dev                               to try it out; needs no account
  gateway serve --cloud global --port 8080  against Partner Center
  gateway schema > schema.graphql           for client generators

exit codes: 0 fine, 1 a finding, 2 wrong use or settings, 3 could not start
"""
_ONE_PROCESS = "gateway dev does not have {}: it runs in one process, against its own sandbox, in development mode"
_SEEN_BY_ALL = (
    "{} is not a flag, since everybody on this machine could read it; set {}_FILE (or {}). For example: {}={}"
)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    try:
        parsed = _parsed(sys.argv[1:] if arguments is None else arguments)
        run: Callable[[argparse.Namespace], int] = parsed.run
        sys.exit(run(parsed))
    except (WrongUse, WrongSettings) as error:
        _fail(WRONG_USE, *error.mistakes)
    except schema_command.WrongFile as error:
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
        reason = f"the sandbox's file cannot be used: {error}. Choose another with --store, or leave it out."
        _fail(COULD_NOT_START, reason)
    except KeyboardInterrupt:
        sys.exit(FINE)


def _parsed(arguments: Sequence[str]) -> argparse.Namespace:
    parser = Parser(
        prog="gateway",
        usage="gateway COMMAND [--FLAG VALUE ...]",
        description="A GraphQL gateway over Microsoft Partner Center's cart API.",
        epilog=_EXAMPLES,
    )
    parser.add_argument("--version", action="version", version=version("partner-center-gateway"))
    commands = parser.add_subparsers(title="commands, each with a --help of its own", metavar="COMMAND", prog="gateway")
    dev = commands.add_parser(
        "dev",
        help="sandbox and gateway in one process, with GraphiQL",
        description="Sandbox and gateway in one process, with GraphiQL. Needs no account.",
        usage="gateway dev [--FLAG VALUE ...]",
        refused={flag(name): _ONE_PROCESS.format(flag(name)) for name in FIXED},
    )
    add_settings(dev, without=FIXED, development=True)
    _add_store(dev)
    dev.set_defaults(run=_dev)

    serve = commands.add_parser(
        "serve",
        help="the gateway against Partner Center",
        description="The gateway against Partner Center. A flag beats its environment variable.",
        usage="gateway serve [--FLAG VALUE ...]",
        refused={flag(name): _seen_by_all(name) for name in SECRETS},
    )
    add_settings(serve)
    serve.set_defaults(run=_serve)

    sandbox = commands.add_parser(
        "sandbox",
        help="only the sandbox, a local stand-in for Partner Center",
        description="Only the sandbox, a local stand-in for Partner Center.",
    )
    place = sandbox.add_argument_group("listening")
    place.add_argument(
        "--host",
        default=_around(_HOST) or "127.0.0.1",
        help=f"address to listen on ({_HOST}, default: 127.0.0.1)",
    )
    place.add_argument(
        "--port",
        default=_around(_PORT) or "8100",
        help=f"port to listen on; 0 takes a free one ({_PORT}, default: 8100)",
    )
    _add_store(sandbox)
    sandbox.set_defaults(run=_sandbox)

    schema = commands.add_parser(
        "schema",
        help="print the schema, or check a copy of it",
        description="Prints the schema, or checks a copy of it.",
    )
    schema.add_argument("--check", metavar="FILE", type=Path, help="exit 1 and show the difference if FILE is stale")
    schema.set_defaults(run=_schema)
    return parse(parser, commands.choices, arguments, first="gateway dev")


def _seen_by_all(secret: str) -> str:
    file = f"{secret}_file"
    example = (Settings.model_fields[file].examples or [""])[0]
    return _SEEN_BY_ALL.format(flag(secret), variable(secret), variable(secret), variable(file), example)


def _add_store(parser: Parser) -> None:
    parser.add_argument_group("sandbox").add_argument(
        "--store",
        metavar="FILE",
        default=_around(_STORE),
        help=f"SQLite file in which the sandbox keeps its state ({_STORE}, default: in memory)",
    )


def _around(name: str) -> str | None:
    """A variable of the environment, whatever the case of its name, as for settings. None when absent or empty."""
    return next((value for each, value in os.environ.items() if each.upper() == name), None) or None


def _settings(parsed: argparse.Namespace, **fixed: object) -> Settings:
    _tell_unknown_variables()
    given = {name: value for name, value in vars(parsed).items() if name in Settings.model_fields}
    settings = read_settings(given, **fixed)
    start_logging(level=settings.log_level, form=settings.log_format)
    if overruled := overruled_settings(os.environ, fixed=fixed):
        _say(f"gateway: set, but of no use to this command, and ignored: {', '.join(overruled)}.")
    return settings


def _tell_unknown_variables() -> None:
    known = {*map(variable, Settings.model_fields), *SANDBOX_VARIABLES}
    for name, meant in unknown_settings(os.environ, known=known).items():
        guess = f"; did you mean {meant}?" if meant else "."
        _say(f"gateway: {name} is set, but is not a setting of this version, and is ignored{guess}")


def _dev(parsed: argparse.Namespace) -> int:
    settings = _settings(parsed, **FIXED)
    app = Development(settings, store=parsed.store)

    def welcome(address: str) -> None:
        _say(app.welcome(address))

    try:
        serve = partial(serve_single_process, app, protocol=Connection, keep_alive_s=settings.keep_alive_s)
        return _listen(serve, host=settings.host, port=settings.port, welcome=welcome)
    finally:
        app.close()


def _serve(parsed: argparse.Namespace) -> int:
    settings = _settings(parsed)

    def welcome(address: str) -> None:
        _say(f"Partner Center Gateway at {address}/graphql")

    serve: _Serve
    if settings.workers == 1:
        serve = partial(serve_single_process, build_app(settings), keep_alive_s=settings.keep_alive_s)
    else:
        asyncio.run(open_store(settings.store_url).close())  # what is wrong with it is told once, not by every worker
        make_app = partial(build_app, settings)
        serve = partial(serve_with_workers, make_app, workers=settings.workers, keep_alive_s=settings.keep_alive_s)
    return _listen(serve, host=settings.host, port=settings.port, welcome=welcome)


def _sandbox(parsed: argparse.Namespace) -> int:
    _tell_unknown_variables()
    host, port = _sandbox_address(parsed.host, parsed.port)
    start_logging(level="info", form=None)
    app = build_sandbox(store=parsed.store)

    def welcome(address: str) -> None:
        _say(
            f"Partner Center sandbox at {address}/v1\n"
            f"  Demo customer   {app.demo.customer_id}\n"
            f"  Demo token      {app.demo_token()}\n"
            f"  Against it      GATEWAY_UPSTREAM_URL={address} gateway serve"
        )

    try:
        serve = partial(
            serve_single_process, app, protocol=Connection, keep_alive_s=Settings.model_fields["keep_alive_s"].default
        )
        return _listen(serve, host=host, port=port, welcome=welcome)
    finally:
        app.close()


def _sandbox_address(host: str, port: str) -> tuple[str, int]:
    """Raises WrongSettings."""
    mistakes: list[str] = []
    try:
        host = listen_host(host)
    except ValueError as error:
        mistakes.append(f"--host ({_HOST}) {error}. For example: --host 127.0.0.1")
    if not re.fullmatch("[0-9]{1,5}", port) or int(port) > 65535:
        mistakes.append(f"--port ({_PORT}) must be a whole number from 0 to 65535. For example: --port 8100")
    if mistakes:
        raise WrongSettings(mistakes)
    return host, int(port)


def _schema(parsed: argparse.Namespace) -> int:
    report = schema_command.report(parsed.check)
    _give(report.data)
    if report.verdict:
        _say(f"gateway: {report.verdict}")
    return FINDING if report.verdict else FINE


def _listen(serve: _Serve, *, host: str, port: int, welcome: Callable[[str], None]) -> int:
    """*welcome* is told the address before *serve* starts."""
    with listen(host, port) as listener:
        welcome(address_of(listener))
        return FINE if serve(listener) else COULD_NOT_START


def _fail(code: int, *reasons: str) -> NoReturn:
    for reason in reasons:
        _say(f"gateway: {reason}")
    sys.exit(code)


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


def _give(data: str) -> None:
    try:
        sys.stdout.write(data)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has seen enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
