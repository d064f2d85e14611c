"""The commands and their flags, as `--help` shows them."""

import argparse
import os
from collections.abc import Collection, Sequence
from importlib.metadata import version
from pathlib import Path

from gateway.cli.arguments import Parser, parse
from gateway.dev.fixed_settings import FIXED
from gateway.sandbox.scenarios.summaries import SUMMARIES
from gateway.settings.checks import CHECK_TOKEN, SECRETS, flag, variable
from gateway.settings.kinds import choices
from gateway.settings.model import Settings
from gateway.settings.presentation import GROUPS, SWITCHES, default_of, plain

SANDBOX_HOST, SANDBOX_PORT, SANDBOX_STORE = "GATEWAY_SANDBOX_HOST", "GATEWAY_SANDBOX_PORT", "GATEWAY_SANDBOX_STORE"

_EXAMPLES = """\
examples:
  gateway dev                               to try it out; needs no account
  gateway serve --cloud global --port 8080  against Partner Center
  gateway check                             would serve work, and if not why
  gateway schema > schema.graphql           for client generators

exit codes: 0 success, 1 a finding, 2 wrong use or settings, 3 could not start
"""

_OPERATIONS = """\
Lists the operations that a shop needs, as this version has them: name and
description of each. As a manifest they are trusted documents, which a client
names by the SHA-256 of their text:

  gateway operations --manifest > trusted.json
  GATEWAY_TRUSTED_DOCUMENTS=trusted.json gateway serve
"""

_CHECK = f"""\
Tries what `gateway serve` needs with the same settings: settings, ports, store,
sign-in, and one read of Partner Center. Prints a line for each check: verdict,
name, milliseconds, what was found, and what to do about it. Wrong settings are
a failed check, and whatever does not need them is checked all the same.

Changes nothing: a record and a lease are written to the store and removed. To
have a read tried without a sign-in of the gateway's own, put a token of Partner
Center in {CHECK_TOKEN}.

exit codes: 0 nothing failed, 1 a check failed, 2 wrong use
"""

_METAVARS = {"s": "SECONDS", "bytes": "BYTES", "port": "PORT", "documents": "FILE"}
"""The word for a value in `--help`, by the last part of the setting's name."""


