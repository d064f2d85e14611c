"""The command line. People are answered on standard error, data goes to standard output."""

import argparse
import asyncio
import os
import socket
import sqlite3
import sys
from collections.abc import Callable, Collection, Sequence
from functools import partial
from importlib.metadata import version
from typing import NoReturn

from gateway import schema_command
from gateway.app import build_app
from gateway.dev import FIXED, Development
from gateway.errors import StoreFailed
from gateway.reading_settings import WrongSettings, overruled_settings, read_settings, unknown_settings
from gateway.sandbox.app import build_sandbox
from gateway.sandbox.server import Connection
from gateway.serving import CannotListen, address_of, listening, serve_alone
from gateway.setting_checks import SECRETS, variable
from gateway.settings import Settings
from gateway.store.opening import open_store
from gateway.telemetry import start_logging
from gateway.workers import serve_together

FINE, FINDING, WRONG_USE, COULD_NOT_START = 0, 1, 2, 3

SANDBOX_VARIABLES = ("GATEWAY_SANDBOX_HOST", "GATEWAY_SANDBOX_PORT", "GATEWAY_SANDBOX_STORE")
_HOST, _PORT, _STORE = SANDBOX_VARIABLES

_Serve = Callable[[socket.socket], bool]
"""Serves until told to end; False when it could not start."""

_EXAMPLES = """\
examples:
  gateway dev                                  sandbox, gateway and GraphiQL; needs no account
  gateway serve --cloud global --port 8080     the gateway against Partner Center
  gateway schema > schema.graphql              the schema, for client generators

exit codes: 0 fine, 1 a finding, 2 wrong use or settings, 3 could not start
"""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    parsed = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = parsed.run
    try:
        sys.exit(run(parsed))
    except WrongSettings as error:
        _fail(WRONG_USE, *error.mistakes)
    except schema_command.WrongFile as error:
        _fail(WRONG_USE, str(error))
    except CannotListen as error:
        _fail(COULD_NOT_START, f"{error} Choose another with --port.")
    except StoreFailed as error:
        _fail(COULD_NOT_START, f"{error.message} Choose another with --store-url.")
    except sqlite3.Error as error:
        reason = f"the sandbox's file cannot be used: {error}. Choose another with --store, or leave it out."
        _fail(COULD_NOT_START, reason)
    except KeyboardInterrupt:
        sys.exit(FINE)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gateway",
        description="A GraphQL gateway over Microsoft Partner Center's cart API.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=version("partner-center-gateway"))
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    dev = commands.add_parser("dev", help="sandbox and gateway in one process, with GraphiQL; needs no account")
    _add_settings(dev, without=FIXED.keys() - SECRETS)
    _add_store(dev)
    dev.set_defaults(run=_dev)

    serve = commands.add_parser("serve", help="the gateway against Partner Center")
    _add_settings(serve)
    serve.set_defaults(run=_serve)

    sandbox = commands.add_parser("sandbox", help="only the sandbox, a local stand-in for Partner Center")
    sandbox.add_argument(
        "--host",
        default=os.environ.get(_HOST, "127.0.0.1"),
        help=f"address to listen on ({_HOST}, default: 127.0.0.1)",
    )
    sandbox.add_argument(
        "--port",
        type=int,
        default=os.environ.get(_PORT, "8100"),  # a text, which argparse checks like what somebody typed
        help=f"port to listen on; 0 takes a free one ({_PORT}, default: 8100)",
    )
    _add_store(sandbox)
    sandbox.set_defaults(run=_sandbox)

    schema = commands.add_parser("schema", help="print the schema, check a copy of it, or list what changed")
    schema_command.add_arguments(schema)
    schema.set_defaults(run=_schema)
    return parser


def _add_settings(parser: argparse.ArgumentParser, *, without: Collection[str] = ()) -> None:
    """A flag for every setting; its value is checked together with what the environment says."""
    for name, field in Settings.model_fields.items():
        if name in without:
            continue
        told = variable(name) if field.default in (None, ()) else f"{variable(name)}, default: {field.default}"
        if (beside := name.removesuffix("_file")) in SECRETS:
            told += f", or without a file {variable(beside)}"
        text = f"{field.description} ({told})".replace("%", "%%")
        # What is no flag is known all the same, so that when typed it is refused without being repeated.
        shown = argparse.SUPPRESS if name in SECRETS else text
        parser.add_argument(f"--{name.replace('_', '-')}", metavar="X", default=argparse.SUPPRESS, help=shown)


def _add_store(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--store",
        metavar="PATH",
        default=os.environ.get(_STORE),
        help=f"SQLite file in which the sandbox keeps its state ({_STORE}, default: in memory)",
    )


def _settings(parsed: argparse.Namespace, **fixed: object) -> Settings:
    given = {name: value for name, value in vars(parsed).items() if name in Settings.model_fields}
    settings = read_settings(given, **fixed)
    start_logging(level=settings.log_level, form=settings.log_format)
    known = {*map(variable, Settings.model_fields), *SANDBOX_VARIABLES}
    for name in unknown_settings(os.environ, known=known):
        _say(f"gateway: {name} is set, but is no setting of this version; it is ignored.")
    if overruled := overruled_settings(os.environ, fixed=fixed):
        _say(f"gateway: set, but of no use to this command, and ignored: {', '.join(overruled)}.")
    return settings


def _dev(parsed: argparse.Namespace) -> int:
    settings = _settings(parsed, **FIXED)
    app = Development(settings, store=parsed.store)

    def welcome(address: str) -> None:
        _say(app.welcome(address))

    try:
        serve = partial(serve_alone, app, connections=Connection, keep_alive_s=settings.keep_alive_s)
        return _listen(serve, host=settings.host, port=settings.port, welcome=welcome)
    finally:
        app.close()


def _serve(parsed: argparse.Namespace) -> int:
    settings = _settings(parsed)

    def welcome(address: str) -> None:
        _say(f"Partner Center Gateway at {address}/graphql")

    serve: _Serve
    if settings.workers == 1:
        serve = partial(serve_alone, build_app(settings), keep_alive_s=settings.keep_alive_s)
    else:
        asyncio.run(open_store(settings.store_url).close())  # what is wrong with it is told once, not by every worker
        make_app = partial(build_app, settings)
        serve = partial(serve_together, make_app, workers=settings.workers, keep_alive_s=settings.keep_alive_s)
    return _listen(serve, host=settings.host, port=settings.port, welcome=welcome)


def _sandbox(parsed: argparse.Namespace) -> int:
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
        serve = partial(serve_alone, app, connections=Connection)
        return _listen(serve, host=parsed.host, port=parsed.port, welcome=welcome)
    finally:
        app.close()


def _schema(parsed: argparse.Namespace) -> int:
    report = schema_command.report(parsed)
    _give(report.data)
    if report.verdict:
        _say(f"gateway: {report.verdict}")
    return FINDING if report.is_finding else FINE


def _listen(serve: _Serve, *, host: str, port: int, welcome: Callable[[str], None]) -> int:
    """*welcome* is told the address before *serve* starts."""
    with listening(host, port) as listener:
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
