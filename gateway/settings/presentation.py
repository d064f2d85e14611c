"""How `--help` and the reference show the settings: in which groups, and with which defaults. Texts are Markdown."""

from collections.abc import Mapping

from gateway.settings.model import Settings

GROUPS: Mapping[str, str] = {
    "host": "listening",
    "cloud": "Partner Center and sign-in",
    "store_url": "store and catalog",
    "mode": "development aids",
    "caller_keys": "callers and browsers",
    "trusted_documents": "trusted documents and agents",
    "deadline_s": "times and limits",
    "compile": "execution and logging",
}
"""Title of each group of settings, by its first setting."""

SWITCHES = ("introspection", "suggestions", "ide")
"""The settings whose defaults `mode` sets."""

_DEFAULTS: Mapping[str, str] = {
    "upstream_url": "by cloud",
    "authority_url": "by cloud",
    "log_format": "`text` on a terminal, else `json`",
    **dict.fromkeys(SWITCHES, "`off`, in development `on`"),
}
"""Defaults that the field itself does not show."""


def default_of(name: str) -> str | None:
    """The default as Markdown; None for a setting that has none."""
    default = Settings.model_fields[name].default
    return _DEFAULTS.get(name) or (None if default in (None, ()) else f"`{default}`")


def plain(markdown: str) -> str:
    """The text without its only markup, code."""
    return markdown.replace("`", "")