def parse_command_line(arguments: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """The command and the values of its flags, and what is wrong with the rest. Raises WrongUse."""
    parser = Parser(
        prog="gateway",
        usage="gateway COMMAND [--FLAG VALUE ...]",
        description="A GraphQL gateway over Microsoft Partner Center's cart API.",
        epilog=_EXAMPLES,
    )
    parser.add_argument(
        "--version", action="version", version=version("partner-center-gateway"), help="show the version and exit"
    )
    title = "commands, each with its own --help"
    commands = parser.add_subparsers(title=title, metavar="COMMAND [...]", dest="command", prog="gateway")

    dev = commands.add_parser(
        "dev",
        help="sandbox and gateway in one process, with GraphiQL",
        description="Sandbox and gateway in one process, with GraphiQL. Needs no account.",
        usage="gateway dev [--FLAG VALUE ...]",
        epilog=_scenarios(),
        refused={flag(name): _refused_by_dev(name) for name in FIXED},
    )
    _add_settings(dev, without=FIXED, development=True)
    _add_sandbox_state(dev)

    serve = commands.add_parser(
        "serve",
        help="the gateway against Partner Center",
        description="The gateway against Partner Center. A flag overrides its environment variable.",
        usage="gateway serve [--FLAG VALUE ...]",
        refused={flag(name): _refused_as_secret(name) for name in SECRETS},
    )
    _add_settings(serve)

    sandbox = commands.add_parser(
        "sandbox",
        help="only the sandbox, a local stand-in for Partner Center",
        description="Only the sandbox, a local stand-in for Partner Center.",
        usage="gateway sandbox [--FLAG VALUE ...]",
        epilog=_scenarios(),
    )
    _add_sandbox_address(sandbox)
    _add_sandbox_state(sandbox)

    schema = commands.add_parser(
        "schema",
        help="print the schema, or check a copy of it",
        description="Prints the schema, or checks a copy of it.",
    )
    schema.add_argument("--check", metavar="FILE", type=Path, help="exit 1 and show the difference if FILE is stale")

    operations = commands.add_parser(
        "operations",
        help="list operations to begin with, or print their manifest",
        description=_OPERATIONS,
    )
    operations.add_argument("--manifest", action="store_true", help="print the manifest of trusted documents, as JSON")

    check = commands.add_parser(
        "check",
        help="try what serve needs, and say what to do",
        description=_CHECK,
        usage="gateway check [--json] [--offline] [--FLAG VALUE ...]",
        refused={flag(name): _refused_as_secret(name) for name in SECRETS},
    )
    check.add_argument("--json", action="store_true", help="print one JSON document")
    check.add_argument("--offline", action="store_true", help="run only what needs no network")
    _add_settings(check)
    parsed, mistakes = parse(parser, commands.choices, arguments, first="gateway dev")
    if getattr(parsed, "scenario", None) not in (None, *SUMMARIES):
        mistakes.append(f"--scenario must be one of {', '.join(SUMMARIES)}. For example: --scenario out-of-stock")
    return parsed, mistakes


def from_environment(name: str) -> str | None:
    """A variable, whatever the case of its name, as for settings. None when absent or empty."""
    return next((value for each, value in os.environ.items() if each.upper() == name), None) or None


def _refused_by_dev(name: str) -> str:
    reason = "it runs in one process, against its own sandbox, in development mode"
    return f"gateway dev does not have {flag(name)}: {reason}"


def _refused_as_secret(name: str) -> str:
    file = f"{name}_file"
    example = (Settings.model_fields[file].examples or [""])[0]
    return (
        f"{flag(name)} is not a flag, since every user of this machine could read it; "
        f"set {variable(file)} (or {variable(name)}). For example: {variable(file)}={example}"
    )


def _scenarios() -> str:
    width = max(map(len, SUMMARIES))
    return "\n".join(["scenarios:", *(f"  {name:{width}}  {summary}" for name, summary in SUMMARIES.items())])


def _add_sandbox_state(parser: Parser) -> None:
    group = parser.add_argument_group("sandbox")
    group.add_argument(
        "--scenario", metavar="NAME", help="state to begin with, see below; resets the sandbox (default: none)"
    )
    group.add_argument(
        "--store",
        metavar="FILE",
        default=from_environment(SANDBOX_STORE),
        help=f"SQLite file for the sandbox's state ({SANDBOX_STORE}, default: in memory)",
    )


def _add_sandbox_address(parser: Parser) -> None:
    group = parser.add_argument_group("listening")
    group.add_argument(
        "--host",
        default=from_environment(SANDBOX_HOST) or "127.0.0.1",
        help=f"address to listen on ({SANDBOX_HOST}, default: 127.0.0.1)",
    )
    group.add_argument(
        "--port",
        default=from_environment(SANDBOX_PORT) or "8100",
        help=f"port to listen on; 0 takes a free one ({SANDBOX_PORT}, default: 8100)",
    )


def _add_settings(parser: Parser, *, without: Collection[str] = (), development: bool = False) -> None:
    """A flag for each setting except those *without*. Values are checked later, together with the environment's."""
    group = parser.add_argument_group()
    for name in Settings.model_fields:
        if name in GROUPS:
            group = parser.add_argument_group(GROUPS[name])
        if name not in without and name not in SECRETS:
            default = "on" if development and name in SWITCHES else default_of(name)
            group.add_argument(flag(name), metavar=_metavar(name), default=argparse.SUPPRESS, help=_help(name, default))


def _help(name: str, default: str | None) -> str:
    source = variable(name) if default is None else f"{variable(name)}, default: {plain(default)}"
    if (secret := name.removesuffix("_file")) in SECRETS:
        source += f", or without a file {variable(secret)}"
    return f"{plain(Settings.model_fields[name].description or '')} ({source})".replace("%", "%%")


def _metavar(name: str) -> str:
    annotation = Settings.model_fields[name].annotation
    if values := choices(annotation):
        return f"{{{','.join(values)}}}"
    last = name.rsplit("_", maxsplit=1)[-1]
    return _METAVARS.get(last) or ("N" if annotation is int else last.upper())
