"""The command line. Messages for people go to standard error, data to standard output.

The sandbox and the checks are loaded by the commands that use them, so that `gateway serve` starts sooner.
"""

import argparse
import logging
import os
import re
import sqlite3
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NoReturn

from gateway.cli import operations, schema, servers
from gateway.cli.arguments import WrongUse
from gateway.cli.commands import SANDBOX_HOST, SANDBOX_PORT, SANDBOX_STORE, from_environment, parse_command_line
from gateway.cli.console import say, write
from gateway.dev.fixed_settings import FIXED
from gateway.errors import StoreFailed
from gateway.server.serving import CannotListen, WrongHost, WrongPort
from gateway.settings.checks import CHECK_TOKEN, variable
from gateway.settings.kinds import listen_host
from gateway.settings.model import Settings
from gateway.settings.reading import WrongSettings, read_settings, unknown_settings
from gateway.telemetry.tracing import ExporterMissing

SUCCESS, FINDING, WRONG_USE, COULD_NOT_START = 0, 1, 2, 3

_Command = Callable[[], int]
"""Runs a command whose settings are checked, and returns the exit code."""


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
        "operations": _operations_command,
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
    from gateway.cli import sandboxes  # noqa: PLC0415 - see above

    settings = _settings(parsed, FIXED)
    return partial(_started, sandboxes.dev, settings, store=parsed.store, scenario=parsed.scenario)


def _serve_command(parsed: argparse.Namespace) -> _Command:
    return partial(_started, servers.serve, _settings(parsed, {}))


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
        say(f"gateway: {name} is set, but is not a setting of this version, and is ignored{guess}")


def _sandbox_command(parsed: argparse.Namespace) -> _Command:
    from gateway.cli import sandboxes  # noqa: PLC0415 - see above

    _warn_of_unknown_variables()
    host, port = _sandbox_address(parsed.host, parsed.port)
    return partial(_started, sandboxes.sandbox, host, port, store=parsed.store, scenario=parsed.scenario)


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
    write(found.data)
    if not found.verdict:
        return SUCCESS
    say(f"gateway: {found.verdict}")
    return FINDING


def _operations_command(parsed: argparse.Namespace) -> _Command:
    return partial(_operations, as_manifest=parsed.manifest)


def _operations(*, as_manifest: bool) -> int:
    write(operations.as_manifest() if as_manifest else operations.as_lines())
    return SUCCESS


def _check_command(parsed: argparse.Namespace) -> _Command:
    return partial(_check, _given(parsed), as_json=parsed.json, offline=parsed.offline)


def _check(given: Mapping[str, object], *, as_json: bool, offline: bool) -> int:
    from gateway.doctor import report  # noqa: PLC0415 - see above
    from gateway.doctor.diagnosis import diagnose  # noqa: PLC0415

    logging.getLogger().addHandler(logging.NullHandler())  # the report says all that would be logged
    findings = diagnose(given, unknown=_unknown_variables(), token=from_environment(CHECK_TOKEN), offline=offline)
    write(report.as_json(findings) if as_json else report.as_lines(findings))
    return FINDING if report.verdict(findings) == "failed" else SUCCESS


def _started(serve: Callable[..., bool], *arguments: object, **options: object) -> int:
    return SUCCESS if serve(*arguments, **options) else COULD_NOT_START


def _fail(code: int, *reasons: str) -> NoReturn:
    for reason in reasons:
        say(f"gateway: {reason}")
    sys.exit(code)
