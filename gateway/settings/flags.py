"""Settings as flags: in which group `--help` shows each, what stands for its value, and its default."""

import argparse
from collections.abc import Collection

from gateway.settings.checks import SECRETS, flag, variable
from gateway.settings.kinds import choices
from gateway.settings.model import Settings

GROUPS = {
    "host": "listening",
    "cloud": "Partner Center and sign-in",
    "store_url": "store and catalog",
    "mode": "development aids",
    "caller_keys": "callers and browsers",
    "trusted_documents": "trusted documents",
    "deadline_s": "times and limits",
    "log_level": "logging",
}
"""Titles, each by the first setting it stands above. Groups are as they follow each other in Settings."""

_VALUES = {"s": "SECONDS", "bytes": "BYTES", "port": "PORT", "documents": "FILE"}
"""What stands for a value in `--help`, by the last word of a setting's name."""

_SWITCHES = ("introspection", "suggestions", "ide")
_DEFAULTS = {
    "upstream_url": "by cloud",
    "authority_url": "by cloud",
    "log_format": "text on a terminal, else json",
    **dict.fromkeys(_SWITCHES, "off; on in development"),
}
"""In words, where the field's own default does not say it."""


def add_settings(parser: argparse.ArgumentParser, *, without: Collection[str] = (), development: bool = False) -> None:
    """A flag for every setting but those *without*; its value is checked together with what the environment says."""
    defaults = _DEFAULTS | (dict.fromkeys(_SWITCHES, "on") if development else {})
    group = parser.add_argument_group()
    for name, field in Settings.model_fields.items():
        if name in GROUPS:
            group = parser.add_argument_group(GROUPS[name])
        if name in without or name in SECRETS:
            continue
        default = defaults.get(name) or (None if field.default in (None, ()) else field.default)
        told = variable(name) if default is None else f"{variable(name)}, default: {default}"
        if (beside := name.removesuffix("_file")) in SECRETS:
            told += f", or without a file {variable(beside)}"
        text = f"{field.description} ({told})".replace("%", "%%")
        group.add_argument(flag(name), metavar=_value(name), default=argparse.SUPPRESS, help=text)


def _value(name: str) -> str:
    annotation = Settings.model_fields[name].annotation
    last = name.rsplit("_", maxsplit=1)[-1]
    if known := choices(annotation):
        return f"{{{','.join(known)}}}"
    return _VALUES.get(last) or ("N" if annotation is int else last.upper())
